"""Reads the settings from the environment, and from `.env` on a developer's machine.

All wrong settings are reported at once, by name and never with their values.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError

from bot.setting_texts import read_web_address
from bot.settings import values as read
from bot.settings.contradictions import contradictions, shared_group
from bot.settings.error import SettingsError
from bot.settings.file import SettingsFile, load_settings_file
from bot.settings.misplaced import misplaced

__all__ = ["Purpose", "Settings", "SettingsError", "load_settings"]

STRIPE_MAX_RPS_LIVE = 90.0  # Stripe allows 100 a second live, 25 in test mode
STRIPE_MAX_RPS_TEST = 22.0


class Purpose(StrEnum):
    """What the settings are loaded for. `NEEDED` lists the settings that each purpose requires."""

    SERVE = "serve"
    WORK = "work"
    ASK_STRIPE = "ask Stripe"
    USE_DATABASE = "use the database"


# Beside the members and not their values: until Python 3.11.4 a member whose value is () has another one.
NEEDED: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.SERVE: ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "STRIPE_API_KEY"),
    Purpose.WORK: ("SLACK_BOT_TOKEN", "STRIPE_API_KEY"),
    Purpose.ASK_STRIPE: ("STRIPE_API_KEY",),
    Purpose.USE_DATABASE: (),
}


def _settings_file(value: object) -> SettingsFile:
    if isinstance(value, SettingsFile):
        return value
    try:
        return load_settings_file(Path(str(value)))
    except SettingsError as error:
        # As a ValueError its lines are collected with those of the other settings.
        raise ValueError(str(error)) from None


def _default_rate(values: dict[str, Any]) -> float:
    key = values.get("stripe_api_key")
    return STRIPE_MAX_RPS_LIVE if key and read.is_live_key(key.get_secret_value()) else STRIPE_MAX_RPS_TEST


Address = Annotated[str, BeforeValidator(read_web_address)]
Email = Annotated[str, BeforeValidator(read.read_email)]
Members = Annotated[tuple[str, ...], BeforeValidator(read.read_members)]


class Settings(BaseModel):
    """Every setting, checked; field `slack_bot_token` is the variable `SLACK_BOT_TOKEN`.

    Build it with `load_settings`, which also checks settings against each other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: Annotated[SecretStr, BeforeValidator(read.read_bot_token)] | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: Annotated[SecretStr, BeforeValidator(read.read_app_token)] | None = None
    slack_api_url: Annotated[str, BeforeValidator(read.read_slack_api_url)] = "https://slack.com/api/"
    slack_command: Annotated[str, BeforeValidator(read.read_command)] = "/portal"
    slack_agents: Members = ()
    slack_leads: Members = ()
    slack_oncall: Members = ()
    alert_channel: Annotated[str, BeforeValidator(read.read_channel)] | None = None

    stripe_api_key: Annotated[SecretStr, BeforeValidator(read.read_stripe_key)] | None = None
    stripe_max_rps: Annotated[float, BeforeValidator(read.read_rate)] = Field(default_factory=_default_rate)
    stripe_account: Annotated[str, BeforeValidator(read.read_account)] | None = None
    stripe_webhook_secret: Annotated[tuple[SecretStr, ...], BeforeValidator(read.read_webhook_secrets)] = ()
    stripe_api_base: Address = "https://api.stripe.com"
    merchant_name: str | None = None
    support_email: Email | None = None

    database_url: Annotated[SecretStr, BeforeValidator(read.read_database_url)] = SecretStr(
        "sqlite:///portalbot.db"
    )
    smtp_url: Annotated[SecretStr, BeforeValidator(read.read_smtp_url)] | None = None
    mail_from: Email | None = None
    mail_reply_to: Email | None = None

    portalbot_config: Annotated[SettingsFile, BeforeValidator(_settings_file)] = SettingsFile()
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(read.read_log_level)
    ] = "INFO"
    log_format: Annotated[Literal["json", "console"], BeforeValidator(read.read_log_format)] = "console"

    metrics_token: Annotated[SecretStr, BeforeValidator(read.read_token)] | None = None
    host: Annotated[str, BeforeValidator(read.read_host)] = "127.0.0.1"
    port: Annotated[int, BeforeValidator(read.read_port)] = 3000
    dyno: str | None = None

    _outside_addresses: SecretStr | None = PrivateAttr(None)

    @property
    def outside_addresses(self) -> SecretStr | None:
        """Return the value of the variable that `[escalation] outside_env` names; None when it names none."""
        return self._outside_addresses

    @property
    def approvals_channel(self) -> str | None:
        """Return where changes of the portal's settings are asked for."""
        return self.portalbot_config.approvals.channel or self.alert_channel

    @property
    def sends_mail(self) -> bool:
        """Return whether there are a mail server and a sender."""
        return self.smtp_url is not None and self.mail_from is not None

    @property
    def livemode(self) -> bool:
        """Return whether the Stripe key is a live one; False without a key."""
        return self.stripe_api_key is not None and read.is_live_key(self.stripe_api_key.get_secret_value())

    @property
    def uses_sqlite(self) -> bool:
        """Return whether the database is a SQLite file, as it is by default."""
        return read.sqlite_file(self.database_url.get_secret_value()) is not None


