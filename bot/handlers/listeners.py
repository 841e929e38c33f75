"""Registers the function that handles each thing a person can do in Slack."""

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.commands.verbs import ANYWHERE_CALLBACK, PAGE_CALLBACK, SHORTCUT_CALLBACK
from bot.handlers.alert_buttons import ASSIGN_CALLBACK, AlertButtons
from bot.handlers.billing_help import CUSTOMER, BillingHelp
from bot.handlers.boundary import Boundary, ack_only, after_ack, before_ack
from bot.handlers.buttons import Buttons
from bot.handlers.change_buttons import read_change_answer, read_look_again, read_setting_button
from bot.handlers.commands import Commands
from bot.handlers.config_edit import ConfigEdit
from bot.handlers.edit_requests import read_edit
from bot.handlers.event_requests import is_said_by_person, read_home_opened, read_said
from bot.handlers.home import Home
from bot.handlers.mail_modal import MailModal
from bot.handlers.mail_requests import read_mail_modal
from bot.handlers.page_window import PageWindow
from bot.handlers.requests import (
    Body,
    read_alert_action,
    read_beside,
    read_interaction,
    read_own_window,
    read_shortcut,
    read_slash_command,
    read_submission,
    read_suggestion,
)
from bot.handlers.setting_changes import SettingChanges
from bot.handlers.shortcut import Shortcut
from bot.handlers.slack_events import SlackEvents
from bot.replies.change import CHANGE_CALLBACK
from bot.replies.config_edit import EDIT_CALLBACK
from bot.replies.mail import MAIL_CALLBACK


async def _directly(body: Body) -> bool:
    return bool(body["event"].get("channel_type") == "im")


ANYTHING = re.compile(".*", re.DOTALL)


def _register_changes(app: AsyncApp, boundary: Boundary, changes: SettingChanges, edit: ConfigEdit) -> None:
    """Register what changes the portal's settings."""
    app.action(re.compile("^setting:"))(boundary.listener(read_setting_button, after_ack(changes.propose)))
    app.action(re.compile("^config_open:"))(boundary.listener(read_setting_button, after_ack(edit.open_page)))
    app.action(re.compile("^change:"))(boundary.listener(read_change_answer, changes.answer, stores=True))
    app.action(re.compile("^config_page:"))(boundary.listener(read_edit, after_ack(edit.turn)))
    app.view(EDIT_CALLBACK)(boundary.listener(read_edit, edit.submit))
    app.view(CHANGE_CALLBACK)(boundary.listener(read_submission, changes.submit, stores=True))


@dataclass(frozen=True, slots=True)
class Handlers:
    """Everything that handles something, by what that is."""

    commands: Commands
    buttons: Buttons
    shortcut: Shortcut
    anywhere: BillingHelp
    home: Home
    alerts: AlertButtons
    mail: MailModal
    page: PageWindow
    events: SlackEvents
    changes: SettingChanges
    edit: ConfigEdit


def register(app: AsyncApp, boundary: Boundary, handlers: Handlers) -> None:
    """Register every listener. Bolt takes the first one that matches, so the catch-alls come last.

    What comes most often stands first: Bolt takes 15 µs to see that one does not match.
    The slash command is handled under any name: Slack only sends the commands of the app's manifest, and the
    name is a setting.
    """
    app.command(ANYTHING)(boundary.listener(read_slash_command, handlers.commands.receive))
    _register_changes(app, boundary, handlers.changes, handlers.edit)
    for action in ("mail_locale", "mail_preview"):
        app.action(action)(boundary.listener(read_mail_modal, after_ack(handlers.mail.refresh)))
    app.view(MAIL_CALLBACK)(boundary.listener(read_mail_modal, handlers.mail.submit, stores=True))

    acknowledged = boundary.listener(read_interaction, ack_only)
    pressed = boundary.listener(read_interaction, handlers.buttons.receive, stores=True)
    swapped = boundary.listener(read_interaction, handlers.buttons.swap, stores=True)
    outdated = boundary.listener(read_interaction, after_ack(handlers.buttons.unknown))
    app.action(re.compile("^run:"))(pressed)
    app.action("swap_turns")(swapped)
    app.action("copy_link")(boundary.listener(read_interaction, after_ack(handlers.buttons.copy)))
    app.action(re.compile("^details:"))(
        boundary.listener(read_interaction, after_ack(handlers.buttons.details))
    )
    app.action(re.compile("^again:"))(boundary.listener(read_look_again, handlers.buttons.receive))
    app.action(re.compile("^open:"))(acknowledged)
    app.action(re.compile("^tick:"))(acknowledged)
    app.action(re.compile("^ask:"))(boundary.listener(read_beside, handlers.buttons.receive, stores=True))
    app.action(re.compile("^alert:"))(
        boundary.listener(read_alert_action, handlers.alerts.receive, stores=True)
    )
    assigned = boundary.listener(read_submission, before_ack(handlers.alerts.assign), stores=True)
    app.view(ASSIGN_CALLBACK)(assigned)
    app.shortcut(SHORTCUT_CALLBACK)(boundary.listener(read_shortcut, after_ack(handlers.shortcut.open)))
    app.view(SHORTCUT_CALLBACK)(boundary.listener(read_submission, handlers.shortcut.submit, stores=True))
    app.shortcut(ANYWHERE_CALLBACK)(boundary.listener(read_shortcut, after_ack(handlers.anywhere.open)))
    app.options(CUSTOMER)(boundary.listener(read_suggestion, handlers.anywhere.suggest))
    app.action(CUSTOMER)(boundary.listener(read_interaction, after_ack(handlers.anywhere.choose)))
    app.view(ANYWHERE_CALLBACK)(boundary.listener(read_own_window, handlers.anywhere.submit))
    app.shortcut(PAGE_CALLBACK)(boundary.listener(read_shortcut, after_ack(handlers.page.open)))
    app.view(PAGE_CALLBACK)(boundary.listener(read_submission, handlers.page.submit, stores=True))
    app.view("reason")(boundary.listener(read_submission, after_ack(handlers.buttons.with_reason)))
    app.middleware(handlers.events.rate_limited)
    app.event("app_home_opened")(boundary.listener(read_home_opened, after_ack(handlers.home.show)))

    said = boundary.listener(read_said, handlers.commands.said, stores=True)
    app.event("app_mention", matchers=[is_said_by_person])(said)
    app.event({"type": "message", "subtype": None}, matchers=[is_said_by_person, _directly])(said)
    app.event(ANYTHING)(handlers.events.trouble)
    app.action(ANYTHING)(outdated)
    app.shortcut(ANYTHING)(outdated)
    app.view(ANYTHING)(acknowledged)
    app.view_closed(ANYTHING)(acknowledged)
    app.options(ANYTHING)(boundary.listener(read_interaction, handlers.buttons.no_options))
