"""`make smoke PYTHON=…`: a short round in a fresh environment of that Python; less than two minutes.

First as a platform does it: only requirements.txt, the program out of the checkout, migrate and manifest.
Then as an operator does it: the wheel beside requirements.txt, away from the checkout. Then as a person does
it: the demo started, a command in its Slack and one at a terminal. Needs nothing but Python itself, so that
any version can begin with it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "https://portalbot.example.com"
AGENT, CHANNEL, CUSTOMER = "U0ALEX", "C0SUPPORT", "jenny@example.com"
SECONDS_TO_START, SECONDS_TO_ANSWER = 60, 30
OURS = ("SLACK_", "STRIPE_", "MERCHANT_", "SUPPORT_", "DATABASE_", "SMTP_", "MAIL_", "ALERT_", "PORTALBOT_")


class Round:
    """One environment in a folder of its own, with a database that is gone afterwards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "venv" / "bin" / "python"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = kept | {"DATABASE_URL": f"sqlite:///{folder / 'smoke.db'}"}

    def run(self, *command: str, place: Path = ROOT, **more: str) -> str:
        """Run something to its end; its stdout. Raises CalledProcessError, after showing what it wrote."""
        ran = subprocess.run(
            command, cwd=place, env=self.environment | more, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            sys.stderr.write(ran.stdout + ran.stderr)
            ran.check_returncode()
        return ran.stdout

    def install(self, *what: str) -> None:
        """Install with pip into the environment."""
        self.run(str(self.python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *what)

    @contextmanager
    def demo(self) -> Iterator[str]:
        """`portalbot demo` as installed, away from the checkout; gives the address it prints."""
        command = [str(self.python.with_name("portalbot")), "demo", "--port", "0"]
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        try:
            address = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
            assert address, "the demo has not started"
            yield address[0]
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS_TO_START)


def ask(address: str, path: str, body: dict[str, str] | None = None) -> Any:
    """Call the sandbox's control API."""
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/sandbox/{path}", sent, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:
        return json.load(answer)


def as_a_platform(here: Round) -> None:
    """Run-time packages only, started the way the Procfile starts it."""
    here.install("--require-hashes", "-r", "requirements.txt")
    here.run(str(here.python), "-m", "bot", "migrate")
    printed = here.run(str(here.python), "-m", "bot", "manifest", "--url", ADDRESS)
    assert json.loads(printed) == json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))


def as_an_operator(here: Round) -> None:
    """The wheel and what requirements.txt has, nothing else: settings, tables, backup and back."""
    wheels = here.folder / "wheels"
    here.run(str(here.python), "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(wheels), str(ROOT))
    (wheel,) = wheels.glob("portalbot-*.whl")
    here.install("--no-deps", str(wheel))
    place = here.folder / "operator"
    place.mkdir()
    installed = str(here.python.with_name("portalbot"))
    for command in ("init --no-input", "migrate", "backup copy", "restore copy", "history --json"):
        here.run(installed, *command.split(), place=place)
    printed = here.run(installed, "manifest", "--url", ADDRESS, place=place)
    assert json.loads(printed) == json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    where = here.run(str(here.python), "-c", "import portalbot, bot; print(bot.__file__)", place=place)
    assert "site-packages/portalbot/" in where, where


def as_a_person(here: Round) -> None:
    """What the demo needs beside it, for the same wheel; a command in Slack, and one at a terminal."""
    here.install("--require-hashes", "-r", "requirements-dev.txt")
    with here.demo() as address:
        typed = {"user": AGENT, "channel": CHANNEL, "text": f"/portal {CUSTOMER}"}
        assert not ask(address, "type", typed)["failure"]
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while "Jenny Rosen" not in json.dumps(ask(address, f"messages?user={AGENT}")):
            assert time.monotonic() < deadline, "no answer in the demo's Slack"
            time.sleep(0.2)
        printed = here.run(
            str(here.python.with_name("portalbot")), "link", "home", CUSTOMER, "--json",
            place=here.folder, STRIPE_API_KEY="rk_test_sandbox", STRIPE_API_BASE=address,
        )  # fmt: skip
        assert json.loads(printed)["url"].startswith(f"{address}/p/session/")


def main() -> None:
    """Do all three, and say so."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portalbot-smoke-") as folder:
        here = Round(Path(folder))
        venv.create(here.folder / "venv", with_pip=True)
        as_a_platform(here)
        as_an_operator(here)
        as_a_person(here)
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Python {version}: installs, migrates, answers ({time.monotonic() - began:.0f} s).")


if __name__ == "__main__":
    main()
