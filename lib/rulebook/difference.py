"""What differs between two values of a rule, place by place, in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from lib.rulebook.said import fields_of
from lib.words import NOTHING


class Difference(NamedTuple):
    """A place of a rule's value as it is and as it would be, in words; a dash where it is not said."""

    what: str
    before: str
    after: str


def differences(kind: str, key: str, unit: str, before: Any, after: Any, currency: str = "CNY") -> list[Difference]:
    """The places of an entry's value that differ, in the order of the later one; None: there is no such entry."""
    old, new = (
        dict(fields_of(kind, key, unit, said, currency)) if said is not None else {} for said in (before, after)
    )
    return [
        Difference(what, old.get(what, NOTHING), new.get(what, NOTHING))
        for what in dict.fromkeys([*new, *old])
        if old.get(what) != new.get(what)
    ]
