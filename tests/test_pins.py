"""A new environment is the one that was tested: everything is pinned, and nothing runs that is not."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What an environment is born with.
BUILDERS = {"pip", "setuptools"}


def test_every_requirement_is_pinned_as_in_the_constraints() -> None:
    closure = pins("constraints.txt")
    wanted = pins("requirements.txt") | pins("requirements-dev.txt")
    assert {name: closure.get(name) for name in wanted} == wanted


def test_everything_installed_is_in_the_constraints() -> None:
    installed = {normal(each.metadata["Name"]): each.version for each in distributions()}
    loose = {name: version for name, version in installed.items() if name not in BUILDERS}
    assert loose.items() - pins("constraints.txt").items() == set()


def pins(file: str) -> dict[str, str]:
    """Normal name → version of a requirements file's own lines."""
    found = re.findall(r"^([\w.-]+)(?:\[\w+\])?==([^\s;]+)", (ROOT / file).read_text(), re.MULTILINE)
    return {normal(name): version for name, version in found}


def normal(name: str) -> str:
    """A package name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
