"""`portalbot demo`: the sandbox as a program of its own, and the bot against it over real HTTP."""

import asyncio
import json
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pydantic import BaseModel

from bot.process.server import run_server
from bot.settings import Purpose, Settings, load_settings
from bot.words import Words

SECONDS_TO_START = 30
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 (both ends are on this machine)
BOT_TOKEN = "xoxb-sandbox"  # noqa: S105
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105


class Ready(BaseModel):
    """The line the sandbox prints when it can be reached."""

    url: str
    port: int
    smtp_port: int


async def run_demo(port: int) -> int:
    """Start everything and stay until Ctrl-C; the exit code. Nothing is left on the disk."""
    words = Words()
    bot_port = _free_port()
    with tempfile.TemporaryDirectory(prefix="portalbot-demo-") as folder:
        async with _sandbox(port, bot_port) as ready:
            if ready is None:
                sys.stderr.write(words.sentence("terminal", "demo_port_taken", {"port": port}) + "\n")
                return 1
            settings = _settings(ready, bot_port, Path(folder))
            facts = {"address": ready.url, "command": settings.slack_command}

            def say_ready() -> None:
                sys.stdout.write(words.sentence("terminal", "demo_ready", facts) + "\n")
                sys.stdout.flush()

            await run_server(settings, say_ready)
    return 0


def _settings(ready: Ready, bot_port: int, folder: Path) -> Settings:
    # Only these: whatever the shell has set for a real bot must not reach the demo.
    return load_settings(
        {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{ready.url}/api/",
            "SLACK_LEADS": "S0LEADS",
            "SLACK_AGENTS": "S0AGENTS",
            "SLACK_ONCALL": "S0ONCALL",
            "ALERT_CHANNEL": "C0ALERTS",
            "STRIPE_API_KEY": "rk_test_sandbox",
            "STRIPE_API_BASE": ready.url,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "SMTP_URL": f"smtp://127.0.0.1:{ready.smtp_port}?tls=never",
            "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
            "HOST": "127.0.0.1",
            "PORT": str(bot_port),
            "LOG_LEVEL": "WARNING",
        },
        require=Purpose.SERVE,
    )


@asynccontextmanager
async def _sandbox(port: int, bot_port: int) -> AsyncIterator[Ready | None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--json",
        "--stay-with-parent",
        *("--port", str(port)),
        *("--bot-url", f"http://127.0.0.1:{bot_port}"),
        *("--signing-secret", SIGNING_SECRET),
        *("--bot-token", BOT_TOKEN),
        *("--webhook-secret", WEBHOOK_SECRET),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C reaches us; the sandbox is stopped after the bot
    )
    try:
        yield await _ready(process)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _ready(process: asyncio.subprocess.Process) -> Ready | None:
    assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
    line = await asyncio.wait_for(process.stdout.readline(), SECONDS_TO_START)
    return Ready.model_validate(json.loads(line)) if line.strip() else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
