"""The bot's web process and the sandbox on loopback, as they stand to each other in the demo."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from bot.process.http_limits import BoundedHttp
from bot.process.routes import make_app
from bot.process.web import Web, open_web
from bot.settings import Purpose, Settings, load_settings
from bot.store.audit import AuditEntry
from sandbox.app import Sandbox, SandboxOptions
from sandbox.disconnect import CuttableProtocol
from sandbox.faults import Fault
from sandbox.slack import SlackOptions
from tests.sqlite import with_tables
from tests.stand.person import AGENT, SUPPORT, Person
from tests.stand.serving import Loop, client, free_socket, served
from tests.stand.signing import SIGNING_SECRET, WEBHOOK_SECRET, command_form, interaction_form, slack_headers

Json = dict[str, Any]
Result = TypeVar("Result")

FEW = 7
"""Enough subscriptions for the customer who has 500 in the demo, and who takes two thirds of the seeding."""
GENEROUS = "[limits]\nlinks_per_hour = 100000\nlive_customers_per_10_minutes = 100000\n"


@dataclass(slots=True, repr=False)
class Reached:
    """A sandbox, the address of a bot, and what people and services do to both."""

    loop: Loop
    sandbox: Sandbox
    sandbox_http: httpx.Client
    bot_http: httpx.Client

    def person(self, user: str = AGENT, channel: str = SUPPORT) -> Person:
        """Somebody who uses the bot."""
        return Person(self, user, channel)

    def on_loop(self, look: Callable[[], Result]) -> Result:
        """Look at, or change, something of the sandbox between two of its requests."""
        return self.loop.call(look)

    def control(self, act: str, **body: Any) -> Json:
        """Do something through the sandbox's control API."""
        answer = self.sandbox_http.post(f"/sandbox/{act}", json=body)
        assert answer.status_code == 200, answer.text
        outcome: Json = answer.json()
        return outcome

    def messages(self) -> list[Json]:
        """Every message in the workspace."""
        everything = self.sandbox.slack.parts.workspace.everything
        return self.on_loop(lambda: [message.to_json() for message in everything()])

    def messages_in(self, channel: str) -> list[Json]:
        """Every message in a channel, oldest first."""
        return [message for message in self.messages() if message["channel"] == channel]

    def views(self, user: str) -> Json:
        """The windows and the App Home of somebody."""
        views: Json = self.sandbox_http.get("/sandbox/views", params={"user": user}).json()
        return views

    def violations(self) -> list[str]:
        """What Slack would have refused of what the bot sent."""
        seen = self.sandbox.slack.parts.violations.seen
        return self.on_loop(lambda: [str(each.to_json()) for each in seen])

    def fault(
        self, target: str, kind: str, match: str = "*", times: int | None = None, seconds: float = 1
    ) -> None:
        """Make Slack or Stripe misbehave."""
        self.on_loop(lambda: self.sandbox.set_fault(target, Fault(kind, match, times, seconds)))

    def heal(self) -> None:
        """Make everything work again."""
        self.on_loop(self.sandbox.clear_faults)

    def stripe_calls(self) -> list[str]:
        """Every request Stripe has got, as `GET /v1/customers/cus_1`."""
        return self.on_loop(lambda: [f"{call.method} {call.path}" for call in self.sandbox.stripe.calls])

    def slack_calls(self, name: str) -> int:
        """How often a method of the Web API was called lately."""
        return self.on_loop(lambda: sum(call.name == name for call in self.sandbox.traffic))

    def customer(self, label: str) -> str:
        """The id of a seeded customer."""
        stories = self.sandbox.stripe.stories()
        return next(each.customer_id for each in stories if each.label == label)

    def send(self, body: bytes, **signing: Any) -> httpx.Response:
        """Send the bot a body, properly signed unless told otherwise."""
        return self.bot_http.post("/slack/events", content=body, headers=slack_headers(body, **signing))

    def send_command(self, text: str, **fields: str) -> httpx.Response:
        """Send a slash command."""
        return self.send(command_form(text, **fields))

    def send_interaction(self, payload: Json) -> httpx.Response:
        """Send a click, a shortcut or a submission."""
        return self.send(interaction_form(payload))

    def reset(self) -> None:
        """A new morning in Slack; customers and audit trail stay."""
        self.on_loop(self.sandbox.reset)


@dataclass(slots=True, repr=False)
class Stand(Reached):
    """A stand whose bot runs in this process, so that tests can look into it."""

    web: Web
    settings: Settings

    def audit(self, limit: int = 1000) -> list[AuditEntry]:
        """The audit trail, newest first."""
        return list(self.loop.run(self.web.services.audit.history(limit=limit)))


def environment(sandbox_url: str, folder: Path, **more: str) -> dict[str, str]:
    """Settings of a bot that works against a sandbox."""
    config = folder / "portalbot.toml"
    if not config.exists():
        config.write_text(GENEROUS)
    return {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{sandbox_url}/api/",
        "SLACK_AGENTS": "S0AGENTS",
        "SLACK_LEADS": "S0LEADS",
        "SLACK_ONCALL": "S0ONCALL",
        "ALERT_CHANNEL": "C0ALERTS",
        "STRIPE_API_KEY": "rk_test_sandbox",
        "STRIPE_API_BASE": sandbox_url,
        "STRIPE_MAX_RPS": "0",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "DATABASE_URL": f"sqlite:///{folder / 'portalbot.db'}",
        "PORTALBOT_CONFIG": str(config),
        "LOG_LEVEL": "WARNING",
    } | more


@contextmanager
def open_stand(folder: Path, config: str = GENEROUS, many: int = FEW, /, **more: str) -> Iterator[Stand]:
    """Start both, and stop them at the end. `many` is as in the sandbox, `more` are settings of the bot."""
    (folder / "portalbot.toml").write_text(config)
    sandbox_socket, sandbox_url = free_socket()
    bot_socket, bot_url = free_socket()
    settings = load_settings(environment(sandbox_url, folder, **more), require=Purpose.SERVE)
    if settings.uses_sqlite:
        with_tables(settings.database_url.get_secret_value())
    options = SandboxOptions(base_url=sandbox_url, slack=SlackOptions(bot_url=bot_url), many=many)
    sandbox = Sandbox(options)

    @asynccontextmanager
    async def both() -> AsyncIterator[Web]:
        async with (
            served(sandbox.app, sandbox_socket, http=CuttableProtocol, lifespan="on"),
            open_web(settings) as web,
            served(make_app(web), bot_socket, http=BoundedHttp),
        ):
            yield web

    loop = Loop()
    try:
        with (
            loop.entered(both()) as web,
            client(sandbox_url) as sandbox_http,
            client(bot_url) as bot_http,
        ):
            yield Stand(loop, sandbox, sandbox_http, bot_http, web, settings)
    finally:
        loop.close()