def load_settings(environ: Mapping[str, str] | None = None, *, require: Purpose) -> Settings:
    """Return the checked settings of an environment.

    Without `environ` the environment is that of the process, and `.env` in the current directory adds what it
    does not set, except on a dyno. An empty variable counts as not set.

    Raises:
        SettingsError: with a line for each wrong setting, and for each missing one that `require` needs.
    """
    given = _filled(os.environ if environ is None else environ)
    texts = (
        _filled(dotenv_values(".env")) | given if "DYNO" not in given and Path(".env").is_file() else given
    )
    values: dict[str, str] = {
        name: texts[name.upper()] for name in Settings.model_fields if name.upper() in texts
    }
    values.setdefault("log_format", "json" if "DYNO" in given else "console")
    # A platform that chose the port routes to it from outside; on a developer's machine nobody else may.
    values.setdefault("host", "0.0.0.0" if {"DYNO", "PORT"} & given.keys() else "127.0.0.1")  # noqa: S104
    problems = [*_missing(values, require), *contradictions(values, serves=require is Purpose.SERVE)]
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += _problems(error)
        raise SettingsError(_sorted(_recognized(problems, values))) from None
    problems = [*_recognized(problems, values)]
    problems += _read_outside_addresses(settings, texts)
    people = {
        name.upper(): getattr(settings, name) for name in ("slack_agents", "slack_leads", "slack_oncall")
    }
    problems += shared_group(settings.portalbot_config, people)
    if problems:
        raise SettingsError(_sorted(problems))
    return settings


def _read_outside_addresses(settings: Settings, texts: Mapping[str, str]) -> Iterator[str]:
    name = settings.portalbot_config.escalation.outside_env
    if name is None:
        return
    if name not in texts:
        yield f"PORTALBOT_CONFIG: escalation.outside_env: the variable {name} is not set"
    else:
        settings._outside_addresses = SecretStr(texts[name])


def _filled(environ: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in environ.items() if value and value.strip()}


def _missing(values: Mapping[str, str], require: Purpose) -> Iterator[str]:
    for name in NEEDED[require]:
        # Over a socket that the bot opens itself, Slack signs nothing.
        if name == "SLACK_SIGNING_SECRET" and "slack_app_token" in values:
            continue
        if name.lower() not in values:
            yield f"{name}: is not set; expected {_EXPECTED[name]}"


_EXPECTED = {
    "SLACK_BOT_TOKEN": "the bot token (xoxb-…) from OAuth & Permissions of the Slack app",
    "SLACK_SIGNING_SECRET": "the signing secret from Basic Information, or SLACK_APP_TOKEN for Socket Mode",
    "STRIPE_API_KEY": "a restricted key (rk_test_… or rk_live_…)",
}


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        if problem["type"] == "default_factory_not_called":
            continue  # the rate hangs on the key, and it is the key that is wrong
        name = str(problem["loc"][0]).upper()
        reason = problem.get("ctx", {}).get("error")
        # Only our own readers' sentences are shown: pydantic's may repeat what was given.
        text = str(reason) if isinstance(reason, ValueError) else "cannot be read"
        yield from (line if line.startswith(f"{name}: ") else f"{name}: {line}" for line in text.split("\n"))


def _recognized(lines: Iterable[str], values: Mapping[str, str]) -> Iterator[str]:
    """Say of a value that belongs to another setting what it is, in place of what it is not."""
    found = {name.upper(): said for name, text in values.items() if (said := misplaced(name.upper(), text))}
    for line in lines:
        name, _, reason = line.partition(": ")
        if name in found:
            said, expected = found.pop(name), reason.partition("; ")[2]
            yield f"{name}: {said}; {expected}" if expected else f"{name}: {said}"
        else:
            yield line
    yield from (f"{name}: {said}" for name, said in found.items())


def _sorted(lines: Iterable[str]) -> list[str]:
    order = [name.upper() for name in Settings.model_fields]
    return sorted(dict.fromkeys(lines), key=lambda line: order.index(line.partition(":")[0]))
