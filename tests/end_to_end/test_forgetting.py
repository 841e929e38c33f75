"""`portalbot forget`: after it, nothing of the customer is in the database, the engine or Slack."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from bot.process.worker import working
from tests.stand.person import ALERTS
from tests.stand.shown import Shown
from tests.stand.signing import stripe_header
from tests.stand.stand import Stand, environment, open_stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(25)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with open_stand(tmp_path, "[escalation]\ndm_after = 0.1\nnext_after = 0.1\n") as stand:
        web = stand.web
        with stand.loop.entered(working(web.services)):
            yield stand


def dispute(stand: Stand, customer: str) -> None:
    body = json.dumps({
        "id": "evt_forget", "object": "event", "type": "charge.dispute.created", "created": int(time.time()),
        "livemode": False, "api_version": "2026-10-28.endive",
        "data": {"object": {
            "id": "dp_forget", "object": "dispute", "amount": 2000, "currency": "usd", "customer": customer,
            "reason": "fraudulent", "status": "needs_response",
        }},
    }).encode()  # fmt: skip
    answer = stand.bot_http.post(
        "/stripe/webhooks", content=body, headers={"stripe-signature": stripe_header(body)}
    )
    assert answer.status_code == 200


def run(stand: Stand, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment(str(stand.sandbox_http.base_url).rstrip("/"), folder),
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def shown(stand: Stand) -> list[Shown]:
    return [Shown(each) for each in stand.messages_in(ALERTS) if "Dispute" in Shown(each).words]


def contents(file: Path) -> str:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        everything = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names]
    engine.dispose()
    return repr(everything)


def test_nothing_of_the_customer_is_left(stand: Stand, tmp_path: Path) -> None:
    customer = stand.customer("jenny")
    stand.person().asks(f"home {customer}")
    dispute(stand, customer)
    until(lambda: shown(stand), "the alert")
    until(lambda: [m for m in stand.messages_in(ALERTS) if "you're on call" in str(m)], "the mention")
    stand.fault("slack", "500", "chat.delete")
    refused = run(stand, tmp_path, "forget", customer, "--json")
    assert refused.returncode == 1, refused.stderr
    assert refused.stdout, refused.stderr
    assert json.loads(refused.stdout)["error"]["code"] == "messages_not_deleted"
    stand.heal()
    assert shown(stand)

    done = run(stand, tmp_path, "forget", customer, "--json")
    assert done.returncode == 0, done
    erased: dict[str, Any] = json.loads(done.stdout)
    assert erased["alerts"] == 1
    assert erased["messages"] >= 2
    assert erased["audit_lines"] >= 1
    assert shown(stand) == []
    assert customer not in contents(tmp_path / "portalbot.db")
    assert "escalate:1:1" not in contents(tmp_path / "portalbot.jobs.db")
    lines = [json.loads(line) for line in run(stand, tmp_path, "export").stdout.splitlines()]
    assert {"audit", "events"} <= {line["table"] for line in lines}
    assert "forget" in {line.get("verb") for line in lines}
    again = run(stand, tmp_path, "forget", customer)
    assert "0 alerts" in again.stdout
