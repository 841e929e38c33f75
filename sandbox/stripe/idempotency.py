"""Idempotency keys: the same request gets the same answer, another request under the same key is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sandbox.stripe.errors import StripeError

Scope = tuple[str, str, str | None]
Fingerprint = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes out."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class IdempotencyKeys:
    """Remembers successful answers. Stripe forgets them after a day, the sandbox when it stops."""

    def __init__(self) -> None:
        self._kept: dict[Scope, tuple[Fingerprint, Answer]] = {}

    def answer(self, scope: Scope, fingerprint: Fingerprint, compute: Callable[[], Answer]) -> Answer:
        """Return the kept answer, or a new one. Raises `StripeError` for a key of another request."""
        if scope[2] is None:
            return compute()
        if len(scope[2]) > 255:
            raise StripeError(
                400, "idempotency_error", "Idempotency keys must be at most 255 characters in length."
            )
        kept = self._kept.get(scope)
        if kept is None:
            fresh = compute()
            self._kept[scope] = (fingerprint, fresh)
            return fresh
        if kept[0] != fingerprint:
            raise StripeError(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were "
                "first used with. "
                f"Try using a key other than '{scope[2]}' if you meant to execute a different request.",
            )
        return replace(kept[1], headers={**kept[1].headers, "Idempotent-Replayed": "true"})
