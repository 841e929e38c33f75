"""The people, channels and first messages of the sandbox workspace."""

from sandbox.slack.model import BOT_USER, SLACKBOT, Channel, Draft, User, UserGroup

AGENT = "U0ALEX"
LEAD = "U0PRIYA"
ONCALL = "U0SAM"
STRANGER = "U0ROBIN"

PEOPLE = (
    User(AGENT, "alex", "Alex Kim", "Europe/Berlin", "Support agent", "alex@sandbox.example"),
    User(LEAD, "priya", "Priya Nair", "America/New_York", "Support lead", "priya@sandbox.example"),
    User(ONCALL, "sam", "Sam Ortiz", "Asia/Tokyo", "On-call engineer", "sam@sandbox.example"),
    User(
        STRANGER, "robin", "Robin Weiss", "America/Los_Angeles", "Sales, no rights", "robin@sandbox.example"
    ),
)
BOT = User(BOT_USER, "portalbot", "portalbot", "UTC", "App", "", is_bot=True)
SLACKBOT_USER = User(SLACKBOT, "slackbot", "Workspace bot", "UTC", "", "", is_bot=True)

GROUPS = (
    UserGroup("S0AGENTS", "support-agents", "Support agents", (AGENT, LEAD)),
    UserGroup("S0LEADS", "support-leads", "Support leads", (LEAD,)),
    UserGroup("S0ONCALL", "billing-oncall", "Billing on-call", (ONCALL,)),
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

FIRST_MESSAGES = (
    (SUPPORT, LEAD, "Morning! Tickets from the web form land here. Please answer in the thread.", None),
    (
        SUPPORT,
        ONCALL,
        "From the form: _“Hello, my card expired and I cannot find where to change it. "
        "The account is <mailto:jenny@example.com|jenny@example.com>, thanks, Jenny”_",
        None,
    ),
    (SUPPORT, LEAD, "Who takes this one? The *Billing help* shortcut works on her message, threads too.", 1),
    (
        SUPPORT,
        ONCALL,
        "She wrote again: _“still waiting, it is for invoice mail to jenny@example.com”_",
        1,
    ),
)
"""Channel, author, text, and the index of the message it answers."""


def first_drafts() -> list[tuple[str, str, Draft, int | None]]:
    """Return the first messages as drafts, fresh each time since messages can be changed."""
    return [(channel, author, Draft(text=text), parent) for channel, author, text, parent in FIRST_MESSAGES]
