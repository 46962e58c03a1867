"""The stock by capacity and risk: held at the quarter's end, as questionnaires stood then, summed up to the bank."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from lib.jobs.changed import inputs_of
from lib.jobs.facts.suitability import write_suitability
from lib.kpi.frame import Frame
from lib.products import matrix
from lib.products.matrix import Behind, state_of
from lib.settings import day_start, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.session import open_session
from tests.cast import FIRM, FORMER, GAO, LI, NORTH, OTHER, OWN, PEER, SOUTH, ZHANG, SmallBank, filled, scope
from tests.products.rows import given, holds, products

QUARTER = Quarter(2026, 2)
END = QUARTER.end
OWNERS = {OWN: (ZHANG, NORTH, "personal"), PEER: (GAO, NORTH, "personal"), OTHER: (LI, SOUTH, "personal"),
          FIRM: (ZHANG, NORTH, "corporate"), FORMER: (LI, SOUTH, "personal")}  # fmt: skip


@pytest.fixture
def ready(bank: SmallBank) -> SmallBank:
    products()
    with bulk("test") as session:
        session.execute(delete(m.SuitabilityQuarter))
        for customer, (manager, branch, kind) in OWNERS.items():
            session.add(filled(m.CustomerQuarter, customer_id=customer, quarter=str(QUARTER), version=9, kind=kind,
                               manager_id=manager, branch_id=branch, closed=int(customer == FORMER)))  # fmt: skip
    for customer, born in ((OWN, date(1961, 6, 30)), (PEER, date(1961, 7, 1)), (OTHER, date(1990, 1, 1))):
        given(customer, birth_date=born, risk_capacity="C2", risk_capacity_until=END)
    return bank


def said(customer: int, level: str, at: date, until: date, number: int) -> None:
    with bulk("test") as session:
        session.add(m.CapacityTest(customer_id=customer, id=number, answered_at=day_start(at) + timedelta(hours=2),
                                   answers={}, score=1, level=level, valid_until=until, channel="branch",
                                   rule_version="x", staff_id=1))  # fmt: skip


def written(**rates: int) -> dict[tuple[Any, ...], tuple[int, int]]:
    """(level, branch, staff, kind, capacity, valid, senior, risk) → customers and fen."""
    with bulk("refresh") as session:
        write_suitability(session, Frame(QUARTER, 9, max(today(), END), None, rulebook(), "CNY", rates, ("personal",)))
    t = m.SuitabilityQuarter
    keys = (t.level, t.branch_id, t.staff_id, t.kind, t.capacity, t.valid, t.senior, t.risk_level)
    with bulk("look", write=False) as session:
        rows = session.execute(select(*keys, t.customers, t.amount_fen).where(t.version == 9)).all()
    return {tuple(row[:-2]): (row[-2], row[-1]) for row in rows}


def bank_of(found: dict[tuple[Any, ...], tuple[int, int]]) -> dict[tuple[Any, ...], tuple[int, int]]:
    return {key[3:]: value for key, value in found.items() if key[0] == "bank"}


def test_by_level_and_by_the_riskiest(ready: SmallBank) -> None:
    holds("W1")
    holds("W4", amount_fen=7)
    holds("W1", PEER)
    holds("W3", FORMER)  # left: not counted
    found = written()
    own, peer = ("personal", "C2", 1, 1), ("personal", "C2", 1, 0)  # 65 on the last day, and one day short of it
    assert bank_of(found) == {
        (*own, "R1"): (1, 100_000), (*own, "R4"): (1, 7), (*own, "T4"): (1, 100_007),
        (*peer, "R1"): (1, 100_000), (*peer, "T1"): (1, 100_000),
    }  # fmt: skip
    assert found["manager", NORTH, ZHANG, *own, "R4"] == (1, 7) and found["branch", NORTH, 0, *own, "T4"][0] == 1


@pytest.mark.parametrize(("started", "ended", "matures", "counts"), [
    (END, None, None, True), (END + timedelta(days=1), None, None, False), (END, END, None, False),
    (date(2026, 1, 1), END + timedelta(days=1), None, True), (date(2026, 1, 1), None, END, False),
    (date(2026, 1, 1), None, END + timedelta(days=1), True),
])  # fmt: skip
def test_what_is_held_at_the_end(
    ready: SmallBank, started: date, ended: date | None, matures: date | None, counts: bool
) -> None:
    holds("W1", started_on=started, ended_on=ended, matures_on=matures)
    assert bool(written()) is counts


def test_deposits_and_products_without_a_level_are_none_of_it(ready: SmallBank) -> None:
    holds("W1", category="deposit")
    holds("CARD")
    assert written() == {}


@pytest.mark.parametrize(("tests", "capacity", "valid"), [
    ([], "C2", 1),  # imported: no questionnaire on record at all
    ([("C3", date(2026, 6, 30), date(2027, 6, 30))], "C3", 1),
    ([("C3", date(2026, 7, 1), date(2027, 7, 1))], "none", 0),  # the first one came after the quarter
    ([("C3", date(2025, 6, 30), date(2026, 6, 30))], "C3", 1),
    ([("C3", date(2025, 6, 29), date(2026, 6, 29))], "C3", 0),
    ([("C3", date(2025, 6, 1), date(2026, 6, 1)), ("C5", date(2026, 5, 1), date(2027, 5, 1))], "C5", 1),
    ([("C3", date(2025, 7, 1), date(2026, 7, 1)), ("C5", date(2026, 7, 9), date(2027, 7, 9))], "C3", 1),
])  # fmt: skip
def test_the_questionnaire_that_held_then(
    ready: SmallBank, tests: list[tuple[str, date, date]], capacity: str, valid: int
) -> None:
    holds("W1")
    for number, (level, at, until) in enumerate(tests):
        said(OWN, level, at, until, 300 + number)
    assert {key[1:3] for key in bank_of(written())} == {(capacity, valid)}


def test_amounts_are_in_base_currency_and_merged_records_count_for_who_was_kept(ready: SmallBank) -> None:
    holds("W1", currency="USD", amount_fen=100)
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == PEER).values(merged_into_id=OWN))
        session.rows(delete(m.CustomerQuarter).where(m.CustomerQuarter.customer_id == PEER))
    holds("W1", PEER, amount_fen=30)
    with bulk("refresh") as session:
        frame = Frame(QUARTER, 9, max(today(), END), None, rulebook(), "CNY", {"USD": 7_000_000}, ("personal",),
                      merged=((PEER, OWN),))  # fmt: skip
        write_suitability(session, frame)
        t = m.SuitabilityQuarter
        row = session.execute(select(t.customers, t.amount_fen).where(t.level == "bank", t.risk_level == "R1")).one()
    assert tuple(row) == (1, 730)


def listed(login: str, **behind: Any) -> list[tuple[int, int, int]]:
    with open_session(scope(login), "products") as session:
        query = matrix.people("personal", END, Behind(**behind), 65, {"USD": 7_000_000})
        return [(row.customer_id, row.top, row.amount_fen) for row in session.execute(query)]


def test_the_customers_behind_a_figure_are_those_within_reach(ready: SmallBank) -> None:
    given(OTHER, risk_capacity_until=END - timedelta(days=1))
    for code, customer in (("W1", OWN), ("W4", OWN), ("W3", PEER), ("W5", OTHER)):
        holds(code, customer, currency="USD" if customer == PEER else "CNY")
    assert listed("crm.zhao", state="review") == [(PEER, 3, 700_000), (OWN, 4, 100_000)]
    assert listed("head.wang", state="review") == [(PEER, 3, 700_000), (OWN, 4, 100_000)]
    assert listed("rm.zhang", state="review") == [(OWN, 4, 100_000)] and listed("rm.li", state="review") == []
    assert listed("rm.li", state="expired") == [(OTHER, 5, 100_000)]
    assert listed("rm.zhang") == [(OWN, 4, 200_000)]
    assert listed("rm.zhang", state="review", capacity="C2", level="R4") == [(OWN, 4, 100_000)]
    assert listed("rm.zhang", level="R5") == [] and listed("crm.zhao", senior=True) == [(OWN, 4, 100_000)]
    for login in ("product.he", "care.chen", "check.sun", "admin.wu"):
        assert listed(login) == []


@pytest.mark.parametrize(("capacity", "valid", "level", "state"), [
    ("C2", True, "R2", "fitting"), ("C2", True, "R3", "review"), ("C2", False, "R1", "expired"),
    ("none", False, "R1", "untested"), ("x", True, "R1", "untested"), ("C5", True, "T5", "fitting"),
])  # fmt: skip
def test_states(capacity: str, valid: bool, level: str, state: str) -> None:
    assert state_of(capacity, valid, level) == state


def test_the_stored_figures_and_the_list_agree(ready: SmallBank) -> None:
    for code, customer in (("W1", OWN), ("W4", OWN), ("W3", PEER), ("W2", OTHER)):
        holds(code, customer)
    found = bank_of(written())
    review = sum(n for (_kind, capacity, valid, _old, level), (n, _fen) in found.items()
                 if level[0] == "T" and state_of(capacity, bool(valid), level) == "review")  # fmt: skip
    assert review == len(listed("crm.zhao", state="review")) == 2
    assert isinstance(day_start(END), datetime)


def test_another_level_of_a_product_leaves_no_version_standing(ready: SmallBank) -> None:
    """No customer was changed by it, and yet their holders stand otherwise."""

    def known() -> object:
        with bulk("look", write=False) as session:
            return inputs_of(session, Frame(QUARTER, 9, END, None, rulebook(), "CNY", {}, ("personal",)))["risks"]

    before = known()
    with bulk("test") as session:
        session.rows(update(m.Product).where(m.Product.code == "W1").values(name="x"))
    assert known() == before
    with bulk("test") as session:
        session.rows(update(m.Product).where(m.Product.code == "W1").values(risk_level="R3"))
    assert known() != before
