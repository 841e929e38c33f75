"""What the portal configuration switches off."""

from bot.portal.models import MISSING, Configuration
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import UPDATES, Scope, Status
from bot.portal.rules.rule import Hit, Stage, blocks, given_configuration, missing, rule
from bot.portal.rules.sources import FIELD_NO_DEFAULT, FIELD_PAYMENT_METHOD_OFF, INFERRED, SDK_CONFIGURATION


@rule("CFG_NO_DEFAULT", Stage.CONFIGURATION, blocks(Scope.SESSION), Status.OBSERVED, FIELD_NO_DEFAULT)
def no_default(facts: Facts) -> Hit | None:
    """No configuration was named and this mode has no default one."""
    if facts.configuration is not None or not facts.question.default_configuration_missing:
        return None
    livemode = facts.question.key_livemode
    return Hit({"livemode": facts.customer.livemode if livemode is None else livemode})


def _off(configuration: Configuration, field: str, value: object) -> Hit | None:
    """Fire when a field is false or empty; one that is not in the answer says nothing for sure."""
    if value is MISSING:
        return missing(field, configuration=configuration.id)
    return None if value else Hit({"configuration": configuration.id})


@rule("CFG_INACTIVE", Stage.CONFIGURATION, blocks(Scope.SESSION), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def inactive(configuration: Configuration, _facts: Facts) -> Hit | None:
    """The configuration's `active` is false."""
    return _off(configuration, "active", configuration.active)


@rule("CFG_UPDATE_OFF", Stage.CONFIGURATION, blocks(*UPDATES), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def update_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`subscription_update.enabled` is false."""
    return _off(configuration, "subscription_update.enabled", configuration.subscription_update.enabled)


@rule("CFG_ALLOWED_EMPTY", Stage.CONFIGURATION, blocks(Scope.UPDATE), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def nothing_allowed(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`subscription_update.default_allowed_updates` is empty."""
    allowed = configuration.subscription_update.default_allowed_updates
    return _off(configuration, "default_allowed_updates", allowed)


def _not_allowed(configuration: Configuration, kind: str) -> Hit | None:
    """An unknown list of allowed updates is told once, by CFG_ALLOWED_EMPTY."""
    allowed = configuration.subscription_update.default_allowed_updates
    if allowed is MISSING or kind in allowed:
        return None
    return Hit({"configuration": configuration.id, "allowed": list(allowed)})


@rule("CFG_PRICE_OFF", Stage.CONFIGURATION, blocks(Scope.SWITCH), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def price_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`price` is not in `default_allowed_updates`."""
    return _not_allowed(configuration, "price")


@rule("CFG_QTY_OFF", Stage.CONFIGURATION, blocks(Scope.QUANTITY), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def quantity_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`quantity` is not in `default_allowed_updates`."""
    return _not_allowed(configuration, "quantity")


@rule("CFG_PROMO_OFF", Stage.CONFIGURATION, blocks(Scope.CONFIGURATION), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def promotion_codes_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`promotion_code` is not in `default_allowed_updates`."""
    if configuration.subscription_update.default_allowed_updates is MISSING:
        return missing("default_allowed_updates", configuration=configuration.id)
    return _not_allowed(configuration, "promotion_code")


@rule("CFG_CANCEL_OFF", Stage.CONFIGURATION, blocks(Scope.CANCEL), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def cancel_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`subscription_cancel.enabled` is false."""
    return _off(configuration, "subscription_cancel.enabled", configuration.subscription_cancel.enabled)


@rule("CFG_PAUSE_OFF", Stage.CONFIGURATION, blocks(Scope.PAUSE), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def pause_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`subscription_pause.enabled` is false or absent."""
    return _off(configuration, "subscription_pause.enabled", configuration.subscription_pause.enabled)


@rule("CFG_PM_OFF", Stage.CONFIGURATION, blocks(Scope.PAYMENT_METHOD), Status.INFERRED, INFERRED)
@given_configuration
def payment_method_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`payment_method_update.enabled` is false."""
    return _off(configuration, "payment_method_update.enabled", configuration.payment_method_update)


@rule(
    "CFG_PM_REQUIRED",
    Stage.CONFIGURATION,
    blocks(Scope.CONFIGURATION),
    Status.OBSERVED,
    FIELD_PAYMENT_METHOD_OFF,
)
@given_configuration
def updates_need_payment_method(configuration: Configuration, _facts: Facts) -> Hit | None:
    """Updates are on while `payment_method_update.enabled` is false."""
    if configuration.subscription_update.enabled is not True:
        return None
    return Hit({"configuration": configuration.id}) if configuration.payment_method_update is False else None


@rule("CFG_CUSTOMER_OFF", Stage.CONFIGURATION, blocks(Scope.DETAILS), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def details_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`customer_update.enabled` is false or `allowed_updates` is empty."""
    feature = configuration.customer_update
    if feature.enabled is False or feature.allowed_updates == ():
        return Hit({"configuration": configuration.id, "enabled": feature.enabled is True})
    if feature.enabled is MISSING or feature.allowed_updates is MISSING:
        return missing("customer_update", configuration=configuration.id)
    return None


@rule("CFG_INVOICES_OFF", Stage.CONFIGURATION, blocks(Scope.INVOICES), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def invoices_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`invoice_history.enabled` is false."""
    return _off(configuration, "invoice_history.enabled", configuration.invoice_history)


@rule("CFG_LOGIN_OFF", Stage.CONFIGURATION, blocks(Scope.LOGIN_LINK), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def login_page_off(configuration: Configuration, _facts: Facts) -> Hit | None:
    """`login_page.enabled` is false or `login_page.url` is null."""
    page = configuration.login_page
    if page.enabled is False or page.url is None:
        if page.enabled is MISSING:
            return missing("login_page", configuration=configuration.id)
        return Hit({"configuration": configuration.id, "enabled": page.enabled})
    return missing("login_page", configuration=configuration.id) if page.enabled is MISSING else None
