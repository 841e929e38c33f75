"""The stand-ins behind the sandbox's port: what the page, the control API and the server work on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.faults import Fault, UnknownFaultError
from sandbox.feed import Feed
from sandbox.mailbox.mail import Mail
from sandbox.mailbox.smtp import SmtpServer
from sandbox.mailbox.store import Mailbox
from sandbox.slack import SlackOptions, SlackSandbox
from sandbox.stripe import DROP, MANY, Story, StripeSandbox
from sandbox.stripe.faults import RateLimit
from sandbox.traffic import Traffic


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Where the sandbox is reached, what it shares with the bot, and which Stripe account it starts with."""

    base_url: str = "http://127.0.0.1:4242"
    slack: SlackOptions = field(default_factory=SlackOptions)
    webhook_secret: str = "whsec_sandbox"  # noqa: S105 - both ends are on this machine
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 0
    account: str | None = None
    many: int = MANY


CALLS_A_SECOND = 25
"""What Stripe takes of a test account."""
STRIPE_FAULTS = {"429": 429, "500": 500, "down": DROP}


class Services:
    """Stripe, Slack and the mailbox of one sandbox, with the traffic and the faults of all three.

    `clock` gives Unix seconds.
    """

    def __init__(self, options: SandboxOptions, clock: Callable[[], float] = time.time) -> None:
        self.options = options
        self.feed = Feed()
        self.traffic = Traffic(self.feed)
        self.mailbox = Mailbox(self.feed, clock)
        self.smtp = SmtpServer(self.mailbox, self.traffic, clock)
        self.clock = clock
        self.stripe = StripeSandbox(
            base_url=options.base_url,
            clock=lambda: int(clock()),
            deliver_mail=self._deliver,
            webhook_url=f"{options.slack.bot_url.rstrip('/')}/stripe/webhooks",
            webhook_secret=options.webhook_secret,
            notify=self._on_stripe,
            account=options.account,
            many=options.many,
        )
        self._stripe_faults: list[Fault] = []
        first = next((story.customer_id for story in self.stripe.stories()), options.slack.customer)
        slack = replace(options.slack, customer=first)
        self.slack = SlackSandbox(options.base_url, slack, clock, self.feed, self.traffic)

    async def start(self) -> None:
        """Listen for mail and deliver webhooks."""
        await self.smtp.start(self.options.smtp_host, self.options.smtp_port)
        await self.slack.startup()
        await self.stripe.startup()

    async def stop(self) -> None:
        """Let go of the open pages, then stop what `start` started."""
        self.feed.close()
        await self.slack.shutdown()
        await self.stripe.shutdown()
        await self.smtp.stop()

    def stories(self) -> Sequence[Story]:
        """Return the seeded customers."""
        return self.stripe.stories()

    def happen(self, kind: str, customer_id: str, times: int = 1) -> int:
        """Make something happen to a customer, or to many; returns to how many.

        Raises `LookupError` for an unknown kind or customer, `CannotHappenError` when she lacks what it
        takes.
        """
        if times > 1 or not customer_id:
            return self.stripe.happen_to_many(kind, times)
        self.stripe.happen(kind, customer_id)
        return 1

    def reset(self) -> None:
        """Empty Slack and the mailbox and switch all faults off; Stripe keeps its customers."""
        self.slack.reset()
        self.mailbox.clear()
        self.traffic.clear()
        self.clear_faults()
        self.feed.publish("reset")

    def set_fault(self, target: str, fault: Fault) -> None:
        """Switch a fault on.

        Raises:
            UnknownFaultError: there is no such target, or it cannot do that.
        """
        if target == "slack":
            self.slack.faults.set(fault)
        elif target == "smtp":
            self.smtp.faults.set(fault)
        elif target == "stripe":
            self._set_stripe_fault(fault)
        else:
            raise UnknownFaultError(f"no target {target!r}; there are slack, smtp and stripe")
        self.feed.publish("faults")

    def clear_faults(self, target: str = "", kind: str = "") -> None:
        """Switch faults off: one kind, all of one target, or every one."""
        for name, switches in (("slack", self.slack.faults), ("smtp", self.smtp.faults)):
            if target in {"", name}:
                switches.clear(kind)
        if target in {"", "stripe"}:
            kept = [fault for fault in self._stripe_faults if kind and fault.kind != kind]
            self._stripe_faults = []
            self.stripe.faults.clear()
            self.stripe.listen(listening=True)
            for fault in kept:
                self._set_stripe_fault(fault)
        self.feed.publish("faults")

    def active_faults(self) -> dict[str, list[dict[str, Any]]]:
        """Return what is switched on, by target."""
        return {
            "slack": [fault.to_json() for fault in self.slack.faults.active],
            "smtp": [fault.to_json() for fault in self.smtp.faults.active],
            "stripe": [fault.to_json() for fault in self._stripe_faults],
        }

    def _set_stripe_fault(self, fault: Fault) -> None:
        switches = self.stripe.faults
        path = "" if fault.match == "*" else fault.match
        retry_after = max(1, round(fault.seconds))
        if fault.kind == "latency":
            switches.latency_ms = int(fault.seconds * 1000)
        elif fault.kind == "denied":
            switches.denied.add(path)
        elif fault.kind == "rate":
            switches.rate = RateLimit(fault.times or CALLS_A_SECOND, fault.seconds)
        elif fault.kind == "endpoint":
            self.stripe.listen(listening=False)
        elif fault.kind not in STRIPE_FAULTS:
            known = ", ".join(STRIPE_FAULTS)
            raise UnknownFaultError(
                f"no fault {fault.kind!r}; there are latency, rate, denied, endpoint, {known}"
            )
        elif fault.times is None:
            switches.always(STRIPE_FAULTS[fault.kind], retry_after=retry_after, path=path)
        else:
            switches.next(STRIPE_FAULTS[fault.kind], fault.times, retry_after=retry_after, path=path)
        self._stripe_faults.append(fault)

    async def _deliver(self, mail: Mail) -> None:
        self.mailbox.deliver(mail)

    def _on_stripe(self, kind: str, facts: dict[str, Any]) -> None:
        if kind == "stripe.request":
            return  # the stopwatch sees these, with their milliseconds
        status = str(facts.get("status", ""))
        self.traffic.add(
            at=self.clock(),
            service="webhook" if kind == "stripe.webhook" else "portal",
            name=str(facts.get("type") or kind),
            status=status,
            milliseconds=facts.get("milliseconds"),
            detail=" ".join(str(facts[name]) for name in ("customer", "error") if facts.get(name)),
            alarming=bool(status) and not status.startswith("2"),
        )
