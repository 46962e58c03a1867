"""The directory: every filter by a hand-made bank, the scope whatever is asked, orders that decide every tie."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.customers.directory import Filters, Run, born_by, directory, filters_of
from lib.settings import business_now, today
from lib.store import models as m
from lib.store import search
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.session import open_session
from lib.store.suitability import age_on
from tests import cast
from tests.cast import FIRM, NORTH, OTHER, OWN, PEER, PROSPECT, UNASSIGNED, ZHANG, SmallBank, filled, scope

RUN = Run("2026Q3", 1)
WAN = 1_000_000
FACTS: dict[int, dict[str, Any]] = {
    OWN: {"aum_fen": 60 * WAN, "has_deposit": 1, "has_wealth": 1, "quiet_quarters": 0, "moved": 1},
    PEER: {"aum_fen": 5 * WAN, "has_deposit": 1, "has_wealth": 0, "quiet_quarters": 3, "moved": 0, "watch": 1},
    UNASSIGNED: {"aum_fen": 20 * WAN, "has_card": 1, "quiet_quarters": 1, "moved": -1},
    FIRM: {"aum_fen": 900 * WAN, "has_loan": 1, "quiet_quarters": 0, "moved": 0},
    OTHER: {"aum_fen": 70 * WAN, "has_deposit": 1, "quiet_quarters": 2, "moved": 0},
}
#: what the fixture makes of each customer beside its facts
PEOPLE: dict[int, dict[str, Any]] = {
    OWN: {"tier": "vip", "birth_date": date(1980, 1, 1), "risk_rating": "low", "risk_capacity": "C3"},
    PEER: {"tier": "mass", "birth_date": date(1950, 1, 1), "special_care": "elderly", "do_not_contact": True},
    FIRM: {"tier": "key", "industry": "retail", "size_class": "small"},
    OTHER: {"tier": "vip"},
}


@pytest.fixture
def known(bank: SmallBank) -> SmallBank:
    """The small bank with a quarter of facts and a little of everything a filter asks for."""
    day = today()
    with bulk("directory") as session:
        for table in (m.CustomerTag, m.Contact, m.Holding, m.Account):
            for row in session.query(table):
                session.delete(row)
        for row in session.query(m.Case).filter(m.Case.customer_id != OWN):
            row.state = "closed"
        session.add(filled(m.QuarterRun, quarter=RUN.quarter, version=1, state="open"))
        for customer, facts in FACTS.items():
            nought = {column.name: 0 for column in m.CustomerQuarter.__table__.c if column.name.startswith("has_")}
            session.add(filled(m.CustomerQuarter, customer_id=customer, quarter=RUN.quarter, version=1,
                               **{"watch": 0, **nought, **facts}))  # fmt: skip
        for customer in cast.CUSTOMERS:
            row = session.get_one(m.Customer, customer)
            row.verified_on, row.opened_on = day, date(2020, 1, 6)
            for field, value in PEOPLE.get(customer, {}).items():
                setattr(row, field, value)
        own, peer = session.get_one(m.Customer, OWN), session.get_one(m.Customer, PEER)
        own.birth_date = (day + timedelta(days=5)).replace(year=1980)
        own.risk_capacity_until, peer.risk_capacity_until = day - timedelta(days=1), day + timedelta(days=20)
        peer.verified_on, peer.opened_on = date(2024, 1, 1), date(2025, 5, 5)
        session.flush()
        session.add(filled(m.CustomerTag, customer_id=OWN, tag="golf", by_rule=False))
        session.add(filled(m.CustomerTag, customer_id=PEER, tag="golf", by_rule=False, until_day=day))
        session.add(filled(m.Holding, customer_id=OWN, id=1, matures_on=day + timedelta(days=20), ended_on=None))
        session.add(filled(m.Contact, customer_id=OWN, id=1, outcome="reached", happened_at=business_now()))
        session.add(filled(m.Contact, customer_id=PEER, id=1, outcome="not_reached", happened_at=business_now()))
    return bank


def found(login: str, **asked: Any) -> list[int]:
    """The list in either of its forms, which say the same."""
    with open_session(scope(login), "directory") as session:
        many, few = (
            [row.customer_id for row in session.execute(directory(Filters(**asked), RUN, today(), rulebook(), few=few))]
            for few in (False, True)
        )
    assert many == few
    return many


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ({}, {OWN, PEER, UNASSIGNED, FIRM}),
        ({"kind": "corporate"}, {FIRM}),
        ({"stage": "prospect"}, {PROSPECT}),
        ({"stage": "all"}, {OWN, PEER, UNASSIGNED, FIRM, PROSPECT}),
        ({"tier": "vip"}, {OWN}),
        ({"manager": str(ZHANG)}, {OWN, FIRM}),
        ({"manager": "none"}, {UNASSIGNED}),
        ({"branch": str(NORTH)}, {OWN, PEER, UNASSIGNED, FIRM}),
        ({"text": "oyxm"}, {OWN}),
        ({"tag": "golf"}, {OWN}),
        ({"holds": "wealth"}, {OWN}),
        ({"lacks": "wealth"}, {PEER, UNASSIGNED, FIRM}),
        ({"holds": "nonsense"}, {OWN, PEER, UNASSIGNED, FIRM}),
        ({"aum_from": 20}, {OWN, UNASSIGNED, FIRM}),
        ({"aum_from": 20, "aum_to": 60}, {UNASSIGNED}),
        ({"quiet": 1}, {PEER, UNASSIGNED}),
        ({"moved": "up"}, {OWN}),
        ({"moved": "down"}, {UNASSIGNED}),
        ({"moved": "watch"}, {PEER}),
        ({"matures": 30}, {OWN}),
        ({"matures": 7}, set()),
        ({"age": "60_plus"}, {PEER}),
        ({"age": "36_59"}, {OWN}),
        ({"industry": "retail"}, {FIRM}),
        ({"size": "small"}, {FIRM}),
        ({"rating": "low"}, {OWN}),
        ({"capacity": "expired"}, {OWN}),
        ({"capacity": "soon"}, {OWN, PEER}),
        ({"care": "elderly"}, {PEER}),
        ({"care": "any"}, {PEER}),
        ({"contactable": "no"}, {PEER}),
        ({"contactable": "yes"}, {OWN, UNASSIGNED, FIRM}),
        ({"refresh": "overdue"}, {PEER}),
        ({"complaint": "open"}, {OWN}),
        ({"birthday": 7}, {OWN}),
        ({"birthday": 3}, set()),
        ({"contact": 30}, {PEER, UNASSIGNED, FIRM}),
        ({"opened_from": date(2025, 1, 1)}, {PEER}),
        ({"opened_to": date(2025, 1, 1)}, {OWN, UNASSIGNED, FIRM}),
        ({"kind": "personal", "holds": "deposit", "quiet": 2}, {PEER}),
    ],
)
def test_each_filter(known: SmallBank, asked: dict[str, Any], who: set[int]) -> None:
    assert set(found("head.wang", **asked)) == who


@pytest.mark.parametrize(
    ("login", "who"),
    [
        ("rm.zhang", {OWN, FIRM}),
        ("rm.li", {OTHER}),
        ("head.zhu", {OTHER}),
        ("crm.zhao", {OWN, PEER, UNASSIGNED, FIRM, OTHER}),
        ("exec.zhou", {OWN, PEER, UNASSIGNED, FIRM, OTHER}),
        ("legal.qian", {OWN, PEER, UNASSIGNED, FIRM, OTHER}),
        ("care.chen", set()),  # narrowly: no facts, so nothing ordered by them
        ("check.sun", set()),
        ("admin.wu", set()),
        ("product.he", set()),
    ],
)
def test_nobody_sees_beyond_their_scope(known: SmallBank, login: str, who: set[int]) -> None:
    assert set(found(login)) == who
    assert set(found(login, manager=str(ZHANG))) == who & {OWN, FIRM}


def test_an_officer_finds_whom_they_handle(known: SmallBank) -> None:
    assert set(found("care.chen", order="number")) == {OWN, FIRM}


def test_orders(known: SmallBank) -> None:
    assert found("head.wang") == [FIRM, OWN, UNASSIGNED, PEER]
    assert found("head.wang", order="number") == sorted([OWN, PEER, UNASSIGNED, FIRM])
    assert found("head.wang", order="opened")[0] == PEER
    assert found("head.wang", stage="prospect") == [PROSPECT]


def test_a_merged_record_is_no_line(known: SmallBank) -> None:
    with bulk("merge") as session:
        session.get_one(m.Customer, PEER).merged_into_id = OWN
    assert PEER not in found("head.wang") and PEER not in found("head.wang", stage="all", order="number")


def test_names_are_masked_where_they_are(known: SmallBank) -> None:
    with open_session(scope("exec.zhou"), "directory") as session:
        names = [row.name for row in session.execute(directory(Filters(), RUN, today(), rulebook()))]
    assert all("*" in name for name in names)


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({}, Filters()),
        ({"aum_from": "50", "tier": "vip", "opened_from": "2026-01-01"},
         Filters(aum_from=50, tier="vip", opened_from=date(2026, 1, 1))),
        ({"aum_from": "viel", "quiet": "-1", "opened_to": "2026-13-01", "matures": "99999999"}, Filters()),
        ({"text": "长" * 200, "unknown": "x"}, Filters(text="长" * 80)),
        ({"birthday": "0"}, Filters(birthday=0)),
    ],
)  # fmt: skip
def test_an_address_says_the_filters(query: dict[str, str], filters: Filters) -> None:
    assert filters_of(query) == filters


def test_a_leap_day_birthday_is_kept_on_the_28th(known: SmallBank) -> None:
    with bulk("leap") as session:
        session.get_one(m.Customer, OWN).birth_date = date(1980, 2, 29)
        search.put(session.connection(), [])
    with open_session(scope("rm.zhang"), "directory") as session:
        query = directory(Filters(birthday=1), RUN, date(2026, 2, 27), rulebook())
        assert [row.customer_id for row in session.execute(query)] == [OWN]
        assert session.scalar(select(func.count()).select_from(m.Customer)) == 2


@pytest.mark.parametrize(
    ("day", "years", "born"),
    [
        (date(2026, 11, 28), 60, date(1966, 11, 28)),
        (date(2028, 2, 29), 18, date(2010, 2, 28)),
        (date(2026, 2, 28), 18, date(2008, 2, 28)),
        (date(2026, 3, 1), 18, date(2008, 3, 1)),
    ],
)
def test_who_is_of_an_age_by_the_day_they_were_born(day: date, years: int, born: date) -> None:
    """As `age_on` counts: 29 February comes of age on 1 March."""
    assert born_by(day, years) == born
    assert age_on(born, day) == years and age_on(born + timedelta(days=1), day) == years - 1
