"""The referrers' side, written by refresh from who brought whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from lib.jobs.referrals import write_referrals
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Referral
from tests.cast import FIRM, OTHER, OWN, PEER, PROSPECT, UNASSIGNED, SmallBank
from tests.engagement.rows import changed


def written() -> int:
    with bulk("refresh") as session:
        frame: Any = None
        return write_referrals(session, frame)


def rows() -> dict[tuple[int, int], tuple[str, Any]]:
    with bulk("look", write=False) as session:
        found = session.scalars(select(Referral))
        return {(one.customer_id, one.referred_id): (one.state, one.became_on) for one in found}


def test_rows_follow_the_customers(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(delete(Referral))
    changed(PROSPECT, referred_by_id=OTHER)
    changed(PEER, referred_by_id=OWN, opened_on=today())
    changed(FIRM, referred_by_id=FIRM)  # imported nonsense is left alone
    changed(UNASSIGNED, referred_by_id=999_999)  # a referrer the bank does not know
    written()
    assert rows() == {(OTHER, PROSPECT): ("open", None), (OWN, PEER): ("open", today())}
    assert written() == 0
    changed(PROSPECT, stage="customer", opened_on=today())
    written()
    assert rows()[OTHER, PROSPECT] == ("open", today())
    with bulk("test") as session:
        session.get_one(Referral, (OWN, PEER)).state = "given"
    changed(PROSPECT, referred_by_id=OWN)
    changed(PEER, merged_into_id=OWN)
    written()
    assert rows() == {(OWN, PROSPECT): ("open", today()), (OWN, PEER): ("given", today())}  # what was given stays
