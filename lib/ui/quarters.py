"""The quarter looked at: chosen from those with facts, kept in the address, with its state in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib import words
from lib.kpi import Scene, published, quarters_with_facts
from lib.review.read import versions
from lib.rulebook import Rulebook
from lib.store.book import book_at
from lib.store.models import Bank, Branch, QuarterRun, Staff
from lib.store.quarter import Quarter
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _


@dataclass(frozen=True)
class Run:
    """One quarter's published facts: their version, whether closed or still running, and when they were made."""

    quarter: Quarter
    version: int
    cutoff: date
    closed: bool
    made_at: datetime | None
    corrected: bool = False

    @property
    def versions(self) -> dict[str, int]:
        """What kpi_table is told where this is not the version it would read."""
        return {str(self.quarter): self.version} if self.corrected else {}

    @property
    def running(self) -> bool:
        """Whether the quarter had not ended when the facts were made."""
        return self.cutoff < self.quarter.end

    @property
    def state(self) -> str:
        """已结账, 已更正 (a later version took its place), 进行中 or 未结账."""
        if self.corrected:
            return _("已更正的旧版")
        if self.closed:
            return _("已结账")
        return _("进行中") if self.running else _("未结账")


@dataclass(frozen=True)
class House:
    """What figures are told in and by: base currency, branches and staff by id."""

    currency: str
    branches: dict[int, tuple[str, str]]
    staff: dict[int, tuple[str, str]]

    def branch_of(self, code: str) -> int | None:
        """The branch with a code; None for an unknown one."""
        return next((key for key, (known, _name) in self.branches.items() if known == code), None)

    def staff_of(self, login: str) -> int | None:
        """The person with a login; None for an unknown one."""
        return next((key for key, (known, _name) in self.staff.items() if known == login), None)


@cached(of="facts")
def runs(session: Session) -> list[Run]:
    """Every quarter with published facts, the newest first."""
    quarters = quarters_with_facts(session)  # type: ignore[arg-type]
    found = published(session, quarters)  # type: ignore[arg-type]
    return [_run(quarter, found[str(quarter)]) for quarter in quarters]


@cached(of="facts")
def house(session: Session) -> House:
    """The bank's currency, branches (code, name) and staff (login, name)."""
    currency = session.scalars(select(Bank.base_currency)).one_or_none() or "CNY"
    branches = session.execute(select(Branch.id, Branch.code, Branch.name).order_by(Branch.code))
    staff = session.execute(select(Staff.id, Staff.login, Staff.name))
    return House(currency, {i: (code, name) for i, code, name in branches}, {i: (who, name) for i, who, name in staff})


def choose(found: Sequence[Run]) -> Run:
    """The quarter in the address (`?quarter=2026Q3`), else the last one that has ended."""
    ended = next((run for run in found if not run.running), found[0])
    named = {str(run.quarter): _("{quarter} · {state}").format(
        quarter=words.quarter_name(str(run.quarter)), state=run.state) for run in found}  # fmt: skip
    chosen = choice(_("季度"), named, key="quarter", default=str(ended.quarter))
    return next(run for run in found if str(run.quarter) == chosen)


@cached(of="facts")
def readable(session: Session, quarter: str) -> list[Run]:
    """The versions of a quarter that can be read, the published one first, then those it corrected."""
    its = Quarter.parse(quarter)
    return [_run(its, row) for row in session.scalars(versions(its))]


def as_asked(page: Page, run: Run) -> Run:
    """The version in the address (`?version=1`) of the quarter chosen, if it can be read; else the published one."""
    asked = st.query_params.get("version", "")
    if not asked.isdecimal() or int(asked) == run.version:
        return run
    return next((one for one in readable(page.scope, str(run.quarter)) if str(one.version) == asked), run)


def say(run: Run) -> None:
    """What the figures rest on: state, version, and the day they were counted up to."""
    if run.corrected:
        st.warning(escaped(_("这是更正前的旧版，仅供对照；现行数字在新的一版。")), icon=":material/history:")
    made = words.moment(run.made_at)
    sentence = _("{quarter} · {state} · 第 {version} 版，数据截至 {day}，计算于 {made}").format(
        quarter=words.quarter_name(str(run.quarter)), state=run.state, version=run.version,
        day=words.day(run.cutoff), made=made,
    )  # fmt: skip
    st.caption(escaped(sentence))


@dataclass(frozen=True)
class Sight:
    """One quarter seen from one place: the scope's whole, one branch of it, or one person."""

    page: Page
    house: House
    runs: list[Run]
    run: Run
    scene: Scene

    @property
    def book(self) -> Rulebook:
        """The rulebook the figures are told by: that of the closing, once the quarter is closed."""
        return book_at(str(self.run.quarter), self.run.version, self.run.closed, self.page.book)

    @property
    def before(self) -> Run | None:
        """The quarter before, if it has facts."""
        return before(self.runs, self.run)

    @property
    def whole_bank(self) -> bool:
        """Whether branches stand beside one another."""
        return self.page.scope.facts == "bank" and self.scene.branch_id is None


def before(found: Sequence[Run], run: Run, quarters: int = 1) -> Run | None:
    """The run so many quarters earlier, if there is one."""
    wanted = run.quarter.shift(-quarters)
    return next((one for one in found if one.quarter == wanted), None)


def up_to(found: Sequence[Run], run: Run, most: int = 12) -> list[Run]:
    """The run with those before it, oldest first."""
    return sorted((one for one in found if one.quarter <= run.quarter), key=lambda one: one.quarter)[-most:]


def _run(quarter: Quarter, row: QuarterRun) -> Run:
    cutoff = date.fromisoformat(row.cutoff)
    corrected = row.state == "corrected"
    return Run(quarter, row.version, cutoff, corrected or row.state == "closed", row.finished_at, corrected)
