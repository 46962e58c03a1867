"""Worked examples beside a rule: as the store keeps them, and what running one found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.rulebook.entries import Entry
from lib.rulebook.parse import USUAL_DAY, Example, shipped_examples

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Outcome:
    """An example, and what the rule gives for it; `told` is why it could not be worked out, as a sentence."""

    example: Example
    got: Any
    told: str = ""

    @property
    def holds(self) -> bool:
        """Whether the rule gives what is expected."""
        return not self.told and self.got == self.example.expect


def examples_of(kind: str, key: str, entry: Entry | None) -> tuple[Example, ...]:
    """The examples that go with an entry: those agreed on with it, else those the product ships for its key."""
    if entry is not None and entry.examples is not None:
        return from_data(kind, key, entry.examples)
    return tuple(one for one in shipped_examples() if (one.kind, one.key) == (kind, key))


def as_data(examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Examples as JSON; days are written as `2026-11-22`."""
    return [
        {"on": one.on.isoformat(), "given": _written(one.given), "expect": _written(one.expect)} for one in examples
    ]


def from_data(kind: str, key: str, said: Any) -> tuple[Example, ...]:
    """The examples an entry or a request keeps."""
    return tuple(
        Example(kind, key, date.fromisoformat(one["on"]), _read(one["given"]), _read(one["expect"])) for one in said
    )


def given_on(example: Example) -> dict[str, Any]:
    """What an example is given, with its day where that is not the usual one."""
    day = {} if example.on == USUAL_DAY else {"on": example.on}
    return {**day, **example.given}


def _written(said: Any) -> Any:
    if isinstance(said, Mapping):
        return {key: _written(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_written(one) for one in said]
    return said.isoformat() if isinstance(said, date) else said


def _read(said: Any) -> Any:
    if isinstance(said, Mapping):
        return {key: _read(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_read(one) for one in said]
    # A moment is written with its time and stays a text, as in the shipped files.
    return date.fromisoformat(said) if isinstance(said, str) and _DAY.fullmatch(said) else said
