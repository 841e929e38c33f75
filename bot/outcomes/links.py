"""A link that an agent was shown, and where that agent is told what came of it. Times are Unix seconds."""

from dataclasses import dataclass

from bot.outcomes.link_actions import LinkActions


@dataclass(frozen=True, slots=True)
class AskedFrom:
    """Who asked for a link, in which channel and thread (a message's ts).

    `direct_channel` and `direct_ts` are the direct message that tells the agent of it, once there is one.
    """

    user: str
    channel: str | None = None
    thread: str | None = None
    direct_channel: str | None = None
    direct_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLink:
    """One link: the session's id, when it was made and for whom. `recovers`: it can be opened later too."""

    id: str
    at: int
    customer: str
    actor: str
    verb: str
    livemode: bool
    recovers: bool = False
    place: AskedFrom | None = None


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link with the `actions` that came of it, its `outcome` in a word, and what its agent was `told`."""

    link: IssuedLink
    actions: LinkActions
    outcome: str | None = None
    told: str | None = None
