import pytest

from bot.errors import BadUsage, PortalBlocks
from bot.portal.configurations import MOST_KEPT, Configurations
from bot.portal.models import Configuration
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.stripe_server import StripeServer

LIST = "/v1/billing_portal/configurations"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_the_default_is_read_with_its_products_and_kept(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(LIST, made.configuration())
    clock = Clock()
    configurations = Configurations(gateway, kept_seconds=60, clock=clock)
    first = await configurations.get()
    assert first.subscription_update.products == ()
    assert await configurations.get() is first
    assert await configurations.get("bpc_1") is first
    assert stripe_server.asked[0].own == {"is_default": "true", "limit": "1"}
    assert stripe_server.asked[0].expand == ["data.features.subscription_update.products"]
    assert len(stripe_server.asked) == 1
    clock.now = 60
    await configurations.get()
    assert len(stripe_server.asked) == 2


async def test_a_name_of_the_settings_or_an_id_is_read_with_its_products(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.answer(f"{LIST}/bpc_7", made.configuration("bpc_7", is_default=False))
    configurations = Configurations(gateway, names={"Support": "bpc_7"})
    assert (await configurations.get("support")).id == "bpc_7"
    assert (await configurations.get("bpc_7")).id == "bpc_7"
    assert [asked.expand for asked in stripe_server.asked] == [["features.subscription_update.products"]]


async def test_an_unknown_name_is_refused_without_a_call(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    with pytest.raises(BadUsage) as raised:
        await Configurations(gateway, names={"support": "bpc_7"}).get("gold")
    assert (raised.value.code, raised.value.facts["known"]) == ("unknown_configuration_name", "support")
    assert stripe_server.asked == []


async def test_a_portal_that_was_never_set_up_is_said(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(LIST)
    with pytest.raises(PortalBlocks) as raised:
        await Configurations(gateway).get()
    assert (raised.value.code, raised.value.facts["livemode"]) == ("no_default_configuration", False)


async def test_a_drop_and_a_command_line_read_afresh(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(LIST, made.configuration())
    kept = Configurations(gateway)
    await kept.get()
    kept.drop()
    await kept.get()
    fresh = Configurations(gateway, kept_seconds=0)
    await fresh.get()
    await fresh.get()
    assert len(stripe_server.asked) == 4


async def test_only_so_many_are_kept(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    configurations = Configurations(gateway)
    for number in range(MOST_KEPT + 1):
        path = f"{LIST}/bpc_{number}"
        stripe_server.answer(path, made.configuration(f"bpc_{number}", is_default=False))
        await configurations.get(f"bpc_{number}")
    asked = len(stripe_server.asked)
    await configurations.get(f"bpc_{MOST_KEPT}")
    assert len(stripe_server.asked) == asked
    await configurations.get("bpc_0")
    assert len(stripe_server.asked) == asked + 1


async def test_all_configurations_come_in_one_call(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(LIST, made.configuration(), made.configuration("bpc_2", is_default=False))
    assert [each.id for each in await Configurations(gateway).every()] == ["bpc_1", "bpc_2"]
    assert stripe_server.asked[0].own == {"limit": "100"}


async def test_what_was_being_read_while_it_changed_is_not_kept(
    stripe_server: StripeServer, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe_server.lists(LIST, made.configuration())
    configurations = Configurations(gateway)
    read = gateway.portal.default_configuration

    async def read_and_changed() -> Configuration | None:
        found = await read()
        configurations.drop()  # as the webhook of the change does
        return found

    monkeypatch.setattr(gateway.portal, "default_configuration", read_and_changed)
    await configurations.get()
    assert configurations.known() is None
