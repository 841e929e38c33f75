"""The table of verbs: help, README, roles, dispatcher, handlers and command line are made from it.

What a verb does in words stands in `messages/verbs.yaml` under its name.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.portal.link_request import Flow


class Subject(StrEnum):
    """What a verb is about."""

    WHO = "<who>"
    SUBSCRIPTION = "<sub or who>"
    ANYONE = "[<who>]"
    EMAIL = "<email>"
    CONFIGURATION = "[<bpc_… or name>]"
    PRODUCT = "<prod_… price_… lookup key or name>"
    TEXT = "<text>"
    NOTHING = ""


class Role(StrEnum):
    """What somebody must be to use a verb: leads are agents too, and both may do what people on call may."""

    AGENT = "agent"
    LEAD = "lead"
    ONCALL = "oncall"


class UseCase(StrEnum):
    """Who answers a verb; several verbs may share one."""

    CARD = "card"
    LINK = "link"
    WHY = "why"
    INVOICES = "invoices"
    EMAIL = "email"
    PASSCODE = "passcode"
    CONFIGURATIONS = "configurations"
    SETUP = "setup"
    PRODUCT = "product"
    HISTORY = "history"
    ONCALL = "oncall"
    ALERTS = "alerts"
    PAGE = "page"
    DOCTOR = "doctor"
    HELP = "help"


class Shown(StrEnum):
    """How an answer is shown in Slack."""

    MESSAGE = "message"
    WINDOW = "window"
    ACKNOWLEDGEMENT = "acknowledgement"
    """In the acknowledgement itself: the answer needs neither Stripe nor the database."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Everything there is to know about one verb.

    `arguments` is how its subject and options are written in help; `flow` the portal flow that it links to.
    `takes_target` marks verbs whose subject may be followed by a price or another target. `words` may stand
    in place of a subject. `role` is what `[roles]` can change. Verbs that are not `audited` touch no
    customer: the audit trail says nothing about them. With `stores`, a subject or an option changes what the
    bot keeps (alerts, turns on call), which is done before Slack gets its answer.
    """

    name: str
    use_case: UseCase
    subject: Subject
    arguments: str
    options: frozenset[str] = frozenset()
    flow: Flow | None = None
    takes_target: bool = False
    words: frozenset[str] = frozenset()
    role: Role = Role.AGENT
    shown: Shown = Shown.MESSAGE
    audited: bool = True
    stores: bool = False


LINK_OPTIONS = frozenset({"for", "config", "locale", "return", "then", "recover", "on_behalf_of", "anyway"})

_COUPON = frozenset({"offer"})
_SWITCH = frozenset({"qty", "coupon", "promo"})


def _link(
    name: str, flow: Flow, *, subject: Subject = Subject.WHO, extra: frozenset[str] = frozenset()
) -> Verb:
    written = {
        "cancel": " [offer:<coupon>]",
        "switch": " [<price>] [qty:<n>] [coupon:<id>] [promo:<id or code>]",
    }
    return Verb(
        name,
        UseCase.LINK,
        subject,
        subject + written.get(name, ""),
        options=LINK_OPTIONS | extra,
        flow=flow,
        takes_target=name == "switch",
    )


VERBS: tuple[Verb, ...] = (
    Verb("", UseCase.CARD, Subject.WHO, "<who>", options=frozenset({"for"})),
    _link("home", Flow.HOME),
    _link("payment", Flow.PAYMENT),
    _link("details", Flow.DETAILS),
    _link("cancel", Flow.CANCEL, subject=Subject.SUBSCRIPTION, extra=_COUPON),
    _link("pause", Flow.PAUSE, subject=Subject.SUBSCRIPTION),
    _link("update", Flow.UPDATE, subject=Subject.SUBSCRIPTION),
    _link("switch", Flow.SWITCH, subject=Subject.SUBSCRIPTION, extra=_SWITCH),
    Verb(
        "why",
        UseCase.WHY,
        Subject.SUBSCRIPTION,
        "<sub or who> [update / cancel / pause / qty:<n> / <price>]",
        options=frozenset({"qty", "config", "on_behalf_of", "for"}),
        takes_target=True,
    ),
    Verb("invoices", UseCase.INVOICES, Subject.WHO, "<who>", options=frozenset({"for"})),
    Verb(
        "email",
        UseCase.EMAIL,
        Subject.WHO,
        "<who>",
        options=frozenset({"for", "config", "locale", "recover", "anyway", "resend"}),
        shown=Shown.WINDOW,
    ),
    Verb("passcode", UseCase.PASSCODE, Subject.EMAIL, "<email>"),
    Verb(
        "config",
        UseCase.CONFIGURATIONS,
        Subject.CONFIGURATION,
        "[<bpc_… or name>] [edit / copy:<name>]",
        options=frozenset({"edit", "copy"}),
        audited=False,
    ),
    Verb(
        "setup",
        UseCase.SETUP,
        Subject.CONFIGURATION,
        Subject.CONFIGURATION,
        options=frozenset({"ticked"}),
        audited=False,
    ),
    Verb("product", UseCase.PRODUCT, Subject.PRODUCT, Subject.PRODUCT, audited=False),
    Verb("history", UseCase.HISTORY, Subject.ANYONE, "[<who>]", audited=False),
    Verb(
        "oncall",
        UseCase.ONCALL,
        Subject.NOTHING,
        "",
        role=Role.ONCALL,
        options=frozenset({"take", "until", "swap", "accept", "decline"}),
        words=frozenset({"take", "back"}),
        stores=True,
    ),
    Verb(
        "alerts",
        UseCase.ALERTS,
        Subject.NOTHING,
        "",
        role=Role.ONCALL,
        options=frozenset({"ack", "take", "resolve", "mute", "unmute", "until", "skip"}),
        words=frozenset({"ack all", "test"}),
        stores=True,
    ),
    Verb("page", UseCase.PAGE, Subject.TEXT, Subject.TEXT, role=Role.ONCALL, stores=True),
    Verb("doctor", UseCase.DOCTOR, Subject.NOTHING, "", audited=False),
    Verb("help", UseCase.HELP, Subject.NOTHING, "", shown=Shown.ACKNOWLEDGEMENT, audited=False),
)

BY_NAME = {verb.name: verb for verb in VERBS}
OPTION_NAMES = frozenset().union(*(verb.options for verb in VERBS))
"""Every `key:` that some verb knows."""
LINK_VERBS = tuple(verb for verb in VERBS if verb.flow is not None)

SHORTCUT_CALLBACK = "billing_help"
ANYWHERE_CALLBACK = "billing_help_anywhere"
PAGE_CALLBACK = "page_on_call"
