"""The demo as a person starts it, and a real browser in front of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.stand.serving import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Milliseconds. A busy machine is given time; what comes at once is seen at once.
expect.set_options(timeout=20_000)
PAGE_PATIENCE = 60_000
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def started(folder: Path, *options: str) -> Iterator[str]:
    """`portalbot demo`; gives the address it prints."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; Debian's package is called chromium")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port), *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        address = re.search(r"http://[\d.]+:\d+", line)
        assert address, line
        yield address[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo of the example merchant. Stopped with its module: it works also while idle."""
    with started(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after the module: Playwright keeps an event loop running, which other tests do not survive."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; Debian's package is called chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Page:
    """One for all tests of a module: Chromium takes half a second of the processor to open the next."""
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(PAGE_PATIENCE)
    return opened


@pytest.fixture
def page(tab: Page, demo: str) -> Iterator[Page]:
    """The demo's page in a fresh workspace, seen for the first time; no error of the page goes unnoticed."""
    httpx.post(f"{demo}/sandbox/reset", json={}).raise_for_status()
    wrong: list[str] = []

    def note(error: Error) -> None:
        wrong.append(str(error))

    tab.on("pageerror", note)
    tab.goto(demo)
    expect(tab.get_by_text("my card expired")).to_be_visible()
    yield tab
    tab.evaluate("localStorage.clear(), sessionStorage.clear()")
    tab.goto("about:blank")
    tab.remove_listener("pageerror", note)
    assert not wrong
