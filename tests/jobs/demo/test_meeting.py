"""Meetings of the demonstration bank: held after closed quarters only, with evidence, something overdue, signatures."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from lib.jobs.demo.meeting import write_meetings
from lib.jobs.demo.plan import material
from lib.settings import bank_day, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.words import codes
from tests.review.closable import LAST, closable, closable_made, closable_on_sqlite

_ = (closable, closable_made, closable_on_sqlite)


def test_what_is_told_is_known_to_the_bank(closable_on_sqlite: str) -> None:
    said, kpis = material("meeting"), {kpi.key for kpi in rulebook().kpis(today())}
    assert {one["kpi"] for one in said["decision"]} <= kpis
    assert {one["section"] for one in said["note"]} <= set(codes("review_section"))
    assert {one.get("opinion", "agree") for one in said["signature"]} <= set(codes("review_opinion"))


def test_meetings_are_held_once_and_after_closed_quarters_only(closable: str) -> None:
    assert write_meetings() > 8
    assert write_meetings() == 0
    with bulk("look", write=False) as session:
        run = m.QuarterRun
        closed = {one.quarter: one.version for one in session.scalars(select(run).where(run.state == "closed"))}
        decided = session.scalars(select(m.Action).where(m.Action.quarter.is_not(None))).all()
        signed = session.scalars(select(m.ReviewSignature)).all()
        notes = session.scalars(select(m.ReviewNote)).all()
    assert {one.quarter for one in (*decided, *notes, *signed)} <= set(closed) and str(LAST) not in closed
    assert all(closed[one.quarter] == one.facts_version for one in signed)
    state = Counter(one.state for one in decided)
    assert state["open"] and state["done"] and any(one.state == "open" and one.due_on < today() for one in decided)
    for one in decided:
        assert (one.state == "open") == (one.ended_on is None)
        assert one.ended_on is None or (one.evidence and one.ended_on >= bank_day(one.created_at))
        assert bank_day(one.created_at) > Quarter.parse(one.quarter or "").end
    assert {one.opinion for one in signed} == {"agree", "remark", None}
