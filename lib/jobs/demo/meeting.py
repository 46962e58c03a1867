"""Review meetings of the demonstration bank: what closed quarters' meetings decided, noted and signed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from lib.jobs.demo.plan import material
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter

#: a meeting is held so many days after its quarter ended
_HELD = 24
#: ids above those of the other actions the bank is found with
_FIRST_ID = 900_000


def write_meetings() -> int:
    """The meetings of the last closed quarters, written as they were left; returns how many rows."""
    said = material("meeting")
    with bulk("demo") as session:
        if session.scalar(select(m.ReviewSignature.id).limit(1)) is not None:
            return 0  # a second day finds the meetings held
        runs = _closed(session)
        staff = {one.login: one for one in session.scalars(select(m.Staff))}
        branches = set(session.scalars(select(m.Branch.id)))
        for number, one in enumerate(said["decision"]):
            if _told(one, runs, staff) and one.get("branch", 1) in branches:
                _decision(session, _FIRST_ID + number, one, runs[one["back"] - 1], staff)
        for number, one in enumerate(said["note"]):
            if _told(one, runs, staff):
                _note(session, number + 1, one, runs[one["back"] - 1], staff[one["by"]])
        for number, one in enumerate(said["signature"]):
            if _told(one, runs, staff):
                _signature(session, number + 1, one, runs[one["back"] - 1], staff)
        made = Counter(type(row).__tablename__ for row in session.new)
        for table, rows in made.items():
            session.note(table, rows)
        return made.total()


def _told(one: dict[str, Any], runs: list[m.QuarterRun], staff: dict[str, m.Staff]) -> bool:
    """Whether a bank has that quarter, and the person: one of fewer quarters tells fewer meetings."""
    who = one.get("owner") or one.get("by") or one.get("who")
    return one["back"] <= len(runs) and who in staff


def _closed(session: BulkSession) -> list[m.QuarterRun]:
    """The closed quarters, the newest first."""
    run = m.QuarterRun
    return list(session.scalars(select(run).where(run.state == "closed").order_by(run.quarter.desc())))


def _held(run: m.QuarterRun) -> datetime:
    day = Quarter.parse(run.quarter).end + timedelta(days=_HELD)
    return datetime.combine(min(day, today()), time(7), UTC)


def _day(days: int) -> date:
    return today() + timedelta(days=days)


def _decision(
    session: BulkSession, number: int, one: dict[str, Any], run: m.QuarterRun, staff: dict[str, m.Staff]
) -> None:
    ended = one.get("done", one.get("dropped"))
    held = _held(run)
    session.add(m.Action(
        id=number, title=one["title"], steps=one["steps"], kpi_key=one["kpi"], expected=one.get("expected"),
        expected_e4=one.get("expected_e4"), owner_id=staff[one["owner"]].id, branch_id=one.get("branch"), version=1,
        due_on=max(_day(one["due"]), held.date()), quarter=run.quarter, created_by=staff["crm.zhao"].id,
        state="done" if "done" in one else "dropped" if "dropped" in one else "open",
        ended_on=None if ended is None else max(_day(ended), held.date()), evidence=one.get("evidence"),
        created_at=held,
    ))  # fmt: skip


def _note(session: BulkSession, number: int, one: dict[str, Any], run: m.QuarterRun, by: m.Staff) -> None:
    late = one.get("addendum", False)
    session.add(m.ReviewNote(
        id=number, quarter=run.quarter, section=one["section"], branch_id=by.branch_id, text=one["text"],
        staff_id=by.id, created_at=_held(run) + timedelta(days=4 if late else 0), addendum=late, version=1,
    ))  # fmt: skip


def _signature(
    session: BulkSession, number: int, one: dict[str, Any], run: m.QuarterRun, staff: dict[str, m.Staff]
) -> None:
    who, opinion = staff[one["who"]], one.get("opinion")
    signed = _held(run) + timedelta(hours=2, minutes=number) if opinion else None
    session.add(m.ReviewSignature(
        id=number, quarter=run.quarter, facts_version=run.version, staff_id=who.id, role=who.role, present=True,
        present_by=staff["crm.zhao"].id, present_at=_held(run), opinion=opinion, remark=one.get("remark"),
        signed_at=signed, version=1,
    ))  # fmt: skip
