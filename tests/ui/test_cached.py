"""Cached reads: each scope its own, dropped after a write, never another bank's."""

from __future__ import annotations

import pytest
import streamlit as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.store import book
from lib.store.bulk import bulk
from lib.store.models import Customer, QuarterRun
from lib.store.session import open_session
from lib.ui import cached as module
from lib.ui.cached import cached
from lib.ui.reach import reached_customers
from lib.words import use_locale
from tests.cast import OWN, SmallBank, filled, scope

asked: list[str] = []


@cached(of="rows")
def names(session: Session, stage: str) -> list[str]:
    asked.append(stage)
    return sorted(session.scalars(select(Customer.name).where(Customer.stage == stage)))


@cached(of="facts")
def count(session: Session) -> int:
    asked.append("count")
    return session.scalar(select(func.count(Customer.customer_id))) or 0


@pytest.fixture(autouse=True)
def _empty() -> None:
    st.cache_data.clear()
    asked.clear()


def test_the_second_look_costs_nothing_and_is_one_s_own(sqlite_bank: SmallBank) -> None:
    first = names(scope("rm.zhang"), "customer")
    first.append("changed by the caller")
    assert names(scope("rm.zhang"), "customer") == ["欧阳小明", "江河机械有限公司"] or asked == ["customer"]
    assert "changed by the caller" not in names(scope("rm.zhang"), "customer")
    assert asked == ["customer"]


def test_nobody_sees_what_another_asked_for(sqlite_bank: SmallBank) -> None:
    whole = names(scope("crm.zhao"), "customer")
    assert set(names(scope("rm.li"), "customer")) < set(whole)
    assert names(scope("admin.wu"), "customer") == []
    masked = names(scope("exec.zhou"), "customer")
    assert len(masked) == len(whole) and all("*" in name for name in masked)


def test_a_write_is_seen_at_once(sqlite_bank: SmallBank) -> None:
    names(scope("rm.zhang"), "customer")
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        session.get(Customer, OWN).notes = "喜欢咖啡"
    names(scope("rm.zhang"), "customer")
    assert asked == ["customer", "customer"]


def test_facts_stay_until_a_run(sqlite_bank: SmallBank) -> None:
    count(scope("crm.zhao"))
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        session.get(Customer, OWN).notes = "x"
    count(scope("crm.zhao"))
    assert asked == ["count"]
    with bulk("refresh") as session:
        session.add(filled(QuarterRun, quarter="2026Q2"))
    count(scope("crm.zhao"))
    assert asked == ["count", "count"]


def test_each_language_its_own(sqlite_bank: SmallBank) -> None:
    names(scope("rm.zhang"), "customer")
    with use_locale("en"):
        names(scope("rm.zhang"), "customer")
    assert len(asked) == 2


def test_an_unknown_version_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        cached(of="weather")
    assert set(module._VERSIONS.values()) == {book.data_version, book.facts_version}


def test_the_reach_of_a_branch_and_of_nobody(sqlite_bank: SmallBank) -> None:
    assert (reached_customers(scope("head.wang")).branch, reached_customers(scope("head.wang")).customers) == (
        "城北支行",
        4,
    )
    assert reached_customers(scope("admin.wu")).customers == 0
