"""Key fields: asked for, checked by another, carried out or not; numbers never clear on the way."""

from __future__ import annotations

import json
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lib.customers import info
from lib.customers.info import InfoForm, apply_info, ask_info
from lib.customers.read import find
from lib.settings import business_now, today
from lib.store.audit import verify
from lib.store.bulk import bulk
from lib.store.crypto import blind, unseal
from lib.store.models import AccessEntry, AuditEntry, ChangeRequest, ChangeStep, Customer, IdentityRegistry
from lib.store.reveal import ReasonMissing, reveal_asked
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from lib.work import requests
from tests.cast import FIRM, OTHER, OWN, PEER, STAFF, SmallBank, filled, identity_of, number_of, phone_of, scope

NEW_ID, NEW_PHONE, CODE = "11010519491231002X", "13912345678", "91350100M000100Y43"


@pytest.mark.parametrize(
    ("kind", "field", "value", "wrong"),
    [
        ("personal", "name", "  ", "不能为空"),
        ("personal", "name", "长" * 121, "太长"),
        ("personal", "identity", "110105194912310021", "校验位"),
        ("personal", "identity", "1101051949123100", "18 位"),
        ("personal", "identity", CODE, "18 位"),
        ("corporate", "identity", NEW_ID, "校验位"),
        ("personal", "phone", "12345678901", "手机号"),
        ("personal", "risk_rating", "A", "列表"),
        ("corporate", "risk_rating", "low", "列表"),
        ("personal", "address", "址" * 201, "太长"),
    ],
)
def test_what_cannot_be_is_said(kind: str, field: str, value: str, wrong: str) -> None:
    [problem] = InfoForm(kind, **{field: value}).problems(business_now())
    assert problem.field == field and wrong in problem.sentence


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("personal", {"identity": " 11010519491231002x ", "phone": "139 1234-5678", "risk_rating": "high"}),
        ("personal", {"identity": "E12345678"}),
        ("corporate", {"identity": CODE, "legal_representative": "钱多", "risk_rating": "B"}),
    ],
)
def test_what_can_be_is_tidied(kind: str, given: dict[str, str]) -> None:
    form = InfoForm(kind, **given)
    assert form.problems(business_now()) == []
    assert set(form.wanted) == set(given)
    assert form.wanted.get("identity", "") == form.wanted.get("identity", "").strip().upper()


def asked(login: str = "rm.zhang", customer: int = OWN, **fields: Any) -> int:
    """The id of a request for other key fields."""
    kind = "corporate" if customer == FIRM else "personal"
    with open_session(scope(login), "portrait", write=True) as session:
        form = InfoForm(kind, **(fields or {"phone": NEW_PHONE}))
        return ask_info(session, number_of(customer), stored(customer).version, form, "客户来电告知").id


def decided(
    request_id: int, verdict: str = "agreed", login: str = "check.sun", text: str = "资料不符"
) -> ChangeRequest:
    with open_session(scope(login), "approvals", write=True) as session:
        version = request_of(request_id).version
        return requests.decide(session, request_id, version, verdict, "资料不符", apply_info)


def request_of(request_id: int) -> ChangeRequest:
    with bulk("look", write=False) as session:
        return session.scalars(select(ChangeRequest).where(ChangeRequest.id == request_id)).one()


def stored(customer: int = OWN) -> Customer:
    with bulk("look", write=False) as session:
        return session.get_one(Customer, customer)


def found(login: str, typed: str) -> list[str]:
    with open_session(scope(login), "portrait") as session:
        return [row.number for row in session.execute(find(typed))]


