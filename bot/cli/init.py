"""`portalbot init`: asks for what the bot needs, and writes `.env` and a TOML file."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import typer
from dotenv import dotenv_values

from bot.errors import BadUsage
from bot.portal.key_check import key_creation_address
from bot.settings import Purpose, Settings, SettingsError, load_settings
from bot.settings.misplaced import home_of
from bot.settings.template_files import env_file, toml_file, write_private
from bot.settings.values import is_live_key
from bot.words import Words

ASKED = (
    "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN",
    "SLACK_AGENTS", "SLACK_LEADS", "SLACK_ONCALL", "ALERT_CHANNEL", "DATABASE_URL", "SMTP_URL", "MAIL_FROM",
)  # fmt: skip
"""What is asked for, in this order."""
SECRET = frozenset(ASKED) - {"SLACK_AGENTS", "SLACK_LEADS", "SLACK_ONCALL", "ALERT_CHANNEL", "MAIL_FROM"}
"""What is not shown while it is typed. Addresses of servers hold passwords."""
ENV, FILE = ".env", "portalbot.toml"


class Init:
    """Asks a person, or with `asks=False` takes what the environment has."""

    def __init__(self, words: Words, folder: Path, *, asks: bool, replace: bool, live: bool | None) -> None:
        """`live` says for which mode a key is expected; None asks for it."""
        self._words = words
        self._env, self._file = folder / ENV, folder / FILE
        self._asks, self._replace, self._live = asks, replace, live
        self._given: dict[str, str] = {}

    def run(self) -> None:
        """Ask, write both files, and say what is still open.

        Raises:
            SettingsError: a value of the environment is wrong.
            BadUsage: "init_file_exists", or "init_aborted" when a person stops answering.
        """
        self._given = self._known_already()
        if self._asks:
            self._say("intro", {"env": ENV, "file": FILE}, of="questions")
            self._choose_mode()
            for name in ASKED:
                self._ask_for(name)
        else:
            self._take_environment()
        self._given.setdefault("PORTALBOT_CONFIG", FILE)
        write_private(self._env, env_file(self._given))
        if not self._file.exists():
            self._file.write_text(toml_file(), encoding="utf-8")
        self._say("written", {"env": ENV, "file": FILE})
        open_lines = self._open()
        if open_lines:
            self._say("open", {"lines": "\n".join(open_lines)})

    def _known_already(self) -> dict[str, str]:
        """Return the values of an `.env` that may be written anew."""
        if not self._env.exists():
            return {}
        if not self._replace:
            if not self._asks:
                raise BadUsage("init_file_exists", file=ENV)
            if not self._answer(self._sentence("overwrite", {"file": ENV})).lower().startswith("y"):
                raise BadUsage("init_aborted")
        return {name: value for name, value in dotenv_values(self._env).items() if value}

    def _take_environment(self) -> None:
        found = {name: value for name in ASKED if (value := os.environ.get(name, "").strip())}
        problems = [line for name, value in found.items() if (line := self._problem(name, value))]
        if problems:
            raise SettingsError(problems)
        self._given |= found

    def _choose_mode(self) -> None:
        while self._live is None:
            answer = self._answer(self._sentence("mode", {}, of="questions") + " [test]").lower() or "test"
            self._live = {"test": False, "live": True}.get(answer)

    def _ask_for(self, name: str) -> None:
        address = key_creation_address(livemode=bool(self._live))
        question = self._sentence(name, {"address": address}, of="questions")
        if name in self._given:
            question = self._sentence("has_already", {"question": question})
        while value := self._answer(question, hidden=name in SECRET):
            problem = self._problem(name, value)
            if problem is None:
                self._given[name] = value
                return
            home = home_of(value)
            if home in ASKED and home != name and self._problem(home, value) is None:
                self._given[home] = value
                self._say("kept_for", {"wrong": problem.partition(";")[0], "home": home}, err=True)
            else:
                typer.echo(problem, err=True)

    def _problem(self, name: str, value: str) -> str | None:
        """Return the line about a wrong value, which does not repeat it; None for one that is fine."""
        if name == "STRIPE_API_KEY" and self._live is not None and value[:2] in {"sk", "rk"}:
            live = is_live_key(value)
            if live != self._live:
                return self._sentence("live_key" if live else "test_key", {})
        try:
            load_settings({name: value}, require=Purpose.USE_DATABASE)
        except SettingsError as error:
            return next((line for line in error.lines if line.startswith(f"{name}:")), None)
        return None

    def _open(self) -> tuple[str, ...]:
        known = {name: value for name, value in self._given.items() if name in _NAMES}
        try:
            load_settings(known | {"PORTALBOT_CONFIG": str(self._file)}, require=Purpose.SERVE)
        except SettingsError as error:
            return error.lines
        return ()

    def _answer(self, question: str, *, hidden: bool = False) -> str:
        if sys.stdin.isatty():
            answer: str = typer.prompt(question, default="", hide_input=hidden, show_default=False)
            return answer.strip()
        # Answers that come through a pipe; asking for them hidden would wait for a terminal.
        typer.echo(f"{question}: ")
        line = sys.stdin.readline()
        if not line:
            raise BadUsage("init_aborted")
        return line.strip()

    def _say(self, key: str, facts: Mapping[str, object], *, of: str = "said", err: bool = False) -> None:
        typer.echo(self._sentence(key, facts, of=of), err=err)

    def _sentence(self, key: str, facts: Mapping[str, object], *, of: str = "said") -> str:
        return str(self._words.sentence("init", of, facts, part=key))


_NAMES = frozenset(name.upper() for name in Settings.model_fields)
