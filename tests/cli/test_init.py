"""`portalbot init` asks, recognizes what stands in the wrong place, and writes for its owner only."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner

from bot.cli import cli
from bot.cli.init import ASKED, SECRET
from bot.settings import Purpose, load_settings
from bot.settings.file import SettingsFile, load_settings_file
from bot.settings.template_files import env_file, toml_file
from bot.words import Words
from tests.stand.terminal import Ran

GOOD = {
    "STRIPE_API_KEY": "rk_test_hush1", "STRIPE_WEBHOOK_SECRET": "whsec_hush2",
    "SLACK_BOT_TOKEN": "xoxb-hush3", "SLACK_SIGNING_SECRET": "hush4", "SLACK_AGENTS": "U1,S2",
    "SMTP_URL": "smtp://user:hu sh'5@host:587",
    "MAIL_FROM": "Shop <billing@example.com>",
}  # fmt: skip


def init(*arguments: str, answers: str = "", **environ: str) -> Ran:
    settings: Mapping[str, str] = environ
    ran = CliRunner().invoke(cli, ["init", *arguments], input=answers, env=settings, catch_exceptions=False)
    return Ran(ran.exit_code, ran.stdout, ran.stderr)


def answers(given: dict[str, str], mode: str = "") -> str:
    return "\n".join([mode, *(given.get(name, "") for name in ASKED)]) + "\n"


def test_the_answers_are_written_for_their_owner_only_and_never_shown(tmp_path: Path) -> None:
    ran = init(answers=answers(GOOD))
    assert ran.code == 0
    written = dotenv_values(tmp_path / ".env")
    assert {name: value for name, value in written.items() if value} == GOOD | {
        "PORTALBOT_CONFIG": "portalbot.toml"
    }
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert "hush" not in ran.out + ran.err
    assert load_settings(require=Purpose.SERVE).slack_agents == ("U1", "S2")


def test_the_file_beside_it_explains_every_key_and_sets_none(tmp_path: Path) -> None:
    init("--no-input")
    assert load_settings_file(tmp_path / "portalbot.toml") == SettingsFile()
    text = (tmp_path / "portalbot.toml").read_text()
    assert [name for name in SettingsFile.model_fields if f"[{name}]" not in text and name != "alert"] == []


@pytest.mark.parametrize(("question", "value", "home"), [
    ("STRIPE_API_KEY", "whsec_hush", "STRIPE_WEBHOOK_SECRET"),
    ("SLACK_BOT_TOKEN", "xapp-1-hush", "SLACK_APP_TOKEN"),
    ("SLACK_BOT_TOKEN", "0123456789abcdef0123456789abcdef", "SLACK_SIGNING_SECRET"),
])  # fmt: skip
def test_a_value_in_the_wrong_place_is_kept_for_the_right_one_and_the_question_asked_again(
    tmp_path: Path, question: str, value: str, home: str
) -> None:
    typed = answers(GOOD | {question: f"{value}\n{GOOD[question]}", home: ""})
    ran = init(answers=typed)
    assert ran.code == 0
    written = dotenv_values(tmp_path / ".env")
    assert (written[home], written[question]) == (value, GOOD[question])
    assert f"belongs in {home}" in ran.err
    assert value not in ran.out + ran.err


def test_a_key_of_the_other_mode_is_recognized(tmp_path: Path) -> None:
    ran = init(answers=answers({"STRIPE_API_KEY": "sk_live_hush\nrk_test_1"}, "test"))
    assert "STRIPE_API_KEY: is a key of live mode, and you chose test mode" in ran.err
    assert dotenv_values(tmp_path / ".env")["STRIPE_API_KEY"] == "rk_test_1"
    assert "hush" not in ran.out + ran.err


def test_without_questions_the_environment_answers(tmp_path: Path) -> None:
    ran = init("--no-input", "--folder", str(tmp_path), **GOOD)
    assert (ran.code, ran.err) == (0, "")
    assert dotenv_values(tmp_path / ".env")["SMTP_URL"] == GOOD["SMTP_URL"]
    assert "Still open" not in ran.out


def test_without_questions_every_wrong_value_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    ran = init("--no-input", "--live", STRIPE_API_KEY="rk_test_hush", SLACK_BOT_TOKEN="xapp-hush")
    assert ran.code == 2
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == ["STRIPE_API_KEY", "SLACK_BOT_TOKEN"]
    assert "hush" not in ran.out + ran.err
    assert [*tmp_path.iterdir()] == []


def test_what_is_there_is_overwritten_only_when_that_is_said_and_keeps_its_values(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAGER_URLS=json://hush\nSLACK_AGENTS=U9\n")
    (tmp_path / "portalbot.toml").write_text("# mine\n")
    assert init("--no-input").code == 2
    assert init(answers="n\n").code == 2
    assert (tmp_path / ".env").read_text() == "PAGER_URLS=json://hush\nSLACK_AGENTS=U9\n"
    assert init("--no-input", "--replace", SLACK_BOT_TOKEN="xoxb-1").code == 0
    written = {name: value for name, value in dotenv_values(tmp_path / ".env").items() if value}
    assert written.pop("PORTALBOT_CONFIG")
    assert written == {"PAGER_URLS": "json://hush", "SLACK_AGENTS": "U9", "SLACK_BOT_TOKEN": "xoxb-1"}
    assert (tmp_path / "portalbot.toml").read_text() == "# mine\n"


def test_what_is_still_open_before_it_can_serve_is_said(tmp_path: Path) -> None:
    ran = init("--no-input", STRIPE_API_KEY="rk_live_1")
    assert "Still open" in ran.out
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_AGENTS"):
        assert f"{name}: is not set" in ran.out


def test_a_person_who_stops_answering_has_changed_nothing(tmp_path: Path) -> None:
    ran = init(answers="test\nrk_test_1\n")
    assert ran.code == 2
    assert [*tmp_path.iterdir()] == []


def test_every_setting_is_in_the_file_and_every_question_has_its_words() -> None:
    words = Words()
    for name in ASKED:
        assert words.sentence("init", "questions", {"address": "https://example.com"}, part=name)
        assert f"\n# {name}=" in env_file({})
    assert set(ASKED) > SECRET
    assert "[escalation]" in toml_file()
