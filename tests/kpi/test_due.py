"""What counts as due and as kept, by the original date, case by case, on both engines (制度 §七)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from lib.kpi import due
from lib.kpi.frame import Frame
from lib.kpi.people import list_kind
from lib.settings import settings, today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import DueItem
from lib.store.quarter import Quarter
from tests.cast import OWN, ZHANG, SmallBank, filled

TODAY = date(2026, 11, 20)
RUNNING, OVER = Quarter(2026, 4), Quarter(2026, 3)
MORNING = 2  # 10:00 in Shanghai


def at(month: int, day: int, hour: int = MORNING, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


# what happened → original day, the item's columns, quarter, whether due, whether kept
CASES: dict[str, tuple[date, dict[str, Any], Quarter, bool, bool]] = {
    "done on the day": (date(2026, 8, 3), {"state": "done", "ended_at": at(8, 3)}, OVER, True, True),
    "done before": (date(2026, 8, 3), {"state": "done", "ended_at": at(7, 20)}, OVER, True, True),
    "done in the last minute of the day": (
        date(2026, 8, 3), {"state": "done", "ended_at": at(8, 3, 15, 59)}, OVER, True, True),
    "done a minute after midnight": (
        date(2026, 8, 3), {"state": "done", "ended_at": at(8, 3, 16, 1)}, OVER, True, False),
    "a day late": (date(2026, 8, 3), {"state": "done", "ended_at": at(8, 4)}, OVER, True, False),
    "moved, and done on the new day": (
        date(2026, 8, 3), {"state": "done", "ended_at": at(8, 10), "due_on": date(2026, 8, 10)}, OVER, True, False),
    "moved, and done before the first day after all": (
        date(2026, 8, 3), {"state": "done", "ended_at": at(8, 2), "due_on": date(2026, 8, 10)}, OVER, True, True),
    "moved into the next quarter it still counts in its own": (
        date(2026, 9, 30), {"state": "open", "due_on": date(2026, 10, 8)}, OVER, True, False),
    "not reached, twice": (date(2026, 8, 3), {"state": "open", "attempts": 2}, OVER, True, False),
    "dropped by a person": (
        date(2026, 8, 3), {"state": "dropped", "ended_at": at(8, 1), "ended_by": ZHANG, "outcome": "出国"}, OVER, True,
        False),
    "dropped by a person who wrote the word of the rule": (
        date(2026, 8, 3), {"state": "dropped", "ended_at": at(8, 1), "ended_by": ZHANG, "outcome": "withdrawn"}, OVER,
        True, False),
    "missed": (date(2026, 8, 3), {"state": "dropped", "ended_at": at(8, 6), "outcome": "missed"}, OVER, True, False),
    "withdrawn": (
        date(2026, 8, 3), {"state": "dropped", "ended_at": at(8, 1), "outcome": "withdrawn"}, OVER, False, False),
    "dropped without a word": (date(2026, 8, 3), {"state": "dropped", "ended_at": at(8, 1)}, OVER, True, False),
    "open on the last day of a quarter that is over": (date(2026, 9, 30), {"state": "open"}, OVER, True, False),
    "open yesterday": (date(2026, 11, 19), {"state": "open"}, RUNNING, True, False),
    "open today is not late yet": (TODAY, {"state": "open"}, RUNNING, False, False),
    "done today counts": (TODAY, {"state": "done", "ended_at": at(11, 20)}, RUNNING, True, True),
    "due today, dropped today": (
        TODAY, {"state": "dropped", "ended_at": at(11, 20), "ended_by": ZHANG, "outcome": "不需要"}, RUNNING, False,
        False),
    "due tomorrow, done already": (
        date(2026, 11, 21), {"state": "done", "ended_at": at(11, 18)}, RUNNING, False, False),
}  # fmt: skip


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_AS_OF", TODAY.isoformat())
    settings.cache_clear()


def frame(quarter: Quarter) -> Frame:
    return Frame(quarter, 1, min(quarter.end, today()), None, rulebook(), "CNY", {}, ("personal",))


def flags(quarter: Quarter) -> list[tuple[int, int, int, int]]:
    """Due and kept of visits, due and kept of care, of each item that falls in the quarter."""
    of = due.of_due(frame(quarter))
    names = ("due_visit", "kept_visit", "care_due", "care_kept")
    with bulk("look", write=False) as session:
        rows = session.execute(select(*(of[name] for name in names)).where(due.falls_in(frame(quarter))))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def one_item(kind: str, day: date, values: dict[str, Any]) -> None:
    with bulk("test") as session:
        session.rows(update(DueItem).values(kind="refresh"))
        session.add(filled(DueItem, customer_id=OWN, id=900, kind=kind, subject_key="t", original_due_on=day,
                           **{"due_on": day, "attempts": 0, "ended_by": None, **values}))  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_due_and_kept(bank: SmallBank, case: str) -> None:
    day, values, quarter, is_due, is_kept = CASES[case]
    one_item("visit", day, values)
    found = flags(quarter)
    counted = [row[:2] for row in found if row[0]]
    assert counted == ([(1, int(is_kept))] if is_due else [])
    assert all(row[2:] == (0, 0) for row in found)


def test_an_item_counts_in_one_quarter_only(bank: SmallBank) -> None:
    one_item("visit", date(2026, 9, 30), {"state": "done", "ended_at": at(10, 1)})
    assert (flags(OVER), flags(RUNNING)) == ([(1, 0, 0, 0)], [])


def test_on_the_last_day_of_a_quarter_it_is_not_late_yet(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_AS_OF", "2026-09-30")
    settings.cache_clear()
    one_item("visit", date(2026, 9, 30), {"state": "open"})
    assert flags(OVER) == [(0, 0, 0, 0)]


@pytest.mark.parametrize("kind", due.CARE)
def test_care_is_counted_as_care(bank: SmallBank, kind: str) -> None:
    one_item(kind, date(2026, 8, 3), {"state": "done", "ended_at": at(8, 3)})
    assert flags(OVER) == [(0, 0, 1, 1)]


def test_every_kind_is_of_one_sum() -> None:
    assert not set(due.VISITS) & set(due.CARE)
    assert {"due_visit", "kept_check", "visits_due", "care_kept"} < set(due.KINDS_OF)
    assert all(list_kind(measure) == "items" for measure in due.KINDS_OF)
