"""The two clocks: the vectors of the rule books, and any day against a slow, obvious count."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Calendar, CalendarDay, Rulebook, RuleRow, parse_calendar, shipped_rows
from lib.rulebook.parse import DATA
from lib.words import SHANGHAI, use_locale
from lib.work.clock import Clock, due_text, end_of, legal_term, promise, review_term, time_left

BOOK = Rulebook(shipped_rows())
DAYS, VERSION = parse_calendar(DATA / "calendar")
CALENDAR = Calendar.of(DAYS, VERSION)


def book_with(key: str, value: object) -> Rulebook:
    row = RuleRow("rule", key, date(2000, 1, 1), "stated", "行发", "x", {"unit": "x", "value": value}, 999)
    return Rulebook([*shipped_rows(), row])


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def complex_promise(received: datetime, days: int = 5, calendar: Calendar = CALENDAR) -> Clock:
    book = book_with("complaint.promise.corporate_complex", {"working_days": days})
    return promise("corporate", True, received, calendar, book)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (at(2026, 2, 13), 5, date(2026, 2, 27)),
        (at(2026, 9, 30), 3, date(2026, 10, 10)),
        (at(2026, 2, 14), 1, date(2026, 2, 24)),
        (at(2026, 11, 20), 5, date(2026, 11, 27)),
    ],
)
def test_working_days(received: datetime, days: int, due: date) -> None:
    assert complex_promise(received, days).due_at == end_of(due)


def test_fifteen_calendar_days() -> None:
    assert legal_term(at(2026, 9, 16), "none", CALENDAR, BOOK).due_at == end_of(date(2026, 10, 1))


@pytest.mark.parametrize(("extension", "days"), [("none", 15), ("complex", 30), ("specially_complex", 60)])
def test_extensions(extension: str, days: int) -> None:
    due = legal_term(at(2026, 3, 2), extension, CALENDAR, BOOK).due_at
    assert due == end_of(date(2026, 3, 2) + timedelta(days=days))


def test_an_unknown_extension_is_an_error() -> None:
    with pytest.raises(KeyError):
        legal_term(at(2026, 3, 2), "forever", CALENDAR, BOOK)


@pytest.mark.parametrize(("kind", "complex_"), [("personal", False), ("personal", True), ("corporate", False)])
def test_twenty_four_hours_run_over_any_holiday(kind: str, complex_: bool) -> None:
    received = at(2026, 2, 16, 23, 30)
    clock = promise(kind, complex_, received, CALENDAR, BOOK)
    assert clock.due_at == received + timedelta(hours=24)
    assert clock.working() == "到期 2026-02-17 23:30"


def test_a_late_evening_in_utc_is_the_next_day_in_shanghai() -> None:
    received = datetime(2026, 9, 15, 16, 30, tzinfo=UTC)
    assert legal_term(received, "none", CALENDAR, BOOK).due_at == end_of(date(2026, 10, 1))
    assert legal_term(received - timedelta(hours=1), "none", CALENDAR, BOOK).due_at == end_of(date(2026, 9, 30))


def test_the_end_of_a_day_is_sixteen_utc() -> None:
    assert end_of(date(2026, 2, 27)) == datetime(2026, 2, 27, 16, tzinfo=UTC)
    assert due_text(end_of(date(2026, 2, 27))) == "2026-02-27 24:00"
    assert due_text(at(2026, 2, 27, 23, 59)) == "2026-02-27 23:59"


def test_before_the_law_its_clock_says_none() -> None:
    clock = legal_term(at(2020, 2, 29, 23, 59), "none", CALENDAR, BOOK)
    assert clock.due_at is None and clock.entry is None
    assert clock.working() == "收到投诉时法定期限尚未施行"
    assert time_left(clock, at(2026, 1, 1)) is None
    assert legal_term(at(2020, 3, 1, 0), "none", CALENDAR, BOOK).due_at == end_of(date(2020, 3, 16))


def test_counted_and_skipped_days_with_reasons() -> None:
    clock = complex_promise(at(2026, 2, 13))
    assert [f"{day.day:%m-%d}" for day in clock.counted] == ["02-14", "02-24", "02-25", "02-26", "02-27"]
    assert {day.reason for day in clock.skipped} == {"春节"} and len(clock.skipped) == 9
    said = "到期 2026-02-27 24:00；已计：02-14 补班日、02-24…02-27；不计：02-15…02-23 春节；日历 2026 v1"
    assert clock.working() == said


def test_the_sentence_in_english() -> None:
    with use_locale("en"):
        said = complex_promise(at(2026, 2, 13)).working()
    assert said.startswith("Due 27 Feb 2026 24:00; counted: 02-14 make-up working day, 02-24…02-27; not counted:")


def test_beyond_the_table_it_is_presumed_until_the_year_is_loaded() -> None:
    received = at(2026, 12, 30)
    clock = complex_promise(received, 2)
    assert clock.provisional and clock.due_at == end_of(date(2027, 1, 1))
    assert clock.working().endswith("推定：尚无该年放假安排")
    loaded = Calendar.of([*DAYS, CalendarDay(date(2027, 1, 1), "holiday", "元旦")], "2027 v1")
    again = complex_promise(received, 2, loaded)
    assert not again.provisional and again.due_at == end_of(date(2027, 1, 4))


def test_the_bank_may_let_the_term_roll_forward_or_count_working_days() -> None:
    rolling = book_with("complaint.legal_counting", {"days": "calendar", "roll_forward": True})
    clock = legal_term(at(2026, 9, 16), "none", CALENDAR, rolling)
    assert clock.due_at == end_of(date(2026, 10, 8)) and len(clock.skipped) == 7
    working = book_with("complaint.legal_counting", {"days": "working", "roll_forward": False})
    assert len(legal_term(at(2026, 9, 16), "none", CALENDAR, working).counted) == 15


def test_review_terms() -> None:
    assert review_term("ask", at(2026, 9, 16), BOOK) == end_of(date(2026, 10, 16))
    assert review_term("answer", at(2019, 9, 16), BOOK) is None


def test_time_left_turns_negative() -> None:
    clock = promise("personal", False, at(2026, 5, 1), CALENDAR, BOOK)
    assert time_left(clock, at(2026, 5, 2, 9)) == timedelta(hours=1)
    assert time_left(clock, at(2026, 5, 2, 11)) == timedelta(hours=-1)


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2026, 1, 1)
    with pytest.raises(ValueError, match="aware"):
        promise("personal", False, naive, CALENDAR, BOOK)


def slow_due(received: date, count: int) -> date:
    """Walk day by day and ask the raw table; nothing shared with the clock."""
    holidays = {day.day for day in DAYS if day.kind == "holiday"}
    make_up = {day.day for day in DAYS if day.kind == "workday"}
    day = received
    while count:
        day += timedelta(days=1)
        if day in make_up or (day.weekday() < 5 and day not in holidays):
            count -= 1
    return day


moments = st.datetimes(datetime(2003, 6, 1), datetime(2028, 6, 1), timezones=st.just(UTC))


@given(moments, st.integers(1, 40))
def test_any_working_day_clock_equals_the_slow_count(received: datetime, days: int) -> None:
    clock = complex_promise(received, days)
    start = received.astimezone(SHANGHAI).date()
    due = slow_due(start, days)
    assert clock.due_at == datetime.combine(due, time(), SHANGHAI) + timedelta(days=1)
    assert len(clock.counted) == days
    assert len(clock.counted) + len(clock.skipped) == (due - start).days
    first, last = start + timedelta(days=1), due
    assert clock.provisional == (first.year < 2004 or last.year > 2026)


@given(moments, st.sampled_from(["none", "complex", "specially_complex"]))
def test_an_extension_never_shortens(received: datetime, extension: str) -> None:
    clock = legal_term(received, extension, CALENDAR, BOOK)
    plain = legal_term(received, "none", CALENDAR, BOOK)
    assert (clock.due_at is None) == (received.astimezone(SHANGHAI).date() < date(2020, 3, 1))
    if clock.due_at and plain.due_at:
        assert clock.due_at >= plain.due_at > received
