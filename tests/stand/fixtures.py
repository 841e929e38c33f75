"""Fixtures for tests that use the bot as people and services do."""

from collections.abc import Iterator

import pytest

from sandbox.stripe import MANY
from tests.stand.models import model_problems
from tests.stand.person import Person
from tests.stand.stand import GENEROUS, Stand, open_stand


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stand with a test key, for all tests of a module."""
    with open_stand(tmp_path_factory.mktemp("stand"), GENEROUS, MANY) as stand:
        yield stand


@pytest.fixture
def stand(module_stand: Stand) -> Stand:
    """The module's stand on a new morning."""
    module_stand.reset()
    return module_stand


@pytest.fixture
def agent(stand: Stand) -> Iterator[Person]:
    """A support agent; nothing that the bot sent to Slack may have been refused."""
    person = stand.person()
    yield person
    assert stand.violations() == []
    assert [problem for shown in person.messages() for problem in model_problems(shown.blocks)] == []
