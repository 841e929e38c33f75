"""The stand, for every test here."""

from tests.stand.fixtures import agent, module_stand, stand

__all__ = ["agent", "module_stand", "stand"]
