"""The audit trail as those write it who make sessions: no live session is handed out without its line."""

from bot.errors import Unavailable
from bot.logs import get_log
from bot.metrics import Metrics
from bot.store.audit import AuditEntry, AuditTrail

_log = get_log(__name__)


class AuditWriter:
    """Writes lines. One that is lost is counted and logged."""

    def __init__(self, audit: AuditTrail, metrics: Metrics) -> None:
        """Use this trail."""
        self._audit = audit
        self._metrics = metrics

    async def write(self, entry: AuditEntry) -> None:
        """Add a line. Raises Unavailable("audit_unwritable") when it is lost and names a live session."""
        try:
            await self._audit.write(entry)
        except Unavailable:
            self._metrics.audit_failures.inc()
            _log.error("audit_line_lost", verb=entry.verb, outcome=entry.outcome, actor=entry.actor)
            if entry.session is not None and entry.livemode:
                raise Unavailable("audit_unwritable", retry=True) from None
