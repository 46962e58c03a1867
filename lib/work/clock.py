"""The clocks of a case: the bank's promise to reply and the legal term to decide, with the waits that stop them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
class Pause:
    """A wait that stops a clock, between two aware moments; `end` None: it still lasts. `why` in words."""

    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True)
class Clock:
    """When a reply or decision is due (aware UTC; None: the clock says nothing or stands still), and by which rule.

    `kind` is promise | legal_term | outside. `counted` and `skipped` are the days of a clock of days, `pauses` the
    waits added to a clock of hours. `provisional`: a day of it lies beyond the calendar's table (推定). `stopped`:
    the wait that makes it stand still now.
    """

    kind: str
    received_at: datetime
    due_at: datetime | None
    entry: Entry | None
    counted: tuple[ClockDay, ...] = ()
    skipped: tuple[ClockDay, ...] = ()
    provisional: bool = False
    calendar_version: str = ""
    pauses: tuple[Pause, ...] = ()
    stopped: Pause | None = None

    def working(self) -> str:
        """The calculation in one sentence, for the user to follow day by day."""
        if self.stopped is not None:
            said = _("暂停：自 {at} 起{why}，恢复后继续计算")
            parts = [said.format(at=moment(self.stopped.start), why=self.stopped.why)]
        elif self.due_at is None:
            return _("收到投诉时法定期限尚未施行")
        else:
            parts = [_("到期 {at}").format(at=due_text(self.due_at))]
        if self.counted:
            parts.append(_("已计：{days}").format(days=_days(self.counted)))
        if self.skipped:
            parts.append(_("不计：{days}").format(days=_days(self.skipped)))
        if self.pauses:
            parts.append(_("不计：{days}").format(days=_spans(self.pauses)))
        if self.counted or self.skipped:
            parts.append(_("日历 {version}").format(version=self.calendar_version))
        if self.provisional:
            parts.append(_("推定：尚无该年放假安排"))
        return _("；").join(parts)


def promise(
    kind: str, complex_: bool, received_at: datetime, calendar: Calendar, book: Rulebook,
    pauses: Sequence[Pause] = (), rule: str = "",
) -> Clock:  # fmt: skip
    """The promised reply (办法 §五.2) for a personal or corporate matter received at an aware moment.

    `rule`: a rule of the matter's own kind (方案 §3.3), which says hours by kind of customer.

    Hours run on the clock, and a wait adds its time; working days begin the day after receipt and run to the end of
    the last one. The rule is that of the day of receipt. It runs once: a reopened matter is not promised again.
    """
    if rule:
        own = book.entry(rule, _local_day(received_at))
        begun = Clock("promise", received_at, None, own, calendar_version=calendar.version)
        return _hours(begun, timedelta(hours=own.value[kind]), pauses)
    key = "corporate_complex" if kind == "corporate" and complex_ else kind
    entry = book.entry(f"complaint.promise.{key}", _local_day(received_at))
    begun = Clock("promise", received_at, None, entry, calendar_version=calendar.version)
    if "hours" in entry.value:
        return _hours(begun, timedelta(hours=entry.value["hours"]), pauses)
    return _count(begun, entry.value["working_days"], calendar, pauses, working=True)


def legal_term(
    received_at: datetime, extension: str, calendar: Calendar, book: Rulebook, pauses: Sequence[Pause] = ()
) -> Clock:
    """The legal term (银行业保险业消费投诉处理管理办法) under an extension of EXTENSIONS.

    It ends with the last day, in Shanghai; before the law's date there is none. For a reopened matter the
    reopening is the receipt: it starts a new term.
    """
    day = _local_day(received_at)
    entry = book.find("complaint.legal_term", day)
    begun = Clock("legal_term", received_at, None, entry, calendar_version=calendar.version)
    if entry is None:
        return begun
    how = book.value("complaint.legal_counting", day)
    working, roll = how["days"] == "working", how["roll_forward"]
    return _count(begun, entry.value[extension], calendar, pauses, working=working, roll=roll)


def outside_term(received_at: datetime, due_at: datetime) -> Clock:
    """The term set by whoever passed a case on (监管转办, 12378, 12345): it is given, not counted."""
    return Clock("outside", received_at, due_at, None)


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


def _hours(begun: Clock, length: timedelta, pauses: Sequence[Pause]) -> Clock:
    """Waits that begin before the clock is due add the time they last; one that still lasts stops it."""
    reached, added = _aware(begun.received_at), list[Pause]()
    due = reached + length
    for pause in sorted(pauses, key=lambda one: one.start):
        if pause.start >= due:
            break
        if pause.end is None:
            return replace(begun, pauses=tuple(added), stopped=pause)
        if pause.end > reached:
            due += pause.end - max(pause.start, reached)
            reached = pause.end
            added.append(pause)
    return replace(begun, due_at=due, pauses=tuple(added))


def _count(
    begun: Clock, count: int, calendar: Calendar, pauses: Sequence[Pause], *, working: bool, roll: bool = False
) -> Clock:
    """Count days from the day after; with `roll` the last one must be worked. A day of waiting is not counted."""
    counted: list[ClockDay] = []
    skipped: list[ClockDay] = []
    provisional = False
    day = _local_day(begun.received_at)
    while len(counted) < count:
        day += timedelta(days=1)
        waited = _waited(day, pauses)
        if waited is not None and waited.end is None:
            return replace(begun, counted=tuple(counted), skipped=tuple(skipped), stopped=waited)
        state = calendar.is_working(day)
        provisional |= not calendar.since <= day.year <= calendar.until
        must_be_worked = working or (roll and len(counted) == count - 1)
        if waited is not None:
            skipped.append(ClockDay(day, waited.why))
        elif must_be_worked and not state.working:
            skipped.append(ClockDay(day, state.reason))
        else:
            counted.append(ClockDay(day, state.reason if must_be_worked else ""))
    return replace(begun, due_at=end_of(day), counted=tuple(counted), skipped=tuple(skipped), provisional=provisional)


def _waited(day: date, pauses: Sequence[Pause]) -> Pause | None:
    """The wait a day belongs to: its first day counts, the day it ends does not, as with the day of receipt."""
    found = [one for one in pauses
             if _local_day(one.start) < day and (one.end is None or day <= _local_day(one.end))]  # fmt: skip
    return min(found, key=lambda one: one.end is None, default=None)


def _days(days: Sequence[ClockDay]) -> str:
    """`02-14 补班日、02-24…02-27`: neighbours with one reason are drawn together."""
    runs = groupby(enumerate(days), key=lambda at: (at[1].reason, at[1].day.toordinal() - at[0]))
    said = []
    for (reason, __), run in runs:
        spelled = [day.day for ___, day in run]
        span = f"{spelled[0]:%m-%d}" if len(spelled) == 1 else f"{spelled[0]:%m-%d}…{spelled[-1]:%m-%d}"
        said.append(f"{span} {reason}".strip())
    return _("、").join(said)


def _spans(pauses: Sequence[Pause]) -> str:
    """`2026-02-14 10:00…2026-02-15 09:00 等待客户`"""
    return _("、").join(f"{moment(one.start)}…{moment(one.end)} {one.why}" for one in pauses)


def _local_day(moment_: datetime) -> date:
    return _aware(moment_).astimezone(SHANGHAI).date()


def _aware(moment_: datetime) -> datetime:
    if moment_.tzinfo is None:
        raise ValueError("a clock starts at an aware moment")
    return moment_.astimezone(UTC)
