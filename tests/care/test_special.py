"""Special customers on both engines: who marks whom, with what reason, what stays hidden, and the lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from lib.care import special
from lib.care.special import SpecialForm, Wanted, mark
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, Contact, Customer, DueItem, LifeEvent
from lib.store.session import Conflict, Refused, open_session
from tests.cast import FIRM, NORTH, OTHER, OUTSIDER, OWN, PEER, PROSPECT, ZHANG, SmallBank, filled, scope

ELDERLY = SpecialForm("elderly", True, "请放慢语速", "与客户商定")


def marked(form: SpecialForm = ELDERLY, login: str = "rm.zhang", customer: int = OWN, version: int | None = None,
           keep: tuple[str, ...] = ()) -> None:  # fmt: skip
    read = stored(customer).version if version is None else version
    with open_session(scope(login), "care", write=True) as session:
        mark(session, customer, read, form, keep)


def stored(customer: int = OWN) -> Customer:
    with bulk("look", write=False) as session:
        return session.scalars(select(Customer).where(Customer.customer_id == customer)).one()


def story(customer: int = OWN) -> list[tuple[str, str | None]]:
    """The marks of a customer's story in their order."""
    with bulk("look", write=False) as session:
        events = select(LifeEvent).where(LifeEvent.customer_id == customer, LifeEvent.kind.like("special%"))
        return [(one.kind, one.note) for one in session.scalars(events.order_by(LifeEvent.id))]


def listed(login: str, show: str = "marked", care: str = "") -> list[Any]:
    with open_session(scope(login), "care") as session:
        return list(session.execute(special.listed(Wanted(show, care), today(), rulebook())).all())


def test_a_mark_is_kept_with_its_reason(bank: SmallBank) -> None:
    marked()
    one = stored()
    assert (one.special_care, one.home_visit, one.service_wishes) == ("elderly", True, "请放慢语速")
    marked(SpecialForm("disabled", False, "", "客户出示残疾人证"))
    marked(SpecialForm("", False, "", "客户要求取消"))
    assert stored().special_care is None
    assert story() == [("special_elderly", "与客户商定"), ("special_disabled", "客户出示残疾人证"),
                       ("special_ended", "客户要求取消")]  # fmt: skip
    with bulk("look", write=False) as session:
        trail = session.scalars(select(AuditEntry).where(AuditEntry.table == "customer", AuditEntry.page == "care"))
        assert len(list(trail)) == 3


def test_wishes_alone_need_no_reason_and_mark_nobody(sqlite_bank: SmallBank) -> None:
    marked(SpecialForm("", True, "上门办理", ""))
    assert (stored().special_care, stored().home_visit, story()) == (None, True, [])


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (SpecialForm("elderly"), "理由"),
        (SpecialForm("elderly", reason=" "), "理由"),
        (SpecialForm("young", reason="x"), "类别"),
        (SpecialForm(service_wishes="长" * 1001), "太长"),
        (SpecialForm("elderly", reason="长" * 401), "太长"),
    ],
)
def test_what_a_mark_must_say(sqlite_bank: SmallBank, form: SpecialForm, said: str) -> None:
    with pytest.raises(Refused, match=said):
        marked(form)


@pytest.mark.parametrize("customer", [FIRM, OUTSIDER])
def test_only_persons_of_the_bank_are_marked(sqlite_bank: SmallBank, customer: int) -> None:
    with pytest.raises(Refused):
        marked(customer=customer, login="crm.zhao")


@pytest.mark.parametrize(
    ("login", "customer"),
    [("rm.zhang", PEER), ("rm.zhang", OTHER), ("head.zhu", OWN), ("care.chen", OWN), ("legal.qian", OWN),
     ("exec.zhou", OWN), ("product.he", OWN), ("check.sun", OWN), ("admin.wu", OWN)],
)  # fmt: skip
def test_nobody_marks_beyond_the_own_reach(sqlite_bank: SmallBank, login: str, customer: int) -> None:
    with pytest.raises(Refused):
        marked(login=login, customer=customer)
    assert stored(customer).special_care is None


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao"])
def test_owner_head_and_department_mark(sqlite_bank: SmallBank, login: str) -> None:
    marked(login=login)
    assert stored().special_care == "elderly"


def test_who_saved_first_is_not_overwritten(bank: SmallBank) -> None:
    read = stored().version
    marked(login="head.wang")
    with pytest.raises(Conflict) as told:
        marked(SpecialForm("disabled", False, "轮椅", "改"), version=read)
    assert told.value.theirs["service_wishes"] == "请放慢语速"
    marked(SpecialForm("disabled", False, "轮椅", "改"), keep=("service_wishes", "home_visit"))
    assert (stored().special_care, stored().service_wishes, stored().home_visit) == ("disabled", "请放慢语速", True)


