"""An alert in words: title, detail and what to do, as its object's state asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.alerts.alert import Alert, Status
from bot.alerts.states import state_of
from bot.portal.models import Price
from bot.replies.price import price_cost
from bot.replies.status_line import status_words
from bot.replies.stripe_words import stripe_word
from bot.words import Words
from bot.words.escaping import Mrkdwn, Whole

SETTLED = "invoice_settled"
"""What is said of any invoice alert once the invoice is paid, voided or written off."""

_NOTHING = (Mrkdwn(""), Whole(""))


class Known(dict[str, Any]):
    """Facts for a template: what an event did not say is empty, not an error."""

    def __missing__(self, name: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Said:
    """An alert's words, for a text with markup and for one without; `todo` is empty when there is none."""

    title: Mrkdwn
    plain_title: Whole
    detail: Mrkdwn
    plain_detail: Whole
    todo: Mrkdwn
    plain_todo: Whole


def said_of(words: Words, alert: Alert) -> Said:
    """Put an alert into words."""
    if alert.storm or alert.about.get("total"):
        many = _many(words, alert)
        called, told = (_said(words, "alert_many", part, many) for part in ("title", "detail"))
        return Said(*called, *told, *_NOTHING)
    context = _context(words, alert)
    key = _key(words, alert)
    title, plain = _said(words, "alerts", key, context, "title")
    if alert.facts.get("account"):
        named = {"account": alert.facts["account"]}
        title = words.markup("alert_words", "of_account", {"title": title, **named})
        plain = words.sentence("alert_words", "of_account", {"title": plain, **named})
    todo = _todo_key(words, alert, key)
    detail = _said(words, "alerts", key, context, "detail")
    return Said(title, plain, *detail, *(_said(words, "alert_todos", todo, context) if todo else _NOTHING))


def _said(
    words: Words, group: str, key: str, facts: Mapping[str, Any], part: str = ""
) -> tuple[Mrkdwn, Whole]:
    marked, plain = words.markup(group, key, facts, part=part), words.sentence(group, key, facts, part=part)
    return Mrkdwn(marked.strip()), Whole(plain.strip())


def _many(words: Words, alert: Alert) -> dict[str, Any]:
    """Return what is said of an alert that stands for many: it names none of them."""
    total = alert.about.get("total") or {"count": alert.count, "customers": 0, "sums": {}, "reason": None}
    reason = total["reason"]
    kinds, money = words.keys("alert_kinds"), words.writing.money
    return {
        **total,
        "kind": words.sentence("alert_kinds", alert.template if alert.template in kinds else "other"),
        "sums": " + ".join(money(amount, currency) for currency, amount in total["sums"].items()),
        "why": _looked_up(words, reason["catalogue"], reason["code"]) if reason else "",
        "storm": alert.storm,
    }


def _key(words: Words, alert: Alert) -> str:
    """Find the words of the template in this state: its own, those of all invoices, or the general ones."""
    known, state = words.keys("alerts"), state_of(alert.facts)
    wanted = [f"{alert.template}.{state.key}"]
    if alert.facts.get("kind") == "invoice" and state.outcome and _is_about_invoices(alert.template):
        wanted.append(f"{SETTLED}.{state.key}")
    return next((each for each in wanted if each in known), alert.template)


def _is_about_invoices(template: str) -> bool:
    return template in {
        SETTLED, "payment_failed", "payment_failed_finally", "first_payment_failed",
        "payment_action_required", "finalization_failed", "invoice_overdue",
    }  # fmt: skip


def _todo_key(words: Words, alert: Alert, key: str) -> str | None:
    if alert.status is Status.RESOLVED:
        return None
    known = words.keys("alert_todos")
    keys = (f"{alert.template}.{state_of(alert.facts).key}", key)
    return next((each for each in keys if each in known), None)


def _context(words: Words, alert: Alert) -> dict[str, Any]:
    facts, about = Known(alert.facts), Known(alert.about)
    said: dict[str, Any] = {
        "facts": facts,
        "about": about,
        "status": alert.status.value,
        "object": alert.object,
        "amount": words.writing.money(alert.amount, alert.currency),
        "currency": alert.currency,
        "who": None if alert.storm else who(alert),
        "plan": _plan(words, facts, about),
        "plan_changes": _plan_changes(words, facts, about),
        "coupons": _coupons(words, facts["coupons"]),
        "coupons_removed": _coupons(words, facts["coupons_removed"]),
        "feedback": feedback_words(words, facts, about),
        "failed_before": alert.template != SETTLED,
        "fields": ", ".join(stripe_word(words, "fields", str(each)) for each in facts["changed"] or ()),
        "what": _event_words(words, _happened(facts), facts["kind"] or alert.rule),
        "decline": _decline(words, facts, about),
        "dispute_reason": _looked_up(words, "dispute_reasons", facts["reason"]),
        "refund_reason": _looked_up(words, "refund_reasons", facts["reason"]),
        "refund_failure": _looked_up(words, "refund_reasons", facts["failure"]),
        "uncollectible": _looked_up(words, "uncollectible_reasons", facts["uncollectible_reason"]),
        "billing_reason": _looked_up(words, "billing_reasons", facts["billing_reason"], spelled_out=False),
        "ended_by": _looked_up(words, "ended_by", facts["ended_by"], {"facts": facts}, spelled_out=False),
        "fraud_type": str(facts["fraud_type"] or "").replace("_", " "),
        "status_words": status_words(words, str(facts["status"] or "")),
    }
    said["invoice"] = words.markup("alert_words", "invoice", said) if facts["kind"] == "invoice" else ""
    return said


