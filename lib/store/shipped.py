"""Rules, KPI catalogue and calendar: what is shipped is loaded into the store once, and never overwritten."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.rulebook import CalendarDay as Day
from lib.rulebook import RuleRow, parse_calendar, shipped_rows
from lib.settings import ROOT
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.models import CalendarDay, RuleEntry


def load_shipped() -> dict[str, int]:
    """Load the shipped entries and calendar years the bank does not have yet; what it has is never overwritten.

    Reference tables are written in a transaction of their own. Returns how many rows were loaded.
    """
    with bulk("migrate") as session:
        rules = add_rules(session, shipped_rows())
        days = add_days(session, parse_calendar(ROOT / "data" / "calendar")[0])
        for what, count in (("rule_entry", rules), ("calendar_day", days)):
            if count:
                session.note(what, count)
    return {"rules": rules, "calendar_days": days}


def add_rules(session: Session, rows: list[RuleRow]) -> int:
    """Add entries of keys and dates the store does not have; each becomes the next version of its key."""
    known = {(e.kind, e.key, e.valid_from) for e in session.scalars(select(RuleEntry))}
    versions: dict[tuple[str, str], int] = {
        (kind, key): last
        for kind, key, last in session.execute(
            select(RuleEntry.kind, RuleEntry.key, func.max(RuleEntry.version)).group_by(RuleEntry.kind, RuleEntry.key)
        )
    }
    added = 0
    for row in rows:
        if (row.kind, row.key, row.valid_from) in known:
            continue
        version = versions[row.kind, row.key] = versions.get((row.kind, row.key), 0) + 1
        said = {
            name: getattr(row, name) for name in ("kind", "key", "valid_from", "basis", "source", "title", "position")
        }
        session.add(RuleEntry(id=new_id(), version=version, value=row.value, digest=row.digest, **said))
        added += 1
    return added


def add_days(session: Session, days: list[Day]) -> int:
    """Add the days of calendar years the store does not know."""
    known = {day.year for day in session.scalars(select(CalendarDay.day))}
    fresh = [day for day in days if day.day.year not in known]
    session.add_all(CalendarDay(day=d.day, kind=d.kind, name=d.name) for d in fresh)
    return len(fresh)
