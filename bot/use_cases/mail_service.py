"""The command `email`: show the agent a mail for a customer, queue it, and queue it again when it failed."""

import asyncio
import hashlib
from dataclasses import KW_ONLY, dataclass, replace

from bot.durations import DAY, Clock
from bot.engine import JobQueue
from bot.errors import BadUsage, NotFound, PortalBlocks, Unavailable
from bot.logs import get_log
from bot.mail.addresses import read_address
from bot.mail.delivery import enqueue
from bot.mail.mail import Mail, Session, State
from bot.mail.rows import Mails
from bot.mail.sanitize import LONGEST_NOTE
from bot.mail.templates import LINK, Contents, MailTemplates, OpenInvoice
from bot.portal.found import Found, living
from bot.portal.invoices import open_invoices_of
from bot.portal.link_request import LinkRequest
from bot.portal.locales import AUTO, session_locale
from bot.portal.login_link import LoginLink, login_link
from bot.portal.models import Customer
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext, MailForm
from bot.use_cases.link_maker import LinkMaker
from bot.use_cases.link_options import LinkOptions
from bot.use_cases.results import MailPreview, MailQueued

LEADS_ONLY = "email_elsewhere"
"""The name in `[roles]` of sending to another address than the customer's."""

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class MailService:
    """Makes previews of mails and queues mails.

    A personal link in a mail opens the customer's account like every portal link, so the same rules hold: it
    is planned by `LinkMaker`, counts against the limits of the agent who sends it, and needs a reason.

    With `is_set_up` there are a mail server and a sender; without, every mail is refused.

    `language` is that of mails to customers who have none.
    """

    _: KW_ONLY
    account: StripeAccount
    links: LinkMaker
    mails: Mails
    templates: MailTemplates
    queue: JobQueue
    language: str
    is_set_up: bool
    clock: Clock

    async def answer(self, context: CommandContext) -> MailPreview | MailQueued:
        """Return a preview, or queue the mail when the form or `resend:` says so. Raises Refused."""
        options = self._personal_link(context)
        is_preview = context.form is None or not context.form.send
        # A person looks at the preview; what is sent goes to the address that Stripe has now.
        recent = self.account.find_recent(context) if is_preview else None
        found = recent or await self.account.find(context)
        again = context.command.option("resend")
        if again:
            return await self._resend(context, found, again)
        if not is_preview:
            return await self._queue_new(context, found, options)
        return await self._preview(context, found, options)

    def _personal_link(self, context: CommandContext) -> LinkOptions | None:
        """Return the options of a personal link; None for a mail with the login link. Raises BadUsage."""
        if not context.command.makes_link:
            return None
        options = self.links.check(context)
        if options.recover_until is None or options.recover_until < context.person.asked_at + DAY:
            raise BadUsage("mail_recover_too_short")
        return options

    async def _preview(
        self, context: CommandContext, found: Found, options: LinkOptions | None
    ) -> MailPreview:
        living(found)
        personal = (await self.links.planner.plan(context, found, options)).request if options else None
        login = None if personal else await self._login_link(context, found)
        if not self.is_set_up:
            raise PortalBlocks("mail_not_set_up", link=login.url if login else None)
        customer = found.customer
        if not customer.email:
            raise PortalBlocks("mail_without_address", customer=customer.id)
        await self.mails.check_limits(customer.id, self.clock())
        form = context.form or MailForm()
        recipient = form.recipient.strip() or customer.email
        read_address(recipient)
        if len(form.note) > LONGEST_NOTE:
            raise BadUsage("note_too_long", limit=LONGEST_NOTE)
        of_page, locale = self._languages(customer, context.command.option("locale"), form.locale)
        contents = Contents(
            template="login_link" if login else "recovery_link",
            locale=locale,
            name=customer.name,
            link=login.url if login else LINK,
            note=form.note,
            until=personal.recover_until if personal else None,
            # Whoever else a lead has it sent to need not see what the customer owes.
            invoice=_open_invoice(found) if recipient == customer.email else None,
        )
        rendered = self.templates.write(contents, await self.account.merchant(), self.clock())
        return MailPreview(
            found=found,
            rendered=rendered,
            locale=locale,
            note=form.note,
            template=contents.template,
            recipient=recipient,
            may_redirect=context.role in {"lead", "cli"} and login is not None,
            sure=login is None or login.sure,
            session=_session(personal, context.command.option("for"), of_page) if personal else None,
        )

    async def _queue_new(
        self, context: CommandContext, found: Found, options: LinkOptions | None
    ) -> MailQueued:
        """Queue the mail of the context's form. It is in the database when this returns."""
        already = await self.mails.get(_mail_id(context))
        if already is not None:
            return MailQueued(already)
        preview = await self._preview(context, found, options)
        await self._check_recipient(context, preview)
        mail = self._mail(context, preview)
        if mail.session is None:
            await self.mails.add(mail)
        else:
            async with self.links.allowance(context) as allowance:
                allowance.used = await self.mails.add(mail)
        return MailQueued(await self.mails.get(mail.id) or mail)

    async def _resend(self, context: CommandContext, found: Found, mail_id: str) -> MailQueued:
        """Queue a mail again that failed or is parked. A personal link in it will be a new one."""
        known = await self.mails.get(mail_id)
        if known is None or known.customer != found.customer.id:
            raise NotFound("mail_not_to_resend")
        if known.session is None:
            return MailQueued(await self._requeue(context, known))
        if known.session.recover_until <= self.clock():
            raise NotFound("mail_not_to_resend")
        # Without a new reason, the reason of the mail holds for this attempt too.
        context.did = None if context.command.option("for") else known.session.reason
        reason = context.command.option("for") or known.session.reason
        self.links.check_reason(reason)
        async with self.links.allowance(context) as allowance:
            mail = await self._requeue(context, replace(known, session=replace(known.session, reason=reason)))
            allowance.used = True
        return MailQueued(mail)

    async def _requeue(self, context: CommandContext, mail: Mail) -> Mail:
        place = context.form.place if context.form else None
        queued = await self.mails.resend(
            mail.id,
            context.person.id,
            place,
            mail.session,
            self.clock(),
            request_key=context.person.request_key,
        )
        if queued is None:
            raise NotFound("mail_not_to_resend")
        return queued

    async def start_sending(self, mail: Mail) -> None:
        """Put a queued mail into the job queue.

        When that fails, the worker's sweep finds it a moment later.
        """
        try:
            await enqueue(self.queue, mail)
        except Unavailable:
            _log.warning("mail_left_to_the_sweep", mail=mail.id)

    async def _login_link(self, context: CommandContext, found: Found) -> LoginLink:
        config = context.command.option("config")
        configuration, sharing = await asyncio.gather(
            self.account.configurations.get(config),
            self.account.lookup.sharing_address(found.customer),
        )
        return login_link(configuration, found.customer, sharing)

    async def _check_recipient(self, context: CommandContext, preview: MailPreview) -> None:
        if preview.recipient == preview.found.customer.email:
            return
        if preview.session is not None:
            raise BadUsage("personal_link_elsewhere")
        await context.person.authorise(LEADS_ONLY)
        context.did = "sent to another address than the customer's"

    def _languages(self, customer: Customer, asked: str | None, chosen: str) -> tuple[str, str]:
        """Return the language of the portal page and that of the mail. Raises BadUsage.

        A mail has to be in some language, so `chosen` in the modal is never empty; only another choice than
        the usual one says anything about the page, which goes by the browser where nothing is known.
        """
        of_page = session_locale(customer.preferred_locales, asked)
        usual = self.language if of_page == AUTO else of_page
        locale = session_locale((), chosen) if chosen else usual
        return (of_page if locale in {usual, AUTO} else locale), (usual if locale == AUTO else locale)

    def _mail(self, context: CommandContext, preview: MailPreview) -> Mail:
        now, found = self.clock(), preview.found
        return Mail(
            id=_mail_id(context),
            request_key=context.person.request_key,
            created_at=now,
            actor=context.person.id,
            customer=found.customer.id,
            livemode=self.account.livemode,
            template=preview.template,
            locale=preview.locale,
            recipient=preview.recipient,
            subject=preview.rendered.subject,
            text=preview.rendered.text,
            html=preview.rendered.html,
            session=preview.session,
            state=State.QUEUED,
            attempt=0,
            due_at=now,
            give_up_at=now + DAY,
            place=context.form.place if context.form else None,
        )


def _session(link: LinkRequest, reason: str | None, locale: str) -> Session:
    assert link.recover_until is not None  # noqa: S101 (a personal link without it is refused)
    return Session(link.recover_until, link.configuration, link.customer_account, reason, locale)


def _open_invoice(found: Found) -> OpenInvoice | None:
    """Return the oldest open invoice of the customer that can be paid on a page; None when there is none."""
    for each in open_invoices_of(found):
        if each.hosted_invoice_url and each.to_pay and each.currency:
            return OpenInvoice(each.hosted_invoice_url, each.to_pay, each.currency)
    return None


def _mail_id(context: CommandContext) -> str:
    """Return an id that is the same for each delivery of one request."""
    key = (
        context.person.request_key
        or f"{context.person.id} {context.person.asked_at} {context.command.line()}"
    )
    return f"mail_{hashlib.sha256(key.encode()).hexdigest()[:24]}"
