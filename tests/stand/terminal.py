"""`portalbot` as a program of its own, against the sandbox."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from typer.testing import CliRunner

from bot.cli import cli
from sandbox.app import Sandbox, SandboxOptions
from sandbox.disconnect import CuttableProtocol
from sandbox.slack import SlackOptions
from tests.stand.serving import Loop, client, free_port, free_socket, served
from tests.stand.stand import Reached, environment
from tests.stand.waiting import until


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """All of stdout as one JSON value."""
        return json.loads(self.out)


@dataclass(slots=True, repr=False)
class Shop:
    """A sandbox in this process, and a folder where `portalbot` runs as a program."""

    loop: Loop
    sandbox: Sandbox
    url: str
    folder: Path

    def runs(self, *arguments: str, **more: str) -> Ran:
        """Run `portalbot …` in this process, which saves its start; `more` are settings."""
        with pytest.MonkeyPatch.context() as patch, logs_kept():
            patch.chdir(self.folder)
            settings: dict[str, str | None] = {**environment(self.url, self.folder, **more)}
            ran = CliRunner().invoke(cli, arguments, env=settings, catch_exceptions=False)
        return Ran(ran.exit_code, ran.stdout, ran.stderr)

    def runs_as_program(self, *arguments: str | bytes, **more: str) -> Ran:
        """Run `portalbot …` as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=machine() | environment(self.url, self.folder, **more),
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def calls(self) -> list[str]:
        """Every request Stripe has got."""
        return self.loop.call(lambda: [f"{call.method} {call.path}" for call in self.sandbox.stripe.calls])

    def customer(self, label: str) -> str:
        """The id of a seeded customer."""
        stories = self.sandbox.stripe.stories()
        return next(each.customer_id for each in stories if each.label == label)

    def subscription(self, label: str) -> str:
        """The id of a seeded customer's first subscription."""
        world = self.sandbox.stripe.test
        return str(self.loop.call(lambda: world.subscriptions_of(self.customer(label))[0]["id"]))


@contextmanager
def logs_kept() -> Iterator[None]:
    """Undo what a command does to the logs of the process."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**configured)
        sys.excepthook = hook


def machine() -> dict[str, str]:
    """What a program needs of this machine's environment; none of its settings."""
    kept = ("PATH", "HOME", "PYTHONPATH", "LANG", "USER", "LOGNAME", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """Start a sandbox for a terminal."""
    listener, url = free_socket()
    sandbox = Sandbox(SandboxOptions(base_url=url))
    loop = Loop()
    try:
        with loop.entered(served(sandbox.app, listener, http=CuttableProtocol, lifespan="on")):
            yield Shop(loop, sandbox, url, folder)
    finally:
        loop.close()


@dataclass(slots=True, repr=False)
class Served(Reached):
    """A stand whose bot is `portalbot serve`, a process of its own."""

    process: subprocess.Popen[bytes]
    folder: Path
    start: Callable[[str], subprocess.Popen[bytes]]
    """Starts another process of the program, with the same settings; it ends with the stand."""

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Tell the process to stop; it may go on for a while."""
        self.process.send_signal(number)

    def stripe_away_once(self) -> None:
        """Have somebody ask while Stripe does not answer."""
        self.fault("stripe", "down")
        assert "Stripe" in self.person().asks("home jenny@example.com").words
        self.heal()

    def written(self) -> bytes:
        """Everything the process wrote: stdout, stderr, and the database with its side files."""
        files = sorted(path for path in self.folder.iterdir() if path.is_file())
        return b"\n".join(path.read_bytes() for path in files if path.suffix != ".toml")


OURS = (sys.executable, "-m", "bot")


@contextmanager
def serve(folder: Path, program: Sequence[str] = OURS, **more: str) -> Iterator[Served]:
    """Run `portalbot serve` against a sandbox in this process; an SMTP_URL among `more` is the sandbox's."""
    sandbox_socket, sandbox_url = free_socket()
    bot_url = f"http://127.0.0.1:{free_port()}"
    smtp_port = int(more.get("SMTP_URL", ":0").rpartition(":")[2])
    options = SandboxOptions(base_url=sandbox_url, smtp_port=smtp_port, slack=SlackOptions(bot_url=bot_url))
    sandbox = Sandbox(options)
    settings = environment(sandbox_url, folder, **more)
    processes: list[subprocess.Popen[bytes]] = []

    def start(command: str) -> subprocess.Popen[bytes]:
        with (folder / "stdout").open("ab") as out, (folder / "stderr").open("ab") as err:
            process = subprocess.Popen(
                [*program, command],
                cwd=folder,
                env=machine() | settings | {"PORT": bot_url.rpartition(":")[2], "HOST": "127.0.0.1"},
                stdout=out,
                stderr=err,
            )
        processes.append(process)
        return process

    loop = Loop()
    process = start("serve")
    try:
        with (
            loop.entered(served(sandbox.app, sandbox_socket, http=CuttableProtocol, lifespan="on")),
            client(sandbox_url) as sandbox_http,
            client(bot_url) as bot_http,
        ):
            until(lambda: _answers(bot_http) or process.poll() is not None, "the web process", 30)
            assert process.poll() is None, (folder / "stderr").read_text()
            yield Served(loop, sandbox, sandbox_http, bot_http, process, folder, start)
    finally:
        for each in processes:
            each.kill()
            each.wait()
        loop.close()


def _answers(bot: httpx.Client) -> bool:
    try:
        return bot.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False
