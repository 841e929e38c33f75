"""Invoices."""

from dataclasses import dataclass

from bot.portal.models.model import Model, Moment


@dataclass(frozen=True, slots=True)
class Invoice(Model):
    """An invoice, as far as the answer shows it; amounts in the smallest unit, times in Unix seconds.

    `hosted_invoice_url` is where it can be looked at and paid. The address works for 30 days once it was
    read, and opens nothing else of the customer's.
    """

    id: str
    status: str | None = None
    number: str | None = None
    total: int | None = None
    amount_due: int | None = None
    amount_remaining: int | None = None
    currency: str | None = None
    created: Moment = None
    due_date: Moment = None
    next_payment_attempt: Moment = None
    hosted_invoice_url: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is something left to pay."""
        return self.status == "open" and (self.to_pay is None or self.to_pay > 0)

    @property
    def to_pay(self) -> int | None:
        """What remains to be paid; what is due where an older API version does not say what remains."""
        return self.amount_due if self.amount_remaining is None else self.amount_remaining
