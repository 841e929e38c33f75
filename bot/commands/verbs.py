"""The verbs of the bot: the one place that help, README, manifest, command line and handlers are made from.

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
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its name, what follows it, and the flow it links to.

    `takes_target` marks the verbs whose subject may be followed by a price or another target. `in_ack` marks
    those that need neither Stripe nor the database, so that the answer is the acknowledgement itself.
    `words` may follow a verb that is about nobody in particular.
    """

    name: str
    subject: Subject
    arguments: str
    options: frozenset[str] = frozenset()
    flow: Flow | None = None
    takes_target: bool = False
    in_ack: bool = False
    words: frozenset[str] = frozenset()


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
        subject,
        subject + written.get(name, ""),
        options=LINK_OPTIONS | extra,
        flow=flow,
        takes_target=name == "switch",
    )


VERBS: tuple[Verb, ...] = (
    Verb("", Subject.WHO, "<who>", options=frozenset({"for"})),
    _link("home", Flow.HOME),
    _link("payment", Flow.PAYMENT),
    _link("details", Flow.DETAILS),
    _link("cancel", Flow.CANCEL, subject=Subject.SUBSCRIPTION, extra=_COUPON),
    _link("pause", Flow.PAUSE, subject=Subject.SUBSCRIPTION),
    _link("update", Flow.UPDATE, subject=Subject.SUBSCRIPTION),
    _link("switch", Flow.SWITCH, subject=Subject.SUBSCRIPTION, extra=_SWITCH),
    Verb(
        "why",
        Subject.SUBSCRIPTION,
        "<sub or who> [update / cancel / pause / qty:<n> / <price>]",
        options=frozenset({"qty", "config", "on_behalf_of", "for"}),
        takes_target=True,
    ),
    Verb(
        "email",
        Subject.WHO,
        "<who>",
        options=frozenset({"for", "config", "locale", "recover", "anyway", "resend"}),
    ),
    Verb("passcode", Subject.EMAIL, "<email>"),
    Verb("config", Subject.CONFIGURATION, "[<bpc_… or name>]"),
    Verb("history", Subject.ANYONE, "[<who>]"),
    Verb(
        "oncall",
        Subject.NOTHING,
        "",
        options=frozenset({"take", "until", "swap"}),
        words=frozenset({"take", "back"}),
    ),
    Verb(
        "alerts",
        Subject.NOTHING,
        "",
        options=frozenset({"ack", "resolve", "mute", "unmute", "until"}),
        words=frozenset({"ack all", "test"}),
    ),
    Verb("doctor", Subject.NOTHING, ""),
    Verb("help", Subject.NOTHING, "", in_ack=True),
)

PLANNED: frozenset[str] = frozenset()
"""Verbs of the contract that this version does not have yet; typed, they get a sentence saying so."""

BY_NAME = {verb.name: verb for verb in VERBS}
OPTION_NAMES = frozenset().union(*(verb.options for verb in VERBS))
"""Every `key:` that some verb knows."""
LINK_VERBS = tuple(verb for verb in VERBS if verb.flow is not None)

SHORTCUT_CALLBACK = "billing_help"
