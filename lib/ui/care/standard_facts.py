"""What the view of service standards reads and says: stored measures, kept until a quarter is rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from lib.kpi import Scene
from lib.kpi.standards import SAID_BY, Kept, Standard, kept_standards, standards
from lib.rulebook import Rulebook
from lib.rulebook.said import value_of
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.ui.quarters import Sight
from lib.words import NOTHING, _, codes, integer, name, percent, translate


@dataclass(frozen=True)
class Look(Sight):
    """The standards of one kind of customer in one quarter, of the whole scope or one branch of it."""

    kind: str
    standards: tuple[Standard, ...]

    @property
    def tiers(self) -> list[str]:
        """The kind's tiers, the highest first."""
        return _tiers(self.page.book, self.kind, self.run.quarter)

    @property
    def small_n(self) -> int:
        """Fewer than so many are shown greyed."""
        return int(self.page.book.value("display.small_n", self.run.quarter.end))

    def standard(self, code: str) -> Standard | None:
        """The standard with a code, if the kind has it."""
        return next((one for one in self.standards if one.code == code), None)


def choose(page: Page) -> Look | None:
    """The filters on screen; None while no quarter has facts."""
    found = quarters.runs(page.scope)
    if not found:
        return None
    house, scope = quarters.house(page.scope), page.scope
    with st.grid(3, min_column_width=150, gap="small"):
        run = quarters.choose(found)
        kind = choice(_("客户类别"), {code: name("customer_kind", code) for code in codes("customer_kind")},
                      key="kind", default="personal")  # fmt: skip
        branch = ""
        if scope.facts == "bank":
            branch = choice(_("支行"), {"": _("全行"), **dict(house.branches.values())}, key="branch")
    branch_id = house.branch_of(branch) if branch else scope.branch_id if scope.facts == "branch" else None
    scene = Scene(branch_id, scope.staff_id if scope.facts == "own" else None, kind)
    look = Look(page, house, found, run, scene, kind, ())
    mine = [one for one in standards(page.book, run.quarter) if set(one.tiers) & set(look.tiers)]
    return Look(page, house, found, run, scene, kind, tuple(mine))


@cached(of="facts")
def kept(session: Session, at: Sequence[str], by: str, scene: Scene) -> list[Kept]:
    """Every standard of these quarters by tier, branch or manager."""
    return kept_standards(session, rulebook(), [Quarter.parse(one) for one in at], by, scene)  # type: ignore[arg-type]


def total(rows: Iterable[Kept]) -> tuple[int, int]:
    """Due and kept of several rows together."""
    found = list(rows)
    return sum(one.due for one in found), sum(one.kept for one in found)


def cell(due: int, done: int, small_n: int) -> str:
    """A share as the matrix shows it, with the breaches beside it; in brackets where too few were due."""
    if not due:
        return NOTHING
    said = percent(done / due)
    said = _("{share} · 欠 {n}").format(share=said, n=integer(due - done)) if done < due else said
    return f"({said})" if due < small_n else said


def soon(one: Standard, tier: str, book: Rulebook, quarter: Quarter) -> str:
    """Within what a standard holds for a tier, in words; where another rule says it, as that rule does."""
    if one.unit != "by_rule":
        unit = name("standard_unit", one.unit)
        return _("{n} {unit}").format(n=one.within, unit=unit) if one.within else unit
    said = book.value(SAID_BY[one.measured], quarter.end) if one.measured in SAID_BY else None
    match one.measured:
        case "visit":
            manner = book.value("visit.manner", quarter.end).get(tier)
            days = _("每 {n} 天").format(n=integer(said[tier])) if said and tier in said else NOTHING
            return _("{days} · {manner}").format(days=days, manner=name("visit_manner", manner))
        case "meeting":
            return _("每 {n} 个月").format(n=integer(said))
        case "maturity":
            days = _("、").join(integer(one) for one in (said or {}).get(tier, ()))
            return _("到期前 {days} 天").format(days=days) if days else NOTHING
        case "check":
            return _("每 {n} 天").format(n=integer(min(said.values()))) if said else NOTHING
        case "reply":
            kind = "personal" if tier in _tiers(book, "personal", quarter) else "corporate"
            return value_of(book.entry(f"complaint.promise.{kind}", quarter.end))
        case _other:
            return name("standard_unit", one.unit)


def _tiers(book: Rulebook, kind: str, quarter: Quarter) -> list[str]:
    return [tier["code"] for tier in book.value(f"tier.{kind}", quarter.end)["tiers"]]


def title(one: Standard) -> str:
    """What a standard is called."""
    return name("service_standard", one.code)


def promised(one: Standard) -> str:
    """What is promised."""
    return translate(one.promised)
