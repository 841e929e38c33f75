"""What belongs to the merchant's account itself: who it is, how it looks, tax, the webhook endpoint."""

from dataclasses import dataclass
from typing import Any

import stripe

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.endpoints import ENDPOINT
from sandbox.stripe.seeds.builder import Builder, address
from sandbox.stripe.skeleton import embedded

FRESH = "acct_1SandboxNothingYet"
UNFINISHED = "acct_1SandboxUnfinished"
ACCOUNTS = {"fresh": FRESH, "unfinished": UNFINISHED}
"""Accounts to set up, by the word that a key has after its mode: `rk_test_fresh` is a key of the first."""

TAX_CODE = "txcd_10103001"
"""Software as a service, for business use."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the sandbox is reached, and where its events go; the second is None without a receiver."""

    base_url: str
    webhook_url: str | None

    def image(self, name: str) -> str:
        """Return the address of a picture that the sandbox serves."""
        return f"{self.base_url}/p/static/{name}.png"


def complete_account(b: Builder, name: str, support_email: str) -> StripeObject:
    """Add an account that is all set up: business details, branding, statement descriptor, Stripe Tax."""
    account = _account(b, support_email, ready=True)
    account["business_profile"] = business(
        name,
        support_email,
        support_phone="+14155550100",
        support_url="https://example.com/help",
        support_address=address("US", "San Francisco", "94103"),
        mcc="5734",
    )
    settings = account["settings"]
    settings["branding"].update(
        icon=b.world.stable_id("file", "icon"),
        logo=b.world.stable_id("file", "logo"),
        primary_color="#4f46e5",
        secondary_color="#eef2ff",
    )
    settings["payments"]["statement_descriptor"] = statement_name(name)
    settings["card_payments"]["statement_descriptor_prefix"] = statement_name(name)[:10].strip()
    settings["dashboard"].update(display_name=name, timezone="America/Los_Angeles")
    return account


def empty_account(b: Builder) -> StripeObject:
    """Add an account that was registered and nothing else: no details, no charges, no branding."""
    return _account(b, "owner@example.com", ready=False)


def unfinished_account(b: Builder) -> StripeObject:
    """Add an account that takes payments, of which customers see a name and an address only."""
    account = _account(b, "owner@example.com", ready=True)
    account["business_profile"] = business("Unfinished Inc", "owner@example.com", url=None)
    account["settings"]["payments"]["statement_descriptor"] = statement_name("Unfinished Inc")
    account["settings"]["dashboard"]["display_name"] = "Unfinished Inc"
    return account


def _account(b: Builder, email: str, *, ready: bool) -> StripeObject:
    account = b.world.add(
        "account",
        id=b.world.account,
        business_profile=business(None, None, url=None),
        business_type="company" if ready else None,
        charges_enabled=ready,
        country="US",
        created=b.ago(500),
        default_currency="usd",
        details_submitted=ready,
        email=email,
        metadata={},
        payouts_enabled=ready,
        settings=embedded(stripe.Account.Settings),
        type="standard",
    )
    account["settings"]["dashboard"]["timezone"] = "Etc/UTC"
    return account


def business(name: str | None, support_email: str | None, **fields: Any) -> StripeObject:
    """Return the public part of an account."""
    shown = {"name": name, "support_email": support_email, "url": "https://example.com", **fields}
    return embedded(stripe.Account.BusinessProfile, **shown)


def statement_name(name: str) -> str:
    """Return what stands on a bank statement: 22 characters at most, none of `<>\\'"*`."""
    return "".join(letter for letter in name.upper() if letter not in "<>\\'\"*&")[:22].strip()


def tax_settings(b: Builder, *, active: bool) -> None:
    """Set Stripe Tax up, or leave it as it is before anybody did."""
    made = b.world.add("tax.settings", status="active" if active else "pending")
    made["status_details"] = {
        "active": {} if active else None,
        "pending": None if active else {"missing_fields": ["head_office"]},
    }
    made["defaults"].update(
        provider="stripe", tax_behavior="exclusive" if active else None, tax_code=TAX_CODE if active else None
    )
    made["head_office"] = {"address": address("US", "San Francisco", "94103")} if active else None


def webhook_endpoint(b: Builder, addresses: Addresses, *events: str) -> StripeObject:
    """Add the endpoint that reaches the bot. It is sent these events, all of them when none is named."""
    return b.world.add(
        "webhook_endpoint",
        id=b.named("we", ENDPOINT),
        api_version=stripe.api_version,
        created=b.ago(180),
        description="portalbot",
        enabled_events=list(events or ("*",)),
        metadata={},
        secret=None,
        status="enabled",
        url=addresses.webhook_url or "https://portalbot.example.com/stripe/webhooks",
    )


def feedback_options(b: Builder) -> None:
    """Add the merchant's own reasons to cancel; one of them is not offered any more."""
    for label, text in (("budget", "My budget was cut"), ("season", "I only need it in summer")):
        _feedback_option(b, label, text, status="active")
    gone = _feedback_option(b, "gone", "Moving to the new product", status="inactive")
    gone["status_transitions"] = {"deactivated_at": b.ago(30)}


def _feedback_option(b: Builder, label: str, text: str, status: str) -> StripeObject:
    return b.world.add(
        "billing.feedback_option", id=b.named("fo", f"reason.{label}"), description=text, status=status
    )


def payment_method_configuration(b: Builder) -> None:
    """Add the default configuration of payment methods."""
    b.world.add(
        "payment_method_configuration",
        id=b.named("pmc", "methods"),
        name="Default",
        active=True,
        is_default=True,
    )
