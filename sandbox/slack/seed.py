"""The people, channels and first messages of the sandbox workspace."""

from dataclasses import dataclass

from sandbox.slack.model import BOT_USER, SLACKBOT, Channel, User, UserGroup

AGENT = "U0ALEX"
LEAD = "U0PRIYA"
ONCALL = "U0SAM"
STRANGER = "U0ROBIN"
GERMAN = "U0LENA"
JAPANESE = "U0YUKI"

PEOPLE = (
    User(AGENT, "alex", "Alex Kim", "Europe/Berlin", "Support agent", "alex@sandbox.example"),
    User(LEAD, "priya", "Priya Nair", "America/New_York", "Support lead", "priya@sandbox.example"),
    User(ONCALL, "sam", "Sam Ortiz", "Asia/Tokyo", "On-call engineer", "sam@sandbox.example"),
    User(
        STRANGER, "robin", "Robin Weiss", "America/Los_Angeles", "Sales, no rights", "robin@sandbox.example"
    ),
    User(
        GERMAN,
        "lena",
        "Lena Vogt",
        "Europe/Berlin",
        "Support agent, reads German",
        "lena@sandbox.example",
        locale="de-DE",
    ),
    User(
        JAPANESE,
        "yuki",
        "Yuki Tanaka",
        "Asia/Tokyo",
        "Support agent, reads Japanese",
        "yuki@sandbox.example",
        locale="ja-JP",
    ),
)
BOT = User(BOT_USER, "portalbot", "portalbot", "UTC", "App", "", is_bot=True)
SLACKBOT_USER = User(SLACKBOT, "slackbot", "Workspace bot", "UTC", "", "", is_bot=True)

GROUPS = (
    UserGroup("S0AGENTS", "support-agents", "Support agents", (AGENT, LEAD, GERMAN, JAPANESE)),
    UserGroup("S0LEADS", "support-leads", "Support leads", (LEAD,)),
    UserGroup("S0ONCALL", "billing-oncall", "Billing on-call", (ONCALL,)),
    UserGroup("S0PAGERS", "on-call-now", "Whoever is on call", (LEAD,)),
)

_EVERYONE = frozenset(user.id for user in PEOPLE)
SUPPORT = "C0SUPPORT"
ALERTS = "C0ALERTS"
GENERAL = "C0GENERAL"

CHANNELS = (
    Channel(SUPPORT, "support", "Customers who are waiting for an answer", _EVERYONE | {BOT_USER}),
    Channel(ALERTS, "billing-alerts", "What went wrong with money, and who is on it", _EVERYONE | {BOT_USER}),
    Channel(GENERAL, "general", "The bot was not invited here", _EVERYONE),
    *(
        Channel(
            f"D0{user.id[2:]}",
            "portalbot",
            "Your direct messages with the app",
            frozenset({user.id, BOT_USER}),
            True,
        )
        for user in PEOPLE
    ),
)


@dataclass(frozen=True, slots=True)
class FirstMessage:
    """A message that stands there from the start; `answers` is the place of its thread's first message."""

    channel: str
    author: str
    minutes_ago: float
    text: str
    answers: int | None = None


FIRST_MESSAGES = (
    FirstMessage(
        SUPPORT, LEAD, 47, "Hi all! Tickets from the web form land here. Please answer in the thread."
    ),
    FirstMessage(
        SUPPORT,
        ONCALL,
        23,
        "From the form: _“Hello, my card expired and I cannot find where to change it. "
        "The account is <mailto:jenny@example.com|jenny@example.com>, thanks, Jenny”_",
    ),
    FirstMessage(
        SUPPORT,
        LEAD,
        21,
        "Who takes this one? The *Billing help* shortcut works on her message, in threads too.",
        answers=1,
    ),
    FirstMessage(
        SUPPORT,
        ONCALL,
        8,
        "She wrote again: _“still waiting! My number there is {customer}, if that helps”_",
        answers=1,
    ),
)
