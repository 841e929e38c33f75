"""What went over the wire lately, in both directions."""

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sandbox.feed import Feed

KEPT = 500


@dataclass(slots=True)
class Call:
    """One request. `service` is stripe, slack-api, slack-out, response-url or smtp; `at` is Unix seconds."""

    number: int
    at: float
    service: str
    name: str
    status: str
    milliseconds: int | None
    detail: str = ""
    alarming: bool = False

    def to_json(self) -> dict[str, str | int | float | bool | None]:
        """Return the call as the control API shows it."""
        return asdict(self)


class Traffic:
    """The last calls, newest last."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._count = 0

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls))

    def add(
        self,
        *,
        at: float,
        service: str,
        name: str,
        status: str,
        milliseconds: int | None,
        detail: str = "",
        alarming: bool = False,
    ) -> Call:
        """Remember a call and tell the pages."""
        self._count += 1
        call = Call(self._count, at, service, name, status, milliseconds, detail, alarming)
        self._calls.append(call)
        self._feed.publish("traffic", service=service, number=call.number)
        return call

    def changed(self, call: Call) -> None:
        """Tell the pages that a call got its final figures."""
        self._feed.publish("traffic", service=call.service, number=call.number)

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
