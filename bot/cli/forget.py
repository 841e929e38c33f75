"""`portalbot forget <who>`: find the customer, and erase their data."""

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.rows.retention import PostedMessage
from bot.cli.terminal import customer_id, terminal_person, with_services
from bot.engine.client import open_queue
from bot.logs import get_log
from bot.process.services import Services, now
from bot.slack.failures import SLACK_FAILURES, word_of
from bot.use_cases.erasure import CustomerEraser, Erased

_GONE = frozenset({"message_not_found", "channel_not_found", "thread_not_found"})
_log = get_log(__name__)


async def forget(who: str, *, keep_messages: bool) -> Erased:
    """Erase the data of a customer. Given the customer's id, Stripe is not called. Raises Refused."""
    return await with_services(lambda services: _forget(services, who, keep_messages))


async def _forget(services: Services, who: str, keep_messages: bool) -> Erased:
    settings, person = services.settings, terminal_person()
    customer = await customer_id(who, services.account.find)
    async with open_queue(settings.database_url.get_secret_value()) as queue:

        async def delete_message(message: PostedMessage) -> bool:
            return await _delete(services.slack, message)

        async def drop_jobs(keys: Sequence[str]) -> None:
            await queue.drop(keys)

        eraser = CustomerEraser(
            services.database, services.audit, None if keep_messages else delete_message, drop_jobs
        )
        return await eraser.erase(customer, actor=person.id, now=now(), livemode=settings.livemode)


async def _delete(client: AsyncWebClient, message: PostedMessage) -> bool:
    try:
        await client.chat_delete(channel=message.channel, ts=message.ts)
    except SlackApiError as error:
        code = word_of(error)
        if code in _GONE:
            return True
        _log.warning("slack_message_not_deleted", error=code)
        return False
    except SLACK_FAILURES as error:
        _log.warning("slack_message_not_deleted", error=type(error).__name__)
        return False
    return True
