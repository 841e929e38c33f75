"""Reads the values of environment variables.

Each reader takes the stripped, non-empty text of one variable. It raises ValueError with a sentence that says
what is expected and does not repeat the text, which may be a secret.
"""

import re
from pathlib import Path
from urllib.parse import parse_qs

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import BadUsage
from bot.mail.addresses import read_sender
from bot.setting_texts import read_web_address, split_url

_MEMBER = re.compile(r"[UWS][A-Z0-9]+")
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]+|#[^\s#]{1,80}")
_STRIPE_KEY = re.compile(r"[sr]k_(test|live)_[A-Za-z0-9_]+")


def read_token(text: str) -> str:
    """Read a secret that stands in a header: visible ASCII characters without spaces, eight at least."""
    if not re.fullmatch(r"[!-~]{8,}", text):
        raise ValueError("expected at least 8 letters, digits and signs, without spaces")
    return text


def read_slack_api_url(text: str) -> str:
    """Read an http(s) address, and end it with a slash, since slack_sdk appends method names to it."""
    return read_web_address(text) + "/"


def read_stripe_key(text: str) -> str:
    """Read a secret or restricted key of either mode."""
    if not _STRIPE_KEY.fullmatch(text):
        raise ValueError("is not a secret API key; expected rk_test_…, rk_live_…, sk_test_… or sk_live_…")
    return text


def is_live_key(key: str) -> bool:
    """Return whether a Stripe key is one of live mode."""
    return key.startswith(("sk_live_", "rk_live_"))


def read_bot_token(text: str) -> str:
    """Read a bot token; with token rotation it begins with xoxe.xoxb-."""
    if not text.startswith(("xoxb-", "xoxe.xoxb-")):
        raise ValueError("is not a bot token; expected xoxb-…")
    return text


def read_app_token(text: str) -> str:
    """Read an app-level token, for Socket Mode."""
    if not text.startswith("xapp-"):
        raise ValueError("is not an app-level token; expected xapp-…")
    return text


def read_webhook_secrets(text: str) -> tuple[str, ...]:
    """Read the secrets of a webhook endpoint, separated by commas: several while one is being rolled."""
    secrets = _items(text)
    if not secrets or not all(secret.startswith("whsec_") for secret in secrets):
        raise ValueError("is not a list of webhook secrets; expected whsec_…, several separated by commas")
    return secrets


def read_members(text: str) -> tuple[str, ...]:
    """Read Slack users (U…, W…) and user groups (S…), separated by commas."""
    members = _items(text)
    if not members or not all(_MEMBER.fullmatch(member) for member in members):
        raise ValueError(
            "is not a list of Slack ids; expected users (U…, W…) and user groups (S…), by commas"
        )
    return members


def read_command(text: str) -> str:
    """Read the name of the slash command with its slash; Slack allows 32 characters."""
    if not _COMMAND.fullmatch(text):
        raise ValueError("is not a slash command; expected / and up to 31 lower-case letters, digits, - or _")
    return text


def read_channel(text: str) -> str:
    """Read a Slack channel: its id (C… or G…), or #name."""
    if not _CHANNEL.fullmatch(text):
        raise ValueError("is not a channel; expected its id (C…) or #name")
    return text


def read_account(text: str) -> str:
    """Read the id of a Stripe account."""
    if not re.fullmatch(r"acct_[A-Za-z0-9]+", text):
        raise ValueError("is not a Stripe account; expected acct_…")
    return text


def read_email(text: str) -> str:
    """Read a mail address, with or without a display name."""
    try:
        read_sender(text)
    except BadUsage:
        readable = False
    else:
        readable = "\n" not in text and "\r" not in text
    if not readable:
        raise ValueError("is not a mail address; expected one like support@example.com or Name <a@b.com>")
    return text


def read_smtp_url(text: str) -> str:
    """Read the address of the outgoing mail server. The only option is `tls=never`."""
    parts = split_url(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("is not a mail server; expected smtp://user:password@host:port or smtps://…")
    if parts.query and parse_qs(parts.query) != {"tls": ["never"]}:
        raise ValueError("has an unknown option; expected none, or ?tls=never")
    return text


def read_database_url(text: str) -> str:
    """Read the address of a database, and return it with the driver the bot uses.

    Heroku's postgres:// is accepted too.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    scheme = url.drivername.partition("+")[0] if url is not None else ""
    if url is not None and scheme in {"postgres", "postgresql"} and url.database:
        url = url.set(drivername="postgresql+psycopg")
    elif url is not None and scheme == "sqlite" and _is_file(url):
        url = url.set(drivername="sqlite")
    else:
        raise ValueError(
            "is not a database; expected sqlite:///file.db or postgres://user:password@host/name"
        )
    return url.render_as_string(hide_password=False)


def _is_file(url: URL) -> bool:
    """Return whether it is a plain file.

    SQLite's URI form and options would bypass the file's permissions.
    """
    return bool(url.database) and not str(url.database).startswith((":memory:", "file:")) and not url.query


def sqlite_file(database_url: str) -> Path | None:
    """Return the file of a SQLite address; None for PostgreSQL."""
    url = make_url(database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def read_log_level(text: str) -> str:
    """Read a level of the `logging` module, in upper or lower case."""
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("is not a log level; expected DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def read_log_format(text: str) -> str:
    """Read `json` or `console`."""
    if text not in {"json", "console"}:
        raise ValueError("is not a log format; expected json or console")
    return text


def read_port(text: str) -> int:
    """Read a TCP port; with 0 the system chooses one."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError("is not a port; expected a number from 0 to 65535")
    return int(text)


def read_host(text: str) -> str:
    """Read an address or host name to listen on."""
    if not re.fullmatch(r"[A-Za-z0-9_.:-]+", text):
        raise ValueError("is not an address to listen on; expected one like 127.0.0.1")
    return text


def read_rate(text: str) -> float:
    """Read a number of requests per second; 0 switches the limit off."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text):
        raise ValueError("is not a rate; expected requests per second, 0 for no limit of our own")
    return float(text)


def _items(text: str) -> tuple[str, ...]:
    return tuple(item for item in (part.strip() for part in text.split(",")) if item)
