"""The warning before the working calendar runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from lib.rulebook import Calendar, Rulebook, parse_calendar, shipped_rows
from lib.settings import ROOT
from lib.store.bulk import bulk
from lib.store.models import Case
from lib.store.session import open_session
from lib.work.calendar_end import presumed, presumed_sentence, warning
from tests.cast import C_FIRM, C_LIN, C_OWN, SmallBank, scope

BOOK = Rulebook(shipped_rows())
SHIPPED = Calendar.of(*parse_calendar(ROOT / "data" / "calendar"))


@pytest.mark.parametrize(
    ("today", "warns"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), False),  # 60 days: 2026-12-31
        (date(2026, 11, 2), True),  # 60 days: 2027-01-01
        (date(2026, 11, 22), True),
        (date(2027, 3, 1), True),
    ],
)
def test_it_warns_as_soon_as_the_longest_term_ends_beyond_the_table(today: date, warns: bool) -> None:
    assert (warning(SHIPPED, today, BOOK) is not None) is warns


def test_it_says_until_when_and_what_to_load() -> None:
    said = warning(SHIPPED, date(2026, 11, 22), BOOK)
    assert said is not None
    assert "只到 2026 年底" in said and "2027-01-21" in said and "请载入 2027 年日历" in said


def test_before_the_law_only_the_promises_count() -> None:
    until_2019 = Calendar.of([day for day in SHIPPED.days.values() if day.day.year < 2020], "2019 v1")
    assert warning(until_2019, date(2019, 12, 2), BOOK) is None  # 60 days would reach into 2020
    said = warning(until_2019, date(2019, 12, 30), BOOK)  # five working days do
    assert said is not None and "请载入 2020 年日历" in said


def test_an_empty_calendar_asks_for_this_year() -> None:
    said = warning(Calendar.of([], "–"), date(2026, 11, 22), BOOK)
    assert said is not None and "请载入 2026 年日历" in said


@pytest.fixture
def some_presumed(bank: SmallBank) -> Iterator[None]:
    with bulk("test") as session:
        for case in session.query(Case).where(Case.id.in_((C_OWN, C_LIN, C_FIRM))):
            case.clocks_provisional = True
    yield


@pytest.mark.parametrize(("login", "count"), [("crm.zhao", 2), ("care.chen", 1), ("exec.zhou", 0)])
def test_open_presumed_cases_are_counted_within_the_scope(some_presumed: None, login: str, count: int) -> None:
    with open_session(scope(login), "test") as session:
        assert presumed(session) == count
    said = presumed_sentence(count)
    assert said is None if not count else said is not None and f"现有 {count} 件" in said
