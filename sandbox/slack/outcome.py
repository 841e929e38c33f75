"""How the bot took what somebody did, and that something was not there."""

from dataclasses import asdict, dataclass, field

from sandbox.slack.model import Json


class NoSuchThingError(LookupError):
    """The page or a test named a user, channel, message, element or view that is not there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the bot took it. `errors` are complaints shown in a modal, `failure` Slack's word for a bad ack."""

    ack_ms: int | None = None
    failure: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> Json:
        """Return it for the page and for tests."""
        return asdict(self)
