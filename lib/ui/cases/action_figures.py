"""What came of improvement actions: their KPI when they were given and now, and complaints of their cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from lib.complaints import analysis
from lib.complaints.analysis import Facts
from lib.complaints.effect import Effect, effect, tallies, windows
from lib.kpi import KpiRow, kpi_table
from lib.settings import bank_day
from lib.store.book import rulebook
from lib.store.models import Action
from lib.store.quarter import Quarter
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.page import Page
from lib.ui.quarters import Run

Row = tuple[int, str, str, int, int]


@dataclass(frozen=True)
class Moved:
    """The target KPI of an action: as it stood when the action was given, and as it stands now."""

    then: KpiRow | None
    now: KpiRow | None


def effects(page: Page, actions: Sequence[Action]) -> dict[int, Effect]:
    """The effect of each action that is done and whose figures this person sees; two reads for any number of them."""
    found = quarters.runs(page.scope)
    judged = {action.id: place for action in actions
              if action.state == "done" and (place := _place(page, action)) is not None}  # fmt: skip
    if not found or not judged:
        return {}
    seen_on = max(run.cutoff for run in found)
    weeks = page.book.value("complaint.effect", page.today)["weeks"]
    made: dict[int, Effect] = {}
    for level in {level for level, _branch in judged.values()}:
        of_level = [action for action in actions if judged.get(action.id, ("", 0))[0] == level]
        rows = _weeks(page, found, level, of_level, weeks)
        for action in of_level:
            branch = judged[action.id][1]
            own = [row[1:] for row in rows if level == "handler" or row[0] == branch]
            assert action.ended_on is not None
            made[action.id] = effect(action.ended_on, seen_on, tallies(own, action.cause or ""), page.book)
    return made


def _place(page: Page, action: Action) -> tuple[str, int] | None:
    """The level and branch an action's complaints are counted at for this person; None where they see none."""
    facts, branch = page.scope.facts, action.branch_id
    if facts == "bank":
        return ("branch", branch) if branch is not None else ("bank", 0)
    if facts == "branch" and page.scope.branch_id is not None and branch in (None, page.scope.branch_id):
        return "branch", page.scope.branch_id
    return ("handler", 0) if facts == "handled" else None


def _weeks(page: Page, found: Sequence[Run], level: str, actions: Sequence[Action], weeks: int) -> list[Row]:
    ended = [action.ended_on for action in actions if action.ended_on is not None]
    first, last = (windows(day, day + timedelta(weeks=weeks + 2), weeks) for day in (min(ended), max(ended)))
    begun = Quarter.of(first.before[0])
    staff = page.scope.staff_id if level == "handler" else None
    facts = tuple(Facts(str(run.quarter), run.version, level, staff_id=staff) for run in found if run.quarter >= begun)
    return _read(page.scope, facts, first.before[0].isoformat(), last.after[-1].isoformat()) if facts else []


@cached(of="facts")
def _read(session: Session, facts: tuple[Facts, ...], first: str, last: str) -> list[Row]:
    rows = session.execute(analysis.weeks_of(facts, first, last))
    return [(int(branch), str(week), str(cause), int(received), int(closed))
            for branch, week, cause, received, closed in rows]  # fmt: skip


def moved(page: Page, actions: Sequence[Action]) -> dict[int, Moved]:
    """Each action's KPI in the last quarter that had ended when it was given, and in the last one that has ended."""
    runs = quarters.runs(page.scope)
    ended = [run.quarter for run in runs if not run.running]
    keys = tuple(sorted({action.kpi_key for action in actions if action.kpi_key}))
    if not ended or not keys:
        return {}
    then = {action.id: _before(action, ended) for action in actions}
    wanted = tuple(sorted({str(one) for one in (*then.values(), ended[0]) if one}))
    found = _kpis(page.scope, keys, wanted)
    made = {}
    for action in actions:
        group = str(action.branch_id or "") if page.scope.facts == "bank" else ""
        at = [found.get((action.kpi_key or "", str(quarter), group)) for quarter in (then[action.id], ended[0])]
        made[action.id] = Moved(*at)
    return made


def _before(action: Action, ended: Sequence[Quarter]) -> Quarter | None:
    given = bank_day(action.created_at)
    return next((quarter for quarter in ended if quarter.end < given), None)


@cached(of="facts")
def _kpis(session: Session, keys: tuple[str, ...], wanted: tuple[str, ...]) -> dict[tuple[str, str, str], KpiRow]:
    """(KPI, quarter, branch) → row; no branch: the reader's whole."""
    asked, book = [Quarter.parse(quarter) for quarter in wanted], rulebook()
    whole = kpi_table(session, book, keys, asked)  # type: ignore[arg-type]
    parts = kpi_table(session, book, keys, asked, by="branch")  # type: ignore[arg-type]
    return {(row.key, row.quarter, str(row.group)): row for row in (*whole, *parts)}
