"""One stand for a module; every test begins on a new morning."""

from tests.stand.fixtures import agent, module_stand, stand

__all__ = ["agent", "module_stand", "stand"]
