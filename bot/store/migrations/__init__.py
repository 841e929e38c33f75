"""Creating and upgrading the tables, from a checkout or an installed wheel, without an alembic.ini."""

HEAD = "0014"
"""The newest revision, said here so that `/readyz` needs no alembic; a test compares it."""
