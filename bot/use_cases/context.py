"""What becomes known while a command is worked on; the audit line is made of it, also when it is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.commands.command import Command
from bot.mail.mail import MailPlace
from bot.portal.found import Found
from bot.use_cases.person import Person
from bot.use_cases.results import SubscriptionAnswer

Watch = Callable[[SubscriptionAnswer], None]


@dataclass(frozen=True, slots=True)
class MailForm:
    """What the agent filled in; empty means: as the customer has it. `send` queues instead of showing."""

    recipient: str = ""
    locale: str = ""
    note: str = ""
    send: bool = False
    place: MailPlace | None = None


@dataclass(slots=True)
class CommandContext:
    """A command being worked on. Filled in as facts become known, read once at the end.

    `watch`, when there is one, is told the answers of `why` as they come. `did` says in a few words what a
    command changed that is about no customer. `form` is for mails.
    """

    command: Command
    person: Person
    role: str | None = None
    customer: str | None = None
    subscription: str | None = None
    session: str | None = None
    watch: Watch | None = None
    did: str | None = None
    form: MailForm | None = None

    def about(self, found: Found) -> None:
        """Remember who it is about."""
        self.customer = found.customer_account or found.customer.id
        self.subscription = found.subscription.id if found.subscription else found.subscription_id
