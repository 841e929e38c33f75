"""What must never be written down is taken out wherever it stands, however it is encoded."""

import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import may_hold_credentials, redact, redact_credentials, redact_value

TOKEN = "test_YWNjdF8xTm9Q-Secret_0123"
SESSION_URL = f"https://billing.stripe.com/p/session/{TOKEN}"

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent lower case": lambda text: quote(text, safe="").lower().replace(TOKEN.lower(), TOKEN),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps({"url": text}),
    "json with escaped slashes": lambda text: json.dumps({"url": text}).replace("/", "\\/"),
    "json in json": lambda text: json.dumps(json.dumps({"url": text}).replace("/", "\\/")),
    "json with unicode escapes": lambda text: json.dumps({"url": text}).replace("/", "\\u002f"),
    "form": lambda text: f"payload={quote_plus(json.dumps({'url': text}))}",
    "repr": lambda text: repr({"url": text}),
    "bytes": lambda text: repr(text.encode()),
}
encodings = st.sampled_from(sorted(ENCODINGS))


@given(encodings, st.text(), st.text())
def test_a_session_url_is_removed_at_any_position(encoding: str, before: str, after: str) -> None:
    text = before + ENCODINGS[encoding](SESSION_URL) + after
    assert TOKEN not in redact(text)


@given(encodings, st.sampled_from(["127.0.0.1:4242", "pay.example.com", "billing.stripe.com"]))
def test_a_session_url_of_any_host_is_removed(encoding: str, host: str) -> None:
    assert TOKEN not in redact(ENCODINGS[encoding](f"http://{host}/p/session/{TOKEN}"))


@given(encodings, st.sampled_from(["commands", "actions", "workflows"]), st.text(), st.text())
def test_answer_addresses_are_removed(encoding: str, kind: str, before: str, after: str) -> None:
    address = f"https://hooks.slack.com/{kind}/T0123/456/SeCrEt"
    assert "SeCrEt" not in redact(before + ENCODINGS[encoding](address) + after)


@given(
    st.sampled_from([
        "sk_live_SeCrEt9", "rk_live_SeCrEt9", "sk_test_SeCrEt9", "rk_test_SeCrEt9", "whsec_SeCrEt9",
        "xoxb-1-2-SeCrEt9", "xoxp-SeCrEt9", "xoxe.xoxb-1-SeCrEt9", "xapp-1-A-SeCrEt9",
    ]),
    encodings,
    st.text(),
    st.text(),
)  # fmt: skip
def test_keys_are_removed(key: str, encoding: str, before: str, after: str) -> None:
    assert "SeCrEt9" not in redact(before + ENCODINGS[encoding](key) + after)


@pytest.mark.parametrize("name", ["token", "trigger_id", "response_url", "bot_token", "client_secret"])
@pytest.mark.parametrize("write", [
    lambda name, value: json.dumps({name: value, "x": 1}),
    lambda name, value: json.dumps({"x": {name: value}}, separators=(",", ":")),
    lambda name, value: json.dumps(json.dumps({name: value})),
    lambda name, value: repr({name: value}),
    lambda name, value: repr([(name, value)]),
    lambda name, value: f"f({name}={value!r}, x=1)",
    lambda name, value: f"a=1&{name}={quote_plus(value)}&b=2",
    lambda name, value: f"payload={quote_plus(json.dumps({name: value}))}",
    lambda name, value: f"payload={quote_plus(json.dumps({name: value}, separators=(',', ':')))}",
])  # fmt: skip
def test_secret_fields_are_removed_in_every_form(name: str, write: Callable[[str, str], str]) -> None:
    cleaned = redact(write(name, "http://127.0.0.1:1/response/SeCrEt"))
    assert "SeCrEt" not in cleaned
    assert "[redacted]" in cleaned


@pytest.mark.parametrize("text", [
    "Authorization: Bearer SeCrEt12", "authorization: Basic SeCrEt12=",
    "{'Authorization': 'Bearer SeCrEt12'}",
    "[('Authorization', 'Basic SeCrEt12')]", "using bearer SeCrEt12", "Stripe-Signature: t=1,v1=SeCrEt12",
    "postgresql://user:SeCrEt12@host/db", "smtp://me%40x.com:pa@SeCrEt12@host",
])  # fmt: skip
def test_headers_and_passwords_are_removed(text: str) -> None:
    assert "SeCrEt12" not in redact(text)


