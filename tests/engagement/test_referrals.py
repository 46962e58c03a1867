"""Who brought whom: recorded once, never in a circle, rewarded once a person and no oftener than the cap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lib.engagement import referrals
from lib.engagement.referrals import Wanted
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Customer, Referral
from lib.store.session import Conflict, Refused, open_session
from tests.cast import (
    FIRM,
    FORMER,
    GAO,
    OTHER,
    OUTSIDER,
    OWN,
    PEER,
    PROSPECT,
    UNASSIGNED,
    ZHANG,
    SmallBank,
    number_of,
    scope,
)
from tests.engagement.rows import changed, referral


def stored(customer_id: int) -> Customer:
    with bulk("look", write=False) as session:
        return session.get_one(Customer, customer_id)


def recorded(customer_id: int, by: int, login: str = "head.wang") -> None:
    with open_session(scope(login), "test", write=True) as session:
        referrals.record(session, number_of(customer_id), stored(customer_id).version, number_of(by))


def given_to(by: int, customer_id: int, reward: str = "gift", login: str = "head.wang") -> None:
    with open_session(scope(login), "test", write=True) as session:
        referrals.give(session, by, customer_id, referral(by, customer_id).version, reward)


def test_recorded_by_who_reaches_the_newcomer(bank: SmallBank) -> None:
    recorded(PROSPECT, OWN)
    assert stored(PROSPECT).referred_by_id == OWN
    assert referral(OWN, PROSPECT).state == "open" and referral(OWN, PROSPECT).became_on is None
    with pytest.raises(Refused, match="已登记"):
        recorded(PROSPECT, PEER)


def test_a_referrer_out_of_reach_is_named_by_number_and_gets_their_row_by_refresh(sqlite_bank: SmallBank) -> None:
    recorded(PROSPECT, OTHER, "rm.gao")
    assert stored(PROSPECT).referred_by_id == OTHER
    with bulk("look", write=False) as session:
        assert session.get(Referral, (OTHER, PROSPECT)) is None


@pytest.mark.parametrize(
    ("customer_id", "by", "login", "says"),
    [
        (PROSPECT, PROSPECT, "rm.gao", "本人"), (PROSPECT, OUTSIDER, "rm.gao", "没有客户号"),
        (PROSPECT, OWN, "rm.zhang", "范围"), (PROSPECT, OWN, "care.chen", "范围"), (FORMER, OWN, "rm.li", "潜在客户"),
    ],
)  # fmt: skip
def test_refused(sqlite_bank: SmallBank, customer_id: int, by: int, login: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        recorded(customer_id, by, login)
    assert stored(customer_id).referred_by_id is None


@pytest.mark.parametrize(("days", "may"), [(30, True), (31, False)])
def test_a_new_customer_is_recorded_within_the_rules_days(sqlite_bank: SmallBank, days: int, may: bool) -> None:
    changed(PEER, opened_on=today() - timedelta(days=days))
    try:
        recorded(PEER, OWN)
    except Refused:
        assert not may
    else:
        assert may and referral(OWN, PEER).became_on == today() - timedelta(days=days)


PEOPLE = (OWN, PEER, UNASSIGNED, FIRM, PROSPECT)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=12))
def test_nobody_ever_comes_to_have_brought_themselves(sqlite_bank: SmallBank, pairs: list[tuple[int, int]]) -> None:
    for one in PEOPLE:
        changed(one, referred_by_id=None, opened_on=None)
    with bulk("test") as session:
        for row in session.scalars(select(Referral)):
            session.delete(row)
    for customer_id, by in pairs:
        try:
            recorded(customer_id, by)
        except Refused:
            continue
    for one in PEOPLE:
        at, steps = stored(one).referred_by_id, 0
        while at is not None:
            assert at != one and steps < len(PEOPLE)
            at, steps = stored(at).referred_by_id, steps + 1


def brought(by: int, *people: int, on: date | None = None) -> None:
    with bulk("test") as session:
        for one in people:
            session.add(Referral(customer_id=by, referred_id=one, recorded_on=today(), became_on=on or today(),
                                 state="open", version=1))  # fmt: skip


def test_a_reward_is_given_once_a_person_and_no_oftener_than_the_cap(bank: SmallBank) -> None:
    brought(OWN, PEER, UNASSIGNED, FIRM, PROSPECT, on=date(2026, 10, 1))
    brought(OWN, OTHER, on=date(2026, 9, 30))  # another quarter
    for one in (PEER, UNASSIGNED, FIRM):
        given_to(OWN, one)
    with pytest.raises(Refused, match="上限"):
        given_to(OWN, PROSPECT)
    given_to(OWN, OTHER, "points")
    with pytest.raises(Refused, match="已答谢"):
        given_to(OWN, PEER)
    row = referral(OWN, PEER)
    assert (row.state, row.reward, row.reward_amount) == ("given", "gift", 10_000)
    assert (referral(OWN, OTHER).reward, referral(OWN, OTHER).reward_amount) == ("points", 1000)
    assert referral(OWN, PROSPECT).state == "open"


def test_no_reward_before_the_account_and_none_for_what_was_declined(sqlite_bank: SmallBank) -> None:
    recorded(PROSPECT, OWN)
    with pytest.raises(Refused, match="还没有开户"):
        given_to(OWN, PROSPECT)
    with pytest.raises(Refused, match="理由"), open_session(scope("rm.zhang"), "test", write=True) as session:
        referrals.decline(session, OWN, PROSPECT, 1, " ")
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        referrals.decline(session, OWN, PROSPECT, 1, "推荐人谢绝")
    assert referral(OWN, PROSPECT).note == "推荐人谢绝"
    with pytest.raises(Refused, match="已答谢"):
        given_to(OWN, PROSPECT)


def test_a_stale_save_is_a_conflict_and_a_stranger_is_refused(sqlite_bank: SmallBank) -> None:
    brought(OWN, PEER)
    with pytest.raises(Conflict), open_session(scope("rm.zhang"), "test", write=True) as session:
        referrals.give(session, OWN, PEER, 7, "gift")
    with pytest.raises(Refused), open_session(scope("rm.gao"), "test", write=True) as session:
        referrals.give(session, OWN, PEER, 1, "gift")


def test_the_list_and_its_counts_by_manager(bank: SmallBank) -> None:
    with bulk("test") as session:
        for row in session.scalars(select(Referral)):
            session.delete(row)
    brought(OWN, PEER, UNASSIGNED)
    recorded(PROSPECT, FIRM)
    brought(PEER, FIRM)
    given_to(OWN, PEER)
    with open_session(scope("head.wang"), "test") as session:
        counts = {row.manager_id: row for row in session.execute(referrals.by_manager())}
        assert tuple(counts[ZHANG])[2:] == (3, 2, 2, 1, 1) and tuple(counts[GAO])[2:] == (1, 1, 1, 0, 1)
        shown = {
            show: session.scalar(select(func.count()).select_from(referrals.referrals(Wanted(show)).subquery()))
            for show in ("", *referrals.SHOWN)
        }
        assert shown == {"": 4, "due": 2, "referred": 1, "given": 1, "declined": 0}
        first = session.execute(referrals.referrals(Wanted(manager_id=ZHANG))).all()
        assert [one.state for one in first] == ["open", "open", "given"] and first[0].became_on is not None
