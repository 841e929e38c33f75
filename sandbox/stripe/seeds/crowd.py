"""One customer with very many subscriptions."""

from sandbox.stripe.seeds.builder import Builder


def crowd(b: Builder) -> None:
    """Seed a customer whose subscriptions fill several pages of a list, unless the builder is told fewer."""
    customer = b.customer(
        "crowd", "Crowd Corp", "crowd@example.com", f"{b.many} subscriptions, one for each machine."
    )
    b.method(customer, last4="4242")
    for number in range(b.many):
        price = "team_monthly" if number % 3 else "starter_monthly"
        subscription = b.subscription(customer, price, label=f"crowd.{number}", days=90 - number / 10)
        subscription["description"] = f"Machine {number + 1}"
