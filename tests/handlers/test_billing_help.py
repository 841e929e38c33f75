"""The global shortcut: from anywhere to a customer and a link, without knowing a command."""

import asyncio
import re
from typing import Any, cast

import pytest

from bot.commands.command import Command
from bot.errors import BadUsage
from bot.handlers.billing_help import BillingHelp
from bot.slack.request import Place, SlackRequest
from bot.use_cases.person import Person as Asking
from bot.use_cases.suggestions import CustomerSuggestions
from bot.words import Words
from tests.stand.links import SESSION, flow
from tests.stand.person import Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand
from tests.stand.waiting import until


def labels(options: list[dict[str, object]]) -> list[str]:
    return [str(option["text"]["text"]) for option in options]  # type: ignore[index]


def verbs(window: Shown) -> list[str]:
    return [
        option["value"] for _, element in window.elements("static_select") for option in element["options"]
    ]


def searches(stand: Stand) -> int:
    return sum("customers/search" in call for call in stand.stripe_calls())


def choose(agent: Person, text: str, value: str | None = None) -> Shown:
    """Open the window, type, choose the first customer, and wait until the window knows who it is."""
    window = agent.uses_shortcut_anywhere()
    options = agent.types_ahead(window, text)
    agent.chooses(window, value or str(options[0]["value"]))

    def changed() -> Shown | None:
        shown = agent.window()
        return shown if shown.words != window.words else None

    return until(changed, "the customer's window")


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("jen", "Jenny Rosen"),
        ("jenny@exa", "Jenny Rosen"),
        ("JENNY@EXAMPLE.COM", "Jenny Rosen"),
        ("müll", "Noah Müller"),
        ("円谷 翔", "円谷 翔"),
    ],
)
def test_a_name_or_address_is_found_while_it_is_typed(agent: Person, typed: str, label: str) -> None:
    options = agent.types_ahead(agent.uses_shortcut_anywhere(), typed)
    assert label in labels(options)
    first = next(option for option in options if option["text"]["text"] == label)
    assert re.search(r"@example\.com · since \d", first["description"]["text"])


def test_ids_and_invoice_numbers_are_found(agent: Person, stand: Stand) -> None:
    window = agent.uses_shortcut_anywhere()
    customer = stand.customer("jenny")
    (found, _) = agent.types_ahead(window, customer)
    assert found["value"] == customer
    number = re.search(r"\b[A-Z0-9]{4,}-\d{4}\b", agent.asks("invoices jenny@example.com").words)
    assert number
    assert agent.types_ahead(agent.uses_shortcut_anywhere(), number[0])[0]["value"] == customer


def test_two_letters_are_too_few_and_nobody_is_asked(agent: Person, stand: Stand) -> None:
    before = searches(stand)
    assert agent.types_ahead(agent.uses_shortcut_anywhere(), "je") == []
    assert searches(stand) == before


def test_a_longer_text_is_looked_up_among_what_a_shorter_one_found(agent: Person, stand: Stand) -> None:
    window, before = agent.uses_shortcut_anywhere(), searches(stand)
    for typed in ("ols", "olsa"[:3] + "z", "olg", "olga", "olga p", "olga@"):
        agent.types_ahead(window, typed)
    assert searches(stand) - before <= 4


def test_when_stripe_does_not_answer_what_was_typed_can_still_be_looked_up(
    agent: Person, stand: Stand
) -> None:
    window = agent.uses_shortcut_anywhere()
    stand.fault("stripe", "500")
    options = agent.types_ahead(window, "frieda@example.com")
    assert labels(options) == ["Look up “frieda@example.com”"]
    stand.heal()
    agent.chooses(window, "frieda@example.com")
    until(lambda: "Frieda Frei" in agent.window().words, "who it is")


