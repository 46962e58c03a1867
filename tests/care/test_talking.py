"""Talking points: the pressing first, four at the most, nothing of products where they do not belong; read in bulk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from lib.care import knowing
from lib.care.talking import MOST, Known, Maturing, points
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.engine import engine
from lib.store.session import open_session
from tests.cast import C_OWN, CUSTOMERS, FIRM, OTHER, OWN, PEER, SmallBank, filled, scope

ON = date(2026, 11, 29)
FACTS = m.CustomerQuarter(customer_id=1, watch=0, aum_fen=50_000_000, opening_aum_fen=40_000_000)
WATCHED = m.CustomerQuarter(customer_id=1, watch=2, aum_fen=50_000_000, opening_aum_fen=40_000_000)
DEPOSIT = Maturing("三年期存款", 20_000_000, "CNY", date(2026, 12, 20))
WEALTH = Maturing("稳健增利", 10_000_000, "CNY", date(2027, 1, 5))
FULL = Known(
    1, FACTS, (WEALTH, DEPOSIT), (("home", date(2026, 11, 7)), ("child", date(2026, 10, 1))), "发送利率表",
    date(2026, 11, 1), "", True, date(2027, 6, 1), "只在晚上联系", date(2014, 11, 30), False, ("private", 100_000_000),
    (("card", 57), ("loan", 61)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (Known(1), []),
        (Known(1, opened_on=date(2014, 11, 30)), ["往来 11 年"]),
        (Known(1, opened_on=date(2014, 11, 29)), ["往来 12 年"]),
        (Known(1, opened_on=date(2026, 3, 1)), ["往来不满 1 年"]),
        (Known(1, FACTS), ["AUM 50 万元，季初 40 万元"]),
        (Known(1, WATCHED), ["降级观察第 2 季，问问资金安排", "AUM 50 万元，季初 40 万元"]),
        (Known(1, complaint="T1"), ["先说投诉 T1 的进展，不谈产品"]),
        (Known(1, promised="发送利率表", promised_on=date(2026, 11, 1)), ["上次（2026-11-01）说好：发送利率表"]),
        (Known(1, maturing=(WEALTH, DEPOSIT)), ["三年期存款 20 万元 于 2026-12-20 到期，90 天内另有 1 笔"]),
        (Known(1, maturing=(WEALTH,)), ["稳健增利 10 万元 于 2027-01-05 到期"]),
        (Known(1, invests=True), ["没有有效的风险测评，续测前不谈理财"]),
        (Known(1, invests=True, capacity_until=ON - timedelta(days=1)), ["没有有效的风险测评，续测前不谈理财"]),
        (Known(1, invests=True, capacity_until=ON), ["风险测评 2026-11-29 到期，请一并续测"]),
        (Known(1, invests=True, capacity_until=ON + timedelta(days=30)), ["风险测评 2026-12-29 到期，请一并续测"]),
        (Known(1, invests=True, capacity_until=ON + timedelta(days=31)), []),
        (Known(1, next_tier=("private", 100_000_000)), ["距高净值还差 100 万元"]),
        (Known(1, lacks=(("card", 57), ("loan", 61))), ["61% 的同类客户有贷款，可以问问需要"]),
        (Known(1, events=FULL.events), ["近况：购房（2026-11-07）"]),
        (Known(1, wishes="只在\n晚上联系"), ["习惯：只在 晚上联系"]),
        (Known(1, wishes="长" * 61), ["习惯：" + "长" * 59 + "…"]),
    ],
)
def test_each_point_by_itself(of: Known, said: list[str]) -> None:
    assert points(of, ON, "CNY") == said


def test_four_at_the_most_and_the_pressing_first() -> None:
    found = points(FULL, ON, "CNY")
    assert len(found) == MOST and found[0].startswith("上次") and found[1].startswith("三年期存款")


@pytest.mark.parametrize("said", [{"complaint": "T1"}, {"no_automated_advice": True}])
def test_nothing_of_products_with_a_complaint_or_against_the_customers_wish(said: dict[str, Any]) -> None:
    told = " ".join(points(replace(FULL, promised="", **said), ON, "CNY"))
    assert not any(word in told for word in ("存款", "稳健", "高净值", "同类客户"))


# --- reading


@pytest.fixture
def told(bank: SmallBank) -> SmallBank:
    """Facts, something that matures, an event and wishes of two customers; one of another manager."""
    with bulk("test") as session:
        for customer_id in (OWN, FIRM, OTHER):
            session.rows(update(m.CustomerQuarter).where(m.CustomerQuarter.customer_id == customer_id).values(
                quarter="2026Q4", version=1, has_wealth=1, watch=1))  # fmt: skip
            session.rows(update(m.Holding).where(m.Holding.customer_id == customer_id).values(
                product_id=1, amount_fen=700, matures_on=today() + timedelta(days=90), ended_on=None))  # fmt: skip
            session.rows(update(m.Account).where(m.Account.customer_id == customer_id).values(
                product_id=1, category="deposit", matures_on=today() + timedelta(days=91), closed_on=None))  # fmt: skip
            session.rows(update(m.LifeEvent).where(m.LifeEvent.customer_id == customer_id).values(
                kind="home", happened_on=today() - timedelta(days=90)))  # fmt: skip
        session.rows(update(m.Customer).where(m.Customer.customer_id == OWN).values(service_wishes="晚上联系"))
    return bank


def known(login: str, ids: list[int]) -> dict[int, Known]:
    with open_session(scope(login), "today") as session:
        people = list(session.scalars(select(m.Customer).where(m.Customer.customer_id.in_(ids))))
        cases = list(session.scalars(select(m.Case).where(m.Case.customer_id.in_(ids))))
        return knowing.known(session, people, cases, {}, today(), ("2026Q4", 1))


def test_what_is_known_of_several_at_once(told: SmallBank) -> None:
    found = known("rm.zhang", [OWN, FIRM])
    own, firm = found[OWN], found[FIRM]
    assert own.facts is not None and own.facts.watch == 1 and own.invests and not firm.invests
    assert [(one.product, one.amount_fen) for one in own.maturing] == [("活期存款", 700)]
    assert own.events == [("home", today() - timedelta(days=90))]
    assert own.complaint.endswith(str(C_OWN)[-4:]) and own.wishes == "晚上联系"


def test_nothing_is_known_of_another_managers_customer(told: SmallBank) -> None:
    assert set(known("rm.zhang", [OWN, OTHER, PEER])) == {OWN}
    assert set(known("head.wang", [OWN, OTHER, PEER])) == {OWN, PEER}


def test_as_many_statements_for_forty_as_for_one(told: SmallBank) -> None:
    with bulk("test") as session:
        session.add_all(filled(m.Customer, customer_id=5000 + n, number=f"N{n}", kind="personal", stage="customer",
                               name="甲", manager_id=CUSTOMERS[OWN][3], branch_id=1) for n in range(39))  # fmt: skip

    def counted(ids: list[int]) -> int:
        seen: list[str] = []
        note = lambda _c, _cur, statement, *_rest: seen.append(statement)  # noqa: E731
        event.listen(engine(), "before_cursor_execute", note)
        try:
            assert len(known("rm.zhang", ids)) == len(ids)
        finally:
            event.remove(engine(), "before_cursor_execute", note)
        return len(seen)

    assert counted([OWN]) == counted([OWN, *range(5000, 5039)])
