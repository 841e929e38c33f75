"""What Stripe's own portal pages say, word for word, and where the bot carries it.

Sources: the portal overview, and the page on the portal without code.
"""

from dataclasses import dataclass
from typing import Final

from bot.portal.rules.sources import NO_CODE, OVERVIEW


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a page; `carried_by` names rules, stated rows or commands."""

    text: str
    carried_by: tuple[str, ...]
    page: str


STATEMENTS: Final = (
    Statement(
        "If a subscription uses any of the following, the customer can cancel it in the portal, "
        "but can’t update it: Multiple products.",
        ("SUB_MULTI_ITEM", "SUB_MIXED_INTERVALS"),
        OVERVIEW,
    ),
    Statement("… Usage-based billing.", ("SUB_USAGE_BASED",), OVERVIEW),
    Statement("… Sending invoices for collection.", ("SUB_SEND_INVOICE",), OVERVIEW),
    Statement("… Unsupported payment methods.", ("SUB_PM_UNSUPPORTED",), OVERVIEW),
    Statement(
        "Customers can’t update or cancel subscriptions that currently have an update scheduled "
        "with a subscription schedule.",
        ("SUB_SCHEDULED_UPDATE",),
        OVERVIEW,
    ),
    Statement(
        "Customers can only modify subscriptions if the new price has the same tax behavior "
        "as the initial price.",
        ("PRICE_TAX_MISMATCH",),
        OVERVIEW,
    ),
    Statement(
        "Additionally, no modifications are allowed if the tax behavior is unspecified, "
        "even if the tax behavior of the new price is unspecified.",
        ("SUB_TAX_UNSPECIFIED",),
        OVERVIEW,
    ),
    Statement(
        "Customer modifications to a trialing subscription end the free trial and create an invoice "
        "for immediate payment.",
        ("SUB_TRIAL_ENDS", "SUB_TRIAL_CONTINUES"),
        OVERVIEW,
    ),
    Statement(
        "When you allow customers to switch plans, you can specify a maximum of 10 products "
        "for them to choose from.",
        ("CFG_MAX_PRODUCTS",),
        OVERVIEW,
    ),
    Statement(
        "If the session allows for payment method management, the portal displays the payment method "
        "section, even if the portal doesn’t support the customer’s default payment method.",
        ("UI_PM_SECTION",),
        OVERVIEW,
    ),
    Statement(
        "You can’t define multiple Prices with the same product and recurring.interval values.",
        ("CFG_DUP_INTERVAL",),
        OVERVIEW,
    ),
    Statement("You can’t display the customer portal inside an iframe.", ("UI_IFRAME",), OVERVIEW),
    Statement(
        "If you’re using the customer portal with Stripe Connect, configure the customer portal "
        "for the platform instead of a connected account.",
        ("SUB_CONNECT",),
        OVERVIEW,
    ),
    Statement(
        "New portal sessions expire after a 5 minute period. If a customer uses it within that time period, "
        "the session expires within 1 hour of the most recent activity.",
        ("every answer with a link",),
        OVERVIEW,
    ),
    Statement("Make sure your customers have an email set.", ("CUST_NO_EMAIL",), NO_CODE),
    Statement(
        "If multiple customers have the same email address, Stripe selects the most recently created "
        "customer that has both that email and an active subscription.",
        ("CUST_DUP_EMAIL",),
        NO_CODE,
    ),
    Statement("Customers can’t update their email address through this link.", ("UI_EMAIL_LOGIN",), NO_CODE),
    Statement(
        "If a customer doesn’t receive a one-time passcode after clicking the login link, "
        "make sure their email address matches the email address of an existing customer.",
        ("passcode",),
        NO_CODE,
    ),
)

LANGUAGES: Final = {
    "bg": "Bulgarian",
    "zh": "Chinese Simplified",
    "zh-Hant-HK": "Chinese Traditional—Hong Kong",
    "zh-Hant-TW": "Chinese Traditional—Taiwan",
    "hr": "Croatian",
    "cs": "Czech",
    "da": "Danish",
    "nl": "Dutch",
    "en": "English, US",
    "en-GB": "English, UK",
    "et": "Estonian",
    "fil": "Filipino",
    "fi": "Finnish",
    "fr": "French, France",
    "fr-CA": "French, Canada",
    "de": "German",
    "el": "Greek",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "ms": "Malay",
    "mt": "Maltese",
    "nb-NO": "Norwegian Bokmål",
    "pl": "Polish",
    "pt": "Portuguese, Portugal",
    "pt-BR": "Portuguese, Brazil",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "es": "Spanish, Spain",
    "es-419": "Spanish, Latin America",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "vi": "Vietnamese",
}
"""Tag and name of every language as the overview page writes them."""
