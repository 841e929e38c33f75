"""What `portalbot export` hands out: the tables of every domain."""

from bot.alerts.rows.tables import alert_events, alert_notes, alerts, oncall_overrides
from bot.mail.tables import mails
from bot.store.export import Exported
from bot.store.tables import audit, stripe_events

EXPORTED = (
    Exported("audit", audit),
    Exported("events", stripe_events),
    Exported("alerts", alerts),
    Exported("alert_events", alert_events),
    Exported("alert_notes", alert_notes),
    # A mail's bodies with the agent's note stay, and so does the way to its agent in Slack.
    Exported("mails", mails, kept_here=frozenset({"text", "html", "place", "begun_by"})),
    Exported("oncall_overrides", oncall_overrides),
)
