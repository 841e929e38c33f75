"""The sandbox's page suggests every verb the bot has, as the bot writes it: it keeps no list of its own."""

import re
from html import unescape

from bot.commands.verbs import VERBS
from tests.stand.stand import Stand


def test_the_page_suggests_every_verb_of_the_bot(stand: Stand) -> None:
    page = stand.sandbox_http.get("/page/hints").text
    suggested = re.findall(r'data-verb="([^"]*)" data-arguments="([^"]*)"', page)
    assert [(verb, unescape(more)) for verb, more in suggested] == [(v.name, v.arguments) for v in VERBS]


def test_asking_for_suggestions_shows_nothing_in_the_workspace(stand: Stand) -> None:
    before = stand.messages()
    stand.sandbox_http.get("/page/hints")
    assert stand.messages() == before
