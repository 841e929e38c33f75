"""Reads texts of settings, such as web addresses. Errors do not repeat them, as they may hold a password."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

CHANNEL: Final = r"[CG][A-Z0-9]+|#[^\s#]{1,80}"
"""A Slack channel: its id (C… or G…), or #name."""
MEMBER: Final = r"[UWS][A-Z0-9]+"
"""A Slack user (U…, W…) or user group (S…)."""


def fitting(pattern: str, complaint: str) -> Callable[[str], str]:
    """Return a reader of texts that fit a pattern as a whole; it raises ValueError with the complaint."""
    fits = re.compile(pattern, re.DOTALL).fullmatch

    def read(text: str) -> str:
        if not fits(text):
            raise ValueError(complaint)
        return text

    return read


def split_url(text: str) -> SplitResult:
    """Return the parts of an address. Raises ValueError for a text that is none."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    return parts


def is_loopback(host: str | None) -> bool:
    """Return whether the host of an address is this machine."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_web_address(text: str) -> str:
    """Return an http(s) address without a trailing slash. Raises ValueError for anything else."""
    parts = split_url(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http(s) address; expected one like https://api.example.com")
    return text.rstrip("/")
