"""Reading a request's body without letting a stranger fill the memory."""

from typing import ClassVar

from starlette.requests import ClientDisconnect, Request


class BodyRefused(Exception):  # noqa: N818 (an answer, not an error)
    """The body was not read; nothing was kept. `status` is the answer."""

    status: ClassVar[int] = 400


class BodyTooLarge(BodyRefused):
    """More bytes than allowed."""

    status = 413


class BodyCutShort(BodyRefused):
    """The client went away before the end; whatever is answered reaches nobody."""


async def read_body(request: Request, largest: int) -> bytes:
    """Read the raw body. Raises BodyCutShort, and BodyTooLarge as soon as it is clear."""
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
