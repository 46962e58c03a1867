"""The two clocks of a complaint: the bank's promise to reply and the legal term to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from lib.rulebook import Calendar, Entry, Rulebook
from lib.words import SHANGHAI, _, moment

EXTENSIONS = ("none", "complex", "specially_complex")


@dataclass(frozen=True)
class ClockDay:
    """One day of a clock with the reason it was counted or skipped; empty for an ordinary day."""

    day: date
    reason: str


@dataclass(frozen=True)
class Clock:
    """When a reply or decision is due (aware UTC; None: the clock says nothing), by which rule and days.

    `kind` is promise | legal_term. `provisional`: a counted day lies beyond the calendar's table (推定).
    """

    kind: str
    received_at: datetime
    due_at: datetime | None
    entry: Entry | None
    counted: tuple[ClockDay, ...] = ()
    skipped: tuple[ClockDay, ...] = ()
    provisional: bool = False
    calendar_version: str = ""

    def working(self) -> str:
        """The calculation in one sentence, for the user to follow day by day."""
        if self.due_at is None:
            return _("收到投诉时法定期限尚未施行")
        due = _("到期 {at}").format(at=due_text(self.due_at))
        if not self.counted:
            return due
        parts = [due, _("已计：{days}").format(days=_days(self.counted))]
        if self.skipped:
            parts.append(_("不计：{days}").format(days=_days(self.skipped)))
        parts.append(_("日历 {version}").format(version=self.calendar_version))
        if self.provisional:
            parts.append(_("推定：尚无该年放假安排"))
        return _("；").join(parts)


def promise(kind: str, complex_: bool, received_at: datetime, calendar: Calendar, book: Rulebook) -> Clock:
    """The promised reply (办法 §五.2) for a personal or corporate matter received at an aware moment.

    Hours run on the clock; working days begin the day after receipt and run to the end of the last one. The
    rule is that of the day of receipt. For a reopened matter the reopening is the receipt.
    """
    key = "corporate_complex" if kind == "corporate" and complex_ else kind
    entry = book.entry(f"complaint.promise.{key}", _local_day(received_at))
    if "hours" in entry.value:
        due = _aware(received_at) + timedelta(hours=entry.value["hours"])
        return Clock("promise", received_at, due, entry, calendar_version=calendar.version)
    return _working_days("promise", received_at, entry.value["working_days"], entry, calendar)


def legal_term(received_at: datetime, extension: str, calendar: Calendar, book: Rulebook) -> Clock:
    """The legal term (银行业保险业消费投诉处理管理办法) under an extension of EXTENSIONS.

    It ends with the last day, in Shanghai; before the law's date there is none. For a reopened matter the
    reopening is the receipt: it starts a new term.
    """
    day = _local_day(received_at)
    entry = book.find("complaint.legal_term", day)
    if entry is None:
        return Clock("legal_term", received_at, None, None, calendar_version=calendar.version)
    counting = book.value("complaint.legal_counting", day)
    count = entry.value[extension]
    if counting["days"] == "working":
        return _working_days("legal_term", received_at, count, entry, calendar)
    last = day + timedelta(days=count)
    if not counting["roll_forward"]:
        return Clock("legal_term", received_at, end_of(last), entry, calendar_version=calendar.version)
    return _rolled("legal_term", received_at, last, entry, calendar)


def review_term(step: str, from_at: datetime, book: Rulebook) -> datetime | None:
    """The end of the time to `ask` for a review (核查) or to `answer` it; None before the law."""
    day = _local_day(from_at)
    entry = book.find("complaint.review", day)
    return end_of(day + timedelta(days=entry.value[step])) if entry else None


def time_left(clock: Clock, now: datetime) -> timedelta | None:
    """Time until the clock is due, negative once overdue; None where it says nothing."""
    return None if clock.due_at is None else clock.due_at - now


def end_of(day: date) -> datetime:
    """The end (24:00) of a day in Shanghai, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def due_text(due_at: datetime) -> str:
    """A due moment as people say it: the end of a day is that day's 24:00, not the next day's 00:00."""
    if due_at.astimezone(SHANGHAI).time() != time():
        return moment(due_at)
    return moment(due_at - timedelta(minutes=1))[:-5] + "24:00"


def _working_days(kind: str, start: datetime, count: int, entry: Entry, calendar: Calendar) -> Clock:
    counted: list[ClockDay] = []
    skipped: list[ClockDay] = []
    provisional = False
    day = _local_day(start)
    while len(counted) < count:
        day += timedelta(days=1)
        worked, reason, presumed = calendar.is_working(day)
        provisional |= presumed
        (counted if worked else skipped).append(ClockDay(day, reason))
    return _clock(kind, start, day, entry, counted, skipped, provisional, calendar)


def _rolled(kind: str, start: datetime, last: date, entry: Entry, calendar: Calendar) -> Clock:
    skipped: list[ClockDay] = []
    state = calendar.is_working(last)
    provisional = state.provisional
    while not state.working:
        skipped.append(ClockDay(last, state.reason))
        last += timedelta(days=1)
        state = calendar.is_working(last)
        provisional |= state.provisional
    return _clock(kind, start, last, entry, [ClockDay(last, state.reason)], skipped, provisional, calendar)


def _clock(
    kind: str,
    start: datetime,
    last: date,
    entry: Entry,
    counted: list[ClockDay],
    skipped: list[ClockDay],
    provisional: bool,
    calendar: Calendar,
) -> Clock:
    return Clock(kind, start, end_of(last), entry, tuple(counted), tuple(skipped), provisional, calendar.version)


def _days(days: tuple[ClockDay, ...]) -> str:
    """`02-14 补班日、02-24…02-27`: neighbours with one reason are drawn together."""
    runs = groupby(enumerate(days), key=lambda at: (at[1].reason, at[1].day.toordinal() - at[0]))
    said = []
    for (reason, __), run in runs:
        spelled = [day.day for ___, day in run]
        span = f"{spelled[0]:%m-%d}" if len(spelled) == 1 else f"{spelled[0]:%m-%d}…{spelled[-1]:%m-%d}"
        said.append(f"{span} {reason}".strip())
    return _("、").join(said)


def _local_day(moment_: datetime) -> date:
    return _aware(moment_).astimezone(SHANGHAI).date()


def _aware(moment_: datetime) -> datetime:
    if moment_.tzinfo is None:
        raise ValueError("a clock starts at an aware moment")
    return moment_.astimezone(UTC)
