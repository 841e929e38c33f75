"""Formats amounts of money. Stripe's API counts them as integers in the currency's smallest unit."""

from decimal import Decimal

from babel.numbers import format_currency

# Stripe's own lists (currencies documentation): they differ from CLDR and ISO 4217.
_ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905 (a list to compare by eye)
)
_THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})


def stripe_exponent(currency: str) -> int:
    """Return how many decimal places an API amount has.

    ISK and UGX have no decimals in practice but two in the API (Stripe's currency documentation).
    """
    code = currency.lower()
    if code in _ZERO_DECIMAL:
        return 0
    return 3 if code in _THREE_DECIMAL else 2


def money(amount: int | Decimal | None, currency: str | None, locale: str = "en_US") -> str:
    """Return an API amount as text, such as $20.00 for 2000 and `usd`; empty when either is unknown.

    A fraction of the smallest unit, as `unit_amount_decimal` has it, is written out: 0.5 usd is $0.005.
    """
    if amount is None or not currency:
        return ""
    exponent = stripe_exponent(currency)
    value = Decimal(amount).scaleb(-exponent)
    if amount != int(amount):
        return format_currency(value, currency.upper(), locale=locale, decimal_quantization=False)
    whole = value == value.to_integral_value()
    # CLDR writes HUF or ISK without decimals; cut them only where nothing is lost.
    return format_currency(value, currency.upper(), locale=locale, currency_digits=whole or exponent != 2)
