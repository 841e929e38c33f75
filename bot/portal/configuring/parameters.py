"""The parameters with which Stripe is asked to change or to make a portal configuration."""

from typing import Any, Final

from bot.portal.configuring.present import nested
from bot.portal.configuring.table import BY_PATH, Settings

_NOT_EMPTY_AT_FIRST: Final = frozenset(
    {
        "business_profile.privacy_policy_url",
        "business_profile.terms_of_service_url",
        "features.subscription_update.schedule_at_period_end.conditions",
    }
)
"""What Stripe takes no empty value for when a configuration is made."""


def update_parameters(wanted: Settings, present: Settings) -> dict[str, Any]:
    """Return what to send for the wanted settings, with those that Stripe takes only together with them."""
    needed = {BY_PATH[path].needs for path in wanted} - {""}
    sent = {**{path: present.get(path) for path in needed if path not in wanted}, **wanted}
    return nested({path: _sent(value) for path, value in sent.items()})


def create_parameters(settings: Settings) -> dict[str, Any]:
    """Return what to send to make a configuration with these settings; None is left to Stripe."""
    sent = {
        path: _sent(value)
        for path, value in settings.items()
        if BY_PATH[path].creatable and value is not None and not (path in _NOT_EMPTY_AT_FIRST and not value)
    }
    return nested(sent)


def _sent(value: Any) -> Any:
    """A form has no null and no empty list: an empty text unsets."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return [_entry(each) for each in value]
    return value


def _entry(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _entry(inner) for name, inner in value.items() if inner is not None}
