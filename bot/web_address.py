"""Reading a web address without repeating it in an error: it may hold a password."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def split_url(text: str) -> SplitResult:
    """The parts of an address; raises ValueError when it is none at all (urllib's own text repeats it)."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    return parts


def is_loopback(host: str | None) -> bool:
    """Whether a host name of an address is this machine."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_web_address(text: str) -> str:
    """An http(s) address without a trailing slash."""
    parts = split_url(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http(s) address; expected one like https://api.example.com")
    return text.rstrip("/")
