"""Looks at everything that the suite has the bot say, at the moment it is rendered.

What people read is never:

- markup that was escaped or stands where Slack reads none: `&lt;!date`, and `<!date` in a plain text;
- the id of a price or product (`price_…`, `prod_…`), not as code either: people know plans by name. In a list
  of differences (`LISTS`) entries that read alike, or whose names are not known, have their ids, as code;
- a moment as a number (Unix seconds);
- a code that `messages/` has words for (`insufficient_funds`, `customer.subscription.deleted`), but as code;
  the code of a rule (`SUB_MULTI_ITEM`) not even so, where no button Details is beside it.

An example of what can be typed is no id (`EXAMPLE`), nor is what stands in an address. Values that a button
or a field carries unseen are not looked at. What strangers are called is up to them: a name is escaped, and
`&lt;!channel&gt;` is how that looks.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

from bot.mail.mail import RenderedMail
from bot.mail.templates import MailTemplates
from bot.words import Message, Words, messages_folder
from bot.words.structure import _Include

UNSEEN = frozenset(
    ["value", "action_id", "block_id", "url", "image_url", "private_metadata", "callback_id", "type", "style"]
)
LISTS = frozenset(["change_preview", "change_request", "change_told"])
EXAMPLE = re.compile(r"`prod_a: price_1, price_2; prod_b: price_3 qty 1-50`")
IDS = re.compile(r"\b(?:prod|price)_\w+")
SECONDS = re.compile(r"(?<![\w+])1[5-9]\d{8}(?![\w-])")
CODE = re.compile(r"\b[A-Za-z]+(?:[_.][A-Za-z0-9]+)+\b")
CODE_SPAN = re.compile(r"`[^`\n]*`")
MOMENT = re.compile(r"<!date\^\d+\^[^>|]*\|[^>]*>")
ADDRESS = re.compile(r"<?https?://[^\s|>]+\|?")
SPELLED_OUT = (
    *("billing_reasons", "cancellation_reasons", "declines", "dispute_reasons", "ended_by", "event_types"),
    *("feedback", "findings", "refund_reasons", "statuses", "uncollectible_reasons"),
)
"""Groups of sentences whose keys are codes of Stripe's or of our rules."""


@cache
def codes() -> frozenset[str]:
    """Every code that there are words for."""
    words = Words()
    return frozenset(
        key for each in SPELLED_OUT for key in words.keys(each) if re.fullmatch(r"\w+(?:[_.]\w+)+", key)
    ) | frozenset(key.partition(".")[0] for key in words.keys("findings") if "_" in key)


def texts(value: object, kind: str = "mrkdwn") -> Iterator[tuple[str, str]]:
    """Each text that somebody reads, with how Slack reads it: `mrkdwn`, or plainly."""
    if isinstance(value, str):
        yield kind, value
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, kind)
    elif isinstance(value, dict):
        own = str(value.get("type", ""))
        for key, inner in value.items():
            if key not in UNSEEN:
                yield from texts(inner, own if key == "text" and isinstance(inner, str) and own else kind)


def problems(name: str, kind: str, text: str, *, has_details: bool) -> Iterator[str]:
    """What is wrong with one text of the template `name`."""
    if "&lt;!date" in text or (kind != "mrkdwn" and "<!date" in text):
        yield "markup shown as text"
    bare = ADDRESS.sub("", EXAMPLE.sub("", MOMENT.sub("", text)))
    outside = CODE_SPAN.sub("", bare)
    yield from (f"id {each}" for each in IDS.findall(outside if name in LISTS else bare))
    yield from (f"Unix seconds {each}" for each in SECONDS.findall(bare))
    known = codes()
    yield from (f"code {each}" for each in CODE.findall(outside) if each in known)
    if not has_details:
        rules = (each for each in CODE.findall(bare) if each in known and each.isupper())
        yield from (f"rule {each} without Details" for each in rules)


def templates() -> frozenset[str]:
    """The name of every message, window, part of one, and mail."""
    folder = messages_folder()
    mails = {f"email/{each.parent.name}" for each in folder.glob("email/*/subject.txt")}
    return frozenset(mails | {each.stem for each in folder.glob("slack/*.yaml")})


class Watch:
    """Keeps what was wrong with what was rendered, and which templates were."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.rendered: set[str] = set()
        self._seen: set[tuple[str, str, str, bool]] = set()

    def message(self, name: str, message: Message) -> None:
        self.view(name, {"text": message.text, "blocks": message.blocks})

    def view(self, name: str, view: dict[str, Any]) -> None:
        has_details = name == "details" or '"details' in json.dumps(view)
        for kind, text in texts(view):
            self.text(name, kind, text, has_details=has_details)

    def mail(self, name: str, mail: RenderedMail) -> None:
        page = re.sub(r"<style.*?</style>|<[^>!]+>", "", mail.html, flags=re.DOTALL)
        for text in (mail.subject, mail.text, page):
            self.text(name, "plain_text", text, has_details=False)

    def text(self, name: str, kind: str, text: str, *, has_details: bool) -> None:
        if (text, name, kind, has_details) in self._seen:
            return
        self._seen.add((text, name, kind, has_details))
        self.wrong += [
            f"{name}: {found}: {text[:300]}" for found in problems(name, kind, text, has_details=has_details)
        ]

    def sentence(self, group: str, said: str) -> None:
        """At a terminal a sentence may name ids, since it lists them; the rest is for nobody."""
        if "<!date" in said or SECONDS.search(ADDRESS.sub("", said)):
            self.wrong.append(f"{group}: a moment as markup or number: {said[:300]}")

    def begin(self) -> None:
        """Look at everything that is rendered from now on."""
        self._follow(Words, "message", lambda _, name: name, self.message)
        self._follow(Words, "view", lambda _, name: name, self.view)
        self._follow(Words, "sentence", lambda _, group: group, self.sentence)
        self._follow(MailTemplates, "write", lambda _, contents: f"email/{contents.template}", self.mail)
        self._follow(_Include, "render", lambda include, _: include._name, lambda _name, _said: None)

    def _follow(
        self, owner: type, method: str, named: Callable[[Any, Any], str], look: Callable[[str, Any], None]
    ) -> None:
        original = getattr(owner, method)

        @wraps(original)
        def followed(bound: Any, first: Any, /, *others: Any, **more: Any) -> Any:
            said, name = original(bound, first, *others, **more), named(bound, first)
            self.rendered.add(name)
            look(name, said)
            return said

        setattr(owner, method, followed)
