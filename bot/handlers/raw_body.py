"""Reading a request's body without letting a stranger fill the memory."""

from starlette.requests import Request


class BodyTooLarge(Exception):  # noqa: N818 (an answer, not an error)
    """More bytes than allowed; nothing was kept."""


async def read_body(request: Request, largest: int) -> bytes:
    """Read the raw body, at most `largest` bytes. Raises BodyTooLarge as soon as that is clear."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > largest:
        raise BodyTooLarge
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > largest:
            raise BodyTooLarge
    return bytes(received)
