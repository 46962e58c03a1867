"""Entering a complainant who is no customer: with a case, by those who may, once, and findable."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.settings import today
from lib.store import search
from lib.store.bulk import bulk
from lib.store.crypto import blind
from lib.store.holder import holder_of
from lib.store.models import AccessEntry, Customer, CustomerNumber, IdentityRegistry
from lib.store.outsider import enter_outsider, known_outsider
from lib.store.reveal import locate
from lib.store.session import Refused, open_session
from tests.cast import C_OWN, C_POOL, OWN, SmallBank, case_number_of, phone_of, scope


def test_the_outsider_is_found_by_name_number_and_phone(bank: SmallBank) -> None:
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        entered = enter_outsider(session, "personal", "郑过客", "13911112222", None)
    with bulk("look", write=False) as session:
        person = session.get_one(Customer, entered.customer_id)
        assert (person.stage, person.phone_masked, person.branch_id) == ("outsider", "139****2222", None)
        assert session.get_one(CustomerNumber, entered.number).customer_id == entered.customer_id
        by_name = select(Customer.customer_id).where(search.matches(Customer.customer_id, "郑过客"))
        assert session.scalars(by_name).all() == [entered.customer_id]
    with open_session(scope("rm.li"), "complaints", write=True) as session:
        found = locate(session, "13911112222")
        assert found is not None and found.customer_id == entered.customer_id


@pytest.mark.parametrize("login", ["legal.qian", "exec.zhou", "product.he", "check.sun", "admin.wu"])
def test_those_who_write_no_cases_enter_nobody(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused), open_session(scope(login), "complaints", write=True) as session:
        enter_outsider(session, "personal", "郑过客", None, "a@b.cn")


def test_entering_gives_no_right_to_change_them(sqlite_bank: SmallBank) -> None:
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        entered = enter_outsider(session, "personal", "郑过客", None, "a@b.cn")
    with pytest.raises(Refused), open_session(scope("care.chen"), "complaints", write=True) as session:
        session.add(Customer(
            customer_id=entered.customer_id, number="1", kind="personal", stage="customer", name="别人",
            known_since=today(),
        ))  # fmt: skip


def test_who_holds_a_case_is_told_by_name_and_nothing_else(sqlite_bank: SmallBank) -> None:
    with open_session(scope("rm.li"), "complaints") as session:
        held = [holder_of(session, case_number_of(case)) for case in (C_OWN, C_POOL, 9)]
    assert held == ["陈静", None, None]


def enter(login: str, name: str = "郑过客", phone: str | None = "13911112222", **more: str) -> int:
    kind = more.pop("kind", "personal")
    with open_session(scope(login), "complaints", write=True) as session:
        return enter_outsider(session, kind, name, phone, None, **more).customer_id


def test_the_same_name_and_phone_is_the_same_person(bank: SmallBank) -> None:
    first = enter("care.chen")
    assert enter("rm.li") == first
    assert enter("rm.li", name="郑旅客") != first  # a family may share a phone
    assert enter("rm.li", phone="13911113333") != first
    assert enter("rm.li", kind="corporate") != first
    assert enter("rm.li", name="欧阳小明", phone=phone_of(OWN)) == OWN  # a customer after all
    with bulk("look", write=False) as session:
        looks = select(AccessEntry.customer_id).where(AccessEntry.what == "locate").order_by(AccessEntry.id)
        assert session.scalars(looks).all() == [first, OWN]


def test_an_identity_number_belongs_to_one_name(bank: SmallBank) -> None:
    number = "11010519491231002X"
    first = enter("care.chen", identity=number)
    with bulk("look", write=False) as session:
        person = session.get_one(Customer, first)
        assert (person.identity_kind, person.identity_masked) == ("resident_id", "*" * 14 + "002X")
        registered = session.get_one(IdentityRegistry, blind("identity", number))
        assert registered.customer_id == first
    assert enter("rm.li", phone=None, identity=number) == first
    with pytest.raises(Refused, match="另一个名称"):
        enter("rm.li", name="郑旅客", phone=None, identity=number)


def test_a_firm_keeps_its_code_seat_and_representative(sqlite_bank: SmallBank) -> None:
    firm = enter("care.chen", "远山商贸有限公司", "01088886666", kind="corporate", identity="91350100M000100Y43",
                 address="解放路 2 号", legal_representative="孙大山")  # fmt: skip
    with bulk("look", write=False) as session:
        row = session.get_one(Customer, firm)
        assert (row.identity_kind, row.address, row.legal_representative) == ("credit_code", "解放路 2 号", "孙大山")


def test_somebody_on_record_is_known_before_anything_is_written(sqlite_bank: SmallBank) -> None:
    first = enter("care.chen")
    with open_session(scope("rm.li"), "complaints") as session:
        assert known_outsider(session, "personal", "郑过客", "13911112222", None) == first
        assert known_outsider(session, "personal", "郑过客", None, None) is None
    with pytest.raises(Refused), open_session(scope("legal.qian"), "complaints") as session:
        known_outsider(session, "personal", "郑过客", "13911112222", None)
