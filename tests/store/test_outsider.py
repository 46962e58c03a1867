"""Entering a complainant who is no customer: with a case, by those who may, once, and findable."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.settings import today
from lib.store import search
from lib.store.bulk import bulk
from lib.store.holder import holder_of
from lib.store.models import Customer, CustomerNumber
from lib.store.outsider import enter_outsider
from lib.store.reveal import locate
from lib.store.session import Refused, open_session
from tests.cast import C_OWN, C_POOL, SmallBank, case_number_of, scope


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
