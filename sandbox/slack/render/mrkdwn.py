"""Slack's mrkdwn as HTML.

Input is what an app sent: `&amp;`, `&lt;` and `&gt;` are escapes, `<…>` is a link or a mention, and
everything else is text. Every piece of text passes through `markupsafe.escape` exactly once.
"""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from sandbox.slack.render.emoji import EMOJI
from sandbox.slack.render.reader import Reader

DEEPEST = 8
"""Bold in italic in bold … stops being formatted here; nobody reads that deep."""

_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTE = re.compile(r"^(?:>|&gt;)\s?(.*)$")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|:(?P<emoji>[a-z0-9_+\-]+):"
    r"|(?P<bare>https?://[^\s<>|]+[^\s<>|.,;:!?)'\"])"
    r"|(?<![\w*])\*(?P<bold>\S|\S[^\n]*?\S)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>\S|\S[^\n]*?\S)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>\S|\S[^\n]*?\S)~(?![\w~])"
)
_DATE = re.compile(r"!date\^(\d+)\^([^\^|]+)(?:\^([^|]+))?\|(.*)")
_SAFE_LINK = re.compile(r"(?:https?|mailto|tel|slack):[^\s\"'`]*", re.IGNORECASE)


def unescape(text: str) -> str:
    """Return the text with Slack's three escapes undone, each once."""
    return re.sub(r"&(amp|lt|gt);", lambda m: {"amp": "&", "lt": "<", "gt": ">"}[m[1]], text)


def with_emoji(text: str) -> str:
    """Return plain text with known shortcodes replaced."""
    return re.sub(r":([a-z0-9_+\-]+):", lambda m: EMOJI.get(m[1], m[0]), text)


def link(url: str, label: str | Markup) -> Markup:
    """Return a link, or its label alone when the address is no harmless one."""
    if not _SAFE_LINK.fullmatch(url):
        return Markup("{}").format(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)


def render_mrkdwn(text: str, reader: Reader) -> Markup:
    """Return the HTML of a mrkdwn text."""
    parts: list[Markup] = []
    for number, piece in enumerate(_FENCE.split(text)):
        if number % 2:
            parts.append(Markup("<pre>{}</pre>").format(unescape(_unwrapped(piece.strip("\n")))))
        else:
            parts.append(_lines(piece.strip("\n") if number else piece.rstrip("\n"), reader))
    return Markup("").join(parts)


def _unwrapped(code: str) -> str:
    return re.sub(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>", r"\1", code)


def _lines(text: str, reader: Reader) -> Markup:
    parts: list[Markup] = []
    quoted: list[Markup] = []
    for line in text.split("\n") if text else []:
        if match := _QUOTE.match(line):
            quoted.append(_inline(match[1], reader, 0))
            continue
        _close_quote(parts, quoted)
        parts += [_inline(line, reader, 0), Markup("<br>")]
    _close_quote(parts, quoted)
    if parts and parts[-1] == Markup("<br>"):
        parts.pop()
    return Markup("").join(parts)


def _close_quote(parts: list[Markup], quoted: list[Markup]) -> None:
    if quoted:
        parts.append(Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(quoted)))
        quoted.clear()


def _inline(text: str, reader: Reader, depth: int) -> Markup:
    if depth > DEEPEST:
        return escape(unescape(text))
    parts: list[Markup] = []
    end = 0
    for match in _INLINE.finditer(text):
        parts.append(escape(unescape(text[end : match.start()])))
        parts.append(_piece(match, reader, depth))
        end = match.end()
    parts.append(escape(unescape(text[end:])))
    return Markup("").join(parts)


_TAGS = {"bold": "b", "italic": "i", "strike": "s"}


def _piece(match: re.Match[str], reader: Reader, depth: int) -> Markup:
    kind = str(match.lastgroup)
    inside = match[kind]
    if kind in _TAGS:
        tag = Markup(_TAGS[kind])  # noqa: S704 - one of three constants
        return Markup("<{0}>{1}</{0}>").format(tag, _inline(inside, reader, depth + 1))
    if kind == "code":
        return Markup("<code>{}</code>").format(unescape(inside))
    if kind == "emoji":
        return escape(EMOJI.get(inside, match[0]))
    if kind == "bare":
        return link(unescape(inside), unescape(inside))
    return _angle(inside, reader)


def _angle(inside: str, reader: Reader) -> Markup:
    if date := _DATE.fullmatch(inside):
        timestamp, template, url, fallback = date.groups()
        shown = reader.date(timestamp, unescape(template), unescape(fallback))
        whole = Markup('<time title="{}">{}</time>').format(unescape(fallback), shown)
        return link(unescape(url), whole) if url else whole
    target, _, label = inside.partition("|")
    for start, mention in _mentions(reader):
        if target.startswith(start):
            return mention(target.removeprefix(start), unescape(label))
    return link(unescape(target), with_emoji(unescape(label or target.removeprefix("mailto:"))))


def _mentions(reader: Reader) -> tuple[tuple[str, Callable[[str, str], Markup]], ...]:
    return (
        ("@", lambda user, _: mention_html(reader.user_name(user))),
        ("#", lambda channel, label: mention_html(f"#{label}" if label else reader.channel_name(channel))),
        ("!subteam^", lambda group, _: mention_html(reader.group_name(group), loud=True)),
        ("!", lambda name, label: mention_html(f"@{label or name}", loud=True)),
    )


def mention_html(name: str, *, loud: bool = False) -> Markup:
    """Return a mention; a loud one pings people."""
    return Markup('<span class="mention{}">{}</span>').format(" loud" if loud else "", name)
