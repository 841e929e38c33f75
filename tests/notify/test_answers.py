"""An answer finds its way: the response address, then the channel, then a direct message."""

import pytest

from tests.stand.person import GENERAL, SUPPORT, Person
from tests.stand.signing import command_form
from tests.stand.stand import Stand
from tests.stand.waiting import until


def spent(stand: Stand, how: str) -> str:
    """A response address that works no more."""
    urls = stand.sandbox.slack.parts.response_urls
    url = stand.on_loop(lambda: urls.issue("U0ALEX", SUPPORT))
    if how == "expired":
        stand.on_loop(lambda: urls.expire(url))
    elif how == "used":
        for _ in range(5):
            assert stand.sandbox_http.post(url, json={"text": "something else"}).status_code == 200
    else:
        return url.rpartition("/")[0] + "/unknown"
    return url


@pytest.mark.parametrize("how", ["expired", "used", "unknown"])
def test_a_spent_response_address_falls_back_to_the_channel(agent: Person, stand: Stand, how: str) -> None:
    url = spent(stand, how)
    answer = agent.waits_for(lambda: _sent(stand, "home jenny@example.com", response_url=url))
    assert answer.preformatted
    assert answer.content["channel"] == SUPPORT
    assert answer.content["only_for"] == agent.user
    assert stand.slack_calls("chat.postEphemeral") == 1


def test_where_the_bot_was_not_invited_it_answers_by_direct_message(agent: Person, stand: Stand) -> None:
    url = spent(stand, "expired")
    answer = agent.waits_for(lambda: _sent(stand, "jenny@example.com", response_url=url, channel_id=GENERAL))
    assert "Jenny Rosen" in answer.words
    assert str(answer.content["channel"]).startswith("D")
    assert stand.slack_calls("chat.postMessage") == 1


def test_a_link_that_cannot_be_shown_to_one_person_alone_stays_nowhere(agent: Person, stand: Stand) -> None:
    url = spent(stand, "expired")
    answer = agent.waits_for(
        lambda: _sent(stand, "home jenny@example.com", response_url=url, channel_id=GENERAL)
    )
    assert "couldn't show the link to you alone" in answer.words
    assert "/p/session/" not in str(stand.messages())


def test_where_the_bot_was_not_invited_the_response_address_is_enough(stand: Stand) -> None:
    answer = stand.person(channel=GENERAL).asks("jenny@example.com")
    assert answer.content["channel"] == GENERAL


@pytest.mark.parametrize("kind", ["down", "500", "429"])
def test_a_response_address_in_trouble_is_gone_around(agent: Person, stand: Stand, kind: str) -> None:
    stand.fault("slack", kind, match="response_url", times=2 if kind == "down" else 3, seconds=0.1)
    assert agent.asks("jenny@example.com").words


def test_a_command_without_a_response_address_is_answered(agent: Person, stand: Stand) -> None:
    body = command_form("jenny@example.com").replace(b"response_url", b"unused")

    def send() -> dict[str, str]:
        assert stand.send(body).status_code == 200
        return {"failure": ""}

    assert "Jenny Rosen" in agent.waits_for(send).words


def test_an_answer_that_finds_no_way_is_counted_and_in_the_trail(stand: Stand) -> None:
    before = len(stand.audit())
    stand.fault("slack", "down")
    stand.send_command("home jenny@example.com", response_url=spent(stand, "unknown"))
    until(lambda: len(stand.audit()) > before, "an audit line")
    stand.heal()
    metrics = stand.bot_http.get("/metrics").text
    assert 'portalbot_slack_errors_total{way="response_url"}' in metrics


def test_previews_are_off_in_every_way_an_answer_goes(agent: Person, stand: Stand) -> None:
    agent.asks("home jenny@example.com")
    agent.waits_for(lambda: _sent(stand, "home jenny@example.com", response_url=spent(stand, "expired")))
    agent.waits_for(
        lambda: _sent(
            stand, "home jenny@example.com", response_url=spent(stand, "expired"), channel_id=GENERAL
        )
    )
    assert stand.violations() == []  # the sandbox refuses portal addresses with previews on


def _sent(stand: Stand, text: str, **fields: str) -> dict[str, str]:
    assert stand.send_command(text, **fields).status_code == 200
    return {"failure": ""}
