"""Changes are kept in both databases."""

from tests.store.conftest import database, empty_postgres_url, postgres_server, postgres_url, sqlite_url, url

__all__ = ["database", "empty_postgres_url", "postgres_server", "postgres_url", "sqlite_url", "url"]
