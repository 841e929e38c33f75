"""The stand and the databases, for every test here."""

from tests.engine.conftest import database, postgres_server, postgres_url, settings, url
from tests.stand.fixtures import agent, module_stand, stand

__all__ = ["agent", "database", "module_stand", "postgres_server", "postgres_url", "settings", "stand", "url"]
