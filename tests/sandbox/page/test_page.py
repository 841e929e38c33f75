"""The page is served with strict headers and shows everybody only what is theirs."""

import re

import pytest

from sandbox.mailbox.mail import Mail
from tests.sandbox.page.conftest import Running

FOREIGN = re.compile(r"""["'(]\s*(https?:)?//(?!www\.w3\.org/2000/svg)""")
PIECES = ["channel/C0SUPPORT", "home", "view", "customers", "events", "mailbox", "traffic"]


@pytest.mark.parametrize("path", ["/", *(f"/page/{piece}" for piece in PIECES)])
async def test_every_piece_is_served_without_inline_script(running: Running, path: str) -> None:
    answer = await running.http.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert " onclick" not in answer.text


async def test_nothing_is_loaded_from_elsewhere(running: Running) -> None:
    html = (await running.http.get("/")).text
    for name in ("app.js", "page.css", "blocks.css", "icon.svg"):
        assert f'"/static/{name}"' in html
        text = (await running.http.get(f"/static/{name}")).text
        assert not FOREIGN.search(text)


async def test_ephemeral_messages_are_shown_to_one_person(running: Running) -> None:
    await running.sandbox.slack.interactions.type_text("U0ALEX", "C0SUPPORT", "/portal jenny@example.com")
    mine = (await running.http.get("/page/channel/C0SUPPORT", params={"as": "U0ALEX"})).text
    theirs = (await running.http.get("/page/channel/C0SUPPORT", params={"as": "U0PRIYA"})).text
    assert "Only visible to you" in mine
    assert "Only visible to you" not in theirs
    ts = running.sandbox.slack.parts.workspace.timeline("C0SUPPORT", "U0ALEX")[-1].ts
    peek = await running.http.get(f"/page/message/C0SUPPORT/{ts}", params={"as": "U0PRIYA"})
    assert peek.status_code == 404


async def test_nobody_reads_anothers_direct_messages(running: Running) -> None:
    answer = await running.http.get("/page/channel/D0ALEX", params={"as": "U0PRIYA"})
    assert answer.status_code == 404


async def test_the_tour_begins_with_what_to_type(running: Running) -> None:
    html = (await running.http.get("/")).text
    assert html.index("Step 1 of 5") < html.index("/portal jenny@example.com") < html.index("Step 5 of 5")


async def test_a_hostile_mail_stays_in_its_box(running: Running) -> None:
    html = "<script>alert(1)</script><p>hi</p>"
    mail = Mail(to="a@b.example", subject="<b>x</b>", text="<i>t</i>", html=html, sender="<u>me</u>")
    running.sandbox.mailbox.deliver(mail)
    shown = (await running.http.get("/page/mail/1")).text
    assert "<b>x</b>" not in shown
    assert "<i>t</i>" not in shown
    assert 'sandbox="allow-same-origin"' in shown
    body = await running.http.get("/page/mail/1/html")
    assert "script-src" not in body.headers["content-security-policy"]
    assert "default-src 'none'" in body.headers["content-security-policy"]


async def test_violations_and_traffic_are_shown(running: Running) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    bad = {"channel": "C0SUPPORT", "text": "x", "blocks": [{"type": "<script>"}]}
    await running.http.post("/api/chat.postMessage", json=bad, headers=headers)
    shown = (await running.http.get("/page/traffic")).text
    assert "Slack would refuse" in shown
    assert "unsupported type: &lt;script&gt;" in shown
