"""What a stranger leaves open ends: half a head, half a body, and more connections than anybody needs."""

import asyncio
import errno
import logging
import resource
import socket
from contextlib import ExitStack

import pytest

from bot.process import http_limits
from tests.stand.fixtures import module_stand, stand
from tests.stand.signing import command_form, slack_headers
from tests.stand.stand import Stand

__all__ = ["module_stand", "stand"]


def connected(stand: Stand) -> socket.socket:
    url = stand.bot_http.base_url
    return socket.create_connection((url.host, int(url.port or 0)), timeout=10)


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"G", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
def test_half_a_head_is_closed(stand: Stand, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(http_limits, "HEAD_SECONDS", 0.05)
    with connected(stand) as connection:
        connection.sendall(sent)
        assert is_closed(connection)


def test_the_next_request_of_a_connection_has_no_longer(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(stand) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(http_limits, "HEAD_SECONDS", 0.05)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        while not is_closed(connection):  # the rest of the first answer
            pass


def test_half_a_body_is_closed_also_when_it_comes_slowly(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_limits, "BODY_SECONDS", 0.05)
    body = command_form("help")
    headers = "".join(f"{name}: {value}\r\n" for name, value in slack_headers(body).items())
    with connected(stand) as connection:
        head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\ncontent-length: {len(body)}\r\n{headers}\r\n"
        connection.sendall(head.encode() + body[:-5])
        connection.sendall(body[-5:-4])
        assert is_closed(connection)


def test_whoever_holds_all_connections_keeps_nobody_out(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No connection is left open that could be the one to go.
    assert stand.bot_http.get("/healthz", headers={"connection": "close"}).status_code == 200
    monkeypatch.setattr(http_limits, "MOST_CONNECTIONS", 20)
    with ExitStack() as stack:
        stranger = [stack.enter_context(connected(stand)) for _ in range(60)]
        for each in stranger[-20:]:
            each.sendall(b"POST /slack/events HTTP/1.1\r\nHost:")
        for _ in range(3):
            answer = stand.send_command("help")
            assert answer.status_code == 200
        assert all(is_closed(each) for each in stranger[:40])


def test_what_is_too_large_is_closed_and_not_read_to_its_end(stand: Stand) -> None:
    with connected(stand) as connection:
        headers = "".join(f"{name}: {value}\r\n" for name, value in slack_headers(b"").items())
        head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\ncontent-length: 2000000\r\n{headers}\r\n"
        connection.sendall(head.encode())
        answer = connection.recv(1000)
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"connection: close" in answer
        assert is_closed(connection)


def test_connections_that_cannot_be_accepted_are_one_line_a_minute(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.new_event_loop()
    try:
        http_limits.quiet_about_accepting(loop)
        with caplog.at_level(logging.ERROR):
            for _ in range(1000):
                loop.call_exception_handler(
                    {
                        "message": "socket.accept() out of system resource",
                        "exception": OSError(errno.EMFILE, "Too many open files"),
                    }
                )
            loop.call_exception_handler({"message": "something else"})
    finally:
        loop.close()
    said = capsys.readouterr().out + caplog.text
    assert said.count("connections_not_accepted") == 1
    assert "something else" in said


def test_connections_leave_open_files_to_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"now": (256, 512)}
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.update(now=new))
    monkeypatch.setattr(http_limits, "MOST_CONNECTIONS", 1000)
    http_limits.leave_room_for_files()
    assert limits["now"] == (512, 512)
    assert http_limits.MOST_CONNECTIONS == 312
