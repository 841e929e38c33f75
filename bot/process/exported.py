"""The tables that `portalbot export` prints, and the columns it leaves out."""

from bot.alerts.rows.tables import alert_events, alert_notes, alerts, oncall_overrides
from bot.changes.tables import portal_changes
from bot.mail.tables import mails
from bot.outcomes.tables import customer_changes, portal_links
from bot.store.export import Exported
from bot.store.tables import audit, stripe_events

EXPORTED = (
    Exported("audit", audit),
    Exported("events", stripe_events),
    Exported("alerts", alerts),
    Exported("alert_events", alert_events),
    Exported("alert_notes", alert_notes),
    # Not exported: a mail's bodies, which hold the agent's note, and where its agent is reached in Slack.
    Exported("mails", mails, kept_here=frozenset({"text", "html", "place", "begun_by"})),
    Exported("oncall_overrides", oncall_overrides),
    # Not exported: where who asked is reached in Slack, and the key that Stripe knows a change by.
    Exported("portal_links", portal_links, kept_here=frozenset({"place"})),
    Exported("customer_changes", customer_changes),
    Exported("portal_changes", portal_changes, kept_here=frozenset({"place", "key"})),
)
