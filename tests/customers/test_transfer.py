"""Customers change hands: by whom it is agreed to, what goes along, and what stays as it was."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from lib.customers.rules import ProfileForm
from lib.customers.transfer import apply_transfer, ask_transfer, numbers_of, owners_of
from lib.customers.write import edit_profile
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Assignment, Case, ChangeRequest, Customer, CustomerQuarter, DueItem, Staff
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from lib.work import requests
from tests.cast import (
    FIRM,
    FORMER,
    GAO,
    LI,
    NORTH,
    OTHER,
    OWN,
    PEER,
    PROSPECT,
    SOUTH,
    UNASSIGNED,
    ZHANG,
    SmallBank,
    number_of,
    scope,
)


def asked(login: str, *customers: int, to: int = GAO, reason: str = "workload", note: str = "") -> int:
    with open_session(scope(login), "portrait", write=True) as session:
        return ask_transfer(session, [number_of(one) for one in customers], to, reason, note).id


def decided(login: str, request_id: int, verdict: str = "agreed") -> ChangeRequest:
    with open_session(scope(login), "approvals", write=True) as session:
        version = request_of(request_id).version
        return requests.decide(session, request_id, version, verdict, "请核对", apply_transfer)


def request_of(request_id: int) -> ChangeRequest:
    with bulk("look", write=False) as session:
        return session.scalars(select(ChangeRequest).where(ChangeRequest.id == request_id)).one()


def owner(customer: int) -> tuple[int | None, int | None]:
    with bulk("look", write=False) as session:
        row = session.get_one(Customer, customer)
        return row.manager_id, row.branch_id


@pytest.mark.parametrize(
    ("login", "customer", "to", "kind", "posts"),
    [
        ("rm.zhang", OWN, GAO, "transfer", ["head.wang"]),
        ("crm.zhao", OWN, GAO, "transfer", ["head.wang"]),
        ("crm.zhao", OWN, LI, "transfer", ["head.wang"]),
        ("head.wang", OWN, GAO, "transfer_by_head", ["crm.zhao"]),
        ("head.wang", OWN, LI, "transfer_by_head", ["crm.zhao"]),
        ("rm.zhang", OWN, LI, "transfer_across", ["head.wang", "crm.zhao"]),
    ],
)
def test_who_asks_never_decides(bank: SmallBank, login: str, customer: int, to: int, kind: str, posts: list) -> None:
    request = asked(login, customer, to=to)
    assert request_of(request).kind == kind
    for wrong in {"head.wang", "head.zhu", "crm.zhao", "check.sun", "exec.zhou", "rm.gao"} - set(posts[:1]):
        with pytest.raises((Refused, PassesBy)):
            decided(wrong, request)
    for post in posts:
        assert owner(customer)[0] == ZHANG
        decided(post, request)
    assert owner(customer) == (to, SOUTH if to == LI else NORTH)


def test_cases_and_open_work_go_along_and_quarters_stay(bank: SmallBank) -> None:
    with bulk("look", write=False) as session:
        facts = session.get_one(CustomerQuarter, (OWN, "2026Q1", 1)).manager_id
    decided("head.wang", asked("rm.zhang", OWN, FIRM, note="女儿准备留学，偏好微信"))
    with bulk("look", write=False) as session:
        assert {c.manager_id for c in session.scalars(select(Case).where(Case.customer_id.in_([OWN, FIRM])))} == {GAO}
        assert set(session.scalars(select(DueItem.owner_id).where(DueItem.customer_id == OWN))) == {GAO}
        handled = select(Case.handler_id).where(Case.customer_id == OWN)
        assert GAO not in set(session.scalars(handled))
        assert session.get_one(CustomerQuarter, (OWN, "2026Q1", 1)).manager_id == facts
        new = session.scalars(select(Assignment).where(Assignment.customer_id == OWN,
                                                       Assignment.until_day.is_(None))).one()  # fmt: skip
        assert (new.manager_id, new.since_day, new.reason, new.note) == (
            GAO, today(), "workload", "女儿准备留学，偏好微信")  # fmt: skip
    with open_session(scope("rm.gao"), "portrait") as session:
        told = session.execute(owners_of(OWN)).first()
        assert told is not None and told.note == "女儿准备留学，偏好微信"
        assert number_of(OWN) in session.scalars(numbers_of(GAO)).all()
    with open_session(scope("rm.zhang"), "portrait") as session:
        assert session.scalars(select(Customer.customer_id).where(Customer.customer_id == OWN)).first() is None


@pytest.mark.parametrize(
    ("login", "customers", "changes", "said"),
    [
        ("rm.zhang", (PEER,), {}, "不在你的范围"),
        ("rm.zhang", (OWN, PEER), {}, "有客户不在"),
        ("head.wang", (OTHER,), {}, "不在你的范围"),
        ("crm.zhao", (OWN, OTHER), {}, "同一支行"),
        ("rm.gao", (PEER,), {}, "已经由"),
        ("rm.zhang", (), {}, "不在你的范围"),
        ("rm.zhang", (OWN,), {"to": 999}, "在职"),
        ("rm.zhang", (OWN,), {"reason": "whim"}, "原因"),
        ("rm.zhang", (OWN,), {"note": "长" * 2001}, "交接说明"),
        ("care.chen", (OWN,), {}, "不能写入"),
        ("legal.qian", (OWN,), {}, "不能写入"),
        ("exec.zhou", (OWN,), {}, "不能写入"),
    ],
)
def test_what_may_not_be_asked(sqlite_bank: SmallBank, login: str, customers: tuple, changes: dict, said: str) -> None:
    with pytest.raises(Refused, match=said):
        asked(login, *customers, **changes)


def test_one_customer_waits_in_one_transfer(bank: SmallBank) -> None:
    asked("rm.zhang", OWN, FIRM)
    for customers in ((OWN,), (FIRM,)):
        with pytest.raises(Refused, match="在等待审批"):
            asked("rm.zhang", *customers)


def test_who_has_no_manager_yet_gets_one(bank: SmallBank) -> None:
    decided("crm.zhao", asked("head.wang", UNASSIGNED, PROSPECT, to=ZHANG))
    assert owner(UNASSIGNED) == owner(PROSPECT) == (ZHANG, NORTH)


def test_nothing_moves_when_one_has_moved_meanwhile(bank: SmallBank) -> None:
    request = asked("rm.zhang", OWN, FIRM)
    with bulk("import") as session:
        session.get_one(Customer, FIRM).manager_id = LI
    with pytest.raises(Refused, match="其中有客户已换"):
        decided("head.wang", request)
    assert owner(OWN)[0] == ZHANG and request_of(request).state == "pending"


def test_nobody_receives_after_leaving(bank: SmallBank) -> None:
    request = asked("rm.zhang", OWN)
    with bulk("left") as session:
        session.get_one(Staff, GAO).active = False
    with pytest.raises(Refused, match="在职"):
        decided("head.wang", request)


def test_a_former_customer_too(bank: SmallBank) -> None:
    with pytest.raises(Refused, match="已经由"):
        asked("crm.zhao", FORMER, to=LI)
    decided("head.zhu", asked("crm.zhao", FORMER, to=GAO))
    assert owner(FORMER) == (GAO, NORTH)


def test_moved_while_somebody_edits_nothing_is_lost(bank: SmallBank) -> None:
    with bulk("look", write=False) as session:
        read = session.get_one(Customer, OWN).version
    decided("head.wang", asked("rm.zhang", OWN))
    with pytest.raises(Refused), open_session(scope("rm.zhang"), "portrait", write=True) as session:
        edit_profile(session, OWN, read, ProfileForm("personal", notes="我写的"))
    with pytest.raises(Conflict), open_session(scope("head.wang"), "portrait", write=True) as session:
        edit_profile(session, OWN, read, ProfileForm("personal", notes="我写的"))


def test_two_heads_agree_at_once_and_it_moves_once(bank: SmallBank) -> None:
    request = asked("rm.zhang", OWN)
    start = Barrier(2)
    said: list[str] = []

    def agree() -> None:
        version = request_of(request).version
        start.wait()
        try:
            with open_session(scope("head.wang"), "approvals", write=True) as session:
                requests.decide(session, request, version, "agreed", "", apply_transfer)
            said.append("agreed")
        except (Conflict, Refused):
            said.append("late")

    threads = [Thread(target=agree) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with bulk("look", write=False) as session:
        begun = select(Assignment).where(Assignment.customer_id == OWN, Assignment.since_day >= today() - timedelta(1))
        assert sorted(said) == ["agreed", "late"] and len(session.scalars(begun).all()) == 1
