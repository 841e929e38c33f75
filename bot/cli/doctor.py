"""`portalbot doctor`: the same self-check as in Slack, with a Slack client of its own."""

import aiohttp

from bot.check import Checkup
from bot.cli.terminal import prepared
from bot.notify.answers import SLACK_TIMEOUT_SECONDS
from bot.process.checkup import further_checks
from bot.process.services import make_services
from bot.process.web import slack_client
from bot.settings import Purpose


async def examine() -> Checkup:
    """Do every check. Raises SettingsError."""
    settings = prepared(Purpose.ASK_STRIPE)
    timeout = aiohttp.ClientTimeout(total=SLACK_TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        checks = further_checks(settings, slack_client(settings, session))
        services = make_services(settings, keeps_configurations=False, further_checks=checks)
        try:
            return await services.doctor.examine()
        finally:
            await services.aclose()
