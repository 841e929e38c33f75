"""The TOML file: complete by default, strict about what it does not know."""

import re
from pathlib import Path

import pytest

from bot.settings import Purpose, load_settings
from bot.settings_error import SettingsError
from bot.settings_file import SettingsFile, load_settings_file

ROOT = Path(__file__).parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "portalbot.toml"


def refusals(file: Path, text: str) -> list[str]:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings_file(file)
    assert all(line.startswith(f"PORTALBOT_CONFIG: {file}: ") for line in caught.value.lines)
    return [line.removeprefix(f"PORTALBOT_CONFIG: {file}: ") for line in caught.value.lines]


def test_no_file_and_an_empty_file_are_the_defaults(file: Path) -> None:
    file.write_text("")
    assert load_settings_file(file) == SettingsFile()
    assert SettingsFile().limits.links_per_hour == 30
    assert SettingsFile().limits.live_customers_per_10_minutes == 10


def test_the_documented_file_is_accepted(file: Path) -> None:
    documented = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "settings.md").read_text(), re.S)
    assert documented
    file.write_text(documented[1] + '[[alert]]\nevent = "x"\n[escalation]\na = 1\n[rotation]\n[mail]\n')
    read = load_settings_file(file)
    assert read.roles["switch"] == ("S0BILLING", "U012345")
    assert read.roles["cancel"] == "lead"


@pytest.mark.parametrize(("text", "start"), [
    ("[surprise]\n", "surprise: unknown; this file has alert, "),
    ("[limits]\nlinks = 1\n", "limits.links: unknown; [limits] has links_per_hour"),
    ("[limits]\nlinks_per_hour = 0\n", "limits.links_per_hour: expected a whole number of at least 1"),
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
