"""Service standards by tier: how often what was promised was kept, from stored measures (方案 §3.1, 管理 §4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select

from lib.kpi.due import falls_in, of_due
from lib.kpi.frame import Frame
from lib.kpi.measures import concerns, of_cases, sums_of
from lib.kpi.table import Scene, level_of, published, within
from lib.rulebook import Rulebook
from lib.store import models as m
from lib.store.book import book_of
from lib.store.quarter import Quarter
from lib.store.session import StoreSession

RULE = "service.standards"
#: how a standard is measured: what was due, and what of it was kept
MEASURED: dict[str, tuple[str, str]] = {
    **{kind: (f"due_{kind}", f"kept_{kind}")
       for kind in ("visit", "meeting", "birthday", "festival", "milestone", "life_event", "maturity", "check")},
    "reply": ("replies_due", "replies_on_time"), "managed": ("customers", "managed"),
}  # fmt: skip
#: rules that say per tier how soon a standard holds which itself says `by_rule`
SAID_BY = {"visit": "visit.interval_days", "meeting": "visit.corporate_meeting_months",
           "maturity": "care.maturity_days", "check": "care.special"}  # fmt: skip
GROUPS = ("tier", "branch", "manager")


@dataclass(frozen=True)
class Standard:
    """What tiers are promised, by which post, within what (`within` of `unit`), and how it is measured."""

    code: str
    tiers: tuple[str, ...]
    promised: str
    who: str
    within: int
    unit: str
    measured: str


@dataclass(frozen=True)
class Kept:
    """One standard of one tier in one quarter, of one branch or manager (`group`, else ""): due and kept.

    `breaches` is what was due and not kept; `share` None where nothing was due.
    """

    quarter: str
    code: str
    tier: str
    group: int | str
    due: int
    kept: int

    @property
    def breaches(self) -> int:
        """How often it was not kept."""
        return self.due - self.kept

    @property
    def share(self) -> float | None:
        """The part that was kept."""
        return self.kept / self.due if self.due else None


def standards(book: Rulebook, quarter: Quarter) -> list[Standard]:
    """The standards in force at a quarter's end."""
    return [Standard(**{**said, "tiers": tuple(said["tiers"])}) for said in book.value(RULE, quarter.end)]


def kept_standards(
    session: StoreSession, book: Rulebook, quarters: Sequence[Quarter], by: str = "tier", scene: Scene | None = None
) -> list[Kept]:
    """Every standard of the published quarters by tier, and with `by` branch or manager by those too.

    A tier without the promise has no row, nor has a quarter before the measures were kept.
    """
    if by not in GROUPS:
        raise ValueError(f"standards are read by one of {', '.join(GROUPS)}, not {by!r}")
    runs = published(session, quarters)
    if not runs:
        return []
    sums = _sums(session, runs, by, scene or Scene())
    groups = sorted({(quarter, tier, group) for quarter, _measure, tier, group in sums}, key=str)
    found = []
    for quarter, tier, group in groups:
        for one in standards(book_of(runs[quarter], book), Quarter.parse(quarter)):
            due, kept = MEASURED[one.measured]
            at = [(quarter, measure, tier, group) for measure in (due, kept)]
            if tier in one.tiers and all(place in sums for place in at):
                found.append(Kept(quarter, one.code, tier, group, sums[at[0]], sums[at[1]]))
    return found


def _sums(
    session: StoreSession, runs: dict[str, m.QuarterRun], by: str, scene: Scene
) -> dict[tuple[str, str, str, int | str], int]:
    """(quarter, measure, tier, group) → the stored figure."""
    fact = m.MeasureQuarter
    group: Any = {"branch": fact.branch_id, "manager": fact.staff_id}.get(by)
    columns = (fact.quarter, fact.measure, fact.tier, *((group,) if group is not None else ()))
    query: Select = select(*columns, func.sum(fact.value)).where(
        or_(*((fact.quarter == quarter) & (fact.version == run.version) for quarter, run in runs.items())),
        fact.measure.in_(sorted({measure for pair in MEASURED.values() for measure in pair})),
        fact.level == level_of(session.scope, by, scene), *within(scene),
    )  # fmt: skip
    rows = session.execute(query.group_by(*columns))
    return {(row[0], row[1], row[2], row[3] if len(row) == 5 else ""): int(row[-1]) for row in rows}


def of_customer(
    session: StoreSession, book: Rulebook, ids: Sequence[int], managed: bool, on: date
) -> dict[str, tuple[int, int]]:
    """Of one customer (with the records merged into it) in the quarter of a day, as far as the reader sees the items:
    how a standard is measured → due and kept so far."""
    frame = Frame(Quarter.of(on), 0, on, None, book, "", {}, ())
    item, case_ = m.DueItem, m.Case
    due_items = sums_of(of_due(frame))
    row = session.execute(select(*due_items).where(item.customer_id.in_(ids), falls_in(frame))).one()._mapping
    found = {code: (int(row[due] or 0), int(row[kept] or 0)) for code, (due, kept) in MEASURED.items() if due in row}
    replies = {key: measure for key, measure in of_cases(frame).items() if key in MEASURED["reply"]}
    answered = session.execute(
        select(*sums_of(replies)).where(case_.customer_id.in_(ids), case_.kind == "complaint", concerns(frame))
    ).one()
    found["reply"] = (int(answered[0] or 0), int(answered[1] or 0))
    return {**found, "managed": (1, int(managed))}
