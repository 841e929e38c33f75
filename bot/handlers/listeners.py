"""Which function answers which thing a person can do in Slack."""

import re

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.handlers.alert_buttons import AlertButtons
from bot.handlers.boundary import Boundary
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Commands
from bot.handlers.home import Home
from bot.handlers.requests import (
    Body,
    read_alert_action,
    read_beside,
    read_home_opened,
    read_interaction,
    read_shortcut,
    read_slash_command,
    read_submission,
)
from bot.handlers.shortcut import Shortcut
from bot.registry import SHORTCUT_CALLBACK

ANYTHING = re.compile(".*", re.DOTALL)


def register_command(app: AsyncApp, boundary: Boundary, commands: Commands) -> None:
    """Register the slash command, before everything else: Bolt asks one listener after the other.

    It takes any name: Slack only sends those the app's manifest lists, and the name is a setting.
    """
    app.command(ANYTHING)(boundary.listener(commands.acknowledge, read_slash_command, commands.run))


def register(
    app: AsyncApp,
    boundary: Boundary,
    buttons: Buttons,
    shortcut: Shortcut,
    home: Home,
    alerts: AlertButtons,
) -> None:
    """Register what is pressed, opened and sent; the order decides, so what takes anything comes last."""
    acknowledged = boundary.acknowledging(_acknowledge)
    pressed = boundary.listener(_acknowledge, read_interaction, buttons.run)
    outdated = boundary.listener(_acknowledge, read_interaction, buttons.unknown)
    app.action(re.compile("^run:"))(pressed)
    app.action("swap_turns")(boundary.listener(_acknowledge, read_interaction, buttons.swap))
    app.action("copy_link")(boundary.listener(_acknowledge, read_interaction, buttons.copy))
    app.action(re.compile("^open:"))(acknowledged)
    app.action(re.compile("^ask:"))(boundary.listener(_acknowledge, read_beside, buttons.run))
    app.action(re.compile("^alert:"))(boundary.listener(_acknowledge, read_alert_action, alerts.run))
    app.shortcut(SHORTCUT_CALLBACK)(boundary.listener(_acknowledge, read_shortcut, shortcut.open))
    app.view(SHORTCUT_CALLBACK)(boundary.listener(shortcut.check, read_submission, shortcut.run))
    app.view("reason")(boundary.listener(_acknowledge, read_submission, buttons.with_reason))
    app.event("app_home_opened")(boundary.listener(_nothing, read_home_opened, home.show))

    app.action(ANYTHING)(outdated)
    app.shortcut(ANYTHING)(outdated)
    app.view(ANYTHING)(acknowledged)
    app.options(ANYTHING)(boundary.acknowledging(buttons.no_options))


async def _acknowledge(ack: AsyncAck, body: Body) -> BoltResponse | None:
    read_interaction(body)  # a body without a user is refused before anything is acknowledged
    return await ack()


async def _nothing(ack: AsyncAck, body: Body) -> BoltResponse | None:
    read_home_opened(body)
    return await ack()
