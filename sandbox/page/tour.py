"""The guided tour: five steps, each with a button that begins it and the sign that it was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.slack.seed import AGENT, ALERTS, LEAD, ONCALL, SUPPORT


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `user` and `channel` are where its button goes, `types` what it then types there.

    `done` is a kind of sign (typed, pressed, alert, portal, mail) and a word that must be in it.
    """

    title: str
    text: str
    button: str
    done: str
    user: str = AGENT
    channel: str = SUPPORT
    types: str = ""


SUPPORTING: Final = (
    Step(
        "Look a customer up",
        "You are on the support team. Jenny wrote that her card expired.",
        "/portal jenny@example.com",
        "typed jenny@",
        types="jenny@example.com",
    ),
    Step(
        "Be the customer",
        "Make a link to her portal and press Open. There, cancel the plan and give a reason.",
        "/portal home jenny@example.com",
        "alert",
        types="home jenny@example.com",
    ),
    Step(
        "Take the alert",
        "#billing-alerts knows, with the reason once she gave it. Sam is on call: acknowledge it as Sam.",
        "Become Sam",
        "pressed Acknowledge",
        user=ONCALL,
        channel=ALERTS,
    ),
    Step(
        "Ask why not",
        "Mia cannot change her plan. Ask for every reason, and for what works instead.",
        "/portal why multi@example.com",
        "typed why",
        types="why multi@example.com update",
    ),
    Step(
        "Write to a customer",
        "Greta reads German. Check the mail, send it, and find it under Mailbox.",
        "/portal email de@example.com",
        "mail",
        types="email de@example.com",
    ),
)
SETTING_UP: Final = (
    Step(
        "See what is missing",
        "This account takes payments, and nobody looked at its portal yet.",
        "/portal setup",
        "typed setup",
        user=LEAD,
        types="setup",
    ),
    Step(
        "See what customers see",
        "Look at a plan as it stands in checkout, portal, invoice and bank statement.",
        "/portal product Team",
        "typed product",
        user=LEAD,
        types="product Team",
    ),
    Step(
        "Ask for a change",
        "Ursula wants the Team plan, and cannot switch. Ask why, then ask for the change.",
        "/portal why ursula@example.com update",
        "pressed Ask for",
        types="why ursula@example.com update",
    ),
    Step(
        "Approve it",
        "Priya is a lead. The request waits in #billing-alerts with what it means for all customers.",
        "Become Priya",
        "pressed Approve",
        user=LEAD,
        channel=ALERTS,
    ),
    Step(
        "Switch, as the customer",
        "Make the link again, press Open, and choose the plan.",
        "/portal update ursula@example.com",
        "portal",
        types="update ursula@example.com",
    ),
)
TOURS: Final[Mapping[str | None, tuple[Step, ...]]] = {None: SUPPORTING, "unfinished": SETTING_UP}
"""The tour of each Stripe account that the sandbox may start with; some have none."""
