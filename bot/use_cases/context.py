"""What becomes known while a command is done. The audit line is made from it, also when it is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.commands.command import Command
from bot.mail.mail import MailPlace
from bot.portal.found import Found
from bot.store.database import NOTHING_ALONG, Along
from bot.use_cases.person import Person
from bot.use_cases.results import SubscriptionAnswer

Watch = Callable[[SubscriptionAnswer], None]
"""Called with each answer of `why` as soon as it is known."""


@dataclass(frozen=True, slots=True)
class MailForm:
    """What the agent filled in for a mail.

    Where a field is empty, the customer's own address or language is taken. With `send` the mail is queued,
    without it a preview is made. `place` is where the agent is told how the mail goes.
    """

    recipient: str = ""
    locale: str = ""
    note: str = ""
    send: bool = False
    place: MailPlace | None = None


@dataclass(slots=True)
class CommandContext:
    """A command, who gave it, and what is known about it so far. The dispatcher reads it at the end.

    `role` is the role that allowed it; `customer`, `subscription` and `session` are the ids it is about,
    `configuration` the one that a link was made with.
    `watch` is called with the answers of `why` as they come. `did` says in a few words what a command
    changed, for commands that are about no customer. `form` is for mails. `along` goes along with what a
    command stores: its audit line, and word to whoever waits for it; `stored` says that it has.
    """

    command: Command
    person: Person
    along: Along = NOTHING_ALONG
    role: str | None = None
    customer: str | None = None
    subscription: str | None = None
    session: str | None = None
    configuration: str | None = None
    watch: Watch | None = None
    did: str | None = None
    form: MailForm | None = None
    stored: bool = False

    def about(self, found: Found) -> None:
        """Note the customer and the subscription that the command is about."""
        self.customer = found.customer_account or found.customer.id
        self.subscription = found.subscription.id if found.subscription else found.subscription_id
