"""A day's work in the demonstration bank: by the commands of the pages, in people's names, something of everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from lib.jobs.demo import build
from lib.jobs.demo.day import work_a_day
from lib.jobs.refresh import refresh
from lib.store import audit
from lib.store import models as m
from lib.store.bulk import bulk

MADE = {
    m.Gift: (), m.Recommendation: (), m.CapacityTest: (), m.CustomerLink: (), m.OutsideFact: (), m.Relation: (),
    m.Event: (), m.Invitation: (m.Invitation.state == "attended",), m.Referral: (m.Referral.state == "given",),
    m.Attachment: (m.Attachment.case_id == 0,),
    m.CustomerTag: (m.CustomerTag.by_rule.is_(False),),
    m.DueItem: (m.DueItem.kind == "visit", m.DueItem.state == "open"),
    m.AppraisalCard: (m.AppraisalCard.signed_by.is_not(None),),
    m.ChangeRequest: (m.ChangeRequest.kind == "customer_info", m.ChangeRequest.state == "pending"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_something_of_everything_and_a_whole_trail(
    new_database: Callable[..., str], entered: Callable[[str], str], engine: str
) -> None:
    entered(new_database(engine))
    build(customers=260, quarters=2, seed=5, progress=lambda _said: None)
    refresh(lambda _said: None)
    assert work_a_day() > 40
    with bulk("test", write=False) as session:
        found = {table.__tablename__: session.scalar(select(func.count()).select_from(table).where(*only))
                 for table, only in MADE.items()}  # fmt: skip
        assert [table for table, rows in found.items() if not rows] == []
        decided = select(m.ChangeRequest).where(m.ChangeRequest.kind == "customer_info",
                                                m.ChangeRequest.state == "accepted")  # fmt: skip
        assert all(one.decided_by != one.requested_by for one in session.scalars(decided))
        assert list(audit.verify(session)) == []
    work_a_day()  # a second day is refused where something stands already, and breaks nothing
