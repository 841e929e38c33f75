"""A wire between the bot and a server that a test can cut and mend."""

import selectors
import socket
import threading
from types import TracebackType
from typing import Self, cast

from sqlalchemy.engine import make_url


class Wire:
    """Forwards a database address over loopback; `cut` ends every connection and refuses new ones."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._target = (str(parsed.host), int(parsed.port or 5432))
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = parsed.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        self._open = True
        self._over = threading.Event()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._carry, name="wire", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(5)
        self._drop()
        self._listener.close()

    def cut(self) -> None:
        """From now on nothing gets through."""
        self._open = False

    def mend(self) -> None:
        """From now on everything gets through again."""
        self._open = True

    def _carry(self) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(self._listener, selectors.EVENT_READ)
            while not self._over.is_set():
                if not self._open:
                    for end in list(self._pairs):
                        ready.unregister(end)
                    self._drop()
                for key, _ in ready.select(0.02):
                    end = cast(socket.socket, key.fileobj)
                    self._connect(ready) if end is self._listener else self._forward(ready, end)

    def _connect(self, ready: selectors.BaseSelector) -> None:
        near, _ = self._listener.accept()
        if not self._open:
            near.close()
            return
        far = socket.create_connection(self._target)
        self._pairs |= {near: far, far: near}
        for end in (near, far):
            ready.register(end, selectors.EVENT_READ)

    def _forward(self, ready: selectors.BaseSelector, end: socket.socket) -> None:
        other = self._pairs.get(end)
        if other is None:
            return
        try:
            piece = end.recv(65_536)
            if piece:
                other.sendall(piece)
                return
        except OSError:
            pass
        for each in (end, other):
            ready.unregister(each)
            self._pairs.pop(each).close() if each in self._pairs else each.close()

    def _drop(self) -> None:
        for end in list(self._pairs):
            end.close()
        self._pairs.clear()
