"""The steps about the bot itself: that Stripe's events reach it, that it can mail, and a first try."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from bot.portal.attempts import known
from bot.portal.candidates import active_subscriptions
from bot.portal.rules.sources import INTEGRATE, NO_CODE, WEBHOOKS
from bot.portal.setup.seen import Seen
from bot.portal.setup.step import Outcome, done, missing, optional, step
from bot.portal.stripe_answers import WebhookEndpoint

EVERYTHING = "*"


@step("webhook", WEBHOOKS, "webhooks", "endpoints")
def webhook(seen: Seen) -> Outcome:
    """Is there an endpoint that reaches this bot, with the events that the bot needs?"""
    own = seen.own
    every = known(seen.endpoints) or ()
    here = [each for each in every if each.base is not None]
    shown: dict[str, Any] = {
        "needed": list(own.events),
        "secret": own.webhook_secret,
        "newest_event": own.newest_event,
    }
    if not here:
        return missing("none", **shown, endpoints=[_host(each.url) for each in every])
    endpoint = min(here, key=lambda each: (each.status != "enabled", len(_lacking(own.events, each))))
    lacking = _lacking(own.events, endpoint)
    shown |= {
        "endpoint": endpoint.id,
        "address": _without_userinfo(endpoint.url),
        "status": endpoint.status,
        "api_version": endpoint.api_version,
        "lacking": lacking,
    }
    problems = {
        "disabled": endpoint.status != "enabled",
        "insecure": seen.livemode and not endpoint.url.startswith("https://"),
        "events": bool(lacking),
        "secret": not own.webhook_secret,
    }
    problem = next((name for name, there in problems.items() if there), None)
    if problem is not None:
        return missing(problem, **shown)
    if endpoint.api_version not in {None, own.api_version}:
        return optional("version", **shown, expected=own.api_version)
    return done("quiet" if own.newest_event is None else "done", **shown)


@step("mail", NO_CODE, "settings/emails")
def mail(seen: Seen) -> Outcome:
    """Can the bot mail the login link to customers?"""
    shown = {"server": seen.own.mail_server, "outcome": seen.own.mail}
    if seen.own.mail == "not_set":
        return optional("not_set", **shown)
    return done(**shown) if seen.own.mail == "reached" else missing("broken", **shown)


@step("try", INTEGRATE, "customers", "customers")
def first_try(seen: Seen) -> Outcome:
    """Was a link made, or is there a customer to try one with?"""
    customers = known(seen.customers) or ()
    able = next((each for each in customers if each.email and active_subscriptions(each)), None)
    chosen = able or next(iter(customers), None)
    shown = {
        "customer": chosen.id if chosen else None,
        "who": (chosen.email or chosen.id) if chosen else None,
        "email": able is not None,
        "links_made": seen.own.links_made,
    }
    if seen.own.links_made:
        return done(**shown)
    if chosen is not None:
        return optional("customer" if able else "bare_customer", **shown)
    return optional("nobody_live", **shown) if seen.livemode else missing("nobody", **shown)


def _host(url: str) -> str:
    """The host alone: paths and queries of other systems' endpoints are often credentials."""
    return urlsplit(url).hostname or ""


def _without_userinfo(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _lacking(needed: Iterable[str], endpoint: WebhookEndpoint) -> list[str]:
    """List the needed types that the endpoint is not sent; a pattern needs one type that fits it."""
    if EVERYTHING in endpoint.events:
        return []
    return [kind for kind in needed if not any(fnmatchcase(each, kind) for each in endpoint.events)]
