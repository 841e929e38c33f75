"""Tests of alerts run on both databases."""

from tests.engine.conftest import database, postgres_server, postgres_url, settings, url

__all__ = ["database", "postgres_server", "postgres_url", "settings", "url"]
