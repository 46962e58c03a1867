"""What a whole row must meet, beyond its single values: a ticket's moments in order, a mark within the check's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from lib.rulebook import Rulebook
from lib.settings import now, today
from lib.store.bulk import BulkSession
from lib.store.models import CheckMark, ServiceCheck
from lib.words import _
from lib.work.check_form import form_of

Rows = Mapping[int, dict[str, Any]]
Bad = dict[int, tuple[str | None, str]]
#: nobody stands in a queue, or at a window, for longer than this: a clock of the machine was wrong
_LONGEST = timedelta(hours=12)
_AT_ONCE = 5000


def tickets(_session: BulkSession, _book: Rulebook, rows: Rows) -> Bad:
    """Taken, called and finished in this order, none of them in the future or half a day apart."""
    moment, found = now(), Bad()
    for place, row in rows.items():
        taken, called, finished = (row.get(name) for name in ("taken_at", "called_at", "finished_at"))
        if taken is None or taken > moment:
            found[place] = ("taken_at", _("取号时间晚于现在"))
        elif called is None and finished is not None:
            found[place] = ("called_at", _("没有叫号时间却已办结"))
        elif called is not None and not taken <= called <= taken + _LONGEST:
            found[place] = ("called_at", _("叫号早于取号，或相隔超过半天"))
        elif called is not None and finished is not None and not called <= finished <= called + _LONGEST:
            found[place] = ("finished_at", _("办结早于叫号，或相隔超过半天"))
    return found


def checks(_session: BulkSession, _book: Rulebook, rows: Rows) -> Bad:
    """No check of a day to come."""
    late = _("检查日期不能晚于今天。")
    return {place: ("checked_on", late) for place, row in rows.items() if row["checked_on"] > today()}


def marks(session: BulkSession, book: Rulebook, rows: Rows) -> Bad:
    """An item of the form of its check, at most its points, once; what it could give is added to the row."""
    known = _checks_of(session, {row["check_id"] for row in rows.values() if row.get("check_id") is not None})
    there = _marked(session, set(known))
    found = Bad()
    for place, row in rows.items():
        kind, day = known[row["check_id"]]
        most = {item.code: item.points for item in form_of(book, kind, day)}.get(row["item"])
        if most is None:
            found[place] = ("item", _("不是检查表中的项目：{item}").format(item=row["item"]))
        elif not 0 <= row["points"] <= most:
            found[place] = ("points", _("须在 {low} 与 {high} 之间").format(low=0, high=most))
        elif (row["check_id"], row["item"]) in there:
            found[place] = ("item", _("这次检查的这一项已有得分"))
        else:
            there.add((row["check_id"], row["item"]))
            row["most"] = most
    return found


def _checks_of(session: BulkSession, ids: set[int]) -> dict[int, tuple[str, date]]:
    c = ServiceCheck
    found: dict[int, tuple[str, date]] = {}
    for some in _portions(ids):
        rows = session.execute(select(c.id, c.kind, c.checked_on).where(c.id.in_(some)))
        found |= {key: (kind, day) for key, kind, day in rows}
    return found


def _marked(session: BulkSession, ids: set[int]) -> set[tuple[int, str]]:
    k = CheckMark
    found: set[tuple[int, str]] = set()
    for some in _portions(ids):
        found |= {(check, item) for check, item in session.execute(
            select(k.check_id, k.item).where(k.check_id.in_(some)))}  # fmt: skip
    return found


def _portions(ids: set[int]) -> list[list[int]]:
    every = sorted(ids)
    return [every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE)]


CHECKS: dict[str, Callable[[BulkSession, Rulebook, Rows], Bad]] = {
    "queue_ticket": tickets, "service_check": checks, "check_mark": marks,
}  # fmt: skip
