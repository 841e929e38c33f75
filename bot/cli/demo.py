"""`portalbot demo`: start the sandbox as a process of its own, and the bot against it over real HTTP."""

import asyncio
import os
import re
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from bot.process.server import run_server
from bot.settings import Purpose, Settings, load_settings
from bot.words import Words

PROGRAMS = str(Path(__file__).parents[2])
"""Where the package `sandbox` is, beside `bot`; an installed one is inside the package `portalbot`."""
SECONDS_TO_START = 90
"""A busy machine may need half of that; a sandbox that has ended is noticed at once."""
SANDBOX_NEEDS = {
    "aiosmtpd": "aiosmtpd",
    "python_multipart": "python-multipart",
    "sse_starlette": "sse-starlette",
}
"""What the sandbox needs beyond the bot, the extra `sandbox` of the package: distribution by module."""
KEPT = 8_192
"""Bytes of what the sandbox wrote last: enough for the end of a traceback."""
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 (both ends are on this machine)
BOT_TOKEN = "xoxb-sandbox"  # noqa: S105
APP_TOKEN = "xapp-sandbox"  # noqa: S105
MAIL_FROM = "billing@example.com"
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105


# People and ids are the sandbox's. The page starts as U0ALEX, who is in the rotation, to try a swap.
SETTINGS_FILE = """
[rotation]
people = ["U0SAM", "U0ALEX"]
handover = "monday 00:00"
start = {today}
user_group = "S0PAGERS"

[digest]
at = "{digest:%A %H:%M}"
timezone = "UTC"

[return_urls]
account = "https://example.com/account"
"""
# Only the example merchant has this one.
CONFIGURATIONS = """
[configurations]
support-desk = "bpc_1HcFhsZ2dPEbXyVRUraLpqGd"
"""
UNTIL_DIGEST = timedelta(minutes=10)
"""The week of the demo ends soon after its start, so that its digest is seen."""


class Ready(BaseModel):
    """What the sandbox prints, as one line of JSON, when it is ready."""

    url: str
    port: int
    smtp_port: int


class NotReady(BaseModel):
    """Why the sandbox did not start: what it prints as one line of JSON, or what else is known of it."""

    reason: str
    port_in_use: bool = False


async def run_demo(
    port: int, host: str = "127.0.0.1", account: str | None = None, *, socket_mode: bool = False
) -> int:
    """Run sandbox and bot until Ctrl-C, and return the exit code. No file is left on the disk.

    `account` is one of the sandbox's Stripe accounts that are yet to be set up. With `socket_mode` Slack
    reaches the bot over a connection that the bot opens.
    """
    words = Words()
    if missing := [name for module, name in SANDBOX_NEEDS.items() if find_spec(module) is None]:
        sys.stderr.write(words.sentence("terminal", "demo_incomplete", {"missing": missing}) + "\n")
        return 1
    bot_port = _free_port()
    with tempfile.TemporaryDirectory(prefix="portalbot-demo-") as folder:
        async with _sandbox(host, port, bot_port, account) as ready:
            if isinstance(ready, NotReady):
                key = "demo_port_taken" if ready.port_in_use else "demo_not_ready"
                facts = {"port": port, "reason": ready.reason}
                sys.stderr.write(words.sentence("terminal", key, facts) + "\n")
                return 1
            settings = _settings(ready, bot_port, Path(folder), account, socket_mode=socket_mode)
            line = "setup" if account else "jenny@example.com"
            facts = {"address": ready.url, "command": settings.slack_command, "line": line}

            def say_ready() -> None:
                sys.stdout.write(words.sentence("terminal", "demo_ready", facts) + "\n")
                sys.stdout.flush()

            await run_server(settings, say_ready)
    return 0


def _settings(
    ready: Ready, bot_port: int, folder: Path, account: str | None, *, socket_mode: bool
) -> Settings:
    file = folder / "demo.toml"
    now = datetime.now(UTC)
    text = SETTINGS_FILE.format(today=now.date(), digest=now + UNTIL_DIGEST)
    file.write_text(text + (CONFIGURATIONS if account is None else ""), encoding="utf-8")
    # Only these settings: those that the shell has for a real bot must not reach the demo.
    return load_settings(
        {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            **({"SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {"SLACK_SIGNING_SECRET": SIGNING_SECRET}),
            "SLACK_API_URL": f"{ready.url}/api/",
            "SLACK_LEADS": "S0LEADS",
            "SLACK_AGENTS": "S0AGENTS",
            "SLACK_ONCALL": "S0ONCALL",
            "ALERT_CHANNEL": "C0ALERTS",
            "STRIPE_API_KEY": "rk_test_sandbox",
            "STRIPE_API_BASE": ready.url,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "SMTP_URL": f"smtp://127.0.0.1:{ready.smtp_port}?tls=never",
            "MAIL_FROM": MAIL_FROM,
            "PORTALBOT_CONFIG": str(file),
            "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
            "HOST": "127.0.0.1",
            "PORT": str(bot_port),
            "LOG_LEVEL": "WARNING",
        },
        require=Purpose.SERVE,
    )


@asynccontextmanager
async def _sandbox(
    host: str, port: int, bot_port: int, account: str | None
) -> AsyncIterator[Ready | NotReady]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--json",
        "--stay-with-parent",
        *("--host", host),
        *("--port", str(port)),
        *("--bot-url", f"http://127.0.0.1:{bot_port}"),
        *("--signing-secret", SIGNING_SECRET),
        *("--bot-token", BOT_TOKEN),
        *("--webhook-secret", WEBHOOK_SECRET),
        *(("--account", account) if account else ()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(filter(None, (PROGRAMS, os.environ.get("PYTHONPATH"))))},
        start_new_session=True,  # Ctrl-C reaches us; the sandbox is stopped after the bot
    )
    written = bytearray()
    passing_on = asyncio.create_task(_pass_on(process, written))
    try:
        yield await _ready(process, passing_on, written)
    finally:
        if process.returncode is None:
            # Not `send_signal`, which looks whether the process is over and so takes that from asyncio.
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        await process.wait()
        await passing_on


async def _pass_on(process: asyncio.subprocess.Process, written: bytearray) -> None:
    """Show what the sandbox writes to stderr, and keep the end of it."""
    assert process.stderr is not None  # noqa: S101 (a pipe was asked for)
    while piece := await process.stderr.read(KEPT):
        sys.stderr.write(piece.decode(errors="replace"))
        written += piece
        del written[:-KEPT]


async def _ready(
    process: asyncio.subprocess.Process, passing_on: asyncio.Task[None], written: bytearray
) -> Ready | NotReady:
    assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
    try:
        line = await asyncio.wait_for(process.stdout.readline(), SECONDS_TO_START)
    except TimeoutError:
        return NotReady(reason=f"no answer within {SECONDS_TO_START} seconds")
    if line.strip():
        return TypeAdapter[Ready | NotReady](Ready | NotReady).validate_json(line)
    await passing_on
    why = _why(written.decode(errors="replace").splitlines())
    return NotReady(reason=why or f"exit code {await process.wait()}")


def _why(lines: Sequence[str]) -> str:
    """Return the line of a traceback that names the error, else the last line; empty without lines."""
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    return (errors or [line for line in lines if line.strip()] or [""])[-1]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
