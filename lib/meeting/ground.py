"""What the sections of a meeting share: the quarter by its own definitions, its figures, and who is looking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select

from lib.kpi import KpiRow, Scene, catalogue, kpi_table, level_of, published
from lib.kpi.streaks import Misses, misses
from lib.meeting.parts import Way
from lib.rulebook import Kpi, Rulebook
from lib.store import models as m
from lib.store.book import book_of, rulebook
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import StoreSession
from lib.words import _, name

#: quarters a figure is followed over: three years and the one before
TRAIL = 13
#: quarters a chart shows
DRAWN = 8
Rows = dict[tuple[str, int | str], dict[str, KpiRow]]
_FAMILIES = {"kind": "customer_kind", "tier": "tier", "product": "category"}


class NoFacts(LookupError):
    """A quarter that has no facts, or not in the version asked for; the message is a sentence."""


@dataclass(frozen=True)
class Story:
    """One KPI over the trail; rows are missing where nothing was counted."""

    kpi: Kpi
    rows: dict[str, KpiRow]
    trail: tuple[str, ...]

    @property
    def now(self) -> KpiRow | None:
        """The quarter looked at."""
        return self.rows.get(self.trail[-1])

    def earlier(self, quarters: int) -> KpiRow | None:
        """The row so many quarters before."""
        return self.rows.get(str(Quarter.parse(self.trail[-1]).shift(-quarters)))

    @property
    def misses(self) -> Misses:
        """Since when the target is missed."""
        return misses([(one, self.rows[one].on_target if one in self.rows else None) for one in self.trail])


@dataclass
class Ground:
    """One quarter in one version, seen by one person; every read is made once, whatever the sections ask."""

    session: StoreSession
    quarter: Quarter
    run: m.QuarterRun
    book: Rulebook
    asked: int | None
    _groups: dict[str, Rows] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """Who looks, and how far they reach."""
        return self.session.scope

    @property
    def closed(self) -> bool:
        """Whether the figures are frozen."""
        return self.run.state in ("closed", "corrected")

    @property
    def versions(self) -> dict[str, int]:
        """The version asked for, where it is not the published one."""
        return {} if self.asked is None else {str(self.quarter): self.asked}

    @cached_property
    def scene(self) -> Scene:
        """A head's meeting is the branch's, a manager's is of the own customers."""
        scope = self.scope
        return Scene(
            branch_id=scope.branch_id if scope.facts == "branch" else None,
            staff_id=scope.staff_id if scope.facts == "own" else None,
        )

    @cached_property
    def level(self) -> str:
        """The stored level that answers for the whole of the scope."""
        return level_of(self.scope, "bank", self.scene)

    @property
    def below(self) -> str:
        """The level figures are taken apart by: branch, manager, or nothing."""
        return {"bank": "branch", "branch": "manager"}.get(self.scope.facts, "")

    @cached_property
    def currency(self) -> str:
        """What amounts are told in."""
        return self.session.scalars(select(m.Bank.base_currency)).one_or_none() or "CNY"

    @cached_property
    def branches(self) -> dict[int, tuple[str, str]]:
        """Code and name of each branch."""
        found = self.session.execute(select(m.Branch.id, m.Branch.code, m.Branch.name).order_by(m.Branch.code))
        return {key: (code, called) for key, code, called in found}

    @cached_property
    def staff(self) -> dict[int, tuple[str, str]]:
        """Login and name of each person."""
        found = self.session.execute(select(m.Staff.id, m.Staff.login, m.Staff.name))
        return {key: (login, called) for key, login, called in found}

    @cached_property
    def kpis(self) -> dict[str, Kpi]:
        """The catalogue of the quarter as this scope may read it."""
        return {kpi.key: kpi for kpi in catalogue(self.book, self.quarter, self.scope)}

    @cached_property
    def trail(self) -> tuple[str, ...]:
        """The quarters figures are followed over, the one looked at last."""
        return tuple(str(self.quarter.shift(-back)) for back in reversed(range(TRAIL)))

    @cached_property
    def stories(self) -> dict[str, Story]:
        """Every KPI that has a figure in this quarter."""
        found = self._read("bank", [Quarter.parse(one) for one in self.trail])
        told = {key: Story(kpi, found.get((key, ""), {}), self.trail) for key, kpi in self.kpis.items()}
        return {key: story for key, story in told.items() if story.now is not None and story.now.value is not None}

    def groups(self, by: str) -> Rows:
        """Every KPI by branch, manager, tier or product in this quarter and the one before."""
        if by not in self._groups:
            self._groups[by] = self._read(by, [self.quarter.shift(-1), self.quarter])
        return self._groups[by]

    def _read(self, by: str, quarters: list[Quarter]) -> Rows:
        found: Rows = {}
        for row in kpi_table(self.session, self.book, self.kpis, quarters, by, self.scene, self.versions):
            found.setdefault((row.key, row.group), {})[row.quarter] = row
        return found

    @cached_property
    def runs(self) -> dict[str, int]:
        """The version of each quarter of the trail that has facts."""
        asked = [Quarter.parse(one) for one in self.trail]
        return {key: run.version for key, run in published(self.session, asked, self.versions).items()}

    def name_of(self, by: str, group: int | str) -> str:
        """What a group of figures is called."""
        if by in _FAMILIES:
            return name(_FAMILIES[by], str(group))
        known = self.branches if by == "branch" else self.staff
        return known[int(group)][1] if int(group) in known else _("未归属")

    def code_of(self, by: str, group: int | str) -> str:
        """What a group is called in an address; "" for none."""
        if by in _FAMILIES:
            return str(group)
        known = self.branches if by == "branch" else self.staff
        return known[int(group)][0] if int(group) in known else ""

    def way(self, page: str, **query: str) -> Way:
        """The way to a page at this quarter and version."""
        at = {"quarter": str(self.quarter), "version": "" if self.asked is None else str(self.asked), **query}
        return Way(page, tuple((key, value) for key, value in at.items() if value))


def ground_of(session: StoreSession, quarter: Quarter, version: int | None = None) -> Ground:
    """What stands of a quarter: its published version, or another that can be read. NoFacts where there is none."""
    run = published(session, [quarter], {} if version is None else {str(quarter): version}).get(str(quarter))
    if run is None:
        raise NoFacts(_("这个季度没有可读的数据。"))
    return Ground(session, quarter, run, book_of(run, rulebook()), version)


def told(ground: Ground, keys: Iterable[str]) -> list[Story]:
    """Those of some KPIs that have a figure, in the order asked."""
    return [ground.stories[key] for key in keys if key in ground.stories]
