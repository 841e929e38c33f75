"""The rules and the sandbox were written apart; where they differ, somebody must have said why."""

import asyncio

import pytest

from tests.why.differences import Difference, Trials, accepted


@pytest.fixture(scope="module")
def differences() -> list[Difference]:
    return asyncio.run(Trials().differences())


def test_every_difference_is_accepted_with_a_reason(differences: list[Difference]) -> None:
    known = accepted()
    unlisted = [each for each in differences if each.name not in known]
    assert not unlisted, "\n".join(map(str, unlisted))


def test_no_accepted_difference_is_stale(differences: list[Difference]) -> None:
    assert set(accepted()) <= {each.name for each in differences}


def test_the_rules_are_never_sure_of_what_the_sandbox_does_otherwise(differences: list[Difference]) -> None:
    assert {each.rules for each in differences} <= {"maybe"}
