"""Stripe's search language. Source: docs.stripe.com/search."""


def quoted(value: str) -> str:
    """Write a value as a string of the language, so that it stays one."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
