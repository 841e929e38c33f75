"""What the two halves of the stand-in, Web API and interactions, share."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.feed import Feed
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import Views
from sandbox.slack.violations import Violations
from sandbox.slack.workspace import Workspace
from sandbox.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Parts:
    """The state of one sandbox workspace."""

    clock: Callable[[], float]
    feed: Feed
    traffic: Traffic
    workspace: Workspace
    views: Views
    triggers: Triggers
    response_urls: ResponseUrls
    violations: Violations


def make_parts(
    base_url: str, clock: Callable[[], float], feed: Feed, traffic: Traffic, customer: str
) -> Parts:
    """Return the state of a workspace on its first morning."""
    return Parts(
        clock=clock,
        feed=feed,
        traffic=traffic,
        workspace=Workspace(feed, clock, customer),
        views=Views(feed),
        triggers=Triggers(clock),
        response_urls=ResponseUrls(base_url, clock),
        violations=Violations(feed, clock),
    )
