"""Triggers that keep the audit trail append-only, for revision 0001.

The only UPDATE they let through is forgetting: it empties the columns that lead to a person, sets
`forgotten_at` once, and changes nothing else. The only DELETE is of rows older than the mark in
`audit_pruning`, which exists only inside a pruning transaction. They guard against mistakes in code and at a
prompt; whoever owns the tables can drop a trigger, and then has to do that visibly.
"""

from collections.abc import Sequence

EMPTIED = ("customer", "subscription", "session", "channel", "reason", "request_key")
KEPT = ("id", "at", "actor", "role", "verb", "flow", "outcome", "code", "duration_ms", "livemode")


def statements(dialect: str) -> Sequence[str]:
    """The DDL for "sqlite" or "postgresql"."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def _not_forgetting(same: str) -> str:
    emptied = " AND ".join(f"NEW.{name} IS NULL" for name in EMPTIED)
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in KEPT)
    return f"NOT (OLD.forgotten_at IS NULL AND NEW.forgotten_at IS NOT NULL AND {emptied} AND {kept})"


_NOT_PRUNING = "NOT EXISTS (SELECT 1 FROM audit_pruning WHERE OLD.at < before)"

_SQLITE = (
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN {_not_forgetting('IS')}"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN {_NOT_PRUNING}"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
)

_POSTGRESQL = (
    "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
    "CREATE FUNCTION audit_only_pruned() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN IF {_NOT_PRUNING} THEN RAISE EXCEPTION 'audit is append-only'; END IF; RETURN OLD; END $$",
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW"
    f" WHEN ({_not_forgetting('IS NOT DISTINCT FROM')}) EXECUTE FUNCTION audit_is_append_only()",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_pruned()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT"
    " EXECUTE FUNCTION audit_is_append_only()",
)
