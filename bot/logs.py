"""Sets up logging: the bot's logs through structlog, those of libraries through `logging`, all redacted.

Logs go to stderr, since stdout is for `--json`. Redaction is the last step before a line is rendered, when
tracebacks are text already.
"""

import hashlib
import logging
import secrets
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.typing import FilteringBoundLogger, Processor

from bot.redaction import redact_value

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
"""Without 0/O, 1/I/L and U/V, which are confused when a reference is read out on the telephone."""

# Bolt logs the whole body of a wrongly signed request at INFO, and sets this logger's level itself when an
# app is made, so that only a filter stays. slack_sdk logs every message and the address it goes
# to at DEBUG: names of customers are in the one, and the other can be on any host.
_TELLTALES = (
    "slack_bolt.RequestVerification",
    "slack_bolt.AsyncRequestVerification",
    "slack_sdk.webhook.client",
    "slack_sdk.webhook.async_client",
    "slack_sdk.web.base_client",
    "slack_sdk.web.async_base_client",
    "dbos",  # it sets its own level, and lists every migration
)

_CHATTY = ("alembic", "uvicorn")
"""Libraries that tell of their normal work at INFO; LOG_LEVEL=DEBUG lets them."""


def configure_logs(level: str, form: Literal["json", "console"], stream: TextIO | None = None) -> None:
    """Send every log of the process, redacted, to `stream` (stderr by default). May be called again."""
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_facts(), processors=_final(form))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel("WARNING" if level == "INFO" else level)
    for name in _TELLTALES:
        logger = logging.getLogger(name)
        if _is_warning not in logger.filters:
            logger.addFilter(_is_warning)
    structlog.configure(
        processors=[*_facts(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_uncaught


def get_log(name: str) -> FilteringBoundLogger:
    """Return a logger for the bot's own code: `log.info("link_made", verb="home")`."""
    return cast(FilteringBoundLogger, structlog.get_logger(name))


def new_reference() -> str:
    """Return a new id to show to a person and to find in the log, such as `7K3M-QX9D`."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def reference_of(key: str) -> str:
    """Return the reference of something that may be delivered twice: the same for the same key."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    letters = ""
    for _ in range(8):
        number, place = divmod(number, len(REFERENCE_LETTERS))
        letters += REFERENCE_LETTERS[place]
    return f"{letters[:4]}-{letters[4:]}"


def bound_reference() -> str | None:
    """Return the reference that every log line has now; None outside a request."""
    found = structlog.contextvars.get_contextvars().get("reference")
    return None if found is None else str(found)


def redact_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Redact everything in a log event (a structlog processor)."""
    return cast(dict[str, Any], redact_value(dict(event)))


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Write that a line was lost. The standard library would print its arguments, unredacted."""
        error = sys.exc_info()[0]
        self.stream.write(f"a log line of {record.name} was lost: {error.__name__ if error else 'unknown'}\n")


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _facts() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _final(form: Literal["json", "console"]) -> list[Processor]:
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact_event,
        renderer,
    ]


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("uncaught", exc_info=(kind, error, trace))
