"""An alert in plain text, for services outside Slack."""

from bot.alerts.alert import Alert
from bot.alerts.outside import Wording
from bot.words import Words


def outside_wording(words: Words) -> Wording:
    """Title and text of an alert; short, since some services read them out or send them as a text message."""

    async def say(alert: Alert) -> tuple[str, str]:
        facts = {"alert": alert}
        title = words.sentence("outside", "nobody", facts, part="title")
        return str(title), str(words.sentence("outside", "nobody", facts, part="body"))

    return say
