"""What the tests of lookups do over and over."""

import pytest

from bot.errors import Refused
from bot.portal.found import Found
from bot.portal.identifiers import read_pasted
from bot.portal.lookup import Lookup
from tests.portal.stripe_server import StripeServer


async def find(lookup: Lookup, text: str) -> Found:
    return await lookup.find(read_pasted(text))


async def refused(lookup: Lookup, text: str) -> Refused:
    with pytest.raises(Refused) as raised:
        await find(lookup, text)
    return raised.value


def assert_no_path_is_too_deep(server: StripeServer) -> None:
    for asked in server.asked:
        deep = [path for path in asked.expand if path.count(".") > 3]
        assert not deep
