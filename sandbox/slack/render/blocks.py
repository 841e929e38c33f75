"""Messages, modals and home tabs as HTML."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sandbox.slack.inputs import raw_of
from sandbox.slack.model import Message
from sandbox.slack.render.charts import draw
from sandbox.slack.render.emoji import EMOJI
from sandbox.slack.render.mrkdwn import link, mention_html, render_mrkdwn, with_emoji
from sandbox.slack.render.reader import Reader
from sandbox.slack.views import View

HUES = 6


class Renderer:
    """Renders for one reader. Autoescape is on; only this package's own tags are markup."""

    def __init__(self) -> None:
        self.environment = Environment(
            loader=PackageLoader("sandbox.slack.render"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {"raw_of": raw_of, "draw": draw, "link": link, "mention": mention_html}
        self.environment.filters |= {"emoji": with_emoji, "initials": initials, "hue": hue}
        self.environment.globals["emoji_of"] = EMOJI.get

    def message(self, message: Message, reader: Reader, **more: Any) -> Markup:
        """Return one message; `more` are the facts of its surroundings, such as the number of answers."""
        author = reader.workspace.users[message.author]
        facts = {"replies": (), "in_thread": False, **more}
        return self._render(
            "message.html", reader, message=message, author=author, draft=message.draft, **facts
        )

    def modal(self, view: View, depth: int, reader: Reader) -> Markup:
        """Return a modal; `depth` is how many lie below it."""
        return self._render("modal.html", reader, view=view, definition=view.definition, depth=depth)

    def home(self, view: View, reader: Reader) -> Markup:
        """Return a home tab."""
        return self._render("home.html", reader, view=view, definition=view.definition)

    def _render(self, name: str, reader: Reader, **facts: Any) -> Markup:
        def mrkdwn(text: str) -> Markup:
            return render_mrkdwn(text, reader)

        html = self.environment.get_template(name).render(reader=reader, mrkdwn=mrkdwn, **facts)
        return Markup(html)  # noqa: S704 - the output of an autoescaping template


def initials(name: str) -> str:
    """Return up to two letters for an avatar."""
    words = name.split()
    return (
        "".join(word[0] for word in (words[0], words[-1]) if word).upper()[: min(len(words), 2)]
        if words
        else "?"
    )


def hue(user_id: str) -> int:
    """Return the number of the avatar colour, the same for a person every time."""
    return sum(map(ord, user_id)) % HUES
