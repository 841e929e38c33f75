"""Playing a line against a checkout of the bot, from outside: command line, webhooks, Slack and mailbox."""

import json
import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sandbox.slack.model import BOT_USER
from tests.alerts.examples import Event
from tests.field.checkout import Checkout, Enough, answers, waited
from tests.field.given import changed, events_of, new_events_of
from tests.field.rows import Row
from tests.mail.stand import NO_LIMITS, filled
from tests.stand.links import sessions
from tests.stand.person import AGENT, ALERTS, LEAD
from tests.stand.serving import free_port
from tests.stand.shown import Shown
from tests.stand.signing import stripe_header
from tests.stand.stand import environment
from tests.stand.terminal import Served, serve
from tests.stand.waiting import until

LABEL = re.compile(r"\{([A-Za-z][\w.-]*)\}")
NO_STRIPE = {"STRIPE_API_BASE": "http://127.0.0.1:9", "STRIPE_API_KEY": "rk_test_sandbox"}


class Player:
    """Plays lines against a checkout; the bot is served from the first line on that wants it."""

    def __init__(self, checkout: Checkout, patience: float, until_closed: ExitStack) -> None:
        self.checkout = checkout
        self._patience = patience
        self._until_closed = until_closed

    @cached_property
    def served(self) -> Served:
        """The bot of the checkout, served against a sandbox of this one."""
        place = self.checkout.folder / "served"
        place.mkdir()
        (place / "portalbot.toml").write_text(NO_LIMITS)
        code, said = self.checkout.runs("migrate", DATABASE_URL=f"sqlite:///{place / 'portalbot.db'}")
        assert code == 0, said
        mail = {"SMTP_URL": f"smtp://127.0.0.1:{free_port()}", "MAIL_FROM": "billing@merchant.example"}
        return self._until_closed.enter_context(serve(place, [str(self.checkout.program)], **mail))

    def play(self, row: Row, enough: Enough) -> str:
        """What the bot says to a line; waits until that is enough, or in vain."""
        with changed(self.served, row, self.named) if row.given else nullcontext():
            return self._answer(row, enough, row.patience or self._patience)

    def _answer(self, row: Row, enough: Enough, patience: float) -> str:
        ways: dict[str, Callable[[], str]] = {
            "alert": lambda: self.checkout.tells(events_of(row, self.named), row.own_rule),
            "runs": lambda: self._run(row),
            "file": lambda: self.checkout.file(row.file),
            "starts": lambda: self.checkout.demo_without(row.starts),
            "demo": lambda: self.checkout.demo_mails(row.demo, enough, patience),
            "typed": lambda: self._type(row.typed, AGENT, enough, patience),
            "mail": lambda: self._send(row.mail, enough, patience),
            "happens": lambda: self._tell(row, enough, patience),
            "posts": lambda: self._tell(row, enough, patience),
        }
        return ways[row.way]()

    def _tell(self, row: Row, enough: Enough, patience: float) -> str:
        self.served.reset()
        self._happen(row, patience)
        if row.keeps:
            return self._kept()
        shown = waited(self._channel, bool if row.asks else enough, patience)
        return self._type(row.asks, LEAD, enough, patience) if row.asks else shown

    def _kept(self) -> str:
        """Every event as it stands in the database."""
        with closing(sqlite3.connect(self.served.folder / "portalbot.db")) as database:
            return "\n".join(map(str, database.execute("SELECT * FROM stripe_events")))

    def named(self, text: str) -> str:
        """A text with the ids of what it names by label; a label's capital is one of the id."""

        def id_of(found: re.Match[str]) -> str:
            label, labels = found[1], self.served.sandbox.stripe.test.labels
            if label == "utc_in_7_days":
                return f"{datetime.now(UTC) + timedelta(days=7):%B %-d, %Y}"
            small = labels.get(label[0].lower() + label[1:], found[0])
            return labels.get(label) or small[0].upper() + small[1:]

        return LABEL.sub(id_of, text)

    def _run(self, row: Row) -> str:
        if row.python:  # it is only about starting there
            settings = NO_STRIPE | {"DATABASE_URL": f"sqlite:///{self.checkout.folder / 'own.db'}"}
            self.checkout.runs("migrate", **settings)
        else:
            settings = self._settings()
        code, said = self.checkout.runs(*shlex.split(self.named(row.runs)), **settings)
        for name in row.at.split(".") if row.at else ():
            said = json.dumps(json.loads(said)[name])
        return f"exit code: {code}\n{said}"

    def _type(self, line: str, user: str, enough: Enough, patience: float) -> str:
        self.served.reset()
        person, before = self.served.person(user), len(sessions(self.served))
        assert not person.types(f"/portal {self.named(line)}")["failure"]

        def seen() -> str:
            shown = [f"{each.words}\n{each.raw}" for each in person.messages()]
            return "\n".join([*(self._links(before) or ["no link was made"]), *shown]) if shown else ""

        return waited(seen, enough, patience)

    def _send(self, who: str, enough: Enough, patience: float) -> str:
        self.served.reset()
        person, before = self.served.person(), len(sessions(self.served))
        assert not person.types(f"/portal email {self.named(who)}")["failure"]
        try:
            window = filled(person, patience=patience)
        except AssertionError:  # no window came; what was said instead is the answer
            return "\n".join(each.words for each in person.messages())
        person.submits(window)

        def seen() -> str:
            mailbox = self.served.sandbox.mailbox
            mails = self.served.on_loop(lambda: [mail.to_json() for mail in mailbox.mails])
            sent = [f"mail to {each['to']}: {each['text']}" for each in mails]
            views = [Shown(each) for each in self.served.views(person.user)["stack"]]
            shown = [each.words for each in (window, *person.messages(), *views)]
            return "\n".join([*shown, *sent, *self._links(before)])

        return waited(seen, enough, patience)

    def _links(self, before: int) -> list[str]:
        """The portal sessions that were made since there were so many."""
        made = [
            (each, each.get("flow_data", {}).get("type", "home")) for each in sessions(self.served)[before:]
        ]
        return [f"link for {each.get('customer')}: {flow} {json.dumps(each)}" for each, flow in made]

    def _happen(self, row: Row, patience: float) -> None:
        for kind in row.happens:
            self._happens(kind)
        if row.missed:
            self._misses("charge.dispute.created")
        if row.posts:
            *before, last = new_events_of(row, self.named, self.served.customer("noah"))
            for each in before:
                self._deliver(each)
                waited(self._channel, bool, patience)
            self._deliver(last)

    def _deliver(self, one: Event) -> None:
        body = json.dumps(one).encode()
        headers = {"stripe-signature": stripe_header(body)}
        assert self.served.bot_http.post("/stripe/webhooks", content=body, headers=headers).is_success

    def _happens(self, kind: str) -> None:
        customer = self.served.customer("noah")
        self.served.on_loop(lambda: self.served.sandbox.stripe.happen(kind, customer))
        self.served.loop.run(self.served.sandbox.stripe.events.settled())

    def _misses(self, kind: str) -> None:
        """Let an event get lost, and start the bot anew, which looks for lost ones then."""
        events = self.served.sandbox.stripe.events
        address, events.webhook_url = events.webhook_url, None
        self._happens(kind)
        events.webhook_url = address
        lost = next(each for each in reversed(events.recorded) if each["type"] == kind)
        self.served.on_loop(lambda: lost.update(created=lost["created"] - 600))
        self.served.stop()
        self.served.process.wait()
        self.served.process = self.served.start("serve")
        until(lambda: answers(self.served.bot_http, "/healthz"), "the bot")

    def _channel(self) -> str:
        shown = [Shown(each) for each in self.served.messages_in(ALERTS) if each["user"] == BOT_USER]
        return "\n".join(each.words for each in shown)

    def _settings(self) -> dict[str, str]:
        return environment(str(self.served.sandbox_http.base_url).rstrip("/"), self.served.folder)


def misses(row: Row, answer: str, named: Callable[[str], str]) -> list[str]:
    """What an answer should say and does not, or says and should not."""
    lacking = [f"does not say {each!r}" for each in map(named, row.has) if each not in answer]
    return lacking + [f"says {each!r}" for each in map(named, row.lacks) if each in answer]
