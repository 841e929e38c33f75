"""A bot of the smallest kind: checks signatures, answers canned blocks, opens modals."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Json = dict[str, Any]
SECRET = "sandbox-signing-secret"


def card(name: str = "Jenny Rosen") -> list[Json]:
    """A card with every kind of block the page has to draw."""
    return [
        {"type": "header", "text": {"type": "plain_text", "text": f"{name} :credit_card:"}},
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "*jenny@example.com* · `cus_NffrFeUfNV2Hib` · :large_green_circle: active",
            },
            "accessory": {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": {"type": "plain_text", "text": "History"}, "value": "history"},
                    {"text": {"type": "plain_text", "text": "Passcode help"}, "value": "passcode"},
                ],
            },
        },
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*Plan*\nStarter, $12.00 / month"},
                {"type": "mrkdwn", "text": "*Card*\nVisa ·· 4242, expires 04/27"},
                {
                    "type": "mrkdwn",
                    "text": "*Last invoice*\n$12.00, paid <!date^1764000000^{date_short_pretty}|recently>",
                },
                {"type": "mrkdwn", "text": "*Country*\nUS"},
            ],
        },
        {"type": "divider"},
        {
            "type": "actions",
            "block_id": "verbs",
            "elements": [
                {
                    "type": "button",
                    "action_id": "home",
                    "style": "primary",
                    "text": {"type": "plain_text", "text": "Portal link"},
                    "value": "cus_1",
                },
                {
                    "type": "button",
                    "action_id": "modal",
                    "text": {"type": "plain_text", "text": "Email…"},
                    "value": "x",
                },
                {
                    "type": "button",
                    "action_id": "cancel",
                    "style": "danger",
                    "text": {"type": "plain_text", "text": "Cancel link"},
                    "value": "x",
                    "confirm": {
                        "title": {"type": "plain_text", "text": "Make a cancellation link?"},
                        "text": {"type": "plain_text", "text": "Whoever opens it can cancel."},
                        "confirm": {"type": "plain_text", "text": "Make it"},
                        "deny": {"type": "plain_text", "text": "No"},
                    },
                },
                {
                    "type": "static_select",
                    "action_id": "pick",
                    "placeholder": {"type": "plain_text", "text": "Other links"},
                    "options": [
                        {"text": {"type": "plain_text", "text": "Pause"}, "value": "pause"},
                        {"text": {"type": "plain_text", "text": "Update"}, "value": "update"},
                    ],
                },
            ],
        },
        {
            "type": "context",
            "elements": [
                {"type": "mrkdwn", "text": "TEST mode · matched by email · 1 customer has this address"}
            ],
        },
    ]


HELP = {
    "text": "What this bot can do",
    "blocks": [
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "*What you can type*\n"
                "`/portal &lt;who&gt;`  The card.\n"
                "`/portal why &lt;who&gt; [update]`  Why not.\n"
                "`/portal list`  What is open: `a`, `b`.",
            },
        }
    ],
}
"""An answer to `help`, in the form in which bots write it: one row a verb, what is typed as code."""


def link_blocks(url: str) -> list[Json]:
    """What a portal link looks like."""
    return [
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": ":link: *Portal link for Jenny Rosen*, unused for 5 minutes it ends",
            },
        },
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": url}]}],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "link:open",
                    "url": url,
                    "text": {"type": "plain_text", "text": "Open"},
                }
            ],
        },
    ]


def modal(title: str = "Email to Jenny") -> Json:
    """A modal with inputs of several kinds."""
    return {
        "type": "modal",
        "callback_id": "email",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Not now"},
        "notify_on_close": True,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "She gets a *login link*, prefilled."}},
            {
                "type": "input",
                "block_id": "to",
                "label": {"type": "plain_text", "text": "To"},
                "element": {
                    "type": "email_text_input",
                    "action_id": "to",
                    "initial_value": "jenny@example.com",
                },
            },
            {
                "type": "input",
                "block_id": "note",
                "optional": True,
                "label": {"type": "plain_text", "text": "A line of your own"},
                "hint": {"type": "plain_text", "text": "Stands above the link."},
                "element": {"type": "plain_text_input", "action_id": "note", "multiline": True},
            },
            {
                "type": "input",
                "block_id": "language",
                "label": {"type": "plain_text", "text": "Language"},
                "element": {
                    "type": "radio_buttons",
                    "action_id": "language",
                    "initial_option": {"text": {"type": "plain_text", "text": "English"}, "value": "en"},
                    "options": [
                        {"text": {"type": "plain_text", "text": "English"}, "value": "en"},
                        {"text": {"type": "plain_text", "text": "Deutsch"}, "value": "de"},
                    ],
                },
            },
            {
                "type": "actions",
                "block_id": "inside",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "push",
                        "text": {"type": "plain_text", "text": "Preview"},
                        "value": "p",
                    }
                ],
            },
        ],
    }


@dataclass
class FakeBot:
    """Remembers what it got; `acks` overrides the answer for a payload type or a command's first word."""

    sandbox_url: str = ""
    token: str = "xoxb-sandbox"
    delay: float = 0
    acks: dict[str, Response] = field(default_factory=dict)
    seen: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)

    def app(self) -> Starlette:
        """What a server serves."""
        return Starlette(routes=[Route("/slack/events", self.endpoint, methods=["POST"])])

    async def endpoint(self, request: Request) -> Response:
        """Slack's only address."""
        body = await request.body()
        if not SignatureVerifier(SECRET).is_valid_request(body, dict(request.headers)):
            return PlainTextResponse("invalid signature", status_code=401)
        if request.headers["content-type"].startswith("application/json"):
            payload = json.loads(body)
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            payload = json.loads(form["payload"]) if "payload" in form else form
        self.seen.append(payload)
        await asyncio.sleep(self.delay)
        return await self._answer(payload)

    async def _answer(self, payload: Json) -> Response:
        kind = str(payload.get("type") or payload["text"].partition(" ")[0])
        if kind in self.acks:
            return self.acks[kind]
        if kind == "url_verification":
            return JSONResponse({"challenge": payload["challenge"]})
        if kind == "help":
            return JSONResponse(HELP)
        if "command" in payload:
            await self.respond(payload, text="Jenny Rosen", blocks=card())
        elif kind == "block_actions":
            await self._act(payload)
        elif kind == "message_action":
            await self.api("views.open", trigger_id=payload["trigger_id"], view=modal("Billing help"))
        elif kind == "event_callback" and payload["event"]["type"] == "app_home_opened":
            home = {"type": "home", "blocks": card("Home of portalbot")}
            await self.api("views.publish", user_id=payload["event"]["user"], view=home)
        return Response()

    async def _act(self, payload: Json) -> None:
        action = payload["actions"][0]["action_id"]
        if action == "modal":
            await self.api("views.open", trigger_id=payload["trigger_id"], view=modal())
        elif action == "push":
            view = {key: value for key, value in modal("Preview").items() if key != "callback_id"}
            await self.api("views.push", trigger_id=payload["trigger_id"], view=view)
        elif action in {"home", "cancel"}:
            url = f"{self.sandbox_url}/p/session/test_123"
            await self.respond(payload, text="A portal link", blocks=link_blocks(url), replace_original=False)

    async def respond(self, payload: Json, **message: Any) -> Json:
        """Use the response URL."""
        message = {"unfurl_links": False, "unfurl_media": False, **message}
        async with (
            aiohttp.ClientSession() as session,
            session.post(payload["response_url"], json=message) as response,
        ):
            answer = {"status": response.status, "body": await response.text()}
        self.answers.append(answer)
        return answer

    async def api(self, method: str, **fields: Any) -> Json:
        """Call the Web API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.sandbox_url}/api/{method}"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=fields, headers=headers) as response,
        ):
            answer: Json = await response.json(content_type=None)
        self.answers.append(answer)
        return answer
