"""What every test can rely on: an environment of its own, whatever the machine's looks like."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

from tests.words.watch import Watch, templates

# Every run looks at the same examples, so that a change is judged by itself and not by luck;
# HYPOTHESIS_PROFILE=thorough looks at ten times as many, and at others each time.
settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

OURS = ("SLACK_", "STRIPE_", "MERCHANT_", "SUPPORT_", "DATABASE_", "SMTP_", "MAIL_", "ALERT_", "PORTALBOT_")
OTHERS = {"PORT", "HOST", "DYNO", "LOG_LEVEL", "LOG_FORMAT", "METRICS_TOKEN"}

# As structlog does by itself, but for tracebacks: colored, with the source around each line, one takes 0.2 s.
LOGGED = [
    *structlog.get_config()["processors"][:-1],
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
]

WATCH = Watch()


def pytest_sessionstart() -> None:
    """From here on everything the bot says in a test is looked at."""
    WATCH.begin()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there before the first test stays; the garbage collector need not look through it in each.

    It also looks less often than by itself, which is at every 700 objects: a tenth of the processor time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules marked `slow`, the slowest first: they would be the long tail of the run.

    Within a module nothing is moved: xdist gives each worker whole modules, in this order.
    """
    items.sort(key=_seconds, reverse=True)


def _seconds(item: pytest.Item) -> float:
    module = item.getparent(pytest.Module)
    marker = module.get_closest_marker("slow") if module else None
    return float(marker.args[0]) if marker else 0.0


def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores, since about half of the time a test waits for something."""
    return (os.cpu_count() or 1) + 3


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine, no `.env` of the checkout and no log of the test before reaches a test."""
    structlog.reset_defaults()
    structlog.configure(processors=LOGGED)
    for name in [*os.environ]:
        if name.startswith(OURS) or name in OTHERS:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def nothing_internal_is_shown() -> Iterator[None]:
    """What the bot has said in a test is markup as text, an id, a number or a code: see `Watch`."""
    yield
    wrong, WATCH.wrong = WATCH.wrong, []
    assert not wrong


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of a parallel run hands on which templates it has seen; the whole run has to see them all."""
    worker = getattr(session.config, "workeroutput", None)
    if worker is not None:
        worker["rendered"] = sorted(WATCH.rendered)
    elif _is_whole(session.config) and (unseen := templates() - WATCH.rendered):
        print(f"\nNo test has the bot say: {', '.join(sorted(unseen))}")  # noqa: T201
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process of a parallel run hands on."""
    WATCH.rendered.update(getattr(node, "workeroutput", {}).get("rendered", ()))


def _is_whole(config: pytest.Config) -> bool:
    chosen = config.option.keyword or config.option.markexpr or config.option.collectonly or config.option.lf
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen
