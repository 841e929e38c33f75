"""What the package asks for: nothing that nobody has tried, and what is installed here is what was tried."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_a_dependency_is_bounded_and_the_installed_one_is_within(line: str) -> None:
    asked = Requirement(line)
    assert any(each.operator in {"<", "=="} for each in asked.specifier), "the next major release is untested"
    assert asked.specifier.contains(version(asked.name))
