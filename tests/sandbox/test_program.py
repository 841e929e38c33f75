"""`python -m sandbox` as a program: ports, the ready line, and how it ends."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow(15)

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def program(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process, (await process.stdout.readline()).decode()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await process.stdout.read()


async def test_port_0_takes_a_free_one_and_names_it() -> None:
    async with program("--port", "0", "--json") as (_, line):
        ready = json.loads(line)
        assert ready["smtp_port"] > 0
        async with httpx.AsyncClient(base_url=ready["url"]) as http:
            assert (await http.get("/")).status_code == 200
        assert ready["url"].endswith(f":{ready['port']}")


async def test_the_ready_line_is_for_people_by_default() -> None:
    async with program("--port", "0") as (_, line):
        assert line.startswith("The sandbox is ready: http://127.0.0.1:")


async def test_an_address_it_cannot_have_is_said_in_one_line() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--host", "203.0.113.1", "--port", "0"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert err.startswith(b"The sandbox cannot start: Cannot assign requested address")
    assert len(err.splitlines()) == 1


async def test_it_stops_at_once_while_a_page_is_open() -> None:
    async with program("--port", "0", "--json") as (process, line):
        async with (
            httpx.AsyncClient(base_url=json.loads(line)["url"]) as http,
            http.stream("GET", "/events") as stream,
        ):
            assert stream.status_code == 200
            started = time.monotonic()
            process.terminate()
            async for _ in stream.aiter_lines():
                pass
        await asyncio.wait_for(process.wait(), 5)
        assert time.monotonic() - started < 2


STARTER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "sandbox", "--port", "0", "--json", "--stay-with-parent"])
child.wait()
"""


async def test_it_does_not_outlive_the_program_that_started_it() -> None:
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert starter.stdout is not None
    ready = json.loads(await starter.stdout.readline())
    starter.kill()
    await starter.wait()
    assert await asyncio.wait_for(starter.stdout.read(), 5) == b""  # the sandbox held the other end
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", ready["port"])
