"""The table of settings of a portal configuration, each under the path it has in Stripe's API.

A test holds it to the parameter types of the `stripe` package, so that none is missing and no value is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

Settings = Mapping[str, Any]
"""Values by path, in the shapes of Stripe's JSON: booleans, texts or None, lists."""

LONGEST_HEADLINE: Final = 60
"""Characters: https://docs.stripe.com/customer-management/configure-portal"""


class Shape(StrEnum):
    """What kind of value a setting takes."""

    FLAG = "flag"
    TEXT = "text"
    ADDRESS = "address"
    IDENTIFIER = "identifier"
    CHOICE = "choice"
    CHOICES = "choices"
    IDENTIFIERS = "identifiers"
    CONDITIONS = "conditions"
    """A list of `{"type": …}`."""
    DURATIONS = "durations"
    """A list of `{"interval": …, "interval_count": …}`."""
    PRODUCTS = "products"
    """A list of `{"product": …, "prices": […], "adjustable_quantity": {…}}`."""

    @property
    def is_list(self) -> bool:
        """Return whether the value is a list, which Stripe replaces whole."""
        return self in _LISTS


_LISTS = frozenset({Shape.CHOICES, Shape.IDENTIFIERS, Shape.CONDITIONS, Shape.DURATIONS, Shape.PRODUCTS})


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    `choices` are the values it takes, of a list those of its entries. `prefix` begins each id, `longest` is
    the most characters of a text. Stripe takes it only together with the setting `needs`. A setting that is
    not `creatable` cannot be given when a configuration is made.
    """

    path: str
    shape: Shape
    choices: tuple[str, ...] = ()
    prefix: str = ""
    longest: int | None = None
    needs: str = ""
    creatable: bool = True

    @property
    def can_be_empty(self) -> bool:
        """Return whether Stripe takes the setting back to what it is without a value."""
        return self.shape not in {Shape.FLAG, Shape.CHOICE}


def _flag(path: str) -> Setting:
    return Setting(path, Shape.FLAG)


_CANCEL: Final = "features.subscription_cancel"
_PAUSE: Final = "features.subscription_pause"
_UPDATE: Final = "features.subscription_update"

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("name", Shape.TEXT),
    Setting("active", Shape.FLAG, creatable=False),
    Setting("business_profile.headline", Shape.TEXT, longest=LONGEST_HEADLINE),
    Setting("business_profile.privacy_policy_url", Shape.ADDRESS),
    Setting("business_profile.terms_of_service_url", Shape.ADDRESS),
    Setting("default_return_url", Shape.ADDRESS),
    _flag("login_page.enabled"),
    _flag("features.customer_update.enabled"),
    Setting(
        "features.customer_update.allowed_updates",
        Shape.CHOICES,
        ("address", "email", "name", "phone", "shipping", "tax_id"),
    ),
    _flag("features.invoice_history.enabled"),
    _flag("features.payment_method_update.enabled"),
    Setting(
        "features.payment_method_update.payment_method_configuration",
        Shape.IDENTIFIER,
        prefix="pmc_",
        needs="features.payment_method_update.enabled",
    ),
    _flag(f"{_CANCEL}.enabled"),
    Setting(f"{_CANCEL}.mode", Shape.CHOICE, ("at_period_end", "immediately")),
    Setting(f"{_CANCEL}.proration_behavior", Shape.CHOICE, ("always_invoice", "create_prorations", "none")),
    _flag(f"{_CANCEL}.cancellation_reason.enabled"),
    Setting(
        f"{_CANCEL}.cancellation_reason.options",
        Shape.CHOICES,
        (
            "customer_service",
            "low_quality",
            "missing_features",
            "other",
            "switched_service",
            "too_complex",
            "too_expensive",
            "unused",
        ),
        needs=f"{_CANCEL}.cancellation_reason.enabled",
    ),
    Setting(
        f"{_CANCEL}.cancellation_reason.feedback_options",
        Shape.IDENTIFIERS,
        prefix="fo_",
        needs=f"{_CANCEL}.cancellation_reason.enabled",
    ),
    _flag(f"{_PAUSE}.enabled"),
    Setting(f"{_PAUSE}.duration.type", Shape.CHOICE, ("indefinite", "interval_options")),
    Setting(
        f"{_PAUSE}.duration.interval_options",
        Shape.DURATIONS,
        ("day", "month", "week", "year"),
        needs=f"{_PAUSE}.duration.type",
    ),
    _flag(f"{_UPDATE}.enabled"),
    Setting(f"{_UPDATE}.default_allowed_updates", Shape.CHOICES, ("price", "promotion_code", "quantity")),
    Setting(f"{_UPDATE}.products", Shape.PRODUCTS, prefix="price_"),
    Setting(f"{_UPDATE}.proration_behavior", Shape.CHOICE, ("always_invoice", "create_prorations", "none")),
    Setting(f"{_UPDATE}.billing_cycle_anchor", Shape.CHOICE, ("now", "unchanged")),
    Setting(
        f"{_UPDATE}.schedule_at_period_end.conditions",
        Shape.CONDITIONS,
        ("decreasing_item_amount", "shortening_interval"),
    ),
    Setting(f"{_UPDATE}.trial_update_behavior", Shape.CHOICE, ("continue_trial", "end_trial")),
)
"""Everything the API lets one set, metadata left out: nothing in the portal follows from it."""

BY_PATH: Final[Mapping[str, Setting]] = {setting.path: setting for setting in SETTINGS}
