"""Every refusal of the bot, in one small tree.

Refused
├── BadUsage        the command or a setting is not one we understand (exit code 2)
├── NotAllowed      this person may not do this, or not this often
├── NotFound        no such customer, subscription, price, configuration …
├── Ambiguous       several customers match; carries the candidates
├── WrongPlace      the object lives in the other mode or in another account
├── PortalBlocks    a rule of the portal, or Stripe itself, stands in the way
└── Unavailable     Stripe, the database or a permission is missing right now

A refusal is an answer, not a failure: the person reads the sentence that `messages/refusals.yaml`
holds for its code. Everything else that is raised is a bug and ends at the handler wrapper.
"""

from collections.abc import Mapping
from typing import ClassVar

Fact = str | int | bool | None


class Refused(Exception):  # noqa: N818 (an answer, not an error)
    """Base class of all refusals.

    `code` names the sentence in `messages/refusals.yaml` and is what `--json` prints; `facts` fill its
    blanks. `stripe_said` is Stripe's own message (already redacted), shown below our sentence.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, *, stripe_said: str | None = None, **facts: Fact) -> None:
        """Keep the code and the facts. The words are made when the refusal is shown."""
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, Fact] = facts
        self.stripe_said = stripe_said


class BadUsage(Refused):
    """The arguments do not fit the command."""

    exit_code = 2


class NotAllowed(Refused):
    """This person may not do this, or has done it too often."""


class NotFound(Refused):
    """What was pasted leads to no customer, subscription, price or configuration."""


class WrongPlace(Refused):
    """The object belongs to the other mode, or to another Stripe account."""


class PortalBlocks(Refused):
    """The portal cannot do this for this customer, by its rules or by Stripe's refusal."""


class Unavailable(Refused):
    """Stripe, Slack or the database did not answer, or refused access.

    The fact `retry`: trying again may help.
    """
