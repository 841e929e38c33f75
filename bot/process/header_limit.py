"""uvicorn's HTTP with an end to what stands around a body: its parser keeps an endless header in memory.

Measured: forty megabytes of one header took the process four seconds, growing with the square.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 262_144
"""Bytes of a request that are not its body: the head, what frames the pieces of the body, its trailers."""

TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHead(HttpToolsProtocol):
    """Answers 431 and hangs up when a head has no end."""

    _around = 0

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived; answer 431 when it goes beyond the limit."""
        self._around += len(data)
        super().data_received(data)
        if self._around > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Count from zero for each request of a connection."""
        self._around = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Count from zero: the rest of this piece belongs to the body."""
        self._around = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Do not count the body, whose limit is checked where it is read."""
        self._around = max(0, self._around - len(body))
        super().on_body(body)
