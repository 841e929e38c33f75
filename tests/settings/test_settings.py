"""Settings: names as documented, every problem at once, never a value."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Purpose, Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]
NAMES = {name.upper() for name in Settings.model_fields}
SERVE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s1gned",
    "STRIPE_API_KEY": "rk_test_1",
}


def problems(environ: dict[str, str], require: Purpose = Purpose.USE_DATABASE) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, require=require)
    return dict(line.split(": ", 1) for line in caught.value.lines)


def settings(**environ: str) -> Settings:
    return load_settings(environ, require=Purpose.USE_DATABASE)


def test_nothing_set_is_enough_for_the_database() -> None:
    assert load_settings({}, require=Purpose.USE_DATABASE).uses_sqlite


def test_every_missing_setting_is_named_at_once() -> None:
    assert list(problems({}, Purpose.SERVE)) == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "STRIPE_API_KEY"]
    # In Socket Mode Slack signs nothing.
    socket_mode = {"SLACK_APP_TOKEN": "xapp-1"}
    assert list(problems(socket_mode, Purpose.SERVE)) == ["SLACK_BOT_TOKEN", "STRIPE_API_KEY"]
    assert list(problems({}, Purpose.ASK_STRIPE)) == ["STRIPE_API_KEY"]


def test_wrong_missing_and_contradicting_settings_are_reported_together() -> None:
    found = problems(
        {"STRIPE_API_KEY": "rk_live_1", "PORT": "x", "DYNO": "web.1", "SLACK_API_URL": "http://example.com"},
        Purpose.SERVE,
    )
    assert set(found) == {
        "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "SLACK_AGENTS", "DATABASE_URL", "PORT",
    }  # fmt: skip


def test_empty_counts_as_not_set() -> None:
    assert set(problems(dict.fromkeys(SERVE, "  "), Purpose.SERVE)) == set(SERVE)
    assert settings(SLACK_COMMAND="").slack_command == "/portal"


@pytest.mark.parametrize(
    "name", sorted(NAMES - {"DYNO", "MERCHANT_NAME", "PORTALBOT_CONFIG", "SLACK_SIGNING_SECRET"})
)
def test_a_wrong_value_is_named_and_never_shown(name: str) -> None:
    found = problems({name: "s3cret value \u00e9"})
    assert list(found) == [name]
    assert "s3cret" not in found[name]


@given(
    st.sampled_from(sorted(NAMES)),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=12),
)
def test_no_text_at_all_shows_up_in_a_line(name: str, text: str) -> None:
    marked = f"{text}\N{SNOWMAN}"
    said = ""
    try:
        load_settings({name: marked}, require=Purpose.USE_DATABASE)
    except SettingsError as error:
        said = str(error)
    # The path of the file is what helps to find it.
    assert name == "PORTALBOT_CONFIG" or "\N{SNOWMAN}" not in said


@pytest.mark.parametrize(("name", "value", "said"), [
    ("STRIPE_API_KEY", "whsec_hush", "looks like a webhook signing secret of Stripe and belongs in "
     "STRIPE_WEBHOOK_SECRET; expected rk_test_…, rk_live_…, sk_test_… or sk_live_…"),
    ("STRIPE_API_KEY", "pk_live_hush", "looks like a publishable key of Stripe, which may ask for nothing; "
     "expected rk_test_…, rk_live_…, sk_test_… or sk_live_…"),
    ("SLACK_BOT_TOKEN", "xapp-1-hush", "looks like an app-level token of Slack and belongs in "
     "SLACK_APP_TOKEN; expected xoxb-…"),
    ("SLACK_APP_TOKEN", "xoxb-hush", "looks like a bot token of Slack and belongs in SLACK_BOT_TOKEN; "
     "expected xapp-…"),
    ("SLACK_SIGNING_SECRET", "xoxb-hush", "looks like a bot token of Slack and belongs in SLACK_BOT_TOKEN"),
    ("STRIPE_WEBHOOK_SECRET", "rk_test_hush", "looks like a secret key of Stripe and belongs in "
     "STRIPE_API_KEY; expected whsec_…, several separated by commas"),
    ("STRIPE_WEBHOOK_SECRET", "0123456789abcdef" * 2, "looks like a signing secret of Slack and belongs in "
     "SLACK_SIGNING_SECRET; expected whsec_…, several separated by commas"),
    ("SMTP_URL", "postgres://u:hush@h/d", "looks like a database and belongs in DATABASE_URL; expected "
     "smtp://user:password@host:port or smtps://…"),
    ("MERCHANT_NAME", "sk_live_hush", "looks like a secret key of Stripe and belongs in STRIPE_API_KEY"),
])  # fmt: skip
def test_a_value_in_the_wrong_place_is_recognized_in_one_line_without_showing_it(
    name: str, value: str, said: str
) -> None:
    assert problems({name: value}) == {name: said}


def test_secrets_do_not_show_in_the_representation() -> None:
    shown = repr(settings(**SERVE, SMTP_URL="smtp://u:hush@h", DATABASE_URL="postgres://u:hush@h/d"))
    for secret in ("xoxb-1", "s1gned", "rk_test_1", "hush"):
        assert secret not in shown


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings().port = 1


@pytest.mark.parametrize(("prefix", "live", "rate"), [
    ("sk_test_", False, 22), ("rk_test_", False, 22), ("sk_live_", True, 90), ("rk_live_", True, 90),
])  # fmt: skip
def test_the_key_prefix_decides_mode_and_rate(prefix: str, live: bool, rate: float) -> None:
    read = settings(STRIPE_API_KEY=f"{prefix}1")
    assert (read.livemode, read.stripe_max_rps) == (live, rate)


def test_the_rate_can_be_set_and_switched_off() -> None:
    assert settings(STRIPE_MAX_RPS="12.5").stripe_max_rps == 12.5
    assert settings(STRIPE_MAX_RPS="0").stripe_max_rps == 0


@pytest.mark.parametrize(("given_url", "used"), [
    ("postgres://u:p%40@h:5432/d", "postgresql+psycopg://u:p%40@h:5432/d"),
    ("postgresql://u@h/d?sslmode=require", "postgresql+psycopg://u@h/d?sslmode=require"),
    ("sqlite:///file.db", "sqlite:///file.db"),
    ("sqlite:////tmp/file.db", "sqlite:////tmp/file.db"),
])  # fmt: skip
def test_database_addresses_get_their_driver(given_url: str, used: str) -> None:
    assert settings(DATABASE_URL=given_url).database_url.get_secret_value() == used


@pytest.mark.parametrize(
    "url",
    [
        "mysql://h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:a.db?uri=true",
        "sqlite:///a.db?x=1",
        "postgres://",
        "x",
    ],
)
def test_other_databases_are_refused(url: str) -> None:
    assert "DATABASE_URL" in problems({"DATABASE_URL": url})


def test_a_database_file_needs_its_folder(tmp_path: Path) -> None:
    assert "folder" in problems({"DATABASE_URL": f"sqlite:///{tmp_path}/missing/file.db"})["DATABASE_URL"]


def test_sqlite_is_refused_on_a_dyno_and_postgresql_is_not() -> None:
    assert "dynos" in problems({"DYNO": "web.1"})["DATABASE_URL"]
    assert settings(DYNO="web.1", DATABASE_URL="postgres://h/d").log_format == "json"


def test_it_listens_to_this_machine_only_unless_a_platform_asks() -> None:
    assert (settings().host, settings().port) == ("127.0.0.1", 3000)
    assert (settings(PORT="5000").host, settings(PORT="5000").port) == ("0.0.0.0", 5000)
    assert settings(DYNO="web.1", DATABASE_URL="postgres://h/d").host == "0.0.0.0"
    assert settings(PORT="5000", HOST="::1").host == "::1"


def test_a_live_key_without_agents_does_not_serve_but_asks_from_the_terminal() -> None:
    live = SERVE | {"STRIPE_API_KEY": "sk_live_1"}
    assert list(problems(live, Purpose.SERVE)) == ["SLACK_AGENTS"]
    load_settings(live, require=Purpose.ASK_STRIPE)
    load_settings(live | {"SLACK_AGENTS": "U1, S2"}, require=Purpose.SERVE)
    load_settings(SERVE, require=Purpose.SERVE)


def test_plain_http_with_a_live_key_is_for_this_machine_only() -> None:
    live = {"STRIPE_API_KEY": "sk_live_1"}
    assert "https" in problems(live | {"STRIPE_API_BASE": "http://10.0.0.1"})["STRIPE_API_BASE"]
    assert settings(**live, STRIPE_API_BASE="http://127.0.0.1:1/").stripe_api_base == "http://127.0.0.1:1"
    assert settings(SLACK_API_URL="http://box:1/api").slack_api_url == "http://box:1/api/"


def test_lists_are_split_and_checked() -> None:
    read = settings(SLACK_AGENTS=" U1 ,S2,, W3", STRIPE_WEBHOOK_SECRET="whsec_a,whsec_b")
    assert read.slack_agents == ("U1", "S2", "W3")
    assert [secret.get_secret_value() for secret in read.stripe_webhook_secret] == ["whsec_a", "whsec_b"]


def test_the_file_of_a_developer_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SLACK_COMMAND=/from_file\nPORT=4000\nMERCHANT_NAME=File\n")
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MERCHANT_NAME", "Environment")
    read = load_settings(require=Purpose.USE_DATABASE)
    assert (read.slack_command, read.merchant_name) == ("/from_file", "Environment")
    assert (read.port, read.host) == (4000, "127.0.0.1")  # a port out of .env is no platform's
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv("DATABASE_URL", "postgres://h/d")
    assert load_settings(require=Purpose.USE_DATABASE).slack_command == "/portal"


def test_the_example_file_names_every_setting_and_no_other() -> None:
    assert set(re.findall(r"^([A-Z_]+)=$", (ROOT / ".env.example").read_text(), re.M)) == NAMES


def test_the_documentation_names_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.M)
    assert sorted(rows) == sorted(NAMES)


def test_the_addresses_of_outside_services_come_from_the_variable_that_the_file_names(tmp_path: Path) -> None:
    file = tmp_path / "portalbot.toml"
    file.write_text('[escalation]\noutside_env = "PAGER_URLS"\n')
    read = settings(PORTALBOT_CONFIG=str(file), PAGER_URLS="pagerduty://key@hush")
    assert read.outside_addresses is not None
    assert read.outside_addresses.get_secret_value() == "pagerduty://key@hush"
    assert "hush" not in repr(read)
    assert problems({"PORTALBOT_CONFIG": str(file)}) == {
        "PORTALBOT_CONFIG": "escalation.outside_env: the variable PAGER_URLS is not set"
    }


@pytest.mark.parametrize(("given", "place"), [
    ({"SLACK_ONCALL": "U1,S0PAGERS"}, "SLACK_ONCALL"), ({"SLACK_AGENTS": "S0PAGERS"}, "SLACK_AGENTS"),
    ({"SLACK_LEADS": "S0PAGERS"}, "SLACK_LEADS"), ({}, "[roles] pause"),
])  # fmt: skip
def test_the_group_that_the_bot_changes_gives_nobody_a_role(
    given: dict[str, str], place: str, tmp_path: Path
) -> None:
    file = tmp_path / "portalbot.toml"
    roles = "" if given else '[roles]\ncancel = "lead"\npause = ["S0PAGERS"]\n'
    file.write_text(f'[rotation]\nuser_group = "S0PAGERS"\n{roles}')
    assert problems({**given, "PORTALBOT_CONFIG": str(file)}) == {
        "PORTALBOT_CONFIG": f"rotation.user_group: is in {place} too, and the bot changes that group;"
        " expected another one"
    }
