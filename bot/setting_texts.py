"""Reads texts of settings, such as web addresses. Errors do not repeat them, as they may hold a password."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


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
