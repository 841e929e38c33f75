"""What there is to compare with: Bolt and a route that do nothing, and the same calls to Stripe by hand.

As a program, `python -m benchmarks.bare PORT bolt|route SECRET`, it is one of the two servers.
"""

import asyncio
import sys
import time

import aiohttp
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.load import Times


async def calls_by_hand(stripe: int, customer: str, concurrent: int, total: int, *, within: float) -> Times:
    """Make portal sessions with nothing but an HTTP client: what no bot can be quicker than.

    The first of each connection are made at an even pace within so many seconds.
    """
    seconds: list[float] = []
    left = iter(range(total))
    body = {"customer": customer}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrent)) as session:

        async def agent(place: int) -> None:
            await asyncio.sleep(within * place / concurrent)
            for _ in left:
                began = time.perf_counter()
                address = f"http://127.0.0.1:{stripe}/v1/billing_portal/sessions"
                async with session.post(address, data=body) as answer:
                    await answer.json()
                seconds.append(time.perf_counter() - began)

        await asyncio.gather(*map(agent, range(concurrent)))
    return Times.of(seconds)


def _bolt(secret: str) -> Starlette:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U1")

    bolt = AsyncApp(signing_secret=secret, authorize=authorize)

    @bolt.command("/portal")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


def _route() -> Starlette:
    async def endpoint(request: Request) -> Response:
        await request.body()
        return PlainTextResponse("")

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


if __name__ == "__main__":
    application = _bolt(sys.argv[3]) if sys.argv[2] == "bolt" else _route()
    uvicorn.run(application, port=int(sys.argv[1]), log_level="error", access_log=False, loop="asyncio")
