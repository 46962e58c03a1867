"""Prospects: who registers them for whom, that nobody is registered twice, and how they become customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.customers.prospects import (
    ProspectForm,
    known_already,
    make_customer,
    make_prospect,
    opening_problem,
    register_prospect,
)
from lib.settings import business_now, today
from lib.store.bulk import bulk
from lib.store.crypto import blind
from lib.store.models import (
    AccessEntry,
    Assignment,
    AuditEntry,
    Customer,
    CustomerNumber,
    IdentityRegistry,
    LifeEvent,
)
from lib.store.search import matches
from lib.store.session import Conflict, Refused, open_session
from lib.work.identity import resident_check
from tests.cast import (
    FIRM,
    GAO,
    LI,
    NORTH,
    OTHER,
    OUTSIDER,
    OWN,
    PROSPECT,
    WANG,
    ZHANG,
    SmallBank,
    filled,
    number_of,
    phone_of,
    scope,
)
from tests.store.test_together import at_once

IDENTITY = "11010519491231002X"
CODE = "91350100M000100Y43"
SOMEBODY = ProspectForm("personal", "郑新客", "139 1111 2222", ZHANG, "branch", identity="11010519491231002x")


def resident(first17: str) -> str:
    return first17 + resident_check(first17)


def registered(login: str, form: ProspectForm = SOMEBODY, *, despite: bool = False) -> Customer:
    with open_session(scope(login), "directory", write=True) as session:
        number = register_prospect(session, form, despite=despite)
    with bulk("look", write=False) as session:
        return session.scalars(select(Customer).where(Customer.number == number)).one()


def known(login: str, form: ProspectForm) -> list[tuple[str, bool, int | None]]:
    with open_session(scope(login), "directory", write=True) as session:
        found = known_already(session, form)
        return [(one.why, one.certain, one.customer and one.customer.customer_id) for one in found]


def changed(customer_id: int, **values: Any) -> None:
    with bulk("set up") as session:
        for field, value in values.items():
            setattr(session.get_one(Customer, customer_id), field, value)


# --- who, and for whom


@pytest.mark.parametrize("login", ["care.chen", "legal.qian", "exec.zhou", "product.he", "check.sun", "admin.wu"])
def test_who_writes_no_customers_registers_nobody_and_learns_nothing(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused, match="岗位"):
        registered(login)
    with pytest.raises(Refused, match="岗位"):
        known(login, replace(SOMEBODY, phone=phone_of(OWN)))


@pytest.mark.parametrize(
    ("login", "manager", "may"),
    [
        ("rm.zhang", ZHANG, True),
        ("rm.zhang", GAO, False),  # a colleague's
        ("head.wang", GAO, True),
        ("head.wang", LI, False),  # of another branch
        ("head.wang", WANG, False),  # looks after nobody
        ("crm.zhao", LI, True),
        ("crm.zhao", 999, False),
    ],
)
def test_for_whom(bank: SmallBank, login: str, manager: int, may: bool) -> None:
    form = replace(SOMEBODY, manager_id=manager)
    if may:
        assert registered(login, form).manager_id == manager
        return
    with pytest.raises(Refused, match="在职的客户经理"):
        registered(login, form)


def test_what_is_kept_of_a_prospect(bank: SmallBank) -> None:
    made = registered("rm.zhang", replace(SOMEBODY, referred_by=number_of(OTHER), note="  朋友介绍 "))
    assert (made.stage, made.name, made.manager_id, made.branch_id) == ("prospect", "郑新客", ZHANG, NORTH)
    assert (made.known_since, made.opened_on, made.source) == (today(), None, "branch")
    assert (made.phone_masked, made.phone_hash) == ("139****2222", blind("phone", "13911112222"))
    assert (made.identity_kind, made.identity_hash) == ("resident_id", blind("identity", IDENTITY))
    assert (made.birth_date, made.gender, made.notes) == (date(1949, 12, 31), "F", "朋友介绍")
    assert made.referred_by_id == OTHER  # a colleague's customer, of whom nothing is told
    with bulk("look", write=False) as session:
        assert session.get_one(CustomerNumber, made.number).customer_id == made.customer_id
        assert session.get_one(IdentityRegistry, made.identity_hash).customer_id == made.customer_id
        (owner,) = session.scalars(select(Assignment).where(Assignment.customer_id == made.customer_id)).all()
        assert (owner.manager_id, owner.branch_id, owner.since_day) == (ZHANG, NORTH, today())
        entries = select(AuditEntry).where(AuditEntry.customer_id == made.customer_id, AuditEntry.actor_id == ZHANG)
        told = {entry.table: str(entry.after) for entry in session.scalars(entries)}
        assert set(told) == {"customer", "assignment"}
        assert "13911112222" not in told["customer"] and IDENTITY not in told["customer"]
    with open_session(scope("rm.zhang"), "directory") as session:
        assert session.scalars(select(Customer.name).where(matches(Customer.customer_id, "zxk"))).all() == ["郑新客"]
    with open_session(scope("rm.li"), "directory") as session:
        assert session.get(Customer, made.customer_id) is None


def test_a_firm_by_its_code(sqlite_bank: SmallBank) -> None:
    made = registered("rm.zhang", ProspectForm("corporate", "远山商贸有限公司", "010-88886666", ZHANG, "visit", CODE))
    assert (made.identity_kind, made.birth_date, made.gender) == ("credit_code", None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"identity": ""}, None),
        ({"identity": "E12345678"}, None),  # a passport
        ({"kind": "firm"}, "个人或企业"),
        ({"name": "  "}, "不能为空"),
        ({"name": "长" * 121}, "太长"),
        ({"phone": ""}, "不能为空"),
        ({"phone": "12345"}, "手机号"),
        ({"identity": "110105194912310021"}, "校验位"),
        ({"kind": "corporate"}, "统一社会信用代码"),
        ({"source": "gossip"}, "来源"),
        ({"manager_id": None}, "客户经理"),
        ({"note": "长" * 2000}, None),
        ({"note": "长" * 2001}, "备注最多"),
    ],
)
def test_what_a_prospect_needs(sqlite_bank: SmallBank, changes: dict[str, Any], said: str | None) -> None:
    problems = replace(SOMEBODY, **changes).problems(business_now())
    assert (problems == []) if said is None else any(said in one for one in problems)
    if said is not None:
        with pytest.raises(Refused):
            registered("rm.zhang", replace(SOMEBODY, **changes))


def test_who_referred_them_must_be_on_record_and_a_customer(sqlite_bank: SmallBank) -> None:
    for number in ("1234567897", number_of(OUTSIDER)):
        with pytest.raises(Refused, match="推荐客户"):
            registered("rm.zhang", replace(SOMEBODY, referred_by=number))
    changed(OTHER, merged_into_id=PROSPECT)
    assert registered("rm.zhang", replace(SOMEBODY, referred_by=number_of(OTHER))).referred_by_id == PROSPECT


# --- nobody twice


def test_the_same_paper_is_the_same_person_whoever_s_they_are(bank: SmallBank) -> None:
    first = registered("rm.li", replace(SOMEBODY, manager_id=LI))
    again = replace(SOMEBODY, name="郑旅客", phone="13911113333")
    assert known("rm.zhang", again) == [("证件号相同", True, None)]  # another branch's: no more than that
    assert known("head.zhu", again) == [("证件号相同", True, first.customer_id)]
    for despite in (False, True):
        with pytest.raises(Refused, match="已有这位客户"):
            registered("rm.zhang", again, despite=despite)


def test_a_phone_is_shared_by_a_family_but_not_with_one_s_name(bank: SmallBank) -> None:
    form = replace(SOMEBODY, identity="", phone=phone_of(OTHER))
    assert known("rm.zhang", form) == [("电话相同，名称不同", False, None)]
    assert known("rm.li", form) == [("电话相同，名称不同", False, OTHER)]
    assert known("rm.zhang", replace(form, name="秦岭")) == [("电话与名称相同", True, None)]
    with pytest.raises(Refused, match="可能已有"):
        registered("rm.zhang", form)
    with pytest.raises(Refused, match="已有这位客户"):
        registered("rm.zhang", replace(form, name="秦岭"), despite=True)
    assert registered("rm.zhang", form, despite=True).phone_hash == blind("phone", phone_of(OTHER))


def test_names_are_looked_for_within_reach_only(bank: SmallBank) -> None:
    changed(OWN, birth_date=date(1949, 12, 31))
    changed(OTHER, birth_date=date(1949, 12, 31))
    alike = replace(SOMEBODY, name="欧阳小明")
    assert known("rm.zhang", alike) == [("姓名与出生日期相同", False, OWN)]
    assert known("rm.zhang", replace(alike, identity="")) == []  # no birth date known
    assert known("rm.zhang", replace(alike, identity=resident("11010519501231002"))) == []
    assert known("rm.zhang", replace(SOMEBODY, name="秦岭")) == []
    firm = ProspectForm("corporate", "江河机械有限公司", "010-88886666", ZHANG, "visit")
    assert known("rm.zhang", firm) == [("名称相同", False, FIRM)]
    assert known("rm.li", firm) == []


def test_of_a_merged_record_the_one_that_stands_is_meant(bank: SmallBank) -> None:
    changed(OTHER, merged_into_id=OWN)
    assert known("rm.zhang", replace(SOMEBODY, phone=phone_of(OTHER))) == [("电话相同，名称不同", False, OWN)]


def test_every_look_past_the_scope_is_ledgered(bank: SmallBank) -> None:
    known("rm.zhang", replace(SOMEBODY, phone=phone_of(OTHER)))
    known("rm.zhang", SOMEBODY)
    with bulk("look", write=False) as session:
        looks = select(AccessEntry.actor_id, AccessEntry.customer_id).where(AccessEntry.what == "locate")
        assert [tuple(row) for row in session.execute(looks)] == [(ZHANG, OTHER)]


def test_of_many_who_register_one_person_at_once_one_does(bank: SmallBank) -> None:
    people = [("rm.zhang", ZHANG), ("rm.li", LI), ("rm.gao", GAO), ("head.wang", ZHANG)]

    def one(place: int) -> int:
        login, manager = people[place]
        form = replace(SOMEBODY, manager_id=manager, phone=f"1391111222{place}", name=f"郑新客{place}")
        return registered(login, form).customer_id

    answers = at_once(len(people), one)
    (made,) = [answer for answer in answers if isinstance(answer, int)]
    assert all(isinstance(answer, int | Refused) for answer in answers), answers
    with bulk("look", write=False) as session:
        wanted = Customer.identity_hash == blind("identity", IDENTITY)
        assert session.scalars(select(Customer.customer_id).where(wanted)).all() == [made]
        assert session.get_one(IdentityRegistry, blind("identity", IDENTITY)).customer_id == made


# --- from stage to stage


def converted(login: str, customer_id: int = PROSPECT, day: date | None = None, version: int = 1) -> None:
    with open_session(scope(login), "portrait", write=True) as session:
        make_customer(session, customer_id, version, day or today())


def stage_of(customer_id: int) -> str:
    with bulk("look", write=False) as session:
        return session.get_one(Customer, customer_id).stage


@pytest.mark.parametrize("login", ["rm.zhang", "rm.li", "head.zhu", "care.lin", "legal.qian", "exec.zhou", "check.sun"])
def test_nobody_converts_out_of_reach_or_post(bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused):
        converted(login)
    assert stage_of(PROSPECT) == "prospect"


def test_a_prospect_becomes_a_customer_with_a_milestone(bank: SmallBank) -> None:
    day = today() - timedelta(days=2)
    converted("rm.gao", day=day)
    with bulk("look", write=False) as session:
        customer = session.get_one(Customer, PROSPECT)
        assert (customer.stage, customer.opened_on) == ("customer", day)
        event = session.scalars(
            select(LifeEvent).where(LifeEvent.customer_id == PROSPECT, LifeEvent.kind == "account_opened")
        ).one()
        assert event.happened_on == day


@pytest.mark.parametrize("customer", [OWN, OUTSIDER])
def test_only_a_prospect_does(sqlite_bank: SmallBank, customer: int) -> None:
    with pytest.raises(Refused, match="不是潜在客户"):
        converted("crm.zhao", customer)


@pytest.mark.parametrize(
    ("identity", "opened_on", "said"),
    [
        (None, date(2026, 3, 10), "信息复核"),
        ("x", None, "填写开户日"),
        ("x", date(2026, 3, 11), "晚于今天"),
        ("x", date(2026, 3, 10), None),
        ("x", date(2025, 1, 6), None),
        ("x", date(2025, 1, 5), "早于建档日"),
    ],
)
def test_what_an_opening_needs(identity: str | None, opened_on: date | None, said: str | None) -> None:
    prospect = filled(Customer, identity_hash=identity, known_since=date(2025, 1, 6))
    problem = opening_problem(prospect, opened_on, date(2026, 3, 10))
    assert (problem is None) if said is None else (said in (problem or ""))


def test_without_a_paper_nothing_is_written(bank: SmallBank) -> None:
    made = registered("rm.zhang", replace(SOMEBODY, identity=""))
    with pytest.raises(Refused, match="信息复核"):
        converted("rm.zhang", made.customer_id)
    assert stage_of(made.customer_id) == "prospect"


def test_of_two_who_convert_the_second_is_told_and_there_is_one_milestone(bank: SmallBank) -> None:
    people = ("rm.gao", "head.wang")
    answers = at_once(2, lambda place: converted(people[place]))
    (told,) = [answer for answer in answers if answer is not None]
    assert isinstance(told, Conflict) and told.theirs == {"stage": "customer", "opened_on": today()}
    with bulk("look", write=False) as session:
        opened = (LifeEvent.customer_id == PROSPECT, LifeEvent.kind == "account_opened")
        assert session.scalar(select(func.count()).select_from(LifeEvent).where(*opened)) == 1
    with pytest.raises(Refused, match="不是潜在客户"):
        converted("rm.gao", version=told.version or 0)


def test_a_complainant_becomes_a_prospect_and_nothing_else(bank: SmallBank) -> None:
    for login in ("care.lin", "head.wang", "legal.qian"):
        with pytest.raises(Refused), open_session(scope(login), "portrait", write=True) as session:
            make_prospect(session, OUTSIDER, 1)
    with open_session(scope("crm.zhao"), "portrait", write=True) as session:
        make_prospect(session, OUTSIDER, 1)
    assert stage_of(OUTSIDER) == "prospect"
    with pytest.raises(Refused, match="不是非本行客户"), open_session(scope("crm.zhao"), "p", write=True) as session:
        make_prospect(session, OUTSIDER, 2)
