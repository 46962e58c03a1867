"""The tree of root causes, edited by the bank: a leaf of it is required before a complaint is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.rulebook import Rulebook
from lib.words import name, translate


@dataclass(frozen=True)
class Cause:
    """One cause: its code, what it is called, the code it hangs under (empty at the top), whether it is retired.

    A retired one is no longer offered; the cases that have it keep its name.
    """

    code: str
    title: str
    parent: str
    retired: bool = False


def causes(book: Rulebook, on: date) -> tuple[Cause, ...]:
    """All causes of a day, each after the one it hangs under (rule complaint.root_causes)."""
    said = book.value("complaint.root_causes", on)
    return tuple(Cause(one["code"], _title(one), one.get("parent", ""), one.get("retired", False)) for one in said)


def leaves(known: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """The causes that may be chosen: those in use that nothing in use hangs under."""
    used = tuple(cause for cause in known if not cause.retired)
    above = {cause.parent for cause in used}
    return tuple(cause for cause in used if cause.code not in above)


def cause_title(code: str | None, known: tuple[Cause, ...]) -> str:
    """A cause with what it hangs under, `系统 / 系统故障`; a code the tree no longer has, as it is."""
    by_code = {cause.code: cause for cause in known}
    cause = by_code.get(code or "")
    if cause is None:
        return name("root_cause", code)
    above = by_code.get(cause.parent)
    return f"{above.title} / {cause.title}" if above else cause.title


def _title(said: dict[str, str]) -> str:
    return translate(said["name"]) if said.get("name") else name("root_cause", said["code"])
