"""Which function answers which thing a person can do in Slack."""

import re

from slack_bolt.async_app import AsyncApp

from bot.commands.verbs import SHORTCUT_CALLBACK
from bot.handlers.alert_buttons import AlertButtons
from bot.handlers.boundary import Boundary, afterwards, nothing_more
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Commands
from bot.handlers.home import Home
from bot.handlers.mail_requests import read_mail_window
from bot.handlers.mail_window import MailWindow
from bot.handlers.requests import (
    read_alert_action,
    read_beside,
    read_home_opened,
    read_interaction,
    read_shortcut,
    read_slash_command,
    read_submission,
)
from bot.handlers.shortcut import Shortcut
from bot.replies.mail import MAIL_CALLBACK

ANYTHING = re.compile(".*", re.DOTALL)


def register(
    app: AsyncApp,
    boundary: Boundary,
    commands: Commands,
    buttons: Buttons,
    shortcut: Shortcut,
    home: Home,
    alerts: AlertButtons,
    mail: MailWindow,
) -> None:
    """Register everything; the order decides, so what takes anything comes last.

    The slash command goes by any name: Slack only sends those the manifest lists, and the name is a setting.
    """
    app.command(ANYTHING)(boundary.listener(read_slash_command, commands.receive))
    for action in ("mail_locale", "mail_preview"):
        app.action(action)(boundary.listener(read_mail_window, afterwards(mail.refresh)))
    app.view(MAIL_CALLBACK)(boundary.listener(read_mail_window, mail.submit))

    acknowledged = boundary.listener(read_interaction, nothing_more)
    outdated = boundary.listener(read_interaction, afterwards(buttons.unknown))
    app.action(re.compile("^run:"))(boundary.listener(read_interaction, afterwards(buttons.run)))
    app.action("swap_turns")(boundary.listener(read_interaction, afterwards(buttons.swap)))
    app.action("copy_link")(boundary.listener(read_interaction, afterwards(buttons.copy)))
    app.action(re.compile("^open:"))(acknowledged)
    app.action(re.compile("^ask:"))(boundary.listener(read_beside, afterwards(buttons.run)))
    app.action(re.compile("^alert:"))(boundary.listener(read_alert_action, afterwards(alerts.run)))
    app.shortcut(SHORTCUT_CALLBACK)(boundary.listener(read_shortcut, afterwards(shortcut.open)))
    app.view(SHORTCUT_CALLBACK)(boundary.listener(read_submission, shortcut.submit))
    app.view("reason")(boundary.listener(read_submission, afterwards(buttons.with_reason)))
    app.event("app_home_opened")(boundary.listener(read_home_opened, afterwards(home.show)))

    app.action(ANYTHING)(outdated)
    app.shortcut(ANYTHING)(outdated)
    app.view(ANYTHING)(acknowledged)
    app.options(ANYTHING)(boundary.listener(read_interaction, buttons.no_options))