def test_a_stripe_that_takes_long_is_not_waited_for(
    agent: Person, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.use_cases.suggestions.PATIENCE_SECONDS", 0.05)
    window = agent.uses_shortcut_anywhere()
    stand.fault("stripe", "latency", seconds=0.3)
    assert labels(agent.types_ahead(window, "somebody slow")) == ["Look up “somebody slow”"]
    stand.heal()


def test_people_who_may_not_use_the_bot_are_shown_nobody(stand: Stand) -> None:
    stranger = stand.person("U0ROBIN")
    assert stranger.types_ahead(stranger.uses_shortcut_anywhere(), "jenny") == []


def test_the_window_offers_what_fits_the_customer(agent: Person) -> None:
    window = agent.uses_shortcut_anywhere()
    everything = verbs(window)
    assert everything[0] == "card"
    shown = choose(agent, "mia multi")
    assert "Mia Multi" in shown.words
    assert set(everything) - set(verbs(shown)) == {"update"}


def test_a_link_is_shown_in_the_window_and_stays_nowhere(agent: Person, stand: Stand) -> None:
    shown = choose(agent, "jenny@example.com")
    outcome = agent.stand.control(
        "submit",
        user=agent.user,
        view=shown.content["id"],
        state={
            "customer": {"customer": [stand.customer("jenny")]},
            next(b["block_id"] for b in shown.blocks if b.get("block_id", "").startswith("verb")): {
                "verb": ["payment"]
            },
            "reason": {"reason": ["T-9"]},
        },
    )
    assert not outcome["errors"]
    (link,) = until(lambda: agent.window().preformatted, "the link")
    assert SESSION.fullmatch(link)
    assert flow(stand) == "payment_method_update"
    assert agent.messages() == []
    assert stand.audit()[0].reason == "T-9"


def test_the_window_asks_for_a_customer(agent: Person) -> None:
    window = agent.uses_shortcut_anywhere()
    outcome = agent.stand.control("submit", user=agent.user, view=window.content["id"], state={})
    assert "customer" in outcome["errors"]


async def test_of_two_choices_the_window_shows_the_later_one_whichever_is_known_first() -> None:
    begun, shown = asyncio.Event(), list[dict[str, Any]]()

    class Parts:
        """Looks up customers, the first of them slowly, and is the window."""

        def person(self, _request: SlackRequest) -> None:
            return None

        async def do(self, command: Command, _person: object) -> None:
            if command.subject == "cus_slow":
                await begun.wait()
            raise BadUsage("take_until_when" if command.subject == "cus_slow" else "no_turns_to_swap")

        async def update(self, _view: str, content: dict[str, Any]) -> None:
            shown.append(content)

    parts = cast("Any", Parts())
    window = BillingHelp(parts, parts, parts, parts, parts, Words())

    def chosen(who: str) -> SlackRequest:
        return SlackRequest(Place("U1", view="V1"), "T1", who, "", "")

    async with asyncio.TaskGroup() as choices:
        choices.create_task(window.choose(chosen("cus_slow")))
        await asyncio.sleep(0)
        await window.choose(chosen("cus_quick"))
        begun.set()
    (only,) = shown
    assert Words().sentence("refusals", "no_turns_to_swap") in str(only)


async def test_a_slack_that_does_not_say_who_may_look_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.use_cases.suggestions.PATIENCE_SECONDS", 0.01)

    async def unsure(_verb: str) -> str:
        await asyncio.sleep(0.2)
        return "agent"

    nothing = cast("Any", None)
    found = CustomerSuggestions(nothing, nothing).matching("je", Asking("U1", unsure, 0))
    assert await asyncio.wait_for(found, 0.15) == ()


def test_a_mistake_of_ours_shows_no_customers_and_earns_no_message(
    agent: Person, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(CustomerSuggestions, "matching", broken)
    window = agent.uses_shortcut_anywhere()
    before = agent.messages()
    assert agent.types_ahead(window, "jenny") == []
    stand.loop.run(stand.web.background.finish(5))
    assert agent.messages() == before


async def test_a_window_is_changed_by_one_choice_after_the_other() -> None:
    released, shown = asyncio.Event(), list[str]()

    class Parts:
        """Finds nobody, and is the window, which takes its first change slowly."""

        def person(self, _request: SlackRequest) -> None:
            return None

        async def do(self, command: Command, _person: object) -> None:
            raise BadUsage("no_such_lookup_key", asked=command.subject)

        async def update(self, _view: str, content: dict[str, Any]) -> None:
            if "cus_first" in str(content):
                await released.wait()
            shown.append(str(content))

    parts = cast("Any", Parts())
    window = BillingHelp(parts, parts, parts, parts, parts, Words())
    first, second = (
        asyncio.create_task(window.choose(SlackRequest(Place("U1", view="V1"), "T1", who, "", "")))
        for who in ("cus_first", "cus_second")
    )
    await asyncio.wait({second}, timeout=0.02)
    released.set()
    await asyncio.gather(first, second)
    assert "cus_second" in shown[-1]
