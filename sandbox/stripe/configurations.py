"""Making and changing portal configurations, as `POST /v1/billing_portal/configurations` does."""

from copy import deepcopy
from typing import Any

from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.annotations import StripeObject, params_class
from sandbox.stripe.configuration_rules import check_configuration
from sandbox.stripe.events import Events
from sandbox.stripe.forms import Form
from sandbox.stripe.parameters import Parameters, check
from sandbox.stripe.seeds.configurations import REASONS
from sandbox.stripe.world import World

KIND = "billing_portal.configuration"
NOTHING_ALLOWED: StripeObject = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "feedback_options": None, "options": list(REASONS)},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {
        "duration": {
            "interval_options": [{"interval": "month", "interval_count": 1}],
            "type": "interval_options",
        },
        "enabled": False,
    },
    "subscription_update": {
        "billing_cycle_anchor": "unchanged",
        "default_allowed_updates": [],
        "enabled": False,
        "products": None,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}
"""The features of a new configuration for which a request says nothing."""


class PortalConfigurations:
    """Saves configurations, and tells the webhook."""

    def __init__(self, base_url: str, events: Events) -> None:
        self._base_url = base_url
        self._events = events

    def save(self, world: World, configuration_id: str, form: Form) -> tuple[StripeObject, list[str]]:
        """Change a configuration, or make one when there is no id; also what of it is to be expanded.

        Raises `StripeError` for whatever Stripe would refuse; then nothing is changed.
        """
        name = "Update" if configuration_id else "Create"
        present = world.require(KIND, configuration_id) if configuration_id else None
        params = check(form, params_class(f"billing_portal.Configuration{name}Params"))
        expand: list[str] = params.pop("expand", [])
        if present is None:
            return self._create(world, params), expand
        wanted = self._wanted(world, present, params)
        Desk(world, self._events).change(present, f"{KIND}.updated", lambda one: one.update(wanted))
        return present, expand

    def _create(self, world: World, params: Parameters) -> StripeObject:
        blank = {
            "active": True,
            "application": None,
            "business_profile": {
                "headline": None,
                "privacy_policy_url": None,
                "terms_of_service_url": None,
            },
            "default_return_url": None,
            "features": deepcopy(NOTHING_ALLOWED),
            "is_default": False,
            "login_page": {"enabled": False, "url": None},
            "metadata": {},
            "name": None,
        }
        made = world.add(KIND, id=world.new_id("bpc"), **self._wanted(world, blank, params))
        self._events.record(world, f"{KIND}.created", made)
        return made

    def _wanted(self, world: World, present: StripeObject, params: Parameters) -> StripeObject:
        """Return the configuration as it will be. Raises `StripeError`."""
        wanted = _merged(present, params)
        wanted["metadata"] = _metadata(present["metadata"], params.get("metadata", {}))
        wanted["updated"] = world.clock()
        _settle(wanted["features"])
        check_configuration(world, wanted, params)
        self._login_page(world, wanted["login_page"])
        return wanted

    def _login_page(self, world: World, page: StripeObject) -> None:
        """A page that is switched off loses its address, and has another one when it is switched on again."""
        if not page["enabled"]:
            page["url"] = None
        elif not page["url"]:
            token = world.new_id("login").removeprefix("login_")
            page["url"] = f"{self._base_url}/p/login/{token if world.livemode else f'test_{token}'}"


def _merged(present: StripeObject, params: Parameters) -> StripeObject:
    """Return an object with these parameters in it: what is inside by its fields, lists whole, "" unsets."""
    return {
        name: _value(present.get(name), params[name]) if name in params else deepcopy(present[name])
        for name in present.keys() | params.keys()
    }


def _value(present: Any, asked: Any) -> Any:
    if isinstance(present, dict) and isinstance(asked, dict):
        return _merged(present, asked)
    if asked == "":
        return [] if isinstance(present, list) else None
    return asked


def _metadata(present: StripeObject, asked: Any) -> StripeObject:
    merged = {} if asked == "" else {**present, **asked}
    return {key: value for key, value in merged.items() if value != ""}


def _settle(features: StripeObject) -> None:
    """Fill in what Stripe adds to a list's entries, and drop what a choice makes meaningless."""
    for entry in features["subscription_update"]["products"] or []:
        entry["adjustable_quantity"] = {
            "maximum": None,
            "minimum": 1,
            **entry.get("adjustable_quantity", {"enabled": True}),
        }
    duration = features["subscription_pause"]["duration"]
    if duration["type"] == "indefinite":
        duration["interval_options"] = []
    for option in duration["interval_options"]:
        option.setdefault("interval_count", 1)
