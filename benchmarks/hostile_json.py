"""Values and Stripe events that mean harm, or are merely wrong: from a seed, always the same."""

import random
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bot.alerts

RULES = Path(bot.alerts.__file__).with_name("default_rules.toml")
DEEPEST = 6

NASTY_TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202e gnp.exe", "\ufeff", "😀" * 50, "ﷺ", "i̇",
    "<!channel>", "<@U0ALEX>", "</script>", "`code`", "*_~", "&amp;<>", "{{ 7 * 7 }}", "{% for x in y %}",
    "%s%n", "${jndi:x}", "'; DROP TABLE alerts; --", "../../etc/passwd", "\r\nX-Injected: 1", "C:\\nul",
    "https://billing.stripe.com/p/session/test_secretsecret", "evt_1", "cus_", "in_1", "true", "null", "NaN",
    "-0", "9" * 400, "x" * 3001, "\n" * 200, "2026-02-30", "usd", "xxx", "ZZZ", "__proto__", "constructor",
)  # fmt: skip
NASTY_NUMBERS = (
    0, -0.0, 1, -1, 1.5, 1e-320, 1.7e308, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**70), 10**40,
    10**400, 4_102_444_800, -62_135_596_801, 253_402_300_800,
)  # fmt: skip
# What rules and texts look at; every one of them may be anything.
FIELDS = (
    "id", "object", "customer", "subscription", "amount", "amount_due", "amount_remaining", "amount_refunded",
    "currency", "status", "attempt_count", "next_payment_attempt", "due_date", "number", "reason", "items",
    "data", "price", "plan", "quantity", "product", "nickname", "unit_amount", "recurring", "interval",
    "cancel_at", "cancel_at_period_end", "canceled_at", "ended_at", "current_period_end", "metadata", "name",
    "cancellation_details", "feedback", "comment", "default_payment_method", "pause_collection", "discount",
    "discounts", "charge", "payment_intent", "evidence_details", "due_by", "failure_message", "failure_code",
    "last_finalization_error", "message", "actionable", "fraud_type", "features", "active", "is_default",
    "login_page", "enabled", "url", "email", "title", "value", "flow", "type", "lines", "parent", "livemode",
    "created", "billing_reason", "hosted_invoice_url", "arrival_date", "outcome", "payment_method_details",
)  # fmt: skip
OBJECTS = (
    "invoice", "subscription", "charge", "dispute", "payout", "customer", "billing_portal.session",
    "billing_portal.configuration", "radar.early_fraud_warning", "billing.alert_triggered", "payment_method",
    "review", "list", "unheard_of",
)  # fmt: skip


def event_types() -> tuple[str, ...]:
    """Every type that a default rule listens to, and some that none does."""
    found: list[str] = []
    for rule in tomllib.loads(RULES.read_text())["alert"]:
        found += [rule["event"]] if isinstance(rule["event"], str) else rule["event"]
    known = dict.fromkeys(each.replace("*", "created") for each in found)
    return (*known, "something.never_heard_of", "ping", "*", "invoice.*", "x" * 255, "v2.core", "é.ü")


class HostileJson:
    """Makes values; everything hangs on the chance it is given."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._types = event_types()

    def value(self, depth: int = 0) -> Any:
        """Any JSON value."""
        kinds: list[Callable[[], Any]] = [
            lambda: None,
            lambda: self._chance.random() < 0.5,
            lambda: self._chance.choice(NASTY_NUMBERS),
            self.text,
            self.text,
        ]
        if depth < DEEPEST:
            kinds += [
                lambda: [self.value(depth + 1) for _ in range(self._chance.randrange(4))],
                lambda: self.thing(depth + 1),
            ]
        return self._chance.choice(kinds)()

    def text(self) -> str:
        """Any text: a nasty one, a short one, or any characters at all."""
        luck = self._chance.random()
        if luck < 0.6:
            return self._chance.choice(NASTY_TEXTS)
        if luck < 0.8:
            return f"{self._chance.choice(('cus', 'sub', 'in', 'ch', 'po'))}_{self._chance.randrange(500)}"
        return "".join(chr(self._chance.randrange(1, 0x10FFFF)) for _ in range(self._chance.randrange(20)))

    def thing(self, depth: int = 0) -> dict[str, Any]:
        """An object with fields that Stripe has, and some that nobody has, holding anything."""
        names = self._chance.sample(FIELDS, self._chance.randrange(1, 12 if depth < 2 else 4))
        made = {name: self.value(depth + 1) for name in names}
        if self._chance.random() < 0.1:
            made[self.text()] = self.value(depth + 1)
        return made

    def event(self, event_id: str, created: int) -> dict[str, Any]:
        """An event with a right envelope around an object that may be anything."""
        thing: Any = self.thing()
        if self._chance.random() < 0.7:
            thing |= {"object": self._chance.choice(OBJECTS), "customer": f"cus_{self._chance.randrange(50)}"}
        data: dict[str, Any] = {"object": thing if self._chance.random() < 0.95 else self.value()}
        if self._chance.random() < 0.5:
            data["previous_attributes"] = self.thing() if self._chance.random() < 0.8 else self.value()
        if self._chance.random() < 0.03:
            data = {self.text(): self.value()}
        made = {
            "id": event_id,
            "object": "event",
            "type": self._chance.choice(self._types),
            "created": self._chance.choice(
                (created, created, created, 0, 1, 253_402_214_399, created + 10**6)
            ),
            "livemode": False,
            "data": data,
        }
        if self._chance.random() < 0.3:
            made |= {"account": self.value(3), "api_version": self.value(3), "request": self.value(3)}
        return made

    def broken_envelope(self, event_id: str, created: int) -> Any:
        """Something that is no event: a field of the envelope is missing or of the wrong kind."""
        if self._chance.random() < 0.2:
            return self._chance.choice((None, True, 1, "event", [], {}, [self.event(event_id, created)]))
        made = self.event(event_id, created)
        name, wrong = self._chance.choice((
            ("id", (None, "", 7, "x" * 256, [], {}, True)),
            ("object", (None, "charge", "", 7, ["event"], "Event", "v2.core.event_destination")),
            ("type", (None, "", 7, "x" * 256, [], {})),
            ("created", (None, -1, 253_402_214_400, 2**40, 2**70, 1.5, "1", True, [], {})),
            ("livemode", (None, "false", 0, 1, [], {})),
            ("data", (None, [], "x", 7, False)),
        ))  # fmt: skip
        if self._chance.random() < 0.3:
            del made[name]
        else:
            made[name] = self._chance.choice(wrong)
        return made
