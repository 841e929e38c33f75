"""`portalbot doctor`: the same self-check as in Slack, with a Slack client of its own."""

import aiohttp

from bot.checks import further_checks
from bot.cli_answers import prepared
from bot.handlers.answers import SLACK_TIMEOUT_SECONDS
from bot.services import make_services
from bot.settings import Purpose
from bot.use_cases.results import Checkup
from bot.web import slack_client


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
