"""Recommendations: of what is suggested now, once for one form, and what came of each."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lib.products import recommending
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.session import Conflict, Refused, open_session
from tests.cast import C_OWN, OWN, SmallBank, filled, scope
from tests.products.rows import PRODUCTS, answered, given, holds, products, rows_of, stored
from tests.store.test_together import at_once


@pytest.fixture
def ready(bank: SmallBank) -> SmallBank:
    """OWN is C3 with much on deposit and nothing invested: wealth growth is needed."""
    products()
    answered("C3")
    with bulk("test") as session:
        for row in session.scalars(select(m.CustomerQuarter)):
            session.delete(row)
        session.get_one(m.Case, (OWN, C_OWN)).state = "closed"
        session.flush()
        quarter = str(Quarter.of(today()))
        session.merge(filled(m.QuarterRun, quarter=quarter, version=1, state="open"))
        session.add(filled(m.CustomerQuarter, customer_id=OWN, quarter=quarter, version=1, kind="personal",
                           aum_fen=25_000_000, investments_fen=0, deposits_fen=0, initiated_count=0))  # fmt: skip
    return bank


def recommend(code: str = "W2", need: str = "wealth_growth", key: str = "once") -> m.Recommendation:
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        return recommending.recommend(session, OWN, PRODUCTS[code][0], need, key)


def test_what_is_suggested_and_what_not(ready: SmallBank) -> None:
    holds("W1")
    with open_session(scope("rm.zhang"), "portrait") as session:
        found = recommending.advised(session, stored(), today())
    growth = [one for one in found.advice.suggested if one.need == "wealth_growth"]
    assert [one.product.sold.name for one in growth] == ["W2", "W3"]
    assert {one.product.sold.name: one.code for one in found.advice.refused} == {
        "W1": "held", "W4": "above", "W5": "above", "OLD": "age"}  # fmt: skip
    assert "YOUNG" not in [one.sold.name for one in found.fitting]


def test_it_keeps_what_held_then_with_its_reasons(ready: SmallBank) -> None:
    made = recommend()
    assert (made.risk_level, made.capacity, made.capacity_until) == ("R2", "C3", stored().risk_capacity_until)
    assert made.outcome == "open" and made.staff_id == scope("rm.zhang").staff_id
    assert "财富增值" in made.reasons[0] and made.reasons[1].startswith("R2 ≤ C3")
    assert recommend().id == made.id and len(rows_of(m.Recommendation)) == 1


def test_many_clicks_write_one(ready: SmallBank) -> None:
    made = at_once(4, lambda _place: recommend().id)
    assert len(set(made)) == 1 and len(rows_of(m.Recommendation)) == 1


@pytest.mark.parametrize(("code", "need", "said"), [
    ("W4", "wealth_growth", "高出客户的风险承受能力"), ("W2", "pension", "不在目前的推荐之列"),
    ("CARD", "wealth_growth", "不在目前的推荐之列"), ("W5", "asked", "高出客户的风险承受能力"),
])  # fmt: skip
def test_what_is_not_suggested_is_refused_with_why(ready: SmallBank, code: str, need: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        recommend(code, need)
    assert rows_of(m.Recommendation) == []


def test_with_an_open_complaint_only_what_the_customer_asks_for(ready: SmallBank) -> None:
    with bulk("test") as session:
        session.get_one(m.Case, (OWN, C_OWN)).state = "investigating"
    with pytest.raises(Refused, match="投诉"):
        recommend()
    assert recommend(need="asked").reasons[0] == "客户主动询问"


def test_what_is_held_is_not_recommended_again(ready: SmallBank) -> None:
    holds("W2")
    with pytest.raises(Refused, match="已持有"):
        recommend()
    assert recommend(need="asked").need == "asked"


def test_what_came_of_it_is_recorded_once(ready: SmallBank) -> None:
    made = recommend()

    def settle(outcome: str, version: int, login: str = "rm.zhang") -> None:
        with open_session(scope(login), "portrait", write=True) as session:
            row = session.get_one(m.Recommendation, (OWN, made.id))
            recommending.settle(session, row, version, outcome, " 想再看看 ")

    with pytest.raises(Refused):
        settle("open", 1)
    settle("declined", 1)
    [row] = rows_of(m.Recommendation)
    assert (row.outcome, row.outcome_on, row.note) == ("declined", today(), "想再看看")
    with pytest.raises(Conflict):
        settle("accepted", 1, "head.wang")
    with pytest.raises(Refused, match="已经登记"):
        settle("accepted", 2, "head.wang")


def test_the_list_is_the_newest_first(ready: SmallBank) -> None:
    recommend(key="1")
    recommend("W3", key="2")
    with open_session(scope("rm.zhang"), "portrait") as session:
        rows = session.execute(recommending.recommendations([OWN])).all()
        assert [row.product for row in rows] == ["W3", "W2"] and rows[0].staff == "张伟"
    with open_session(scope("rm.li"), "portrait") as session:
        assert session.execute(recommending.recommendations([OWN])).all() == []
    given(birth_date=date(2000, 1, 1))