def who(alert: Alert) -> str | None:
    """Name the customer: as looked up, as the event has it, or by id; None when there is none."""
    facts, about = alert.facts, alert.about
    known = (about.get("name"), facts.get("name"), about.get("email"), facts.get("email"))
    if facts.get("kind") == "billing_portal.configuration":
        return None  # its name is the configuration's
    return next((str(each) for each in known if each), alert.customer or about.get("customer"))


def _looked_up(
    words: Words,
    group: str,
    code: object,
    facts: Mapping[str, Any] | None = None,
    *,
    spelled_out: bool = True,
) -> str:
    """Say one of Stripe's codes; one that is not in the group without its underscores, or not at all."""
    if not isinstance(code, str) or not code:
        return ""
    known = spelled_out or code in words.keys(group)
    return stripe_word(words, group, code, facts) if known else ""


def _decline(words: Words, facts: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    code = facts["decline"] or about["decline"]
    if code in words.keys("declines"):
        return words.sentence("declines", code)
    said = facts["decline_text"] or about["decline_text"]
    return str(said).rstrip(".") if said else str(code or "").replace("_", " ")


def _happened(facts: Mapping[str, Any]) -> object:
    """Return the event's type; a charge that is only authorized has not been received."""
    is_reserved = facts["event"] == "charge.succeeded" and facts["captured"] is False
    return "charge.reserved" if is_reserved else facts["event"]


def _coupons(words: Words, coupons: Sequence[str] | None) -> str:
    """Name coupons; where an event names only the discount (`di_…`), say so."""
    return ", ".join(
        words.sentence("alert_words", "discount", {"id": each}) if each.startswith("di_") else each
        for each in coupons or ()
    )


def _event_words(words: Words, event: object, kind: object) -> str:
    """Say an event's type; one without words of its own without dots and underscores, no word twice."""
    if not isinstance(event, str) or not event:
        return str(kind).replace("_", " ").replace(".", " ").capitalize()
    if event in words.keys("event_types"):
        return words.sentence("event_types", event)
    spelled = dict.fromkeys(event.replace(".", " ").replace("_", " ").split())
    return " ".join(spelled).capitalize()


def _plan(words: Words, facts: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    line = plan_words(words, facts, about)
    more = facts["more_items"]
    return words.sentence("alert_words", "plan_and_more", {"plan": line, "more": more}) if more else line


def _plan_changes(
    words: Words, facts: Mapping[str, Any], about: Mapping[str, Any]
) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = []
    for each in facts["plan_changes"] or ():
        lines = {side: Known(each[side]) if each.get(side) else None for side in ("before", "after")}
        said = {side: plan_words(words, line, about) if line else None for side, line in lines.items()}
        if said["before"] == said["after"]:
            said["after"] = words.sentence("alert_words", "reads_alike", {"plan": said["after"]})
        found.append(said)
    return found


def plan_words(words: Words, line: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Name a line of a subscription by plan, price and quantity; empty for one without a price."""
    price = line["price"]
    if not price:
        return ""
    cost = price_cost(
        words,
        Price(
            price,
            unit_amount=line["unit_amount"],
            currency=line["price_currency"],
            interval=line["interval"],
            interval_count=line["interval_count"],
            usage_type="metered" if line["by_usage"] else "licensed",
        ),
    )
    known = (about["plans"] or {}).get(price) or line["plan"]
    name = ", ".join(part for part in (known, cost) if part)
    name = name or words.sentence("plans", "unnamed")
    return words.sentence("alert_words", "plan", {"name": name, "quantity": line["quantity"]})


def feedback_words(words: Words, facts: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Say why somebody cancels: the option that they chose, or Stripe's own word for it."""
    option = facts["feedback_option"]
    if option:
        return str(facts["feedback_text"] or (about["options"] or {}).get(option) or option)
    given = facts["feedback"]
    return words.sentence("feedback", given) if given in words.keys("feedback") else given or ""
