"""Stripe has the last word: asking it, and noticing when it says something else than the rules."""

from collections.abc import Callable, Iterator

import pytest

from tests.handlers.test_own_trouble import open_rules
from tests.stand.person import Person
from tests.stand.stand import Stand
from tests.why.conftest import Portalbot

Find = Callable[[str], str]
KEYS = ["rules", "stripe", "agrees", "code", "message", "stripe_said", "link"]


def disagreements(stand: Stand, flow: str) -> float:
    counter = stand.web.services.metrics.rules_disagreements.labels(flow=flow)
    return float(counter._value.get())


@pytest.fixture
def refuses_cancel(stand: Stand) -> Iterator[None]:
    """A Stripe that has switched canceling off since the configuration was read."""
    world = stand.sandbox.stripe.test
    feature = world.get(world.labels["configuration.default"])["features"]["subscription_cancel"]
    stand.on_loop(lambda: feature.update(enabled=False))
    yield
    stand.on_loop(lambda: feature.update(enabled=True))


def test_the_terminal_adds_what_stripe_said_to_the_object(
    portalbot: Portalbot, stand: Stand, subscription: Find
) -> None:
    report = portalbot("why", subscription("multi"), "--ask-stripe", "--json").json
    asked = report["asked_stripe"]
    assert list(asked) == ["update", "cancel", "pause"]
    assert all(list(each) == KEYS for each in asked.values())
    assert (asked["update"]["stripe"], asked["update"]["agrees"]) == ("refused", True)
    assert "multiple items" in asked["update"]["stripe_said"]
    assert asked["cancel"]["link"]["flow"] == "subscription_cancel"


def test_a_target_is_asked_as_one_change(portalbot: Portalbot, subscription: Find, price: Find) -> None:
    words = (subscription("noah"), price("business_monthly"), "qty:1")
    asked = portalbot("why", *words, "--ask-stripe", "--json").json["asked_stripe"]
    assert list(asked) == ["switch"]


def test_asking_counts_in_audit_like_any_link(portalbot: Portalbot, subscription: Find) -> None:
    portalbot("why", subscription("jenny"), "cancel", "--ask-stripe", "--json")
    lines = portalbot("history", "--json").json
    assert [(each["verb"], each["outcome"]) for each in lines] == [("cancel", "issued"), ("why", "answered")]


def test_which_of_several_subscriptions_is_to_be_asked_must_be_said(
    portalbot: Portalbot, stand: Stand
) -> None:
    printed = portalbot("why", stand.customer("several"), "--ask-stripe", "--json")
    assert (printed.exit_code, printed.json["error"]["code"]) == (1, "several_subscriptions")


def test_in_slack_stripes_refusal_is_shown_beside_the_rules(agent: Person, subscription: Find) -> None:
    shown = agent.asks(f"why {subscription('multi')}")
    answer = agent.presses(shown, "Test a plan change")
    assert "Stripe says" in answer.words
    assert "disagree" not in answer.words


@pytest.mark.usefixtures("refuses_cancel")
def test_a_refusal_the_rules_did_not_see_is_shown_and_counted(
    agent: Person, stand: Stand, subscription: Find
) -> None:
    kept = stand.web.services.account.configurations
    stand.on_loop(kept.drop)
    world = stand.sandbox.stripe.test
    feature = world.get(world.labels["configuration.default"])["features"]["subscription_cancel"]
    stand.on_loop(lambda: feature.update(enabled=True))
    stand.loop.run(kept.get())  # what the bot keeps says that canceling is on
    stand.on_loop(lambda: feature.update(enabled=False))
    before = disagreements(stand, "subscription_cancel")
    answer = agent.asks(f"cancel {subscription('jenny')} anyway:yes")
    assert "The rules and Stripe disagree" in answer.words
    assert "for a reason they don't name" in answer.words
    assert "CFG_CANCEL_OFF" not in answer.words
    assert disagreements(stand, "subscription_cancel") == before + 1
    assert "rules_disagree" in open_rules(stand)
    stand.on_loop(kept.drop)


@pytest.mark.usefixtures("refuses_cancel")
def test_a_link_stripe_makes_against_the_rules_is_offered_and_counted(
    agent: Person, stand: Stand, subscription: Find
) -> None:
    kept = stand.web.services.account.configurations
    stand.on_loop(kept.drop)
    stand.loop.run(kept.get())  # what the bot keeps says that canceling is off
    world = stand.sandbox.stripe.test
    feature = world.get(world.labels["configuration.default"])["features"]["subscription_cancel"]
    shown = agent.asks(f"why {subscription('jenny')} cancel")
    assert "✗ No" in shown.words
    stand.on_loop(lambda: feature.update(enabled=True))
    before = disagreements(stand, "subscription_cancel")
    link = agent.presses(shown, "Test a cancellation")
    assert "/p/session/" in link.preformatted[0]
    assert "The rules said it isn't possible, but Stripe made the link" in link.words
    assert disagreements(stand, "subscription_cancel") == before + 1
    stand.on_loop(kept.drop)


@pytest.mark.parametrize(
    ("label", "line"),
    [
        ("multi", "update"),
        ("multi", "switch team_monthly"),
        ("noah", "switch qty:99"),
        ("noah", "switch team_monthly"),
        ("ending_flexible", "cancel"),
        ("trialing", "pause"),
        ("canceled", "update"),
        ("jenny", "home config:inactive"),
        ("jenny", "payment config:inactive"),
        ("jenny", "details config:inactive"),
    ],
)
def test_a_link_that_cannot_work_is_explained_before_stripe_is_asked(
    agent: Person, stand: Stand, subscription: Find, label: str, line: str
) -> None:
    inactive = stand.on_loop(lambda: str(stand.sandbox.stripe.test.labels["configuration.inactive"]))
    stand.loop.run(stand.web.services.account.configurations.get())
    stand.loop.run(stand.web.services.account.configurations.get(inactive))
    verb, _, rest = line.partition(" ")
    line = f"{verb} {subscription(label)} {rest.replace(':inactive', f':{inactive}')}"
    before = stand.stripe_calls().count("POST /v1/billing_portal/sessions")
    answer = agent.asks(line)
    assert "Not possible" in answer.words
    assert "Try it anyway" in answer.labels
    assert stand.stripe_calls().count("POST /v1/billing_portal/sessions") == before


def test_a_refusal_of_stripes_leads_on_to_why(agent: Person, subscription: Find) -> None:
    refused = agent.asks(f"update {subscription('multi')} anyway:yes")
    why = agent.presses(refused, "Why not?")
    assert "Can plan or quantity be changed in the portal?" in why.words
