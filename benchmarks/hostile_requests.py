"""Requests that strangers, broken clients and a careless Stripe might send, each with what must come of it.

`HostileRequests(seed, now)` makes one after the other; the same seed makes the same ones, but for the
times in signatures. The long form sends a hundred thousand (`benchmarks.soak_fuzz`), a test sends some.
"""

import gzip
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmarks.hostile_json import HostileJson

WEBHOOKS, SLACK = "/stripe/webhooks", "/slack/events"
LARGEST_BODY = 1_000_000
STALE_SECONDS = 300
ENDLESS = 700_000

NO_ANSWER = 0
"""In place of a status: the connection was closed without one."""
REFUSED, STORED = frozenset({401}), frozenset({200})
MALFORMED_HTTP = frozenset({400, NO_ANSWER})
BELOW_500 = frozenset({NO_ANSWER, *range(200, 500)})

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request as it goes over the wire, and the statuses that are right.

    `event` is the id that must be in the table when the answer is 200, and only then. `last`: nothing may be
    sent on this connection afterwards. `leaves`: the client goes away without waiting for an answer.
    """

    kind: str
    wire: bytes
    right: frozenset[int]
    event: str | None = None
    last: bool = False
    leaves: bool = False


class HostileRequests:
    """Makes requests, each kind as often as its weight."""

    def __init__(
        self, seed: int, now: Callable[[], int], *, webhook_secret: str, signing_secret: str
    ) -> None:
        """`now` gives Unix seconds; the secrets are those of the program under test."""
        self._chance = random.Random(seed)
        self._json = HostileJson(self._chance)
        self._now = now
        self._webhook_secret = webhook_secret
        self._signing_secret = signing_secret
        self._number = 0
        self._seed = seed
        self._sent: list[bytes] = []
        kinds = self._kinds()
        self._makers, self._weights = [maker for maker, _ in kinds], [weight for _, weight in kinds]

    def make(self) -> Hostile:
        """The next one."""
        self._number += 1
        return self._chance.choices(self._makers, self._weights)[0]()

    def _kinds(self) -> list[tuple[Callable[[], Hostile], int]]:
        return [
            (self._unsigned, 8),
            (self._forged, 16),
            (self._stale, 8),
            (self._signed_junk, 12),
            (self._broken_envelope, 10),
            (self._hostile_event, 20),
            (self._duplicate, 5),
            (self._other_mode, 3),
            (self._thin, 3),
            (self._deep, 4),
            (self._oversized, 2),
            (self._odd_encoding, 4),
            (self._odd_length, 5),
            (self._malformed_http, 6),
            (self._odd_headers, 4),
            (self._other_method_or_path, 4),
            (self._hangs_up, 2),
            (self._endless_head, 1),
            (self._slack_unsigned, 6),
            (self._slack_junk, 6),
        ]

    # Stripe's entrance, refused.

    def _unsigned(self) -> Hostile:
        return self._webhook("unsigned", self._event_body(), [], REFUSED)

    def _forged(self) -> Hostile:
        body, stamp = self._event_body(), self._now()
        right = self._stripe_signature(body)
        hexadecimal = right.partition(",v1=")[2]
        header = self._chance.choice((
            "", "junk", "," * 500, "t=,v1=", "=" * 50, "t=1,v1=abc", f"t={stamp}", f"v1={hexadecimal}",
            f"t={stamp},v1={self._chance.randbytes(32).hex()}", f"t={stamp},v0={hexadecimal}",
            f"t=abc,v1={hexadecimal}", f"t={'9' * 500},v1={hexadecimal}", f"t={stamp}.0,v1={hexadecimal}",
            f"t=-{stamp},v1={hexadecimal}", f"t=0x{stamp:x},v1={hexadecimal}", f"t=\xb2,v1={hexadecimal}",
            f"t={stamp + 1},v1={hexadecimal}", f"t=1,{right}", f"t={stamp},v1=\xff\xfe{hexadecimal}",
            f"t={stamp}" + ",v1=00" * 30 + f",v1={hexadecimal}", right.upper(), hexadecimal,
            self._stripe_signature(body, secret="whsec_other"), self._stripe_signature(body, secret=""),
            self._stripe_signature(body + b" "), self._stripe_signature(b""),
        ))  # fmt: skip
        return self._webhook("forged", body, [("Stripe-Signature", header)], REFUSED)

    def _stale(self) -> Hostile:
        off = self._chance.choice((-301, -302, -3600, -(10**9), 310, 3600, 10**9))
        body = self._event_body()
        signed = [("Stripe-Signature", self._stripe_signature(body, at=self._now() + off))]
        return self._webhook("stale", body, signed, REFUSED)

    def _signed_junk(self) -> Hostile:
        valid = self._event_body()
        cut = self._chance.randrange(1, len(valid))
        body = self._chance.choice((
            lambda: b"",
            lambda: self._chance.randbytes(self._chance.randrange(1, 300)),
            lambda: valid[:cut],
            lambda: valid[:cut] + b"\xff" + valid[cut:],
            lambda: valid + b"}",
            lambda: gzip.compress(valid, mtime=0),
            lambda: valid.replace(b'"data"', b'"n": NaN, "data"', 1),
            lambda: valid.replace(b'"data"', b'"n": -Infinity, "data"', 1),
            lambda: valid.replace(b'"data"', b'"n": 1e999, "data"', 1),
            lambda: valid.replace(b'"data"', b'"n": -1E400, "data"', 1),
            lambda: valid.replace(b'"data"', b'"n": ' + b"9" * 5000 + b', "data"', 1),
            lambda: valid.replace(b'"data"', b"'n': 1, \"data\"", 1),
            lambda: json.dumps(self._json.text()).encode(),
        ))()  # fmt: skip
        return self._webhook("signed_junk", body, self._signed(body), frozenset({400}))

    def _broken_envelope(self) -> Hostile:
        made = self._json.broken_envelope(self._new_id(), self._now())
        body = json.dumps(made).encode()
        return self._webhook("broken_envelope", body, self._signed(body), frozenset({400}))

    def _deep(self) -> Hostile:
        event = self._new_id()
        depth = self._chance.choice((50, 200, 330, 400, 480, 700, 990, 1100, 5_000, 50_000))
        opening, closing = self._chance.choice((("[", "]"), ('{"a":', "}")))
        inside = opening * depth + "1" + closing * depth
        plain = self._json.event(event, self._now()) | {"data": {"object": {"id": "in_1", "x": "DEEP"}}}
        body = json.dumps(plain).replace('"DEEP"', inside).encode()
        # How much Python nests is its own affair; what it does not take is 400.
        return self._webhook("deep", body, self._signed(body), frozenset({200, 400}), event)

    def _oversized(self) -> Hostile:
        if self._chance.random() < 0.7:
            size = self._chance.choice((LARGEST_BODY + 1, 2**31, 2**40, 10**18))
            head = self._head("POST", WEBHOOKS, [("Content-Length", str(size))])
            return Hostile("oversized", head + b"{" * 100, frozenset({413}), last=True)
        body = b'"' + b"x" * LARGEST_BODY + b'"'
        head = self._head("POST", WEBHOOKS, [*self._signed(body), ("Transfer-Encoding", "chunked")])
        return Hostile("oversized", head + _chunked(body, 60_000), frozenset({413}), last=True)

    def _odd_length(self) -> Hostile:
        body = self._event_body()
        lengths: Pairs = self._chance.choice((
            [("Content-Length", "-1")],
            [("Content-Length", "abc")],
            [("Content-Length", f"+{len(body)}")],
            [("Content-Length", f"0x{len(body):x}")],
            [("Content-Length", f"{len(body)}, {len(body)}")],
            [("Content-Length", "\xb2")],
            [("Content-Length", "9" * 40)],
            [("Content-Length", "")],
            [("Content-Length", str(len(body))), ("Content-Length", str(len(body) + 1))],
            [("Content-Length", str(len(body))), ("Transfer-Encoding", "chunked")],
            [("Transfer-Encoding", "gzip")],
            [("Transfer-Encoding", "chunked, identity")],
        ))  # fmt: skip
        wire = self._head("POST", WEBHOOKS, [*self._signed(body), *lengths]) + body
        return Hostile("odd_length", wire, frozenset({400, 401, 413, NO_ANSWER}), last=True)

    # Stripe's entrance, taken.

    def _hostile_event(self) -> Hostile:
        event = self._new_id()
        body = self._dumped(self._json.event(event, self._now()))
        self._sent.append(body)
        del self._sent[:-50]
        return self._webhook("hostile_event", body, self._signed(body), STORED, event)

    def _duplicate(self) -> Hostile:
        if not self._sent:
            return self._hostile_event()
        body = self._chance.choice(self._sent)
        return self._webhook("duplicate", body, self._signed(body), STORED, json.loads(body)["id"])

    def _other_mode(self) -> Hostile:
        body = self._dumped(self._json.event(self._new_id(), self._now()) | {"livemode": True})
        return self._webhook("other_mode", body, self._signed(body), frozenset({200}))

    def _thin(self) -> Hostile:
        made = self._json.thing() | {"id": self._new_id(), "object": "v2.core.event"}
        body = self._dumped(made)
        return self._webhook("thin", body, self._signed(body), frozenset({200}))

    def _odd_encoding(self) -> Hostile:
        event = self._new_id()
        made = json.dumps(self._json.event(event, self._now()))
        body = made.encode(self._chance.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be")))
        return self._webhook("odd_encoding", body, self._signed(body), frozenset({200, 400}), event)

    def _odd_headers(self) -> Hostile:
        event = self._new_id()
        body = self._dumped(self._json.event(event, self._now()))
        more: Pairs = self._chance.choice((
            [("Content-Type", "multipart/form-data")],
            [("Content-Type", "\xff\xfe; charset=utf-99")],
            [("Content-Encoding", "gzip, br, x")],
            [("Cookie", "a=" + "b" * 5000)],
            [(f"X-{number}", "y") for number in range(60)],
            [("X-Forwarded-For", "<!channel>"), ("X-Forwarded-Proto", "gopher"), ("Forwarded", "for=?")],
            [("Upgrade", "h2c"), ("Connection", "Upgrade, HTTP2-Settings"), ("HTTP2-Settings", "AAMAAAB")],
            [("Expect", "100-continue")],
            [("Expect", "the-unexpected")],
            [("Range", "bytes=0-0,-1"), ("If-None-Match", "*"), ("Accept", "\xe9")],
            [("Stripe-Signature", "t=1,v1=second")],
        ))  # fmt: skip
        signed = self._signed(body)
        if more[0][0] == "Upgrade":
            # uvicorn gives up the body of a request that would like another protocol.
            return self._webhook("odd_headers", body, [*signed, *more], STORED | REFUSED, event, last=True)
        if self._chance.random() < 0.5:
            head = self._head("POST", WEBHOOKS, [*signed, *more, ("Transfer-Encoding", "chunked")])
            wire = head + _chunked(body, self._chance.choice((1, 7, 100_000)))
            return Hostile("odd_headers", wire, STORED, event, last=True)
        return self._webhook("odd_headers", body, [*signed, *more], STORED, event, last=True)

    # HTTP itself.

    def _malformed_http(self) -> Hostile:
        body = self._event_body()
        good = self._head("POST", WEBHOOKS, [*self._signed(body), ("Content-Length", str(len(body)))])
        wire = self._chance.choice((
            lambda: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self._chance.randbytes(200),
            lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            lambda: self._chance.randbytes(self._chance.randrange(1, 400)) + b"\r\n\r\n",
            lambda: good.replace(b"HTTP/1.1", b"HTTP/9.9", 1) + body,
            lambda: good.replace(b"POST", b"STOP", 1) + body,
            lambda: good.replace(b"POST ", b"POST", 1) + body,
            lambda: good.replace(b"Host:", b"Host", 1) + body,
            lambda: good.replace(b"Host:", b"Ho st\x00:", 1) + body,
            lambda: good.replace(b"\r\nHost", b"\r\n folded\r\nHost", 1) + body,
            lambda: good.replace(b"/stripe", b"/str\x00ipe", 1) + body,
            lambda: self._head("POST", WEBHOOKS, [("Transfer-Encoding", "chunked")]) + b"zz\r\n" + body,
            lambda: self._head("POST", WEBHOOKS, [("Transfer-Encoding", "chunked")]) + b"-5\r\nabcde\r\n",
            lambda: self._head("POST", WEBHOOKS, [("Transfer-Encoding", "chunked")]) + b"f" * 40 + b"\r\n",
        ))()  # fmt: skip
        return Hostile("malformed_http", wire, MALFORMED_HTTP, last=True)

    def _other_method_or_path(self) -> Hostile:
        body = self._event_body()
        method = self._chance.choice(("POST", "POST", "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"))
        path = self._chance.choice((
            WEBHOOKS + "/", "/" + WEBHOOKS, "/stripe", "/", "/stripe/webhooks%00", "/stripe/./webhooks",
            "/Stripe/Webhooks", "/stripe/webhooks/../../healthz", "/%ff%fe", "/x" * 3000, "*", "/metrics",
            "http://elsewhere.example/nothing", "/healthz", "/readyz",
        ))  # fmt: skip
        head = self._head(method, path, [*self._signed(body), ("Content-Length", str(len(body)))])
        return Hostile("other_method_or_path", head + body, BELOW_500, last=True)

    def _hangs_up(self) -> Hostile:
        body, stamp = self._event_body(), str(self._now())
        path, signed = self._chance.choice((
            (WEBHOOKS, self._signed(body)),
            (SLACK, [("X-Slack-Request-Timestamp", stamp), ("X-Slack-Signature", "v0=" + "0" * 64)]),
        ))  # fmt: skip
        whole = self._head("POST", path, [*signed, ("Content-Length", str(len(body) + 1))]) + body
        return Hostile("hangs_up", whole[: self._chance.randrange(1, len(whole))], BELOW_500, leaves=True)

    def _endless_head(self) -> Hostile:
        head = self._head("POST", self._chance.choice((WEBHOOKS, SLACK)), [])[:-2]
        chunked = self._head("POST", WEBHOOKS, [("Transfer-Encoding", "chunked")]) + b"1\r\n{\r\n"
        wire = self._chance.choice((
            lambda: head + b"X-Endless: " + b"a" * ENDLESS,
            lambda: head + b"X-A: b\r\n" * (ENDLESS // 8),
            lambda: head[:-2] + b"?" + b"a" * ENDLESS,
            lambda: chunked + b"0\r\nX-Trailer: " + b"a" * ENDLESS,
            lambda: chunked + b"1;" + b"a" * ENDLESS,
        ))()  # fmt: skip
        return Hostile("endless_head", wire, frozenset({400, 431, NO_ANSWER}), last=True)

    # Slack's entrance.

    def _slack_unsigned(self) -> Hostile:
        body, stamp = self._slack_body(), str(self._now())
        right = self._slack_signature(body, stamp)
        old = str(self._now() - STALE_SECONDS - self._chance.choice((1, 100, 10**8)))
        given: Pairs = self._chance.choice((
            [],
            [("X-Slack-Signature", right)],
            [("X-Slack-Request-Timestamp", stamp)],
            *(
                [("X-Slack-Request-Timestamp", given_stamp), ("X-Slack-Signature", signature)]
                for given_stamp, signature in (
                    (stamp, ""), (stamp, "v0="), (stamp, "\xff"), (stamp, right.replace("v0", "v1")),
                    (stamp, "v0=" + "0" * 64), (stamp, self._slack_signature(body + b" ", stamp)),
                    (old, self._slack_signature(body, old)), ("abc", self._slack_signature(body, "abc")),
                    ("\xb2", right), ("9" * 400, right), ("", self._slack_signature(body, "")),
                )
            ),
        ))  # fmt: skip
        return self._request("slack_unsigned", SLACK, body, given, REFUSED)

    def _slack_junk(self) -> Hostile:
        body, stamp = self._slack_body(), str(self._now())
        content_type = self._chance.choice(
            ("application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data", "")
        )
        signed: Pairs = [
            ("Content-Type", content_type),
            ("X-Slack-Request-Timestamp", stamp),
            ("X-Slack-Signature", self._slack_signature(body, stamp)),
        ]
        return self._request("slack_signed_junk", SLACK, body, signed, BELOW_500 - {NO_ANSWER})

    def _slack_body(self) -> bytes:
        payload = self._json.thing() | {
            "type": self._chance.choice(("block_actions", "view_submission", "shortcut", "junk", None)),
            "user": self._chance.choice(({"id": "U0ALEX"}, {"id": None}, None, [], "U0ALEX")),
            "actions": self._json.value(3),
            "view": self._json.value(3),
        }
        form = {"command": "/portal", "user_id": "U0ALEX", "text": "help", "team_id": "T0SANDBOX"}
        return self._chance.choice((
            lambda: b"",
            lambda: self._chance.randbytes(self._chance.randrange(1, 200)),
            lambda: json.dumps(payload).encode(),
            lambda: json.dumps(self._json.value()).encode(),
            lambda: urlencode({"payload": json.dumps(payload)}).encode(),
            lambda: urlencode({"payload": json.dumps(self._json.value())}).encode(),
            lambda: urlencode(form | {self._json.text(): self._json.text()}, errors="replace").encode(),
            lambda: urlencode({"command": self._json.text(), "text": "help"}, errors="replace").encode(),
            lambda: b"payload=" + b"%5B" * 20_000,
        ))()  # fmt: skip

    # Parts.

    def _new_id(self) -> str:
        return f"evt_fuzz_{self._seed}_{self._number}"

    def _event_body(self) -> bytes:
        return self._dumped(self._json.event(self._new_id(), self._now()))

    def _dumped(self, value: Any) -> bytes:
        if self._chance.random() < 0.5:
            return json.dumps(value).encode()
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")

    def _signed(self, body: bytes) -> Pairs:
        return [("Stripe-Signature", self._stripe_signature(body))]

    def _stripe_signature(self, body: bytes, *, at: int | None = None, secret: str | None = None) -> str:
        stamp = self._now() if at is None else at
        key = (self._webhook_secret if secret is None else secret).encode()
        return f"t={stamp},v1={hmac.new(key, b'%d.' % stamp + body, hashlib.sha256).hexdigest()}"

    def _slack_signature(self, body: bytes, stamp: str) -> str:
        signed = b"v0:" + stamp.encode() + b":" + body
        return "v0=" + hmac.new(self._signing_secret.encode(), signed, hashlib.sha256).hexdigest()

    def _webhook(
        self,
        kind: str,
        body: bytes,
        headers: Pairs,
        right: frozenset[int],
        event: str | None = None,
        *,
        last: bool = False,
    ) -> Hostile:
        return self._request(kind, WEBHOOKS, body, headers, right, event, last=last)

    def _request(
        self,
        kind: str,
        path: str,
        body: bytes,
        headers: Pairs,
        right: frozenset[int],
        event: str | None = None,
        *,
        last: bool = False,
    ) -> Hostile:
        head = self._head("POST", path, [*headers, ("Content-Length", str(len(body)))])
        return Hostile(kind, head + body, right, event, last=last)

    def _head(self, method: str, path: str, headers: Pairs) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            *(f"{name}: {text}" for name, text in headers),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _chunked(body: bytes, size: int) -> bytes:
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def counted_kinds(counts: Mapping[tuple[str, int], int]) -> list[str]:
    """How often each kind got each status, as the lines of a table."""
    kinds = sorted({kind for kind, _ in counts})
    statuses = sorted({status for _, status in counts})
    lines = [f"{'':22}" + "".join(f"{status or 'closed':>8}" for status in statuses)]
    lines += [
        f"{kind:22}" + "".join(f"{counts.get((kind, status), 0) or '':>8}" for status in statuses)
        for kind in kinds
    ]
    return lines
