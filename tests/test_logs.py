"""Whatever logs, and however, the line is redacted and goes to one place."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator

import pytest
import structlog
from slack_bolt.async_app import AsyncApp

from bot.logs import REFERENCE_LETTERS, configure_logs, get_log, new_reference

TOKEN = "test_YWNjdF8xTm9Q"
SESSION_URL = f"https://billing.stripe.com/p/session/{TOKEN}"
LIBRARIES = [
    "stripe",
    "slack_sdk.web.async_client",
    "slack_bolt.AsyncApp",
    "aiohttp.access",
    "sqlalchemy.engine",
]


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    configure_logs("DEBUG", request.param, stream)
    return stream


def raise_chained() -> None:
    try:
        dict[str, str]()[SESSION_URL]
    except KeyError as error:
        raise RuntimeError(f"jenny@example.com {error}") from error


@pytest.mark.parametrize("name", LIBRARIES)
def test_lines_of_libraries_are_redacted(written: io.StringIO, name: str) -> None:
    log = logging.getLogger(name)
    log.setLevel(logging.DEBUG)
    log.debug("calling %s with %r", SESSION_URL, {"token": "s3cret", "email": "jenny@example.com"})
    try:
        raise_chained()
    except RuntimeError:
        log.exception("failed")
    assert "calling" in written.getvalue()
    assert "Traceback" in written.getvalue()
    for secret in (TOKEN, "s3cret", "jenny"):
        assert secret not in written.getvalue()


def test_our_own_lines_are_redacted_fields_context_and_tracebacks(written: io.StringIO) -> None:
    log = get_log("bot")
    with structlog.contextvars.bound_contextvars(reference="7K3M", response_url="http://x/s3cret"):
        log.info("made %s", SESSION_URL)
        log.info("made", where={"deep": [SESSION_URL]}, token="s3cret", secret_object=Exception(SESSION_URL))
        try:
            raise_chained()
        except RuntimeError:
            log.exception("failed", stack_info=True)
    assert "7K3M" in written.getvalue()
    for secret in (TOKEN, "s3cret", "jenny@"):
        assert secret not in written.getvalue()


def test_json_lines_are_json_with_the_usual_keys() -> None:
    stream = io.StringIO()
    configure_logs("INFO", "json", stream)
    get_log("bot.links").info("link_made", verb="home", note="zwölf\n\"'")
    logging.getLogger("stripe").warning("slow")
    get_log("bot").debug("not shown")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (ours["event"], ours["level"], ours["logger"], ours["verb"]) == (
        "link_made",
        "info",
        "bot.links",
        "home",
    )
    assert (theirs["event"], theirs["logger"]) == ("slow", "stripe")


def test_a_line_that_cannot_be_formatted_shows_no_arguments(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    record = logging.makeLogRecord({"name": "stripe", "msg": "%d", "args": (SESSION_URL,)})
    logging.getLogger().handlers[0].handle(record)
    assert "a log line of stripe was lost" in written.getvalue()
    assert TOKEN not in written.getvalue() + capsys.readouterr().err


def test_an_uncaught_exception_is_redacted_too(written: io.StringIO) -> None:
    try:
        raise_chained()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "uncaught" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_bolt_does_not_log_the_body_of_a_forged_request(written: io.StringIO) -> None:
    # Bolt sets the level of this logger itself when an app is made, after our configuration.
    AsyncApp(token="xoxb-1", signing_secret="x")
    for name in ("slack_bolt.RequestVerification", "slack_bolt.AsyncRequestVerification"):
        logging.getLogger(name).info("Invalid request signature detected (… body: everything)")
        logging.getLogger(name).warning("still heard")
    assert "everything" not in written.getvalue()
    assert written.getvalue().count("still heard") == 2


def test_configuring_again_does_not_double_lines() -> None:
    stream = io.StringIO()
    for _ in range(3):
        configure_logs("INFO", "json", stream)
    get_log("bot").info("once")
    assert len(stream.getvalue().splitlines()) == 1


def test_logs_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "console")
    get_log("bot").info("hello")
    seen = capsys.readouterr()
    assert "hello" in seen.err
    assert seen.out == ""


def test_references_are_short_and_not_misread() -> None:
    references = {new_reference() for _ in range(1000)}
    assert len(references) == 1000
    assert all(
        re.fullmatch(f"[{REFERENCE_LETTERS}]{{4}}-[{REFERENCE_LETTERS}]{{4}}", one) for one in references
    )
    assert not set("01OIL") & set(REFERENCE_LETTERS)
