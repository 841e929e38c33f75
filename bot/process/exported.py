"""The tables that `portalbot export` prints, and the columns it leaves out."""

from bot.alerts.rows.tables import alert_events, alert_notes, alerts, oncall_overrides, oncall_swaps
from bot.changes.tables import portal_changes
from bot.mail.tables import mails
from bot.outcomes.tables import customer_changes, portal_links
from bot.store.export import Exported
from bot.store.tables import audit, stripe_events

EXPORTED = (
    Exported("audit", audit, ("at", "forgotten_at")),
    Exported("events", stripe_events, ("received_at", "handled_at")),
    Exported("alerts", alerts, ("changed_at",)),
    Exported("alert_events", alert_events, ("handled_at",)),
    Exported("alert_notes", alert_notes, ("created_at", "posted_at")),
    # Not exported: a mail's bodies, which hold the agent's note, and where its agent is reached in Slack.
    Exported(
        "mails",
        mails,
        ("created_at", "begun_at", "finished_at"),
        kept_here=frozenset({"text", "html", "place", "begun_by"}),
    ),
    Exported("oncall_overrides", oncall_overrides, ("created_at", "ends_at")),
    Exported("oncall_swaps", oncall_swaps, ("created_at", "answered_at")),
    # Not exported: where who asked is reached in Slack, and the key that Stripe knows a change by.
    Exported("portal_links", portal_links, ("at", "due_at"), kept_here=frozenset({"place"})),
    Exported("customer_changes", customer_changes, ("at",)),
    Exported(
        "portal_changes",
        portal_changes,
        ("created_at", "decided_at", "begun_at", "finished_at"),
        kept_here=frozenset({"place", "key"}),
    ),
)
