"""An alert in plain text, for services outside Slack."""

from bot.alerts.alert import Alert
from bot.alerts.outside import Wording
from bot.replies.alert import alert_title
from bot.words import Words
from bot.words.speaking import speaking


def outside_wording(words: Words) -> Wording:
    """Make the title and text of an alert; short, since some services read them out or text them."""

    async def say(alert: Alert) -> tuple[str, str]:
        with speaking(None):  # several people may read it
            facts = {
                "alert": alert,
                "title": alert_title(words, alert)[1],
                "amount": words.writing.money(alert.amount, alert.currency),
            }
            title = words.sentence("outside", "nobody", facts, part="title")
            return str(title), str(words.sentence("outside", "nobody", facts, part="body"))

    return say