@pytest.mark.parametrize(("text", "cleaned"), [
    ("to jenny.rosen+x@example.com.", "to j***@e***.com."),
    ("mailto:a@b.co.uk|a@b.co.uk", "mailto:a***@b***.uk|a***@b***.uk"),
    ("prefilled_email=jenny%40example.com&x", "prefilled_email=j***@e***.com&x"),
    ("'jenny@example.com'", "'j***@e***.com'"),
    ("müller@bücher.example", "m***@b***.example"),
])  # fmt: skip
def test_mail_addresses_keep_one_letter(text: str, cleaned: str) -> None:
    assert redact(text) == cleaned


@given(st.text())
def test_redacting_twice_changes_nothing(text: str) -> None:
    for clean in (redact(f"{text} jenny@example.com"), redact(f"{SESSION_URL} {text}")):
        assert redact(clean) == clean


@pytest.mark.parametrize("text", [
    "Basic Information of the app", "token is missing", "bps_1AbC for cus_1AbC at 12:30",
    "https://billing.stripe.com/p/login/test_abc", "SELECT * FROM audit WHERE id = %(id)s",
])  # fmt: skip
def test_what_helps_is_kept(text: str) -> None:
    assert redact(text) == text


def test_values_of_any_shape_are_redacted() -> None:
    class Shown:
        def __repr__(self) -> str:
            return SESSION_URL

    shape = {
        "token": ["x"],
        "list": [(SESSION_URL, {"a": Shown()})],
        "n": 1,
        "none": None,
        SESSION_URL: b"sk_test_1",
    }
    cleaned = redact_value(shape)
    assert TOKEN not in repr(cleaned)
    assert "sk_test_1" not in repr(cleaned)
    assert isinstance(cleaned, dict)
    assert (cleaned["token"], cleaned["n"], cleaned["none"]) == ("[redacted]", 1, None)


@pytest.mark.parametrize("piece", [
    "a", "\\", "/", "%25", "a.", "@a", "a@a.", '"token": "', "token=", "://a:", "bearer ",
    "%2fp", "hooks.slack.com/",
])  # fmt: skip
def test_no_text_makes_it_slow(piece: str) -> None:
    started = time.perf_counter()
    redact(piece * (200_000 // len(piece)))
    assert time.perf_counter() - started < 2


PIECES = (
    "https://billing.stripe.com", "/p/session/", "%2Fp%2Fsession%2F", "hooks.slack.com", "/services/T1",
    "sk_live_", "rk_test_", "whsec_", "xoxb-", "xapp-", "Bearer ", "BEARER ", '"token": "', "token=",
    "api_key=", "client_secret", "authorization: ", "X-Slack-Signature: ", "stripe-signature=",
    "password='", "response_url", "trigger_id", "://u:pw", "@example.com", "jenny", "%40", "\\u0040",
    "=", '"', "'", ":", "/", " ", "Secret0123", "\u017f", "\u212a",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_the_quick_look_never_hides_what_a_pattern_would_find(text: str) -> None:
    quick = redact(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.redaction._HINTS", ("",))
        assert redact(text) == quick


_PIECES = st.sampled_from([
    "token", "TO\u212aEN", "\u017fession", "/p/session/", "url", "billing_portal.session", "object",
    "xoxb-1-2", "postgresql://bot:hunter2@db", "jenny@example.com", "https://example.com:8080/a",
    "Müller", '"', "\\",
])  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=3).map("".join)


@given(
    st.recursive(
        st.none() | st.integers() | _TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
    st.booleans(),
)
def test_json_that_is_passed_on_unread_holds_nothing_to_remove(value: object, ascii_only: bool) -> None:
    if not may_hold_credentials(json.dumps(value, ensure_ascii=ascii_only)):
        assert redact_value(value, redact_credentials) == value
