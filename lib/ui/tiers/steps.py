"""Movements between two quarters as steps with a name: up, down, onto watch and off it, entered, left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.tiers import read
from lib.ui.tiers.data import Part
from lib.words import _, name

STEPS = ("upgraded", "downgraded", "watch", "recovered", "entered", "left", "kept")
TONES = {"upgraded": "good", "downgraded": "watch", "watch": "watch", "recovered": "good", "entered": "main",
         "left": "context"}  # fmt: skip
WATCH = "watch"


@dataclass(frozen=True)
class Step:
    """Customers who made one step: what it is called, from which tier to which, each on 降级观察 or not."""

    code: str
    before: str
    was_watch: bool
    tier: str
    watch: bool
    customers: int
    aum_fen: int

    @property
    def address(self) -> str:
        """How the address names these customers."""
        return f"move:{_place(self.before, self.was_watch)}:{_place(self.tier, self.watch)}"

    @property
    def row(self) -> str:
        """The row of the matrix: who was on watch stands in one of its own."""
        return WATCH if self.was_watch else self.before

    @property
    def column(self) -> str:
        """The column of the matrix."""
        return WATCH if self.watch else self.tier


def steps_of(codes: Sequence[str], parts: Sequence[Part]) -> list[Step]:
    """Stored movements with what each is called, the largest first; `codes` are the tiers, highest first."""
    steps = [
        Step(step_code(codes, str(part.of), part.was_watch, part.tier, part.watch), str(part.of), part.was_watch,
             part.tier, part.watch, part.customers, part.aum_fen)
        for part in parts
    ]  # fmt: skip
    return sorted(steps, key=lambda step: (-step.customers, step.address))


def step_code(codes: Sequence[str], before: str, was_watch: bool, tier: str, watch: bool) -> str:
    """What a movement is, one of STEPS: the tier decides; in the same tier, whether the watch began or ended."""
    if before == read.NONE:
        return "entered"
    if tier == read.NONE:
        return "left"
    if before == tier:
        return "watch" if watch and not was_watch else "recovered" if was_watch and not watch else "kept"
    known = before in codes and tier in codes
    return "upgraded" if not known or codes.index(tier) < codes.index(before) else "downgraded"


def step_name(code: str) -> str:
    """What a step is called."""
    named = {"entered": _("新进入"), "left": _("已离开"), "recovered": _("观察解除")}
    return named.get(code) or name("tier_change", code)


def tier_or_none(code: str, absent: str) -> str:
    """A tier's name, or what stands for not being a customer."""
    return absent if code == read.NONE else name("tier", code)


def place_name(code: str, watch: bool | None, absent: str) -> str:
    """A tier, and whether on watch there."""
    said = tier_or_none(code, absent)
    return _("{tier}（观察）").format(tier=said) if watch and code != read.NONE else said


def _place(code: str, watch: bool) -> str:
    if code == read.NONE:
        return code
    return f"{code}.{'watch' if watch else 'off'}"
