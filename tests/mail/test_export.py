"""What `portalbot export` shows of mails that are under way."""

import json
import subprocess
import sys
from pathlib import Path

from bot.mail.rows import Mails
from tests.mail.stand import filled, open_mail_stand, told
from tests.stand.stand import Stand, environment

NOTE = "Between you and me: the refund is on its way"


def exported(stand: Stand, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "export"],
        env=environment(str(stand.sandbox_http.base_url).rstrip("/"), folder),
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_export_says_who_was_mailed_and_neither_what_nor_where_the_agent_is_answered(
    tmp_path: Path,
) -> None:
    with open_mail_stand(tmp_path) as stand:
        agent = stand.person()
        card = agent.asks("jenny@example.com")
        stand.fault("smtp", "4xx")
        agent.clicks(card, "Email the login link")
        agent.submits(filled(agent), note=NOTE)
        told(agent, "sent yet")
        (kept,) = stand.loop.run(Mails(stand.web.services.database).of_customer(stand.customer("jenny")))
        assert kept.place is not None
        assert kept.place.response_url
        assert NOTE in (kept.text or "")

        printed = exported(stand, tmp_path)

        (row,) = [each for each in map(json.loads, printed.splitlines()) if each["table"] == "mails"]
        assert (row["id"], row["recipient"], row["state"]) == (kept.id, "jenny@example.com", "queued")
        assert not {"text", "html", "place"} & set(row)
        assert NOTE not in printed
        assert kept.place.response_url not in printed
        assert "/p/login/" not in printed
