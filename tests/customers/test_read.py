"""A customer is found the way people look for one, and read without seeing what is another's."""

from __future__ import annotations

from datetime import date

import pytest

from lib.customers import read
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import open_session
from tests import cast


def found(login: str, typed: str) -> list[str]:
    with open_session(cast.scope(login), "test") as session:
        return [row.name for row in session.execute(read.find(typed))]


@pytest.mark.parametrize(
    "typed",
    ["欧阳小明", "小明", "oyxm", "ouyangxiaoming", "OYXM", " 13800131001 ", "138 0013 1001", "+86 13800131001"],
)
def test_a_customer_is_found_by_name_pinyin_and_phone(bank: cast.SmallBank, typed: str) -> None:
    assert found("rm.zhang", typed) == ["欧阳小明"]


def test_a_customer_is_found_by_number_and_identity(bank: cast.SmallBank) -> None:
    assert found("rm.zhang", cast.number_of(cast.OWN)) == ["欧阳小明"]
    assert found("rm.zhang", cast.identity_of(cast.OWN).lower()) == ["欧阳小明"]


@pytest.mark.parametrize("typed", ["", "  ", "%", "*", '"', "'; drop table", "1380013", "1380013100", "欧阳大明"])
def test_part_of_a_number_or_nothing_finds_nobody(bank: cast.SmallBank, typed: str) -> None:
    assert found("crm.zhao", typed) == []


@pytest.mark.parametrize(
    ("login", "names"),
    [
        ("rm.zhang", []),
        ("rm.li", ["秦岭"]),
        ("head.wang", []),
        ("head.zhu", ["秦岭"]),
        ("crm.zhao", ["秦岭"]),
        ("legal.qian", ["秦岭"]),
        ("exec.zhou", ["秦*"]),
        ("care.chen", []),
        ("check.sun", []),
        ("admin.wu", []),
    ],
)
def test_nobody_is_found_outside_the_scope(sqlite_bank: cast.SmallBank, login: str, names: list[str]) -> None:
    for typed in ("秦岭", "ql", cast.phone_of(cast.OTHER), cast.number_of(cast.OTHER)):
        assert found(login, typed) == names


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800131001", "13800131001"),
        ("008613800131001", "13800131001"),
        ("1101051949 1231002x", "11010519491231002X"),
        ("91350100m000100y43", "91350100M000100Y43"),
        ("CFPB-4848023", "CFPB-4848023"),
        ("王2", None),
        ("wang", None),
        ("7", None),
        ("客户 1234", None),
    ],
)
def test_what_looks_like_a_number(typed: str, number: str | None) -> None:
    assert read.identifier(typed) == number


def test_a_merged_customer_is_not_found(sqlite_bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        session.get(m.Customer, cast.OWN).merged_into_id = cast.FIRM
    assert found("rm.zhang", "欧阳小明") == []


def test_the_header_names_branch_and_manager(bank: cast.SmallBank) -> None:
    with open_session(cast.scope("rm.zhang"), "test") as session:
        row = session.execute(read.header(cast.number_of(cast.OWN))).one()
        assert (row.Customer.name, row.branch, row.manager) == ("欧阳小明", "城北支行", "张伟")
        assert session.execute(read.header(cast.number_of(cast.OTHER))).one_or_none() is None


def test_only_published_facts_are_read_the_newest_first(bank: cast.SmallBank) -> None:
    states = {"2026Q2": "open", "2026Q3": "building", "2025Q4": "closed", "2025Q3": "replaced"}
    with bulk("test") as session:
        session.merge(cast.filled(m.QuarterRun, quarter="2026Q1", version=1, state="closed"))
        for quarter, state in states.items():
            session.add(cast.filled(m.QuarterRun, quarter=quarter, version=1, state=state))
            session.add(cast.filled(m.CustomerQuarter, customer_id=cast.OWN, quarter=quarter, version=1))
    with open_session(cast.scope("rm.zhang"), "test") as session:
        facts = session.scalars(read.by_quarter(cast.OWN)).all()
        assert [fact.quarter for fact in facts] == ["2026Q2", "2026Q1", "2025Q4"]
        assert len(session.scalars(read.by_quarter(cast.OWN, last=1)).all()) == 1
        assert session.scalars(read.by_quarter(cast.OTHER)).all() == []


def test_cases_show_open_ones_first_and_only_those_in_reach(bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        case = {
            "number": "T1",
            "state": "closed",
            "kind": "complaint",
            "manager_id": cast.ZHANG,
            "handler_id": cast.CHEN,
        }
        session.add(cast.filled(m.Case, customer_id=cast.OWN, id=1, **case))
    with open_session(cast.scope("rm.zhang"), "test") as session:
        assert [row.state for row in session.execute(read.cases([cast.OWN]))] == ["investigating", "closed"]
        assert [row.state for row in session.execute(read.open_cases([cast.OWN]))] == ["investigating"]
    with open_session(cast.scope("care.lin"), "test") as session:
        assert session.execute(read.cases([cast.OWN])).all() == []


def test_tags_come_by_family(bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        for tag, family in (("b", "need"), ("a", "need"), ("z", "channel")):
            row = cast.filled(m.CustomerTag, customer_id=cast.OWN, tag=tag, family=family, since_day=date(2026, 1, 1))
            session.add(row)
    with open_session(cast.scope("rm.zhang"), "test") as session:
        said = [(row.family, row.tag) for row in session.scalars(read.tags([cast.OWN]))]
        assert said[:3] == [("channel", "z"), ("need", "a"), ("need", "b")]
