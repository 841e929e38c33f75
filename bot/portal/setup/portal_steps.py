"""The steps about the portal configuration: what customers may do, what they read, where they come from."""

from bot.errors import Refused
from bot.portal.attempts import known
from bot.portal.configuring.limits import MOST_PRODUCTS
from bot.portal.configuring.repairs import Repair
from bot.portal.models import MISSING, Configuration
from bot.portal.rules.sources import CONFIGURE, NO_CODE, OVERVIEW
from bot.portal.setup.repairs import PAYMENT, repair, with_plan_changes
from bot.portal.setup.seen import Seen
from bot.portal.setup.step import CONFIGURATIONS, Outcome, done, missing, optional, step, unknown

PORTAL = "settings/billing/portal"


@step("configuration", CONFIGURE, PORTAL, CONFIGURATIONS)
def configuration(seen: Seen) -> Outcome:
    """Was it saved, and is it active?"""
    read = _configuration(seen)
    shown = {"configuration": read.id, "is_default": read.is_default, "active": read.active is True}
    if read.active is MISSING:
        return unknown("unseen", **shown)
    return done(**shown) if read.active else missing("inactive", repair(read, active=True), **shown)


@step("features", OVERVIEW, PORTAL, CONFIGURATIONS)
def features(seen: Seen) -> Outcome:
    """May customers do something, and do the settings go together?"""
    read = _configuration(seen)
    on = _features(read)
    shown = {
        "configuration": read.id,
        "on": [name for name, value in on.items() if value is True],
        "off": [name for name, value in on.items() if value is False],
    }
    if MISSING in on.values():
        return unknown("unseen", **shown)
    if not any(value for name, value in on.items() if name != "plan_changes"):
        return missing("nothing", repair(read, **{PAYMENT: True}), **shown)
    wrong = _contradiction(seen, read)
    if wrong is not None:
        words, mend = wrong
        return missing(words, mend, **shown, products=len(read.subscription_update.products or ()))
    if read.subscription_update.enabled is False:
        sold = known(seen.prices) or ()
        return optional("no_plan_changes", with_plan_changes(read, sold), **shown)
    return optional("some", **shown) if shown["off"] else done(**shown)


@step("policies", CONFIGURE, PORTAL, CONFIGURATIONS)
def policies(seen: Seen) -> Outcome:
    """Are there a headline, a privacy policy and terms of service?"""
    read = _configuration(seen)
    shown = {
        "configuration": read.id,
        "headline": read.headline,
        "privacy_policy_url": read.privacy_policy_url,
        "terms_of_service_url": read.terms_of_service_url,
    }
    if not read.privacy_policy_url or not read.terms_of_service_url:
        return missing("links", _policies_of_another(seen, read), **shown)
    return done(**shown) if read.headline else optional("headline", **shown)


@step("return_url", CONFIGURE, PORTAL, CONFIGURATIONS)
def return_url(seen: Seen) -> Outcome:
    """Does the portal lead back to the merchant's site?"""
    read = _configuration(seen)
    shown = {"configuration": read.id, "default_return_url": read.default_return_url}
    if read.default_return_url:
        return done(**shown)
    site = None if isinstance(seen.account, Refused) else seen.account.url
    address = seen.own.return_urls.get("default") or next(iter(seen.own.return_urls.values()), None) or site
    mend = repair(read, default_return_url=address) if address else None
    if seen.own.return_urls:
        return optional("named", mend, **shown, named=sorted(seen.own.return_urls))
    return missing("none_set", mend, **shown)


@step("login_page", NO_CODE, PORTAL, CONFIGURATIONS)
def login_page(seen: Seen) -> Outcome:
    """Is the link activated with which customers log in?"""
    read = _configuration(seen)
    customers = known(seen.customers)
    without = sum(not each.email for each in customers) if customers is not None else None
    shown = {
        "configuration": read.id,
        "enabled": read.login_page.enabled is True,
        "login_page_url": read.login_page.url,
        "customers_without_email": without,
    }
    if read.login_page.enabled is MISSING:
        return unknown("unseen", **shown)
    if read.login_page.enabled and read.login_page.url:
        return done("without_email" if without else "done", **shown)
    return missing("off", repair(read, login_page__enabled=True), **shown)


def _configuration(seen: Seen) -> Configuration:
    assert seen.configuration is not None  # noqa: S101 (the steps need it)
    return seen.configuration


def _features(read: Configuration) -> dict[str, object]:
    details, fields = read.customer_update.enabled, read.customer_update.allowed_updates
    return {
        "payment_methods": read.payment_method_update,
        "billing_details": details if details is not True else bool(fields),
        "invoices": read.invoice_history,
        "cancel": read.subscription_cancel.enabled,
        "plan_changes": read.subscription_update.enabled,
    }


def _contradiction(seen: Seen, read: Configuration) -> tuple[str, Repair | None] | None:
    """Say what Stripe would not save, or what leaves customers without anything to change."""
    update = read.subscription_update
    if update.enabled is not True:
        return None
    allowed = () if update.default_allowed_updates is MISSING else update.default_allowed_updates
    listed = update.products
    wants_list = listed is not None and bool({"price", "quantity"} & set(allowed))
    if read.payment_method_update is False:
        return "payment_methods_off", repair(read, **{PAYMENT: True})
    if listed is not None and len(listed) > MOST_PRODUCTS:
        return "too_many_products", None
    if update.default_allowed_updates == ():
        return "nothing_allowed", with_plan_changes(read, known(seen.prices) or ())
    if wants_list and not any(each.prices for each in listed or ()):
        return "no_products", with_plan_changes(read, known(seen.prices) or ())
    return None


def _policies_of_another(seen: Seen, read: Configuration) -> Repair | None:
    """Take the addresses from a configuration that has both: no other place of the API has them."""
    for each in known(seen.configurations) or ():
        if each.active is not False and each.privacy_policy_url and each.terms_of_service_url:
            return repair(
                read,
                business_profile__privacy_policy_url=each.privacy_policy_url,
                business_profile__terms_of_service_url=each.terms_of_service_url,
            )
    return None
