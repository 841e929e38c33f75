"""Reads a request's body up to a size, so that a stranger cannot fill the memory."""

from typing import ClassVar

from starlette.requests import ClientDisconnect, Request


class BodyRefused(Exception):  # noqa: N818 (an answer, not an error)
    """The body was not read. `status` is the HTTP status to answer with."""

    status: ClassVar[int] = 400


CLOSING = {"connection": "close"}
"""Headers of an answer after which nothing more is read: the rest of a body that was refused."""


class BodyTooLarge(BodyRefused):
    """The body has more bytes than allowed."""

    status = 413


class BodyCutShort(BodyRefused):
    """The client closed the connection before the end of the body, so nobody gets the answer."""


async def read_body(request: Request, largest: int) -> bytes:
    """Return the raw body of at most `largest` bytes.

    Raises BodyTooLarge as soon as a header or the bytes so far show that it is larger, and BodyCutShort.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > largest:
        raise BodyTooLarge
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > largest:
                raise BodyTooLarge
    except ClientDisconnect:
        raise BodyCutShort from None
    return bytes(received)