def test_nothing_changes_before_another_has_agreed(bank: SmallBank) -> None:
    request = asked(name="张三丰", identity=NEW_ID, phone=NEW_PHONE, address="新华路 1 号", risk_rating="high")
    before = stored()
    assert (before.phone_hash, before.risk_rating) == (blind("phone", phone_of(OWN)), None)
    assert decided(request).carried_out_at is not None
    after = stored()
    assert (after.name, after.address, after.risk_rating, after.risk_rated_on) == (
        "张三丰", "新华路 1 号", "high", today())  # fmt: skip
    assert unseal(after.identity_sealed or "") == NEW_ID and after.identity_masked == "*" * 14 + "002X"
    assert (after.identity_kind, after.gender, str(after.birth_date)) == ("resident_id", "F", "1949-12-31")
    assert unseal(after.phone_sealed or "") == NEW_PHONE
    for typed in ("张三丰", "zsf", NEW_ID, NEW_PHONE):
        assert number_of(OWN) in found("rm.zhang", typed), typed
    for typed in (identity_of(OWN), phone_of(OWN)):
        assert found("crm.zhao", typed) == [], typed
    with bulk("look", write=False) as session:
        held = set(session.scalars(select(IdentityRegistry.identity_hash).where(IdentityRegistry.customer_id == OWN)))
        assert held == {blind("identity", NEW_ID)}
        assert list(verify(session)) == []


def test_a_firm_by_its_credit_code(bank: SmallBank) -> None:
    decided(asked(customer=FIRM, identity=CODE, legal_representative="钱多多", risk_rating="B"))
    firm = stored(FIRM)
    assert (firm.identity_kind, firm.legal_representative, firm.risk_rating) == ("credit_code", "钱多多", "B")
    assert firm.birth_date is None and unseal(firm.identity_sealed or "") == CODE


def test_refused_or_returned_nothing_changes(bank: SmallBank) -> None:
    request = asked()
    assert decided(request, "returned").state == "returned"
    with open_session(scope("rm.zhang"), "approvals", write=True) as session:
        requests.answer(session, request, request_of(request).version, "已再次核对")
    assert decided(request, "refused").state == "refused"
    assert stored().phone_hash == blind("phone", phone_of(OWN)) and stored().version == 1


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao", "legal.qian", "exec.zhou", "admin.wu", "rm.li"])
def test_only_the_review_team_agrees(sqlite_bank: SmallBank, login: str) -> None:
    request = asked()
    with pytest.raises((Refused, PassesBy)):
        decided(request, login=login)
    assert stored().version == 1


def test_four_eyes_hold_in_the_database(bank: SmallBank) -> None:
    request = asked()
    with pytest.raises(IntegrityError), bulk("cheat") as session:
        row = session.get_one(ChangeRequest, (OWN, request))
        row.state, row.decided_by = "accepted", row.requested_by
    me = STAFF["rm.zhang"][0]
    with pytest.raises(IntegrityError), bulk("cheat") as session:
        session.add(filled(ChangeStep, customer_id=OWN, id=99, request_id=request, staff_id=me, requested_by=me,
                           agreed_by=me, act="agreed"))  # fmt: skip


def test_a_session_never_writes_a_key_field(bank: SmallBank) -> None:
    for login in ("rm.zhang", "head.wang", "crm.zhao", "check.sun"):
        for field, value in (("name", "改"), ("address", "改"), ("risk_rating", "low"), ("phone_hash", "x")):
            with pytest.raises((Refused, PassesBy)), open_session(scope(login), "portrait", write=True) as session:
                row = session.scalars(select(Customer).where(Customer.customer_id == OWN)).one_or_none()
                if row is None:
                    raise Refused("out of reach")
                setattr(row, field, value)


@pytest.mark.parametrize(
    ("login", "customer", "fields", "said"),
    [
        ("rm.gao", OWN, {"phone": NEW_PHONE}, "不在你的范围"),
        ("care.chen", OWN, {"phone": NEW_PHONE}, "不能写入"),
        ("exec.zhou", OWN, {"phone": NEW_PHONE}, "不能写入"),
        ("rm.zhang", OWN, {"phone": phone_of(OWN)}, "没有需要修改"),
        ("rm.zhang", OWN, {"phone": "1"}, "电话|手机号"),
        ("rm.zhang", FIRM, {"identity": "91350100M000100Y44"}, "校验位"),
    ],
)
def test_what_may_not_be_asked(sqlite_bank: SmallBank, login: str, customer: int, fields: dict, said: str) -> None:
    with pytest.raises(Refused, match=said):
        asked(login, customer, **fields)


