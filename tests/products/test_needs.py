"""Needs from facts and events, each with its reason in numbers; read for many customers at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from lib.products.needs import Known, known_of, needs_of
from lib.rulebook import Rulebook, shipped_rows
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.engine import engine
from lib.store.quarter import Quarter
from lib.store.session import open_session
from lib.words import codes
from tests.cast import FIRM, OTHER, OWN, PEER, SmallBank, filled, scope
from tests.products.rows import given, products

BOOK = Rulebook(shipped_rows())
DAY = date(2026, 6, 15)


def found(kind: str = "personal", *events: tuple[str, date], **facts: int | None) -> list[str]:
    return [need.code for need in needs_of(Known(kind, facts, events), BOOK, DAY)]


@pytest.mark.parametrize(("facts", "codes_"), [
    ({}, []),
    ({"age": 26, "loans_fen": 0, "deposits_fen": 30_000_000}, ["mortgage"]),
    ({"age": 25, "loans_fen": 0, "deposits_fen": 30_000_000}, []),
    ({"age": 40, "loans_fen": 0, "deposits_fen": 19_999_999}, []),
    ({"age": 30, "loans_fen": None, "deposits_fen": 30_000_000}, []),
    ({"age": 50, "aum_fen": 10_000_000}, ["pension"]),
    ({"age": 49, "aum_fen": 10_000_000}, []),
    ({"aum_fen": 20_000_000, "investments_fen": 0}, ["wealth_growth"]),
    ({"aum_fen": 20_000_000, "investments_fen": 1}, []),
    ({"age": 36, "deposits_fen": 20_000_000, "loans_fen": 1}, ["education_fund"]),
])  # fmt: skip
def test_facts_make_needs(facts: dict[str, Any], codes_: list[str]) -> None:
    assert found(**facts) == codes_


@pytest.mark.parametrize(("kind", "at", "codes_"), [
    ("home", date(2026, 6, 15), ["mortgage", "consumption"]),
    ("home", date(2025, 12, 15), ["mortgage"]),  # six months are over for the one, not for the other
    ("home", date(2025, 12, 16), ["mortgage", "consumption"]),
    ("home", date(2025, 6, 15), []),
    ("home", date(2026, 6, 16), []),
    ("child", date(2024, 6, 16), ["education_fund"]),
    ("child", date(2024, 6, 15), []),
    ("account_opened", date(2026, 6, 1), []),
])  # fmt: skip
def test_events_make_needs_for_a_while(kind: str, at: date, codes_: list[str]) -> None:
    assert found("personal", (kind, at)) == codes_


def test_firms_have_needs_of_their_own() -> None:
    assert found("corporate", ("expansion", DAY), loans_fen=5) == ["business_loan"]
    assert found("corporate", ("home", DAY), age=30, aum_fen=10**12, investments_fen=0) == []


def test_the_reason_tells_the_event_and_the_figures() -> None:
    known = Known("personal", {"age": 31, "loans_fen": 0, "deposits_fen": 42_000_000}, [("home", date(2026, 5, 3))])
    [need, _card] = needs_of(known, BOOK, DAY)
    assert need.reasons[0] == "2026-05-03 购房"
    assert "年龄（岁） ≥ 26（现为 31）" in need.reasons[1] and "42 万元" in need.reasons[1]
    assert need.categories == ("loan",)


def test_every_need_of_the_rule_has_a_name() -> None:
    assert {one["code"] for one in BOOK.value("needs.rules", DAY)} | {"asked"} == set(codes("need"))


def facts(session: Any, customer_id: int, **values: Any) -> None:
    session.add(filled(m.CustomerQuarter, customer_id=customer_id, quarter=str(Quarter.of(today())), version=1,
                       kind="personal", **values))  # fmt: skip


@pytest.fixture
def ready(bank: SmallBank) -> SmallBank:
    products()
    with bulk("test") as session:
        for row in session.scalars(select(m.CustomerQuarter)):
            session.delete(row)
        session.flush()
        session.merge(filled(m.QuarterRun, quarter=str(Quarter.of(today())), version=1, state="open"))
        session.merge(filled(m.QuarterRun, quarter=str(Quarter.of(today())), version=2, state="building"))
        facts(session, OWN, aum_fen=25_000_000, investments_fen=0)
        facts(session, PEER, aum_fen=1, investments_fen=0)
        session.add(filled(m.CustomerQuarter, customer_id=OWN, quarter=str(Quarter.of(today())), version=2,
                           kind="personal", aum_fen=5, investments_fen=9))  # fmt: skip
        session.add(filled(m.LifeEvent, customer_id=PEER, id=70, kind="marriage", happened_on=today()))
    given(birth_date=date(1960, 1, 1))
    return bank


def test_many_customers_in_as_many_reads_as_one(ready: SmallBank) -> None:
    def reads(ids: list[int]) -> tuple[int, dict[int, Known]]:
        seen: list[str] = []
        listener = lambda _c, _cur, statement, *_rest: seen.append(statement)  # noqa: E731
        rulebook()
        event.listen(engine(), "before_cursor_execute", listener)
        try:
            with open_session(scope("crm.zhao"), "test") as session:
                known = known_of(session, ids, rulebook(), today())
        finally:
            event.remove(engine(), "before_cursor_execute", listener)
        return sum(one.lstrip().startswith(("SELECT", "WITH")) for one in seen), known

    one, _known = reads([OWN])
    three, known = reads([OWN, PEER, FIRM])
    assert one == three == 3 and set(known) == {OWN, PEER, FIRM}
    assert (known[OWN].facts["aum_fen"], known[OWN].facts["investments_fen"]) == (25_000_000, 0)  # the published ones
    assert known[OWN].facts["complaints_open"] == 1 and known[FIRM].facts["aum_fen"] is None
    assert [need.code for need in needs_of(known[PEER], rulebook(), today())][:1] == ["mortgage"]
    assert "wealth_growth" in [need.code for need in needs_of(known[OWN], rulebook(), today())]


def test_only_of_customers_within_reach(ready: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test") as session:
        assert set(known_of(session, [OWN, PEER, OTHER], rulebook(), today())) == {OWN}
    with open_session(scope("product.he"), "test") as session:
        assert known_of(session, [OWN], rulebook(), today()) == {}
