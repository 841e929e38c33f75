"""The stand with a mail server, and with the engine that sends."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from bot.process.routes import make_app
from bot.process.web import Web, open_web
from bot.process.worker import working
from bot.settings import Purpose, load_settings
from sandbox.app import Sandbox, SandboxOptions
from sandbox.disconnect import CuttableProtocol
from sandbox.slack.service import SlackOptions
from tests.sqlite import with_tables
from tests.stand.person import Person
from tests.stand.serving import Loop, client, free_socket, served
from tests.stand.shown import Shown
from tests.stand.stand import FEW, GENEROUS, Stand, environment
from tests.stand.waiting import PATIENCE, until

NO_LIMITS = GENEROUS + "[mail]\nminutes_between = 0\nper_day = 100000\n"


@contextmanager
def open_mail_stand(folder: Path, config: str = NO_LIMITS, **more: str) -> Iterator[Stand]:
    """Start everything, and stop it at the end. `more` are settings of the bot."""
    (folder / "portalbot.toml").write_text(config)
    sandbox_socket, sandbox_url = free_socket()
    smtp_socket, smtp_url = free_socket()
    smtp_socket.close()
    smtp_port = int(smtp_url.rpartition(":")[2])
    bot_socket, bot_url = free_socket()
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{smtp_port}", "MAIL_FROM": "billing@merchant.example"}
    settings = load_settings(environment(sandbox_url, folder, **(mail | more)), require=Purpose.SERVE)
    if settings.uses_sqlite:
        with_tables(settings.database_url.get_secret_value())
    slack = SlackOptions(bot_url=bot_url)
    options = SandboxOptions(base_url=sandbox_url, smtp_port=smtp_port, slack=slack, many=FEW)
    sandbox = Sandbox(options)

    @asynccontextmanager
    async def everything() -> AsyncIterator[Web]:
        async with (
            served(sandbox.app, sandbox_socket, http=CuttableProtocol, lifespan="on"),
            open_web(settings) as web,
            working(web.services),
            served(make_app(web), bot_socket),
        ):
            yield web

    loop = Loop()
    try:
        with (
            loop.entered(everything()) as web,
            client(sandbox_url) as sandbox_http,
            client(bot_url) as bot_http,
        ):
            yield Stand(loop, sandbox, sandbox_http, bot_http, web, settings)
    finally:
        loop.close()


def mails(stand: Stand) -> list[dict[str, Any]]:
    """What has arrived over SMTP, oldest first."""
    found = stand.on_loop(lambda: [mail.to_json() for mail in stand.sandbox.mailbox.mails])
    return [each for each in found if each["via"] == "smtp"]


def preview(agent: Person, who: str = "jenny@example.com") -> Shown:
    """Type `/portal email …` and wait for the filled window."""
    assert not agent.types(f"/portal email {who}")["failure"]
    return filled(agent)


def filled(agent: Person, *words: str, patience: float = PATIENCE) -> Shown:
    """The window once it shows a mail (with these words)."""

    def look() -> Shown | None:
        stack = agent.stand.views(agent.user)["stack"]
        window = Shown(stack[-1]) if stack and stack[-1]["callback_id"] == "mail" else None
        return window if window and all(word in window.raw for word in words) else None

    return until(look, f"the preview with {words}", patience)


def told(agent: Person, *words: str) -> Shown:
    """The newest message to the agent with these words."""

    def look() -> Shown | None:
        found = [each for each in agent.messages() if all(word in each.words for word in words)]
        return found[-1] if found else None

    return until(look, f"a message with {words}")
