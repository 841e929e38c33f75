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
from bot.setting_texts import CHANNEL, MEMBER, fitting, read_web_address, split_url

read_token = fitting(r"[!-~]{8,}", "expected at least 8 letters, digits and signs, without spaces")
"""A secret that stands in a header."""
read_stripe_key = fitting(
    r"[sr]k_(test|live)_[A-Za-z0-9_]+",
    "is not a secret API key; expected rk_test_…, rk_live_…, sk_test_… or sk_live_…",
)
read_bot_token = fitting(r"(xoxe\.)?xoxb-.*", "is not a bot token; expected xoxb-…")
"""With token rotation it begins with xoxe.xoxb-."""
read_app_token = fitting(r"xapp-.*", "is not an app-level token; expected xapp-…")
read_command = fitting(
    r"/[a-z0-9_-]{1,31}",
    "is not a slash command; expected / and up to 31 lower-case letters, digits, - or _",
)
read_channel = fitting(CHANNEL, "is not a channel; expected its id (C…) or #name")
read_account = fitting(r"acct_[A-Za-z0-9]+", "is not a Stripe account; expected acct_…")
read_log_format = fitting(r"json|console", "is not a log format; expected json or console")
read_host = fitting(r"[A-Za-z0-9_.:-]+", "is not an address to listen on; expected one like 127.0.0.1")


def read_slack_api_url(text: str) -> str:
    """Read an http(s) address, and end it with a slash, since slack_sdk appends method names to it."""
    return read_web_address(text) + "/"


def is_live_key(key: str) -> bool:
    """Return whether a Stripe key is one of live mode."""
    return key.startswith(("sk_live_", "rk_live_"))


def read_webhook_secrets(text: str) -> tuple[str, ...]:
    """Read the secrets of a webhook endpoint, separated by commas: several while one is being rolled."""
    secrets = _items(text)
    if not secrets or not all(secret.startswith("whsec_") for secret in secrets):
        raise ValueError("is not a list of webhook secrets; expected whsec_…, several separated by commas")
    return secrets


def read_members(text: str) -> tuple[str, ...]:
    """Read Slack users (U…, W…) and user groups (S…), separated by commas."""
    members = _items(text)
    if not members or not all(re.fullmatch(MEMBER, member) for member in members):
        raise ValueError(
            "is not a list of Slack ids; expected users (U…, W…) and user groups (S…), by commas"
        )
    return members


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


def read_port(text: str) -> int:
    """Read a TCP port; with 0 the system chooses one."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError("is not a port; expected a number from 0 to 65535")
    return int(text)


def read_rate(text: str) -> float:
    """Read a number of requests per second; 0 switches the limit off."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text):
        raise ValueError("is not a rate; expected requests per second, 0 for no limit of our own")
    return float(text)


def _items(text: str) -> tuple[str, ...]:
    return tuple(item for item in (part.strip() for part in text.split(",")) if item)
