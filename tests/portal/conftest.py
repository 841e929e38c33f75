from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.portal.lookup import Lookup
from bot.portal.stripe_access import StripeGateway
from tests.portal.stripe_server import StripeServer


@pytest.fixture
async def stripe_server() -> AsyncIterator[StripeServer]:
    scripted = StripeServer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", scripted.handle)
    server = TestServer(application)
    await server.start_server()
    scripted.url = str(server.make_url("")).rstrip("/")
    yield scripted
    await server.close()


@pytest.fixture
async def gateway(stripe_server: StripeServer) -> AsyncIterator[StripeGateway]:
    opened = StripeGateway.open(
        "rk_test_1234567890abcdef", api_base=stripe_server.url, patience=4, seconds_per_try=3, more_tries=0
    )
    yield opened
    await opened.aclose()


@pytest.fixture
async def live_gateway(stripe_server: StripeServer) -> AsyncIterator[StripeGateway]:
    opened = StripeGateway.open("rk_live_1234567890abcdef", api_base=stripe_server.url, patience=2)
    yield opened
    await opened.aclose()


@pytest.fixture
def lookup(gateway: StripeGateway) -> Lookup:
    return Lookup(gateway, account="acct_1Mine")
