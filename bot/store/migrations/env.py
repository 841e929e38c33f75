"""Alembic's entrance: runs the migrations on the connection that `bot.store.migrate` opened and locked."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back DDL too, once the driver leaves BEGIN to us.
    transactional_ddl=True,
)
context.run_migrations()
