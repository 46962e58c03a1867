"""A year of the working calendar as the bank proposes it: what is wrong, what would change, and the request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from lib.rulebook import Calendar, CalendarDay, Rulebook
from lib.settings import today
from lib.store.book import calendar, rulebook
from lib.store.models import ChangeRequest
from lib.store.session import Refused, StoreSession
from lib.words import _, day, name
from lib.work import requests
from lib.work.proposals import need_proposer, need_settled
from lib.work.requests import Asked

KIND, SUBJECT = "calendar_year", "calendar"
LONGEST_NAME = 40


class DayChange(NamedTuple):
    """A day as it stands and as it would be; None where it is an ordinary day."""

    day: date
    before: CalendarDay | None
    after: CalendarDay | None


def days_in(known: Calendar, year: int) -> tuple[CalendarDay, ...]:
    """The special days of a year, in their order; none for a year the calendar does not know."""
    return tuple(sorted(row for row in known.days.values() if row.day.year == year))


def differences(before: Iterable[CalendarDay], after: Iterable[CalendarDay]) -> list[DayChange]:
    """The days that would change, in their order."""
    old, new = ({row.day: row for row in days} for days in (before, after))
    return [DayChange(at, old.get(at), new.get(at)) for at in sorted({*old, *new}) if old.get(at) != new.get(at)]


def problems(days: Sequence[CalendarDay], known: Calendar) -> list[str]:
    """Why these days of one year cannot be proposed, as sentences; empty if they can.

    A year must follow the known ones without a gap: years between known ones count as known.
    """
    year = days[0].day.year
    found = [
        _("{day}（{weekday}）不是周末，不能作补班日。").format(day=day(row.day), weekday=weekday(row.day))
        for row in days
        if row.kind == "workday" and row.day.weekday() < 5
    ]
    if any(not row.name or len(row.name) > LONGEST_NAME for row in days):
        found.append(_("每一天都要写明名称，最多 {n} 字。").format(n=LONGEST_NAME))
    if known.days and year > known.until + 1:
        found.append(_("请先载入 {year} 年：中间的年度不能空着。").format(year=known.until + 1))
    if known.days and year < known.since - 1:
        found.append(_("请先载入 {year} 年：中间的年度不能空着。").format(year=known.since - 1))
    if not found and not differences(days_in(known, year), days):
        found.append(_("与现有的 {year} 年日历完全相同，无需修改。").format(year=year))
    return found


def doubts(days: Sequence[CalendarDay], book: Rulebook, on: date) -> list[str]:
    """What looks unlikely and should be checked again before proposing (rule calendar.holidays)."""
    likely = book.value("calendar.holidays", on)
    count = sum(row.kind == "holiday" for row in days)
    if likely["least"] <= count <= likely["most"]:
        return []
    said = _("放假共 {n} 天，通常为 {least} 至 {most} 天：请核对是否完整。")
    return [said.format(n=count, least=likely["least"], most=likely["most"])]


def propose(session: StoreSession, days: Sequence[CalendarDay], reason: str) -> ChangeRequest:
    """Ask for a year to be loaded, or corrected where it is known; another post agrees (rule approval.stages).

    Raises Refused for who may not propose, for a year with problems, and while another change of it is under way.
    """
    known = calendar()
    need_proposer(session)
    wrong = problems(days, known)
    if wrong:
        raise Refused("".join(wrong))
    year = days[0].day.year
    need_settled(session, SUBJECT, str(year))
    before = {"days": as_data(days_in(known, year)), "calendar": known.version}
    doubtful = doubts(days, rulebook(), today())
    return requests.ask(session, Asked(KIND, SUBJECT, str(year), before,
                                       {"days": as_data(days), "doubts": doubtful}, reason))  # fmt: skip


def weekday(at: date) -> str:
    """A day of the week: 周一."""
    return name("weekday", str(at.weekday()))


def as_data(days: Iterable[CalendarDay]) -> list[list[str]]:
    """Days as a request keeps them."""
    return [[row.day.isoformat(), row.kind, row.name] for row in days]


def from_data(said: Any) -> tuple[CalendarDay, ...]:
    """The days a request keeps."""
    return tuple(CalendarDay(date.fromisoformat(at), kind, named) for at, kind, named in said)
