"""Standing in for a colleague: given by the head, with the customer in reach, ended by the last thing done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lib.settings import business_now, today
from lib.store.bulk import bulk
from lib.store.deputies import hand_back, lend
from lib.store.models import Customer, DueItem
from lib.store.scope import PassesBy
from lib.store.session import Refused, open_session, save
from lib.work import due
from lib.work.contacts import ContactForm, log_contact
from tests.cast import CHEN, FIRM, GAO, LI, OTHER, OWN, WANG, ZHANG, SmallBank, scope


def deputy(customer_id: int = OWN) -> int | None:
    with bulk("test", write=False) as session:
        return session.scalar(select(Customer.deputy_id).where(Customer.customer_id == customer_id))


def owners(customer_id: int = OWN) -> set[int | None]:
    with bulk("test", write=False) as session:
        items = select(DueItem.owner_id).where(DueItem.customer_id == customer_id, DueItem.state == "open")
        return set(session.scalars(items))


def give(login: str, staff_id: int, customer_id: int = OWN, why: str = "休假") -> int:
    with open_session(scope(login), "today", write=True) as session:
        return due.give(session, customer_id, staff_id, why)


def reaches(login: str, customer_id: int = OWN) -> bool:
    with open_session(scope(login), "today") as session:
        return session.scalar(select(Customer.customer_id).where(Customer.customer_id == customer_id)) is not None


def test_the_head_gives_and_the_colleague_reaches_the_customer_until_it_is_done(bank: SmallBank) -> None:
    assert not reaches("rm.gao")
    assert give("head.wang", GAO) == 1
    assert (deputy(), owners()) == (GAO, {GAO}) and reaches("rm.gao") and reaches("rm.zhang")
    form = ContactForm("phone", "visit", "reached", business_now() - timedelta(minutes=1))
    with open_session(scope("rm.gao"), "today", write=True) as session:
        [item] = session.scalars(due.open_items([OWN])).all()
        log_contact(session, OWN, ContactForm(**{**vars(form), "about": (item.id,)}), "k1")
    assert deputy() is None or owners() == {GAO}
    with open_session(scope("rm.gao"), "today", write=True) as session:
        for item in session.scalars(due.open_items([OWN])):
            due.drop(session, item, item.version, "重复")
    assert deputy() is None and not reaches("rm.gao")


def test_given_back_it_is_the_managers_again(bank: SmallBank) -> None:
    give("head.wang", GAO)
    assert give("head.wang", ZHANG) == 1
    assert (deputy(), owners()) == (None, {ZHANG}) and not reaches("rm.gao")


@pytest.mark.parametrize(("login", "staff_id", "customer_id"), [
    ("rm.zhang", GAO, OWN),  # a manager lends nobody
    ("head.wang", LI, OWN),  # of another branch
    ("head.wang", CHEN, OWN),  # no manager
    ("head.wang", WANG, OWN),
    ("head.wang", GAO, OTHER),  # out of reach
    ("head.zhu", LI, OWN),
    ("care.chen", GAO, OWN),
])  # fmt: skip
def test_who_may_not(bank: SmallBank, login: str, staff_id: int, customer_id: int) -> None:
    with pytest.raises(Refused):
        give(login, staff_id, customer_id)
    assert deputy(customer_id) is None


def test_without_a_reason_nothing_moves(bank: SmallBank) -> None:
    with pytest.raises(Refused):
        give("head.wang", GAO, why=" ")
    assert (deputy(), owners()) == (None, {ZHANG})


def test_no_edit_sets_a_deputy(bank: SmallBank) -> None:
    for login in ("rm.zhang", "head.wang", "crm.zhao"):
        with pytest.raises(PassesBy), open_session(scope(login), "portrait", write=True) as session:
            one = session.get_one(Customer, OWN)
            save(session, one, one.version, {"deputy_id": GAO})


def test_a_deputy_hands_nothing_on(bank: SmallBank) -> None:
    give("head.wang", GAO)
    with pytest.raises(Refused), open_session(scope("rm.gao"), "today", write=True) as session:
        lend(session, OWN, ZHANG)


def test_handing_back_waits_for_the_last_item(bank: SmallBank) -> None:
    give("head.wang", GAO)
    with open_session(scope("head.wang"), "today", write=True) as session:
        hand_back(session, OWN)
        hand_back(session, FIRM)
    assert deputy() == GAO


def test_what_a_deputy_plans_is_theirs(bank: SmallBank) -> None:
    give("head.wang", GAO)
    with open_session(scope("rm.gao"), "today", write=True) as session:
        assert due.plan(session, OWN, "follow_up", today(), "回电").owner_id == GAO