@pytest.mark.parametrize(("login", "reads"), [("rm.zhang", True), ("legal.qian", True), ("care.chen", False),
                                              ("exec.zhou", False)])  # fmt: skip
def test_wishes_are_private(sqlite_bank: SmallBank, login: str, reads: bool) -> None:
    """An officer reaches the customer through a case, leadership sees people masked: neither reads the wishes."""
    marked()
    with open_session(scope(login), "portrait") as session:
        wishes = session.scalars(select(Customer.service_wishes).where(Customer.customer_id == OWN)).one()
    assert (wishes == "请放慢语速") == reads and (wishes is None) != reads


def test_the_list_says_when_each_was_seen_and_is_to_be_seen(bank: SmallBank) -> None:
    marked()
    marked(SpecialForm("disabled", False, "", "出示证件"), "rm.gao", PEER)
    now = business_now()
    with bulk("talk") as session:
        session.execute(delete(Contact).where(Contact.customer_id.in_((OWN, PEER))))
        for number, (channel, outcome, days) in enumerate(
            (("phone", "reached", 2), ("visit", "reached", 9), ("visit", "not_reached", 1)), 9001
        ):
            session.add(filled(Contact, customer_id=OWN, id=number, staff_id=ZHANG, channel=channel, outcome=outcome,
                               happened_at=now - timedelta(days=days), purpose="visit", form_key=None))  # fmt: skip
        for number, (customer, on, state) in enumerate(
            ((OWN, -3, "open"), (OWN, 20, "open"), (OWN, -90, "done"), (PEER, 5, "open")), 9001
        ):
            session.add(filled(DueItem, customer_id=customer, id=number, kind="check", subject_key=str(number),
                               due_on=today() + timedelta(days=on), original_due_on=today(), state=state,
                               owner_id=ZHANG if customer == OWN else 13, branch_id=NORTH))  # fmt: skip
    first, second = listed("head.wang")
    assert (first.customer_id, second.customer_id) == (OWN, PEER)
    assert first.next_check == today() - timedelta(days=3) and second.next_check == today() + timedelta(days=5)
    assert first.last_contact == now - timedelta(days=2) and first.last_visit == now - timedelta(days=9)
    assert (second.last_contact, second.manager) == (None, "高远")
    assert [row.customer_id for row in listed("head.wang", "overdue")] == [OWN]
    assert [row.customer_id for row in listed("head.wang", "home")] == [OWN]
    assert [row.customer_id for row in listed("head.wang", care="disabled")] == [PEER]
    with open_session(scope("head.wang"), "care") as session:
        counts = {show: len(session.execute(special.who(Wanted(show), today(), rulebook())).all())
                  for show in special.SHOWN}  # fmt: skip
    assert counts["marked"] == 2 and counts["overdue"] == counts["home"] == 1


@pytest.mark.parametrize(
    ("login", "seen"),
    [("rm.zhang", {OWN}), ("rm.gao", {PEER}), ("head.wang", {OWN, PEER}), ("head.zhu", set()), ("rm.li", set()),
     ("crm.zhao", {OWN, PEER}), ("product.he", set()), ("admin.wu", set()), ("check.sun", set())],
)  # fmt: skip
def test_each_sees_the_own_special_customers(sqlite_bank: SmallBank, login: str, seen: set[int]) -> None:
    marked()
    marked(login="rm.gao", customer=PEER)
    assert {row.customer_id for row in listed(login)} == seen


@pytest.mark.parametrize(("age", "days", "suggested"), [(70, 0, True), (70, 1, False), (69, 0, False), (95, 0, True)])
def test_who_is_of_age_is_suggested(sqlite_bank: SmallBank, age: int, days: int, suggested: bool) -> None:
    born = today().replace(year=today().year - age) + timedelta(days=days)
    with bulk("set") as session:
        session.execute(update(Customer).values(birth_date=None))
        session.execute(update(Customer).where(Customer.customer_id.in_((OWN, FIRM, OUTSIDER))).values(birth_date=born))
    assert [row.customer_id for row in listed("crm.zhao", "suggested")] == ([OWN] if suggested else [])
    marked()
    assert listed("crm.zhao", "suggested") == []


def test_a_prospect_of_age_is_suggested_too(sqlite_bank: SmallBank) -> None:
    with bulk("set") as session:
        session.execute(update(Customer).values(birth_date=None))
        session.execute(update(Customer).where(Customer.customer_id == PROSPECT).values(birth_date=date(1940, 1, 1)))
    assert [row.customer_id for row in listed("rm.gao", "suggested")] == [PROSPECT]


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (date(2026, 11, 29), date(1956, 11, 29)),
        (date(2028, 2, 29), date(1958, 2, 28)),
        (date(2024, 2, 29), date(1954, 2, 28)),
    ],
)
def test_the_birthday_that_counts(sqlite_bank: SmallBank, on: date, until: date) -> None:
    assert special.born_until(on, rulebook()) == until
