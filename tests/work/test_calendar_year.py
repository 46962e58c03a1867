"""A year of the calendar as proposed: its differences, what keeps it back, what looks unlikely, who may ask."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from lib.rulebook import Calendar, CalendarDay, Rulebook, parse_calendar, shipped_rows
from lib.settings import ROOT
from lib.store.bulk import bulk
from lib.store.models import ChangeRequest
from lib.store.session import Refused, open_session
from lib.work import calendar_year
from lib.work.calendar_year import DayChange, days_in, differences, doubts, problems
from tests.cast import SmallBank, scope

BOOK = Rulebook(shipped_rows())
SHIPPED = Calendar.of(*parse_calendar(ROOT / "data" / "calendar"))
NEW_YEAR = CalendarDay(date(2027, 1, 1), "holiday", "元旦")
MADE_UP = CalendarDay(date(2027, 1, 3), "workday", "元旦")


def holidays(count: int, year: int = 2027) -> list[CalendarDay]:
    return [CalendarDay(date(year, 1, 1) + timedelta(days=n), "holiday", "元旦") for n in range(count)]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([NEW_YEAR, MADE_UP], ""),
        ([CalendarDay(date(2027, 1, 4), "workday", "元旦")], "2027-01-04（周一）不是周末"),
        ([NEW_YEAR._replace(name="")], "写明名称"),
        ([NEW_YEAR._replace(name="元" * 41)], "写明名称"),
        ([NEW_YEAR._replace(name="元" * 40)], ""),
        (holidays(7, 2028), "请先载入 2027 年"),
        (holidays(7, 2002), "请先载入 2003 年"),
        (holidays(7, 2003), ""),
        (days_in(SHIPPED, 2026), "完全相同"),
        (days_in(SHIPPED, 2026)[1:], ""),
    ],
)
def test_what_keeps_a_year_back(days: list[CalendarDay], found: str) -> None:
    said = problems(days, SHIPPED)
    assert bool(said) is bool(found) and found in "".join(said)


def test_the_first_year_of_an_empty_calendar_may_be_any() -> None:
    assert problems(holidays(7, 2031), Calendar.of([], "–")) == []


@pytest.mark.parametrize(("count", "doubtful"), [(6, True), (7, False), (40, False), (41, True)])
def test_an_unlikely_number_of_holidays_is_told(count: int, doubtful: bool) -> None:
    assert bool(doubts([*holidays(count), MADE_UP], BOOK, date(2026, 11, 22))) is doubtful


def test_differences_name_each_day_that_changes() -> None:
    moved = NEW_YEAR._replace(kind="workday")
    assert differences([NEW_YEAR], [MADE_UP]) == [
        DayChange(NEW_YEAR.day, NEW_YEAR, None),
        DayChange(MADE_UP.day, None, MADE_UP),
    ]
    assert differences([NEW_YEAR, MADE_UP], [moved, MADE_UP]) == [DayChange(NEW_YEAR.day, NEW_YEAR, moved)]
    assert differences([NEW_YEAR], [NEW_YEAR]) == []


def test_a_request_keeps_the_days() -> None:
    days = (NEW_YEAR, MADE_UP)
    assert calendar_year.from_data(calendar_year.as_data(days)) == days


def test_the_department_asks_and_the_reviewer_s_turn_comes(bank: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        request = calendar_year.propose(session, holidays(6), "国务院办公厅通知")
    assert (request.kind, request.subject, request.subject_key) == ("calendar_year", "calendar", "2027")
    assert (request.customer_id, request.stage_role, request.state) == (0, "reviewer", "pending")
    assert (
        request.before["days"] == [] and len(request.after["days"]) == 6 and "放假共 6 天" in request.after["doubts"][0]
    )


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "care.chen", "check.sun", "legal.qian", "exec.zhou"])
def test_no_other_post_may_ask(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused, match="客户关系管理部"), open_session(scope(login), "rulebook", write=True) as session:
        calendar_year.propose(session, holidays(7), "通知")
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count()).where(ChangeRequest.kind == "calendar_year")) == 0


def test_a_year_with_problems_and_a_second_request_are_refused(sqlite_bank: SmallBank) -> None:
    with pytest.raises(Refused, match="2027"), open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        calendar_year.propose(session, holidays(7, 2028), "通知")
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        calendar_year.propose(session, holidays(7), "通知")
    with pytest.raises(Refused, match="等待审批"), open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        calendar_year.propose(session, holidays(8), "通知")
