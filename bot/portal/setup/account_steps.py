"""The steps about the merchant: the account, what customers see of the business, and how it looks."""

from bot.errors import Refused
from bot.portal.rules.sources import BRANDING, GUIDE, NO_CODE
from bot.portal.setup.seen import Seen
from bot.portal.setup.step import Outcome, done, missing, optional, step, unknown
from bot.portal.stripe_answers import Account


@step("account", GUIDE, "settings/account", "account")
def account(seen: Seen) -> Outcome:
    """Is it registered, are its details submitted, may it charge?"""
    read = _account(seen)
    shown = {
        "account": read.id,
        "details_submitted": read.details_submitted,
        "charges_enabled": read.charges_enabled,
    }
    if read.details_submitted is None or read.charges_enabled is None:
        return unknown("unseen", **shown)
    if not read.details_submitted:
        return missing("details", **shown)
    return done(**shown) if read.charges_enabled else missing("charges", **shown)


@step("business", NO_CODE, "settings/public", "account")
def business(seen: Seen) -> Outcome:
    """Do customers see a name, and how to reach the business?"""
    read = _account(seen)
    reached = {
        "support_email": read.support_email,
        "support_phone": read.support_phone,
        "website": read.url or read.support_url,
    }
    shown = {"name": read.name, **reached, "absent": [name for name, value in reached.items() if not value]}
    if not read.name:
        return missing("name", **shown)
    if not any(reached.values()):
        return missing("contact", **shown)
    return done(**shown) if all(reached.values()) else optional("some", **shown)


@step("branding", BRANDING, "settings/branding", "account")
def branding(seen: Seen) -> Outcome:
    """Is there an icon or a logo, and a color?"""
    read = _account(seen)
    image, color = read.icon or read.logo, read.primary_color or read.secondary_color
    shown = {"icon": read.icon, "logo": read.logo, "primary_color": read.primary_color}
    if image and color:
        return done(**shown)
    return optional("color" if image else "image" if color else "nothing", **shown)


def _account(seen: Seen) -> Account:
    assert not isinstance(seen.account, Refused)  # noqa: S101 (the steps need it)
    return seen.account
