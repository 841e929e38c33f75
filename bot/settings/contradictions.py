"""Checks settings against each other."""

from collections.abc import Iterator, Mapping, Sequence

from bot.setting_texts import is_loopback, split_url
from bot.settings import values as read
from bot.settings.file import SettingsFile


def contradictions(values: Mapping[str, str], *, serves: bool) -> Iterator[str]:
    """Yield a line for each combination of settings that is wrong.

    `values` are the texts by field name and not the parsed values, so that these lines are reported together
    with those about settings that are wrong by themselves. With `serves` people will use the bot in Slack.
    """
    live = read.is_live_key(values.get("stripe_api_key", ""))
    if live and serves and "slack_agents" not in values:
        yield "SLACK_AGENTS: is not set, and the Stripe key is a live one; expected who may make live links"
    if live:
        for name in ("slack_api_url", "stripe_api_base"):
            if values.get(name, "").lower().startswith("http://") and not _is_local(values[name]):
                yield f"{name.upper()}: is plain http, and the Stripe key is a live one; expected https://"
    database = values.get("database_url", "sqlite:///portalbot.db")
    if not database.startswith("sqlite"):
        return
    if "dyno" in values:
        yield "DATABASE_URL: is a SQLite file, and dynos share no disk; expected postgres://…"
    elif not _folder_exists(database):
        yield "DATABASE_URL: the folder of the SQLite file does not exist; expected one that does"


def shared_group(file: SettingsFile, named: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a line for each place beside `[rotation] user_group` that names the same Slack group.

    The bot changes that group: it would take the people who are `named` elsewhere out of it.
    """
    group = file.rotation.user_group
    roles = {f"[roles] {verb}": who for verb, who in file.roles.items() if not isinstance(who, str)}
    for place, members in {**named, **roles}.items():
        if group in members:
            yield (
                f"PORTALBOT_CONFIG: rotation.user_group: is in {place} too, and the bot changes that group;"
                " expected another one"
            )


def _is_local(address: str) -> bool:
    try:
        return is_loopback(split_url(address).hostname)
    except ValueError:
        return False


def _folder_exists(database_url: str) -> bool:
    try:
        file = read.sqlite_file(read.read_database_url(database_url))
    except ValueError:
        return True  # reported already, by the field itself
    return file is None or file.parent.is_dir()
