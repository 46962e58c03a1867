"""The two clocks: the vectors of the rule books, and any day against a slow, obvious count."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.rulebook import Calendar, CalendarDay, Rulebook, RuleRow, parse_calendar, shipped_rows
from lib.rulebook.parse import DATA
from lib.words import SHANGHAI, use_locale
from lib.work.clock import Clock, Pause, due_text, end_of, legal_term, outside_term, promise, review_term, time_left
from tests.work.slow import Wait, shanghai, slow_days, slow_minutes

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


# The vectors of the rule books come first.
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
    assert clock.due_at == end_of(date(2026, 10, 8)) and len(clock.skipped) == 7 and len(clock.counted) == 15
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


@pytest.mark.parametrize(
    ("pauses", "due", "skipped"),
    [
        ([(at(2026, 9, 18, 23, 59), at(2026, 9, 19, 0, 1))], date(2026, 10, 2), 1),  # a minute over midnight: a day
        ([(at(2026, 9, 18, 0, 1), at(2026, 9, 18, 23, 59))], date(2026, 10, 1), 0),  # within one day: none
        ([(at(2026, 9, 18), at(2026, 9, 21))], date(2026, 10, 4), 3),
        ([(at(2026, 9, 18), at(2026, 9, 21)), (at(2026, 9, 20), at(2026, 9, 22))], date(2026, 10, 5), 4),  # overlap
        ([(at(2026, 10, 1, 23, 59), at(2026, 10, 9))], date(2026, 10, 1), 0),  # on the last day: too late to matter
        ([(at(2026, 9, 30), at(2026, 10, 2))], date(2026, 10, 3), 2),
        ([(at(2026, 9, 10), at(2026, 9, 12))], date(2026, 10, 1), 0),  # before the receipt
    ],
)
def test_days_of_waiting_are_not_counted(pauses: list[tuple[datetime, datetime]], due: date, skipped: int) -> None:
    waits = [Pause(start, end, "等待客户") for start, end in pauses]
    clock = legal_term(at(2026, 9, 16), "none", CALENDAR, BOOK, waits)
    assert clock.due_at == end_of(due) and len(clock.counted) == 15
    assert [day.reason for day in clock.skipped] == ["等待客户"] * skipped


@pytest.mark.parametrize(
    ("pauses", "hours"),
    [
        ([(2, 5)], 27),
        ([(2, 5), (4, 6)], 28),
        ([(2, 5), (23, 25)], 29),
        ([(24, 30)], 24),  # begins when it is due
        ([(-5, 1)], 25),  # before the receipt nothing ran
        ([(20, 30), (25, 40)], 44),
    ],
)
def test_hours_of_waiting_are_added(pauses: list[tuple[int, int]], hours: int) -> None:
    received = at(2026, 5, 6)
    waits = [Pause(received + timedelta(hours=a), received + timedelta(hours=b), "等待客户") for a, b in pauses]
    clock = promise("personal", False, received, CALENDAR, BOOK, waits)
    assert clock.due_at == received + timedelta(hours=hours)


def test_a_wait_that_lasts_makes_the_clock_stand_still_and_it_says_so() -> None:
    lasting = Pause(at(2026, 9, 18), None, "等待客户")
    term = legal_term(at(2026, 9, 16), "none", CALENDAR, BOOK, [lasting])
    assert term.due_at is None and term.stopped == lasting and len(term.counted) == 2
    assert term.working() == ("暂停：自 2026-09-18 10:00 起等待客户，恢复后继续计算；已计：09-17…09-18；日历 2026 v1")
    assert time_left(term, at(2026, 9, 20)) is None
    reply = promise("personal", False, at(2026, 9, 18, 9), CALENDAR, BOOK, [lasting])
    assert reply.due_at is None and reply.stopped == lasting
    overdue = promise("personal", False, at(2026, 9, 16), CALENDAR, BOOK, [lasting])
    assert overdue.due_at == at(2026, 9, 17) and overdue.stopped is None  # it was over before


def test_the_working_names_the_wait() -> None:
    wait = Pause(at(2026, 5, 6, 12), at(2026, 5, 6, 14), "等待客户")
    said = promise("personal", False, at(2026, 5, 6), CALENDAR, BOOK, [wait]).working()
    assert said == "到期 2026-05-07 12:00；不计：2026-05-06 12:00…2026-05-06 14:00 等待客户"


def test_a_term_set_outside_is_given_and_not_counted() -> None:
    clock = outside_term(at(2026, 9, 16), end_of(date(2026, 9, 25)))
    assert (clock.kind, clock.working()) == ("outside", "到期 2026-09-25 24:00")


SHANGHAI_MIDNIGHTS = st.sampled_from([
    datetime(2026, 2, 13, 16, 0, tzinfo=UTC), datetime(2026, 2, 13, 15, 59, tzinfo=UTC),
    datetime(2026, 9, 30, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC),
])  # fmt: skip
moments = st.one_of(
    st.datetimes(datetime(2003, 6, 1), datetime(2028, 6, 1), timezones=st.just(UTC)), SHANGHAI_MIDNIGHTS
)


@st.composite
def waiting(draw: st.DrawFn, longest: int = 30) -> tuple[datetime, list[Wait]]:
    """A receipt and waits around it, in whole minutes; the last may still last."""
    received = draw(moments).replace(second=0, microsecond=0)
    minutes = st.integers(-2 * 1440, longest * 1440)
    spans = draw(st.lists(st.tuples(minutes, st.integers(1, 6 * 1440)), max_size=4))
    waits: list[Wait] = [
        (received + timedelta(minutes=start), received + timedelta(minutes=start + length)) for start, length in spans
    ]
    if draw(st.integers(0, 3)) == 0:
        waits.append((received + timedelta(minutes=draw(minutes)), None))
    return received, waits


def pauses(waits: list[Wait]) -> list[Pause]:
    return [Pause(start, end, "等待") for start, end in waits]


@given(waiting(), st.integers(1, 40))
def test_any_working_day_clock_equals_the_slow_count(given_: tuple[datetime, list[Wait]], days: int) -> None:
    received, waits = given_
    book = book_with("complaint.promise.corporate_complex", {"working_days": days})
    clock = promise("corporate", True, received, CALENDAR, book, pauses(waits))
    due = slow_days(received, days, True, False, waits)
    check_days(clock, received, days, due)


@given(
    waiting(), st.sampled_from(["none", "complex", "specially_complex"]), st.sampled_from(["calendar", "working"]),
    st.booleans(),
)  # fmt: skip
def test_any_legal_term_equals_the_slow_count(
    given_: tuple[datetime, list[Wait]], extension: str, counting: str, roll: bool
) -> None:
    received, waits = given_
    book = book_with("complaint.legal_counting", {"days": counting, "roll_forward": roll})
    clock = legal_term(received, extension, CALENDAR, book, pauses(waits))
    if shanghai(received) < date(2020, 3, 1):
        assert clock.due_at is None and clock.entry is None
        return
    days = {"none": 15, "complex": 30, "specially_complex": 60}[extension]
    check_days(clock, received, days, slow_days(received, days, counting == "working", roll, waits))


def check_days(clock: Clock, received: datetime, days: int, due: date | None) -> None:
    if due is None:
        assert clock.due_at is None and clock.stopped is not None and len(clock.counted) < days
        return
    start = shanghai(received)
    assert clock.due_at == datetime.combine(due, time(), SHANGHAI) + timedelta(days=1)
    assert len(clock.counted) == days and clock.stopped is None
    walked = sorted([*clock.counted, *clock.skipped], key=lambda one: one.day)
    assert [one.day for one in walked] == [start + timedelta(days=n + 1) for n in range((due - start).days)]
    assert all(one.reason for one in clock.skipped)
    assert clock.provisional == ((start + timedelta(days=1)).year < 2004 or due.year > 2026)


@given(waiting(longest=3), st.integers(1, 72))
@settings(max_examples=60)
def test_any_clock_of_hours_equals_the_slow_count(given_: tuple[datetime, list[Wait]], hours: int) -> None:
    received, waits = given_
    book = book_with("complaint.promise.personal", {"hours": hours})
    clock = promise("personal", False, received, CALENDAR, book, pauses(waits))
    assert clock.due_at == slow_minutes(received, hours, waits)
    assert (clock.stopped is not None) == (clock.due_at is None)


@given(moments, st.sampled_from(["none", "complex", "specially_complex"]))
def test_an_extension_never_shortens(received: datetime, extension: str) -> None:
    clock = legal_term(received, extension, CALENDAR, BOOK)
    plain = legal_term(received, "none", CALENDAR, BOOK)
    assert (clock.due_at is None) == (shanghai(received) < date(2020, 3, 1))
    if clock.due_at and plain.due_at:
        assert clock.due_at >= plain.due_at > received
