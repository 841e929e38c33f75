"""The answer to `config` as a message: a table with one column for each configuration, and what is wrong."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.portal.dashboard_links import page
from bot.portal.models import MISSING, Configuration
from bot.replies.button import Button, button
from bot.replies.details import Detail, details_button
from bot.replies.finding import finding_line
from bot.replies.stripe_words import stripe_word
from bot.use_cases.results import ConfigurationSurvey, ConfigurationView
from bot.words import Message, Words

MOST_FINDINGS = 10


def configurations_message(words: Words, survey: ConfigurationSurvey) -> Message:
    """Show configurations side by side; buttons show one alone."""
    shown = [view.configuration for view in survey.views]
    rows = [
        [words.sentence("configurations", key, part="row"), *(_cell(words, key, each) for each in shown)]
        for key in CELLS
    ]
    notes: list[dict[str, Any]] = [
        {"configuration": _named(view.configuration), "id": view.configuration.id, "finding": line}
        for view in survey.views
        for line in (finding_line(words, finding) for finding in view.findings)
    ]
    return words.message(
        "config",
        rows=rows,
        ids=[{"id": each.id, "name": _named(each)} for each in shown],
        notes=notes[:MOST_FINDINGS],
        hidden_notes=max(0, len(notes) - MOST_FINDINGS),
        total=survey.total,
        has_default=survey.has_default,
        livemode=survey.livemode,
        settings=page("settings/billing/portal", livemode=survey.livemode),
        buttons=[
            *_buttons(words, survey.views),
            *details_button(words, [_ids(words, shown), *(each["finding"].detail for each in notes)]),
        ],
    )


def _ids(words: Words, shown: Sequence[Configuration]) -> Detail:
    return Detail(words.sentence("details", "ids"), tuple((_named(each), each.id) for each in shown))


def _named(configuration: Configuration) -> str:
    return configuration.name or configuration.id


def _buttons(words: Words, views: tuple[ConfigurationView, ...]) -> list[Button]:
    if len(views) != 1:
        return []
    edit = button(words, "edit_configuration", f"config {views[0].configuration.id} edit")
    return [edit, button(words, "all_configurations", "config")]


def _cell(words: Words, key: str, configuration: Configuration) -> str:
    value, facts = CELLS[key](configuration)
    names = configuration.customer_update.allowed_updates
    fields = [] if names is MISSING else [stripe_word(words, "fields", each) for each in names]
    return words.sentence("configurations", key, facts | {"fields": fields}, part=value)


Cell = tuple[str, dict[str, object]]


def _flag(read: Callable[[Configuration], object]) -> Callable[[Configuration], Cell]:
    def cell(configuration: Configuration) -> Cell:
        value = read(configuration)
        return ("unknown" if value is MISSING else "on" if value else "off"), {}

    return cell


def _status(configuration: Configuration) -> Cell:
    if configuration.active is False:
        return "inactive", {}
    return ("default" if configuration.is_default else "active"), {}


def _allows(kind: str) -> Callable[[Configuration], Cell]:
    def cell(configuration: Configuration) -> Cell:
        update = configuration.subscription_update
        if update.enabled is False:
            return "off", {}
        if update.enabled is MISSING or update.default_allowed_updates is MISSING:
            return "unknown", {}
        return ("on" if kind in update.default_allowed_updates else "off"), {}

    return cell


def _prices(configuration: Configuration) -> Cell:
    products = configuration.subscription_update.products
    if configuration.subscription_update.enabled is not True:
        return "none", {}
    if products is None:
        return "unknown", {}
    return "listed", {"products": len(products), "prices": sum(len(each.prices) for each in products)}


def _proration(configuration: Configuration) -> Cell:
    update = configuration.subscription_update
    if update.enabled is not True:
        return "none_possible", {}
    known = {"none", "create_prorations", "always_invoice"}
    return (update.proration_behavior if update.proration_behavior in known else "unknown"), {}


def _waits(configuration: Configuration) -> Cell:
    update = configuration.subscription_update
    if update.enabled is not True:
        return "none_possible", {}
    conditions = update.schedule_conditions
    return ("some" if conditions else "none"), {
        "lower": "decreasing_item_amount" in conditions,
        "shorter": "shortening_interval" in conditions,
    }


def _trial(configuration: Configuration) -> Cell:
    update = configuration.subscription_update
    if update.enabled is not True:
        return "none_possible", {}
    return ("continues" if update.trial_update_behavior == "continue_trial" else "ends"), {}


def _cancel(configuration: Configuration) -> Cell:
    cancel = configuration.subscription_cancel
    if cancel.enabled is MISSING:
        return "unknown", {}
    if cancel.enabled is False:
        return "off", {}
    return ("at_once" if cancel.mode == "immediately" else "at_period_end"), {}


def _details(configuration: Configuration) -> Cell:
    feature = configuration.customer_update
    if feature.enabled is MISSING or feature.allowed_updates is MISSING:
        return "unknown", {}
    if not feature.enabled or not feature.allowed_updates:
        return "off", {}
    return "on", {}


CELLS: dict[str, Callable[[Configuration], Cell]] = {
    "name": lambda each: ("title", {"name": _named(each)}),
    "status": _status,
    "switch": _allows("price"),
    "quantity": _allows("quantity"),
    "promotion_code": _allows("promotion_code"),
    "prices": _prices,
    "proration": _proration,
    "waits": _waits,
    "trial": _trial,
    "cancel": _cancel,
    "pause": _flag(lambda each: each.subscription_pause.enabled),
    "payment": _flag(lambda each: each.payment_method_update),
    "details": _details,
    "invoices": _flag(lambda each: each.invoice_history),
    "login_page": _flag(lambda each: each.login_page.enabled is True and bool(each.login_page.url)),
}
"""The rows of the table, by their key in `messages/configurations.yaml`."""
