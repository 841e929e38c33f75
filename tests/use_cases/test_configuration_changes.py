"""Changing a configuration: what was shown is changed, or nothing is, and what is said is so."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.changes.change import Change, State
from bot.changes.rows import LEASE_SECONDS, ChangeRows
from bot.errors import NotAllowed, Refused
from bot.process.services import Services, open_services
from bot.settings import Purpose, load_settings
from bot.store.audit import AuditEntry
from bot.store.migrate import migrate
from bot.use_cases.change_requests import ChangeRequests
from bot.use_cases.configuration_changes import ConfigurationChanges, Proposal
from bot.use_cases.configuration_usage import ConfigurationUsage
from bot.use_cases.person import Person, at_the_terminal
from sandbox.stripe.faults import DROP
from tests.stand.stand import environment
from tests.stand.terminal import Shop, open_shop

MODE = "features.subscription_cancel.mode"
CHANGE = "/v1/billing_portal/configurations/"


@pytest.fixture(scope="module")
def module_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def shop(module_shop: Shop) -> Iterator[Shop]:
    yield module_shop
    module_shop.loop.call(module_shop.sandbox.stripe.faults.clear)
    present(module_shop)["features"]["subscription_cancel"]["mode"] = "at_period_end"


@pytest.fixture
async def services(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Services]:
    for name, value in environment(shop.url, tmp_path).items():
        monkeypatch.setenv(name, value)
    settings = load_settings(require=Purpose.ASK_STRIPE)
    migrate(settings.database_url.get_secret_value())
    async with open_services(settings, remembers=False) as services:
        yield services


def present(shop: Shop) -> dict[str, Any]:
    """The default configuration as the sandbox has it."""
    every = shop.sandbox.stripe.test.every("billing_portal.configuration")
    return next(each for each in every if each["is_default"])


def mode(shop: Shop) -> str:
    return str(present(shop)["features"]["subscription_cancel"]["mode"])


def lead(user: str = "U0PRIYA") -> Person:
    async def authorise(_verb: str) -> str:
        return "lead"

    return Person(user, authorise, 0)


def changes_of(services: Services, clock: Callable[[], int] = lambda: 1_000) -> ConfigurationChanges:
    return ConfigurationChanges(services.account, ChangeRows(services.database), clock)


async def proposed(services: Services, value: str = "immediately") -> Proposal:
    return await services.changes.propose("default", {MODE: value})


async def lines(services: Services) -> list[AuditEntry]:
    return list(await services.audit.history())


async def approved(services: Services, person: Person) -> Change:
    """A change that was said yes to, in a process that was killed right then."""
    proposal = await proposed(services)
    return await ChangeRows(services.database).add(proposal.to_keep(person.id, State.APPROVED), 1_000)


async def test_a_change_is_made_once_read_back_and_in_the_trail(shop: Shop, services: Services) -> None:
    before = len(shop.calls())
    change = await services.changes.change(await proposed(services), lead())
    assert (change.state, change.before, change.after) == (
        State.APPLIED, {MODE: "at_period_end"}, {MODE: "immediately"}
    )  # fmt: skip
    assert mode(shop) == "immediately"
    assert sum(call.startswith("POST") for call in shop.calls()[before:]) == 1
    (line,) = await lines(services)
    assert (line.actor, line.outcome, line.role) == ("U0PRIYA", "changed", "lead")
    assert f'{MODE}: "at_period_end" → "immediately"' in str(line.reason)


async def test_what_changed_since_it_was_shown_is_not_changed(shop: Shop, services: Services) -> None:
    shown = await proposed(services)
    present(shop)["features"]["subscription_pause"]["enabled"] ^= True
    with pytest.raises(Refused, match="configuration_changed"):
        await services.changes.change(shown, lead())
    present(shop)["features"]["subscription_pause"]["enabled"] ^= True
    assert mode(shop) == "at_period_end"
    (line,) = await lines(services)
    assert (line.outcome, line.code) == ("refused", "configuration_changed")


async def test_of_two_leads_at_once_one_changes_it_and_the_other_is_told(
    shop: Shop, services: Services
) -> None:
    first, second = await proposed(services), await services.changes.propose("default", {"name": "Mine"})
    ended = await asyncio.gather(
        services.changes.change(first, lead()),
        services.changes.change(second, lead("U0OTHER")),
        return_exceptions=True,
    )
    (made,) = [each for each in ended if isinstance(each, Change)]
    (refused,) = [each for each in ended if isinstance(each, Refused)]
    assert refused.code in {"change_in_progress", "configuration_changed"}
    assert {mode(shop) == "immediately", present(shop)["name"] == "Mine"} == {True, False}
    assert made.state is State.APPLIED
    present(shop)["name"] = "Everything on"


async def test_who_may_not_changes_nothing(shop: Shop, services: Services) -> None:
    async def authorise(verb: str) -> str:
        raise NotAllowed("not_lead", verb=verb, who_may=None)

    with pytest.raises(NotAllowed):
        await services.changes.change(await proposed(services), Person("U0ALEX", authorise, 0))
    assert mode(shop) == "at_period_end"


async def test_an_answer_that_was_lost_before_stripe_changed_it_is_asked_for_again(
    shop: Shop, services: Services
) -> None:
    shown = await proposed(services)
    # As often as the client itself tries: it gives up, and the same key is used once more.
    shop.loop.call(lambda: shop.sandbox.stripe.faults.next(DROP, 2, path=f"{CHANGE}{present(shop)['id']}"))
    assert (await services.changes.change(shown, lead())).state is State.APPLIED
    assert mode(shop) == "immediately"


async def test_when_stripe_does_not_answer_at_all_it_is_unknown_until_somebody_looks_again(
    shop: Shop, services: Services
) -> None:
    change = await approved(services, lead())
    shop.loop.call(lambda: shop.sandbox.stripe.faults.always(500, path=CHANGE))
    with pytest.raises(Refused):
        await changes_of(services).carry_out(change)
    shop.loop.call(shop.sandbox.stripe.faults.clear)
    assert mode(shop) == "at_period_end"


async def test_what_stripe_refuses_is_said_in_its_words_and_nothing_is_changed(
    shop: Shop, services: Services
) -> None:
    shown = await proposed(services)
    shop.loop.call(lambda: shop.sandbox.stripe.faults.denied.add("rak_customer_portal_write"))
    with pytest.raises(Refused, match="permission_missing"):
        await services.changes.change(shown, lead())
    assert mode(shop) == "at_period_end"
    (line,) = await lines(services)
    assert (line.outcome, line.code) == ("refused", "permission_missing")


async def test_a_process_killed_before_stripe_was_asked_leaves_a_change_that_is_made_once_by_the_next(
    shop: Shop, services: Services
) -> None:
    change = await approved(services, lead())
    (waiting,) = await ChangeRows(services.database).waiting(1_000)
    assert waiting.id == change.id
    assert (await changes_of(services).carry_out(waiting)).state is State.APPLIED
    assert mode(shop) == "immediately"


async def test_a_process_killed_after_stripe_changed_it_leaves_what_the_next_finds_made(
    shop: Shop, services: Services
) -> None:
    change = await approved(services, lead())
    rows = ChangeRows(services.database)
    assert await rows.take(change.id, 1_000) is not None
    parameters = {"features": {"subscription_cancel": {"mode": "immediately"}}}
    await services.account.gateway.portal.change(change.configuration, parameters, idempotency_key=change.key)
    assert await rows.waiting(1_000) == ()
    before = len(shop.calls())
    (left,) = await rows.waiting(1_001 + LEASE_SECONDS)
    ended = await changes_of(services, lambda: 1_001 + LEASE_SECONDS).carry_out(left)
    assert ended.state is State.APPLIED
    assert not [call for call in shop.calls()[before:] if call.startswith("POST")]
    (line,) = await lines(services)
    assert line.outcome == "changed"


async def test_a_change_from_a_terminal_is_not_made_later_when_the_command_was_killed(
    shop: Shop, services: Services
) -> None:
    change = await approved(services, at_the_terminal("alex", 0))
    rows = ChangeRows(services.database)
    await rows.take(change.id, 1_000)
    (left,) = await rows.waiting(1_001 + LEASE_SECONDS)
    with pytest.raises(Refused, match="change_not_made"):
        await changes_of(services, lambda: 1_001 + LEASE_SECONDS).carry_out(left)
    assert mode(shop) == "at_period_end"
    assert (await rows.get(change.id)).state is State.FAILED


async def test_a_request_that_is_delivered_twice_changes_it_once(shop: Shop, services: Services) -> None:
    shown = await proposed(services)
    person = Person("U0PRIYA", lead().authorise, 0, request_key="one")
    first = await services.changes.change(shown, person)
    second = await services.changes.change(shown, person)
    assert first.id == second.id
    assert mode(shop) == "immediately"


@pytest.mark.parametrize("state", [State.APPROVED, State.FAILED])
async def test_a_change_that_another_process_began_is_not_told_as_made(
    services: Services, state: State
) -> None:
    shown, rows = await proposed(services), ChangeRows(services.database)
    person = Person("U0PRIYA", lead().authorise, 0, request_key="one")
    row = await rows.add(shown.to_keep(person.id, State.APPROVED, request_key="one"), 1_000)
    assert await rows.take(row.id, 1_000) is not None
    await rows.end(row.id, State.APPROVED, state, None)
    with pytest.raises(Refused, match="change_unknown"):
        await changes_of(services).change(shown, person)


@pytest.mark.parametrize(("four_eyes", "approved_by"), [(True, "U0OTHER"), (False, "U0PRIYA")])
async def test_in_live_mode_nobody_approves_their_own_unless_the_settings_say_so(
    services: Services, four_eyes: bool, approved_by: str
) -> None:
    requests = ChangeRequests(
        services.account, services.changes, ChangeRows(services.database), lambda: 1_000, channel="C1",
        four_eyes=four_eyes, usage=ConfigurationUsage(services.audit, {}, lambda: 1_000),
    )  # fmt: skip
    proposal = await proposed(services)
    row = proposal.to_keep("U0PRIYA", State.ASKED)
    asked = await ChangeRows(services.database).add(replace(row, livemode=True), 1_000)
    if four_eyes:
        with pytest.raises(NotAllowed, match="four_eyes"):
            await requests.approve(asked.id, lead())
    assert (await requests.approve(asked.id, lead(approved_by))).state is State.APPROVED