def test_a_number_of_another_customer_points_to_a_duplicate(bank: SmallBank) -> None:
    decided(asked("rm.gao", PEER, identity=NEW_ID))
    with pytest.raises(Refused, match="重复客户"):
        asked(identity=NEW_ID)


def test_of_two_who_ask_for_one_number_the_second_is_refused_at_consent(bank: SmallBank) -> None:
    first, second = asked(identity=NEW_ID), asked("rm.gao", PEER, identity=NEW_ID)
    decided(first)
    with pytest.raises(Refused, match="重复客户"):
        decided(second)
    assert request_of(second).state == "pending" and stored(PEER).version == 1


def test_one_request_at_a_time_and_only_on_what_was_read(bank: SmallBank) -> None:
    asked()
    with pytest.raises(Refused, match="已有一项申请"):
        asked(address="别处")
    with pytest.raises(Conflict), open_session(scope("rm.gao"), "portrait", write=True) as session:
        ask_info(session, number_of(PEER), 7, InfoForm("personal", address="别处"), "客户告知")


def test_a_field_changed_meanwhile_goes_back(bank: SmallBank) -> None:
    request = asked(address="新址")
    with bulk("import") as session:
        session.get_one(Customer, OWN).address = "导入的地址"
    with pytest.raises(Refused, match="已经改过"):
        decided(request)
    assert stored().address == "导入的地址"


def test_no_number_stands_clear_in_request_trail_or_ledger(bank: SmallBank) -> None:
    decided(asked(identity=NEW_ID, phone=NEW_PHONE))
    with bulk("look", write=False) as session:
        told = [json.dumps([r.before, r.after]) for r in session.scalars(select(ChangeRequest))]
        told += [json.dumps([r.before, r.after]) for r in session.scalars(select(AuditEntry))]
    for clear in (NEW_ID, NEW_PHONE, phone_of(OWN), identity_of(OWN)):
        assert all(clear not in one for one in told)


def test_who_checks_sees_the_number_with_a_reason_and_on_the_record(bank: SmallBank) -> None:
    request = asked(phone=NEW_PHONE)
    with open_session(scope("check.sun"), "approvals", write=True) as session:
        row = request_of(request)
        with pytest.raises(ReasonMissing):
            reveal_asked(session, row, "after", "phone", "")
        assert reveal_asked(session, row, "after", "phone", "核对申请表") == NEW_PHONE
        assert reveal_asked(session, row, "before", "phone", "核对申请表") == phone_of(OWN)
    with bulk("look", write=False) as session:
        seen = select(AccessEntry.what).where(AccessEntry.actor == "check.sun", AccessEntry.what.like("reveal%"))
        assert sorted(session.scalars(seen)) == ["reveal:phone after of request", "reveal:phone before of request"]
    decided(request)
    for login in ("check.sun", "rm.zhang", "crm.zhao", "head.wang"):
        with pytest.raises(Refused), open_session(scope(login), "approvals", write=True) as session:
            reveal_asked(session, request_of(request), "after", "phone", "好奇而已吧")


def test_two_reviewers_at_once_carry_it_out_once(bank: SmallBank) -> None:
    request = asked(phone=NEW_PHONE)
    start = Barrier(2)
    said: list[str] = []

    def agree() -> None:
        version = request_of(request).version
        start.wait()
        try:
            with open_session(scope("check.sun"), "approvals", write=True) as session:
                requests.decide(session, request, version, "agreed", "", apply_info)
            said.append("agreed")
        except (Conflict, Refused):
            said.append("late")

    threads = [Thread(target=agree) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["agreed", "late"] and stored().version == 2


def test_everybody_in_scope_sees_that_it_waits(bank: SmallBank) -> None:
    request = asked()
    for login, sees in (("rm.zhang", True), ("head.wang", True), ("crm.zhao", True), ("rm.gao", False)):
        with open_session(scope(login), "portrait") as session:
            customer = stored()
            assert (request in [one.id for one in session.scalars(info.waiting_on(customer))]) is sees, login


def test_another_customer_of_another_branch(bank: SmallBank) -> None:
    with pytest.raises(Refused):
        asked("head.wang", OTHER, address="别处")
