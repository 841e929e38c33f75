"""Coupons and codes are read beside the look-up, and what cannot be read is left to Stripe."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from bot.commands.command import Command
from bot.commands.reading import read_command
from bot.errors import NotFound, Unavailable
from bot.portal.found import Found
from bot.portal.models import Coupon, PromotionCode
from bot.portal.rules import Discount
from bot.portal.stripe_access import StripeGateway
from bot.use_cases.link_terms import LinkTerms, found_with_terms, read_terms


@dataclass
class Gateway:
    """Stripe, as far as discounts are concerned; every call waits for the others it should run beside."""

    beside: asyncio.Barrier | None = None
    failure: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def _answer(self, name: str) -> None:
        self.asked.append(name)
        if self.beside is not None:
            await self.beside.wait()
        if self.failure is not None:
            raise self.failure

    async def coupon(self, name: str) -> Coupon:
        await self._answer(name)
        return Coupon(name, valid=True)

    async def promotion_codes(self, name: str) -> tuple[PromotionCode, ...]:
        await self._answer(name)
        return (PromotionCode("promo_1", code=name, active=True),)

    async def promotion_code(self, name: str) -> PromotionCode:
        await self._answer(name)
        return PromotionCode(name, active=True)


def stripe(gateway: Gateway) -> StripeGateway:
    return cast("StripeGateway", SimpleNamespace(shop=gateway))


def command(options: str) -> Command:
    return read_command(f"switch sub_1234 {options}")


async def test_the_customer_and_every_discount_are_read_at_the_same_time() -> None:
    together = asyncio.Barrier(3)
    nobody = cast("Found", object())

    async def find() -> Found:
        await together.wait()
        return nobody

    async with asyncio.timeout(5):
        asked = command("coupon:STAY promo:FALL20")
        found, discounts = await found_with_terms(find(), stripe(Gateway(together)), asked)
    assert found is nobody
    assert [each.name for each in discounts.of_change("cus_1")] == ["STAY", "FALL20"]


async def test_without_discounts_nothing_is_asked() -> None:
    gateway = Gateway()
    assert await read_terms(stripe(gateway), command("qty:3")) == LinkTerms()
    assert gateway.asked == []


async def test_when_both_fail_the_customer_is_told() -> None:
    async def find() -> Found:
        raise NotFound("no_such_customer")

    gateway = Gateway(failure=NotFound("no_such_coupon"))
    with pytest.raises(NotFound, match="no_such_customer"):
        await found_with_terms(find(), stripe(gateway), command("coupon:STAY"))


@pytest.mark.parametrize(("options", "name"), [("coupon:STAY", "STAY"), ("promo:promo_1", "promo_1")])
async def test_what_cannot_be_read_now_is_left_to_stripe(options: str, name: str) -> None:
    gateway = Gateway(failure=Unavailable("permission_missing", retry=False))
    discounts = await read_terms(stripe(gateway), command(options))
    assert discounts.of_change("cus_1") == (Discount(name),)


async def test_a_code_by_its_text_cannot_go_into_a_link_unread() -> None:
    gateway = Gateway(failure=Unavailable("stripe_busy", retry=True))
    with pytest.raises(Unavailable):
        await read_terms(stripe(gateway), command("promo:FALL20"))
