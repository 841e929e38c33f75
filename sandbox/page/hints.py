"""What the composer suggests after the slash command. Slack shows one usage hint, this page more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggestion: what is typed after the command, and what comes of it."""

    words: str
    arguments: str
    meaning: str


HINTS = (
    Hint("", "jenny@example.com", "the customer's card: who, what, and what the portal lets them do"),
    Hint("home", "<who>", "a full portal session"),
    Hint("payment", "<who>", "a link to change the payment method"),
    Hint("details", "<who>", "a link to change name, address, tax id"),
    Hint("cancel", "<who>", "a cancellation link, with a coupon to keep them if you like"),
    Hint("pause", "<who>", "a link to pause"),
    Hint("update", "<who>", "a link to change the plan"),
    Hint("switch", "<who> [<price>]", "a link that confirms one certain change"),
    Hint("why", "<who> [update / cancel / pause]", "why the portal does not offer it, with evidence"),
    Hint("email", "<who>", "write to the customer, with a prefilled login link"),
    Hint("passcode", "<email>", "why the one-time passcode does not arrive"),
    Hint("config", "[<name>]", "the portal's configurations, side by side"),
    Hint("history", "[<who>]", "who issued which link"),
    Hint("oncall", "", "who is on call"),
    Hint("alerts", "", "open alerts"),
    Hint("doctor", "", "check scopes, keys, configuration, mail and webhook"),
    Hint("help", "", "the whole table"),
)
