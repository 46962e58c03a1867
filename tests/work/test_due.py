"""Due items: planned once, for whom they concern, never for who asked to be left alone; the first date stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Customer, DueItem
from lib.store.session import Conflict, Refused, open_session
from lib.work import due
from tests.cast import OTHER, OWN, ZHANG, SmallBank, scope

LATER = timedelta(days=9)


def planned(login: str = "rm.zhang", customer: int = OWN, kind: str = "visit", key: str = "") -> DueItem:
    with open_session(scope(login), "portrait", write=True) as session:
        return due.plan(session, customer, kind, today(), "年度回访", subject_key=key)


def stored(item: DueItem) -> DueItem:
    with bulk("look", write=False) as session:
        return session.scalars(select(DueItem).where(DueItem.id == item.id)).one()


def declined(customer: int = OWN) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == customer).values(do_not_contact=True))


def test_it_is_the_manager_s_whoever_planned_it(bank: SmallBank) -> None:
    item = stored(planned("head.wang"))
    assert (item.owner_id, item.state, item.due_on, item.original_due_on) == (ZHANG, "open", today(), today())


@pytest.mark.parametrize(("kind", "may"), [("visit", False), ("care", False), ("refresh", True), ("duplicate", True)])
def test_who_is_not_to_be_contacted_is_not_visited(bank: SmallBank, kind: str, may: bool) -> None:
    declined()
    if may:
        assert planned(kind=kind).kind == kind
        return
    with pytest.raises(Refused, match="请勿联系"):
        planned(kind=kind)


def test_one_subject_is_planned_once_and_opened_again_when_it_was_over(bank: SmallBank) -> None:
    first = planned(key="2026")
    assert planned(key="2026").id == first.id
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        due.done(session, session.get_one(DueItem, (OWN, first.id)), 1, "已谈")
    assert planned(key="2026").id == first.id and stored(first).state == "open"


def test_another_day_needs_a_reason_and_the_first_stays(bank: SmallBank) -> None:
    item = planned()
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        mine = session.get_one(DueItem, (OWN, item.id))
        for wrong in (lambda: due.move(session, mine, 1, today() + LATER, " "),
                      lambda: due.move(session, mine, 1, today() - LATER, "客户出差")):  # fmt: skip
            with pytest.raises(Refused):
                wrong()
        due.move(session, mine, 1, today() + LATER, "客户出差")
    assert (stored(item).due_on, stored(item).original_due_on) == (today() + LATER, today())
    with pytest.raises(Conflict), open_session(scope("head.wang"), "portrait", write=True) as session:
        due.done(session, session.get_one(DueItem, (OWN, item.id)), 1)


def test_what_is_over_is_over(bank: SmallBank) -> None:
    item = planned()
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        due.drop(session, session.get_one(DueItem, (OWN, item.id)), 1, "客户已销户")
    with pytest.raises(Refused, match="已经结束"), open_session(scope("rm.zhang"), "portrait", write=True) as session:
        due.done(session, session.get_one(DueItem, (OWN, item.id)), 2)


def test_nobody_plans_for_another_s_customer_or_yesterday(sqlite_bank: SmallBank) -> None:
    with pytest.raises(Refused, match="不在你的范围"):
        planned(customer=OTHER)
    with pytest.raises(Refused), open_session(scope("rm.zhang"), "portrait", write=True) as session:
        due.plan(session, OWN, "visit", today() - LATER, "年度回访")
