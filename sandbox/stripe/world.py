"""The state: every Stripe object of one mode and account, in memory."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from functools import cache

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError, invalid_request, not_found
from sandbox.stripe.skeleton import build

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
ID_LENGTHS = {"cus": 14, "prod": 14, "si": 14, "": 8, "cs_test": 58, "cs_live": 58, "acct": 16}
SPOKEN_KINDS = {
    "billing_portal.configuration": "configuration",
    "promotion_code": "promotion code",
    "payment_method": "PaymentMethod",
    "billing.feedback_option": "feedback option",
}


@cache
def _stable_id(name: str, prefix: str) -> str:
    digest = hashlib.sha256(name.encode()).digest()
    return _spell(prefix, int.from_bytes(digest * 2, "big"))


def _spell(prefix: str, number: int) -> str:
    length = ID_LENGTHS.get(prefix, 24)
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    body = "".join(letters)
    if length in {16, 24}:
        body = f"1{body[1:]}"
    return f"{prefix}_{body}" if prefix else body


class World:
    """All objects of one mode and one account. References between objects are ids, as Stripe stores them.

    `twin` leads to the other mode's world, `platform` to the account that a connected one belongs to.
    """

    def __init__(self, *, livemode: bool, account: str, clock: Callable[[], int]) -> None:
        self.livemode = livemode
        self.account = account
        self.clock = clock
        self.labels: dict[str, str] = {}
        self.twin: Callable[[], World] | None = None
        self.platform: World | None = None
        self._by_id: dict[str, StripeObject] = {}
        self._by_kind: dict[str, dict[str, StripeObject]] = {}
        self._listed: dict[str, Sequence[StripeObject]] = {}

    @property
    def mode(self) -> str:
        """`test` or `live`."""
        return "live" if self.livemode else "test"

    def stable_id(self, prefix: str, label: str) -> str:
        """Return the same id at every start, so that examples keep working; another one in live mode."""
        return _stable_id(f"{self.mode}:{self.account}:{prefix}:{label}", prefix)

    def named(self, prefix: str, label: str) -> str:
        """Return the stable id of a label, which is remembered."""
        self.labels[label] = self.stable_id(prefix, label)
        return self.labels[label]

    def new_id(self, prefix: str) -> str:
        """Return a random id."""
        return _spell(prefix, secrets.randbits(512))

    def add(self, kind: str, **fields: object) -> StripeObject:
        """Build a complete object of that kind and keep it.

        `created` and `livemode` are set when left out.
        """
        made = build(kind, **fields)
        if "livemode" in made:
            made["livemode"] = self.livemode
        if "created" in made and "created" not in fields:
            made["created"] = self.clock()
        return self.keep(made)

    def keep(self, made: StripeObject) -> StripeObject:
        """Keep an object that is complete already, in place of one with the same id.

        What exists once in an account has no id, and is found by its kind.
        """
        key: str = made.get("id") or made["object"]
        self._by_id[key] = made
        self._by_kind.setdefault(made["object"], {})[key] = made
        self._listed.pop(made["object"], None)
        return made

    def find(self, object_id: str | None, kind: str | None = None) -> StripeObject | None:
        """Return the object with that id, if it is here and of that kind."""
        if object_id is None:
            return None
        found = self._by_id.get(object_id)
        return found if found is not None and kind in {None, found["object"]} else None

    def get(self, object_id: str) -> StripeObject:
        """Return the object with that id, which must exist. Raises `KeyError`."""
        return self._by_id[object_id]

    def every(self, kind: str) -> Sequence[StripeObject]:
        """Return all objects of that kind, newest first, as Stripe lists them."""
        listed = self._listed.get(kind)
        if listed is None:
            kept = reversed(self._by_kind.get(kind, {}).values())
            listed = tuple(sorted(kept, key=lambda one: -int(one.get("created", 0))))
            self._listed[kind] = listed
        return listed

    def require(self, kind: str, object_id: str, param: str | None = None) -> StripeObject:
        """Return the object a request names.

        Raises Stripe's `No such …` as 404, or as 400 when a parameter named it.
        """
        found = self.find(object_id, kind)
        if found is not None:
            return found
        raise self.no_such(kind, object_id, param)

    def no_such(self, kind: str, object_id: str, param: str | None = None) -> StripeError:
        """Return Stripe's `No such …` error, with the hint about the other mode where that is the mistake."""
        message = f"No such {SPOKEN_KINDS.get(kind, kind)}: '{object_id}'"
        twin = self.twin() if self.twin is not None else None
        if twin is not None and twin.find(object_id, kind) is not None:
            message += (
                f"; a similar object exists in {twin.mode} mode, but a {self.mode} mode key was used to make "
                "this request."
            )
        if param is None:
            return not_found(message)
        return invalid_request(message, param=param, code="resource_missing")

    def label(self, name: str) -> str:
        """Return the id a seed gave that name. Raises `KeyError`."""
        return self.labels[name]

    def labelled(self, name: str) -> StripeObject | None:
        """Return the object a seed gave that name, if this world has it."""
        return self.find(self.labels.get(name))

    def subscriptions_of(self, customer_id: str, *, ended: bool = False) -> list[StripeObject]:
        """Return a customer's subscriptions, newest first; the ended ones only when asked for."""
        gone = {"canceled", "incomplete_expired"}
        return [
            one
            for one in self.every("subscription")
            if one["customer"] == customer_id and (ended or one["status"] not in gone)
        ]
