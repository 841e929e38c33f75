"""Mails for a customer: shown to the agent first, then queued, and queued again when the agent says so."""

import hashlib
from collections.abc import Awaitable, Callable

from bot.engine import JobQueue
from bot.errors import BadUsage, NotFound, PortalBlocks, Unavailable
from bot.logs import get_log
from bot.mail.addresses import read_address
from bot.mail.clean import LONGEST_NOTE
from bot.mail.letters import LINK, Contents, Letters, Merchant
from bot.mail.mail import Mail, Session, State
from bot.mail.put_in import put_in
from bot.portal.durations import recovery_seconds
from bot.portal.found import Found, living
from bot.portal.locales import AUTO, session_locale
from bot.portal.login_link import LoginLink, login_link
from bot.store.mails import Mails
from bot.use_cases.case import Case, MailForm
from bot.use_cases.results import MailPreview, MailQueued
from bot.use_cases.sources import Sources

LEADS_ONLY = "email_elsewhere"
"""What `Access` calls sending to another address than the customer's."""
DAY = 86_400
ENGLISH = "en"

_log = get_log(__name__)


class MailDesk:
    """Shows mails and queues them."""

    def __init__(
        self,
        *,
        sources: Sources,
        mails: Mails,
        letters: Letters,
        merchant: Callable[[], Awaitable[Merchant]],
        queue: JobQueue,
        is_set_up: bool,
        clock: Callable[[], int],
    ) -> None:
        """`is_set_up`: there are a mail server and a sender; without them nothing is queued."""
        self._sources = sources
        self._mails = mails
        self._letters = letters
        self._merchant = merchant
        self._queue = queue
        self._is_set_up = is_set_up
        self._clock = clock

    async def answer(self, case: Case, found: Found) -> MailPreview | MailQueued:
        """Do what the command and its form say. Raises Refused."""
        again = case.command.option("resend")
        if again:
            return await self.resend(case, found, again)
        if case.form is not None and case.form.send:
            return await self.queue(case, found)
        return await self.preview(case, found)

    async def preview(self, case: Case, found: Found) -> MailPreview:
        """Write the mail as it would be sent. Raises Refused."""
        living(found)
        link = None if case.command.option("recover") else await self._login_link(case, found)
        if not self._is_set_up:
            raise PortalBlocks("mail_not_set_up", link=link.url if link else None)
        customer = found.customer
        if not customer.email:
            raise PortalBlocks("mail_without_address", customer=customer.id)
        await self._mails.check_limits(customer.id, self._clock())
        form = case.form or MailForm()
        recipient = form.recipient.strip() or customer.email
        read_address(recipient)
        if len(form.note) > LONGEST_NOTE:
            raise BadUsage("note_too_long", limit=LONGEST_NOTE)
        locale = session_locale(customer.preferred_locales, form.locale or case.command.option("locale"))
        locale = ENGLISH if locale == AUTO else locale
        contents = Contents(
            template="login_link" if link else "recovery_link",
            locale=locale,
            name=customer.name,
            link=link.url if link else LINK,
            note=form.note,
            until=None if link else self._recover_until(case),
        )
        letter = self._letters.write(contents, await self._merchant(), self._clock())
        return MailPreview(
            found=found,
            letter=letter,
            locale=locale,
            note=form.note,
            template=contents.template,
            recipient=recipient,
            livemode=self._sources.gateway.livemode,
            may_redirect=case.role in {"lead", "cli"} and link is not None,
            sure=link is None or link.sure,
        )

    async def queue(self, case: Case, found: Found) -> MailQueued:
        """Queue the mail of the case's form. It is durable when this returns. Raises Refused."""
        already = await self._mails.get(_mail_id(case))
        if already is not None:
            return MailQueued(already)
        preview = await self.preview(case, found)
        await self._check_recipient(case, preview)
        mail = self._mail(case, preview)
        await self._mails.add(mail)
        return MailQueued(await self._mails.get(mail.id) or mail)

    async def resend(self, case: Case, found: Found, mail_id: str) -> MailQueued:
        """Queue a mail again that failed or is parked. Raises NotFound("mail_not_to_resend")."""
        known = await self._mails.get(mail_id)
        if known is None or known.customer != found.customer.id:
            raise NotFound("mail_not_to_resend")
        place = case.form.place if case.form else None
        mail = await self._mails.resend(mail_id, place, self._clock())
        if mail is None:
            raise NotFound("mail_not_to_resend")
        return MailQueued(mail)

    async def go(self, mail: Mail) -> None:
        """Have it sent now. When that cannot be said, the sweep finds it a moment later."""
        try:
            await put_in(self._queue, mail, {}, self._clock())
        except Unavailable:
            _log.warning("mail_left_to_the_sweep", mail=mail.id)

    async def _login_link(self, case: Case, found: Found) -> LoginLink:
        config = case.command.option("config")
        configuration = await self._sources.configurations.get(config)
        sharing = await self._sources.lookup.sharing_address(found.customer)
        return login_link(configuration, found.customer, sharing)

    async def _check_recipient(self, case: Case, preview: MailPreview) -> None:
        if preview.recipient == preview.found.customer.email:
            return
        if preview.template != "login_link":
            raise BadUsage("personal_link_elsewhere")
        await case.person.authorise(LEADS_ONLY)
        case.did = "sent to another address than the customer's"

    def _recover_until(self, case: Case) -> int:
        return case.person.asked_at + recovery_seconds(case.command.option("recover") or "7d")

    def _mail(self, case: Case, preview: MailPreview) -> Mail:
        now, found = self._clock(), preview.found
        config = case.command.option("config")
        session = Session(
            recover_until=self._recover_until(case),
            configuration=self._sources.configurations.identifier(config) if config else None,
            customer_account=found.customer_account,
        )
        return Mail(
            id=_mail_id(case),
            request_key=case.person.request_key,
            created_at=now,
            actor=case.person.id,
            customer=found.customer.id,
            livemode=preview.livemode,
            template=preview.template,
            locale=preview.locale,
            recipient=preview.recipient,
            subject=preview.letter.subject,
            text=preview.letter.text,
            html=preview.letter.html,
            session=session if preview.template == "recovery_link" else None,
            state=State.QUEUED,
            attempt=0,
            due_at=now,
            give_up_at=now + DAY,
            place=case.form.place if case.form else None,
        )


def _mail_id(case: Case) -> str:
    """The same for the same request, however often it arrives."""
    key = case.person.request_key or f"{case.person.id} {case.person.asked_at} {case.command.line()}"
    return f"mail_{hashlib.sha256(key.encode()).hexdigest()[:24]}"
