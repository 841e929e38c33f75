"""The TOML file: complete by default, strict about what it does not know."""

import re
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.rotation import Handover
from bot.mail.settings import MailTable
from bot.settings import Purpose, load_settings
from bot.settings.error import SettingsError
from bot.settings.file import SettingsFile, load_settings_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "portalbot.toml"


def refusals(file: Path, text: str) -> list[str]:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings_file(file)
    assert all(line.startswith(f"PORTALBOT_CONFIG: {file.name}: ") for line in caught.value.lines)
    return [line.removeprefix(f"PORTALBOT_CONFIG: {file.name}: ") for line in caught.value.lines]


def test_no_file_and_an_empty_file_are_the_defaults(file: Path) -> None:
    file.write_text("")
    assert load_settings_file(file) == SettingsFile()
    assert SettingsFile().limits.links_per_hour == 30
    assert SettingsFile().limits.live_customers_per_10_minutes == 10


def test_the_documented_file_is_accepted(file: Path) -> None:
    documented = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "settings.md").read_text(), re.S)
    assert documented
    file.write_text(documented[1])
    read = load_settings_file(file)
    assert read.mail == MailTable()
    assert read.roles["switch"] == ("S0BILLING", "U012345")
    assert read.roles["cancel"] == "lead"


@pytest.mark.parametrize(("text", "start"), [
    ("[surprise]\n", "surprise: unknown; this file has alert, "),
    ("[limits]\nlinks = 1\n", "limits.links: unknown; [limits] has links_per_hour"),
    ("[limits]\nlinks_per_hour = 0\n", "limits.links_per_hour: expected a number of at least 1"),
    ('[limits]\nrequire_reason_live = "often"\n', "limits.require_reason_live: expected true or false"),
    ('[roles]\nhome = "boss"\n', 'roles.home: expected "agent", "lead" or a list'),
    ('[roles]\nhome = ["jenny"]\n', 'roles.home: expected "agent", "lead" or a list'),
    ("[roles]\nhome = []\n", 'roles.home: expected "agent", "lead" or a list'),
    ('[roles]\nhoem = "lead"\n', "roles.hoem: no such verb; expected one of "),
    ('[return_urls]\na = "http://example.com"\n', "return_urls.a: expected an https:// address"),
    ('[return_urls]\na = "javascript:alert(1)"\n', "return_urls.a: expected an https:// address"),
    ('[return_urls]\n"two words" = "https://example.com"\n', "return_urls.two words: expected a name"),
    ('[configurations]\na = "cus_1"\n', "configurations.a: expected the id of a portal configuration"),
    ("mail = 3\n", "mail: expected a table"),
    ('[mail]\nlanguage = "klingon"\n', "mail.language: expected a language of the portal: bg, cs, "),
    ("rotation = 3\n", "rotation: expected a table"),
    ('[rotation]\npeople = ["jenny"]\n', "rotation.people.0: expected a Slack user"),
    ('[rotation]\npeople = "U1"\n', "rotation.people: expected a list"),
    ('[rotation]\ngroup = "U1"\n', "rotation.group: expected a Slack user group"),
    ('[rotation]\ngroup = "S1"\npeople = ["U1"]\n', "rotation: [rotation] has people or a group, not both"),
    ('[rotation]\nhandover = "monday 09:00"\n', "rotation: [rotation] handover needs people"),
    ('[rotation]\npeople = ["U1"]\nhandover = "monday 9:00"\n', "rotation: [rotation] start is missing"),
    ('[rotation]\nhandover = "someday 09:00"\n', "rotation.handover: expected a day and a time"),
    ('[rotation]\nhandover = ["monday 25:00"]\n', 'rotation.handover: expected a time of day'),
    ("[rotation]\nhandover = 9\n", "rotation.handover: expected a day and a time"),
    ('[rotation]\ntimezone = "Mars"\n', "rotation.timezone: expected a time zone such as"),
    ('[rotation]\ntimezone = "../etc/passwd"\n', "rotation.timezone: expected a time zone such as"),
    ("[rotation]\nstart = true\n", "rotation.start: expected a date such as 2026-01-05"),
    ('[escalation]\ndm_after = "soon"\n', "escalation.dm_after: expected a duration such as"),
    ("[escalation]\ndm_after = -1\n", "escalation.dm_after: expected a number of at least 0"),
    ("[escalation]\ndm_after = []\n", "escalation.dm_after: expected a number"),
    ('[escalation]\noutside_env = "json://x"\n', "escalation.outside_env: expected the name of"),
    ('[escalation]\nquiet_hours = "late"\n', "escalation.quiet_hours: expected hours such as"),
    ('[escalation]\nheartbeat_url = "gopher"\n', "escalation.heartbeat_url: expected an http(s) address"),
    ("[escalation]\nloud = 1\n", "escalation.loud: unknown; [escalation] has ask_after, behind_after"),
    ("[limits\n", "is not TOML: at line 1, column 8"),
])  # fmt: skip
def test_a_wrong_key_is_named_with_the_reason(file: Path, text: str, start: str) -> None:
    (line,) = refusals(file, text)
    assert line.startswith(start), line


def test_everything_wrong_is_said_at_once(file: Path) -> None:
    assert len(refusals(file, "[surprise]\n[limits]\nx = 1\n[roles]\nhome = 1\n")) == 3


def test_http_to_this_machine_is_accepted(file: Path) -> None:
    file.write_text('[return_urls]\na = "http://127.0.0.1:8000/x"\nb = "http://localhost/"\n')
    assert set(load_settings_file(file).return_urls) == {"a", "b"}


def test_a_missing_file_is_a_wrong_setting_beside_the_others(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"PORTALBOT_CONFIG": str(tmp_path / "no"), "PORT": "x"}, require=Purpose.ASK_STRIPE)
    assert [line.partition(":")[0] for line in caught.value.lines] == [
        "STRIPE_API_KEY", "PORTALBOT_CONFIG", "PORT",
    ]  # fmt: skip
    assert "No such file" in str(caught.value)


def test_the_rotation_is_read_as_written(file: Path) -> None:
    file.write_text(
        """[rotation]
people = ["U0ALEX", "U0SAM"]
handover = ["monday 9:00", "Friday 17:30"]
timezone = "Europe/Berlin"
start = 2026-01-05
[escalation]
dm_after = "90s"
next_after = "1h"
outside_after = 0.2
quiet_hours = "22:00-07:00"
"""
    )
    read = load_settings_file(file)
    assert read.rotation.people == ("U0ALEX", "U0SAM")
    assert read.rotation.handover == (Handover(0, time(9)), Handover(4, time(17, 30)))
    assert read.rotation.timezone == ZoneInfo("Europe/Berlin")
    escalation = read.escalation
    assert (escalation.dm_after, escalation.next_after, escalation.outside_after) == (90, 3600, 0.2)
    assert escalation.quiet_hours == (time(22), time(7))
