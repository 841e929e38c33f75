"""A checkout of the bot as a program: its commands, its demo, its files."""

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.alerts.examples import Event
from tests.stand.person import AGENT, ALERTS, SUPPORT
from tests.stand.serving import client, free_port
from tests.stand.shown import Shown
from tests.stand.terminal import machine
from tests.stand.waiting import until

OWN_RULE = '[[alert]]\nname = "mine"\nevent = "{}"\nseverity = "notify"\ntemplate = "other"\n'
TOLD = ("severity", "rule", "status", "mark", "title", "detail", "todo")
WHERE = "import bot, pathlib; print(pathlib.Path(bot.__file__).parents[1])"
Enough = Callable[[str], bool]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checkout:
    """A bot that is installed somewhere: the path of its `portalbot`."""

    program: Path
    folder: Path
    """Where it runs; what it keeps is kept there."""

    @property
    def python(self) -> str:
        """The version of its Python."""
        return self._python("import platform; print(platform.python_version())")

    def file(self, name: str) -> str:
        """A file of its source."""
        file = Path(self._python(WHERE), name)
        return file.read_text(encoding="utf-8") if file.exists() else f"there is no {name}"

    def runs(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Run a command; its exit code and all it printed."""
        ran = subprocess.run(
            [self.program, *arguments], cwd=self.folder, env=machine() | settings, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr

    def tells(self, events: Sequence[Event], own_rule: str = "") -> str:
        """What `alerts test` says of events; a rule of one's own is for that type."""
        files = []
        for number, each in enumerate(events):
            file = self.folder / f"event{number}.json"
            file.write_text(json.dumps(each))
            files.append(str(file))
        rules = self.folder / "rules.toml"
        rules.write_text(OWN_RULE.format(own_rule) if own_rule else "")
        settings = {
            "DATABASE_URL": "sqlite:///unused.db",
            "ALERT_CHANNEL": ALERTS,
            "PORTALBOT_CONFIG": str(rules),
        }
        code, said = self.runs("alerts", "test", *files, "--json", **settings)
        if code and "unexpected extra argument" in said:  # it takes one event: what it says of the last
            code, said = self.runs("alerts", "test", files[-1], "--json", **settings)
        if code:
            return said
        return "\n".join(
            f"{name}: {each[name]}" for each in json.loads(said) for name in TOLD if each.get(name)
        )

    def demo_without(self, package: str) -> str:
        """What the demo says when a package that only its sandbox needs cannot be imported."""
        broken = self.folder / package
        broken.mkdir(exist_ok=True)
        (broken / "__init__.py").write_text("raise ImportError('there is no mail today')")
        return self.runs("demo", "--port", "0", PYTHONPATH=str(self.folder))[1]

    def demo_mails(self, typed: str, enough: Enough, patience: float) -> str:
        """What is in the demo's mailbox after `email …`; what the agent reads when no mail is offered."""
        port = str(free_port())
        command = [str(self.program), "demo", "--port", port]
        with (
            client(f"http://127.0.0.1:{port}") as demo,
            subprocess.Popen(command, env=machine(), stdout=subprocess.DEVNULL) as process,
        ):
            try:
                until(lambda: answers(demo, "/sandbox/people"), "the demo")
                asked = {"user": AGENT, "channel": SUPPORT, "text": f"/portal {typed}"}
                until(lambda: not demo.post("/sandbox/type", json=asked).json()["failure"], "the bot")

                def window() -> list[Json]:
                    found: list[Json] = demo.get("/sandbox/views", params={"user": AGENT}).json()["stack"]
                    return found if "Jenny" in str(found) else []

                if not waited(lambda: str(window() or ""), bool, patience):
                    shown = demo.get("/sandbox/messages", params={"user": AGENT}).json()
                    return "\n".join(Shown(each).words for each in shown)
                demo.post("/sandbox/submit", json={"user": AGENT, "view": window()[-1]["id"]})
                return waited(lambda: str(demo.get("/sandbox/mails").json()), enough, patience)
            finally:
                process.terminate()

    def _python(self, code: str) -> str:
        told = subprocess.run(
            [self.program.with_name("python"), "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
        )
        return told.stdout.strip()


def answers(server: httpx.Client, path: str) -> bool:
    """Whether a server is there."""
    try:
        return server.get(path).is_success
    except httpx.TransportError:
        return False


def waited(seen: Callable[[], str], enough: Enough, patience: float) -> str:
    """What is seen once it is enough; after so many seconds, what is seen then."""
    deadline = time.monotonic() + patience
    while True:
        text = seen()
        if (text and enough(text)) or time.monotonic() > deadline:
            return text
        time.sleep(0.05)
