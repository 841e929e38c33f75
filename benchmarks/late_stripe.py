"""Stripe a network away: passes every call on to the sandbox after a while.

Run as `python -m benchmarks.late_stripe PORT SECONDS SANDBOX`.
"""

import asyncio
import sys

import aiohttp
from aiohttp import web

_HOP_BY_HOP = frozenset({"connection", "content-length", "host", "transfer-encoding", "content-encoding"})


async def serve(port: int, seconds: float, sandbox: str) -> None:
    """Pass on until the process is stopped."""
    async with aiohttp.ClientSession(auto_decompress=True) as session:

        async def pass_on(request: web.Request) -> web.Response:
            await asyncio.sleep(seconds)
            kept = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
            body = await request.read()
            async with session.request(
                request.method, f"{sandbox}{request.raw_path}", data=body, headers=kept
            ) as answer:
                said = {n: v for n, v in answer.headers.items() if n.lower() not in _HOP_BY_HOP}
                return web.Response(body=await answer.read(), status=answer.status, headers=said)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
