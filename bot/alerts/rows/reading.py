"""Rows of `alerts` as alerts, and the one way to change one."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from bot.alerts.alert import Alert, Severity, Status
from bot.alerts.rows.tables import alerts
from bot.store.inserts import storable_json

COLUMNS = tuple(alerts.c[field.name] for field in fields(Alert))

# Built once: putting a statement together costs more than running it. Columns are those of the values given.
_CHANGING = (
    update(alerts)
    .where(alerts.c.id == bindparam("which"))
    .values(revision=alerts.c.revision + 1)
    .returning(*COLUMNS)
)


def alert_of(row: Row[Any]) -> Alert:
    """Read the alert a row of `COLUMNS` holds."""
    values = dict(row._mapping)
    values["severity"] = Severity(values["severity"])
    values["status"] = Status(values["status"])
    return Alert(**values)


def select_alerts() -> Select[Any]:
    """Build a query for whole alerts."""
    return select(*COLUMNS)


def locked(connection: Connection, *conditions: Any) -> Alert | None:
    """Read the newest alert that fits, locked until the transaction ends (SQLite locks everything anyway)."""
    query = select_alerts().where(*conditions).order_by(alerts.c.id.desc()).limit(1).with_for_update()
    row = connection.execute(query).first()
    return alert_of(row) if row else None


def changed(connection: Connection, alert: Alert, now: int, values: Mapping[str, object]) -> Alert:
    """Write new values into an alert that is locked; its message is then to be updated."""
    if "facts" in values:
        values = {**values, "facts": storable_json(values["facts"])}
    written = {"which": alert.id, "changed_at": now, **values}
    return alert_of(connection.execute(_CHANGING, written).one())
