"""Builds what tells agents what came of their links, for a process that runs jobs."""

from bot.durations import DAY, HOUR
from bot.engine import SWEEP_SECONDS, Every
from bot.notify.outcome_notices import OutcomeNotices
from bot.outcomes.rows import OutcomeRows
from bot.process.services import Services
from bot.use_cases.customer_names import CustomerNames

LOOK_SECONDS = 1.0


def outcome_work(services: Services) -> list[Every]:
    """Return the periodic work on links."""
    now = services.clock.whole
    rows, days = OutcomeRows(services.database), services.settings.portalbot_config.retention.audit_days
    notices = OutcomeNotices(
        rows,
        services.response_urls,
        services.account.gateway,
        services.post,
        services.session,
        services.words,
        now,
        services.readers,
        CustomerNames(services.account.gateway),
    )

    async def prune() -> None:
        await rows.prune(now() - days * DAY if days else 0, now())

    return [
        Every("link_outcomes", LOOK_SECONDS, notices.look, sweep=SWEEP_SECONDS),
        Every("outcome_pruning", HOUR, prune),
    ]
