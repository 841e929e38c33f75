"""Reads PORTALBOT_CONFIG, the TOML file for settings that are not secret.

Every key has a default, so the file may be missing. An unknown key is refused: a misspelled role or limit
that silently does nothing would be worse than a process that does not start.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.alerts.settings import DigestTable, Escalation, Rotation
from bot.changes.settings import Approvals
from bot.commands.verbs import VERBS
from bot.mail.settings import MailTable
from bot.setting_texts import MEMBER, fitting, is_loopback, split_url
from bot.settings.error import SettingsError
from bot.words.settings import SlackTable

# The keys of [roles]; the bare `/portal <who>` has no name of its own, here it is `card`.
ROLE_KEYS = frozenset(verb.name or "card" for verb in VERBS) | {"email_elsewhere", "config_edit"}


def _return_url(address: str) -> str:
    parts = split_url(address)
    if parts.scheme == "https" and parts.hostname:
        return address
    if parts.scheme == "http" and is_loopback(parts.hostname):
        return address
    raise ValueError("expected an https:// address (http:// only to this machine)")


_configuration_id = fitting(r"bpc_[A-Za-z0-9]+", "expected the id of a portal configuration, bpc_…")
_name = fitting(
    r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}",
    "expected a name of letters, digits, - and _, since it is typed in a command",
)
_member = fitting(MEMBER, "expected a Slack user (U…, W…) or user group (S…)")


def _verb(text: str) -> str:
    if text not in ROLE_KEYS:
        raise ValueError(f"no such verb; expected one of {', '.join(sorted(ROLE_KEYS))}")
    return text


Name = Annotated[str, AfterValidator(_name)]
Members = Annotated[tuple[Annotated[str, AfterValidator(_member)], ...], Field(min_length=1)]
WhoMay = Literal["agent", "lead"] | Members


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Section):
    """How many links an agent may make, whether live links need a reason, and when alerts are merged."""

    links_per_hour: int = Field(default=30, ge=1)
    live_customers_per_10_minutes: int = Field(default=10, ge=1)
    require_reason_live: bool = False
    # More new alerts of one rule than this, within so many seconds, become a single one; 0 never does that.
    new_alerts_per_rule: int = Field(default=10, ge=0)
    new_alerts_seconds: int = Field(default=300, ge=1)


class Retention(_Section):
    """Days after which rows are deleted; 0 keeps them forever."""

    audit_days: int = Field(default=730, ge=0)
    event_days: int = Field(default=90, ge=0)
    alert_days: int = Field(default=365, ge=0)
    mail_days: int = Field(default=90, ge=0)


class SettingsFile(_Section):
    """The tables of the file, each with its defaults."""

    return_urls: dict[Name, Annotated[str, AfterValidator(_return_url)]] = {}
    configurations: dict[Name, Annotated[str, AfterValidator(_configuration_id)]] = {}
    roles: dict[Annotated[str, AfterValidator(_verb)], WhoMay] = {}
    limits: Limits = Limits()
    retention: Retention = Retention()
    rotation: Rotation = Rotation()
    escalation: Escalation = Escalation()
    digest: DigestTable = DigestTable()
    mail: MailTable = MailTable()
    approvals: Approvals = Approvals()
    slack: SlackTable = SlackTable()
    # `[[alert]]` rules are checked by `bot.alerts.rule_tables`.
    alert: tuple[dict[str, Any], ...] = ()


def load_settings_file(path: Path) -> SettingsFile:
    """Return the settings of a file.

    Raises:
        SettingsError: one line per wrong key, `PORTALBOT_CONFIG: <file>: <key>: <reason>`.
    """
    # Of the path only the file's name, and only once there is such a file: a setting's value is not shown.
    prefix = f"PORTALBOT_CONFIG: {path.name}"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"PORTALBOT_CONFIG: cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{prefix}: is not UTF-8 text"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{prefix}: is not TOML: {_place(error)}"]) from None
    try:
        settings = SettingsFile.model_validate(tables)
    except ValidationError as error:
        raise SettingsError(dict.fromkeys(f"{prefix}: {line}" for line in _lines(error))) from None
    if settings.alert:
        _check_alerts(path, settings.alert)
    return settings


def _check_alerts(path: Path, tables: tuple[dict[str, Any], ...]) -> None:
    """Check the alert rules as the alerts read them. Raises SettingsError with the line of each mistake."""
    # Imported here since only a file with rules needs them.
    from bot.alerts.rule_tables import RuleWords, line_of, read_tables  # noqa: PLC0415
    from bot.words import messages_folder  # noqa: PLC0415

    text = path.read_text(encoding="utf-8")
    folder = messages_folder()
    templates = yaml.load((folder / "alerts.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    words = RuleWords(frozenset(templates), frozenset(each.stem for each in folder.glob("slack/*.yaml")))
    _, problems = read_tables(tables, words)
    if problems:
        raise SettingsError(
            f"PORTALBOT_CONFIG: {path}: line {line_of(text, each)}: "
            f"alert.{each.position + 1}{'.' if each.key else ''}{each.key}: {each.reason}"
            for each in problems
        )


def _place(error: tomllib.TOMLDecodeError) -> str:
    # The parser's text can quote a character of the file, never a whole value; only the place is kept.
    place = re.search(r"at line \d+, column \d+|at end of document", str(error))
    return place.group() if place else "it cannot be parsed"


def _lines(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        path = [" ".join(str(part).split()) for part in problem["loc"] if part != "[key]"]
        if path[0] == "roles":
            path = path[:2]  # pydantic adds which branch of "agent, lead or a list" did not fit
        yield f"{'.'.join(path)}: {_reason(problem['type'], problem.get('ctx', {}), path)}"


def _reason(kind: str, context: dict[str, Any], path: list[str]) -> str:
    if kind == "extra_forbidden":
        place = f"[{path[0]}]" if len(path) > 1 else "this file"
        section = getattr(SettingsFile(), path[0], None)
        model = type(section) if isinstance(section, BaseModel) else SettingsFile
        return f"unknown; {place} has {', '.join(sorted(model.model_fields))}"
    if kind == "value_error" and not (path[0] == "roles" and "Slack" in str(context["error"])):
        return str(context["error"])
    if path[0] == "roles":
        return 'expected "agent", "lead" or a list of Slack users (U…, W…) and user groups (S…)'
    if kind == "greater_than_equal":
        return f"expected a number of at least {context['ge']:g}"
    expected = {
        "int": "a whole number",
        "float": "a number",
        "bool": "true or false",
        "string": "text",
        "date": "a date such as 2026-01-05, without quotes",
        "tuple": "a list",
        "dict": "a table",
    }
    word = next((text for start, text in expected.items() if kind.startswith(start)), "a table")
    return f"expected {word}"
