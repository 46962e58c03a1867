"""Before the working calendar runs out: which term that begins today would already end beyond the last known year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.rulebook import Calendar, Rulebook
from lib.store.models import Case
from lib.words import SHANGHAI, _, day, integer
from lib.work.clock import EXTENSIONS, Clock, legal_term, promise
from lib.work.moves import ENDED


def warning(calendar: Calendar, today: date, book: Rulebook) -> str | None:
    """A sentence once a term beginning today could end beyond the calendar's last year; None while none could.

    Looks at every promise (办法 §五.2) and every legal term (银行业保险业消费投诉处理管理办法), the longest included.
    """
    ends = max((_last_day(clock.due_at) for clock in _beginning(today, calendar, book) if clock.due_at), default=today)
    if not calendar.days:
        return _("工作日历还没有任何年度：所有工作日都按周一至周五推定。请载入 {year} 年日历。").format(year=today.year)
    if ends.year <= calendar.until:
        return None
    said = _("工作日历只到 {until} 年底，今天开始的期限最迟到 {ends}：其后工作日为推定。请载入 {year} 年日历。")
    return said.format(until=calendar.until, ends=day(ends), year=calendar.until + 1)


def presumed(session: Session) -> int:
    """How many open cases within the scope have a clock marked 推定."""
    open_ = (Case.clocks_provisional, Case.state.not_in(ENDED))
    return session.scalar(select(func.count()).select_from(Case).where(*open_)) or 0


def presumed_sentence(count: int) -> str | None:
    """How many open cases are counted on presumed days; None where there is none."""
    return _("现有 {n} 件未办结事项的时限为推定。").format(n=integer(count)) if count else None


def _beginning(today: date, calendar: Calendar, book: Rulebook) -> Iterator[Clock]:
    """Every clock a matter received on that day could bear."""
    at = datetime.combine(today, time(12), SHANGHAI)
    for kind, complex_ in (("personal", False), ("corporate", False), ("corporate", True)):
        yield promise(kind, complex_, at, calendar, book)
    for extension in EXTENSIONS:
        yield legal_term(at, extension, calendar, book)


def _last_day(due_at: datetime) -> date:
    """The last day of a term: one that runs to 24:00 ends on that day, not on the next."""
    return (due_at - timedelta(minutes=1)).astimezone(SHANGHAI).date()
