"""Redeeming and taking back: by whom, for what, once, never overdrawn, on both engines and by many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from lib.engagement.points.read import balance, entries, lots
from lib.engagement.points.rules import Lot
from lib.engagement.points.write import RedeemForm, UndoForm, redeem, undo
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, Customer, PointAccount
from lib.store.points import last_day
from lib.store.scope import Refused
from lib.store.session import open_session
from tests.cast import FIRM, OTHER, OWN, PEER, SmallBank, scope
from tests.engagement.points import ledger

REWARDS = [("phone_credit", 100), ("cinema_ticket", 200)]
SOON, LATER = date(2026, 12, 31), date(2027, 12, 31)


@pytest.fixture(autouse=True)
def no_points(bank: SmallBank) -> None:
    ledger.empty()


def redeemed(login: str, customer_id: int, reward: str, n: int = 1, key: str = "k") -> int:
    with open_session(scope(login), "engagement", write=True) as session:
        return redeem(session, customer_id, RedeemForm(reward, n), key)


def undone(login: str, customer_id: int, deed: str, reason: str = "客户未领取") -> None:
    with open_session(scope(login), "engagement", write=True) as session:
        undo(session, customer_id, deed, UndoForm(reason))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (RedeemForm("phone_credit", 1), None),
        (RedeemForm("", 1), "请选择"),
        (RedeemForm("phone_credit", 0), "兑换数量"),
        (RedeemForm("phone_credit", 100), "兑换数量"),
        (RedeemForm("phone_credit", 99, "长" * 200), None),
        (RedeemForm("phone_credit", 1, "长" * 201), "备注最多"),
    ],
)
def test_what_a_redemption_needs(form: RedeemForm, said: str | None) -> None:
    problems = form.problems()
    assert (problems == []) if said is None else (len(problems) == 1 and said in problems[0])


@pytest.mark.parametrize(
    ("reason", "said"), [("错登", None), (" ", "写明"), ("长" * 200, None), ("长" * 201, "理由最多")]
)
def test_a_correction_says_why(reason: str, said: str | None) -> None:
    problems = UndoForm(reason).problems()
    assert (problems == []) if said is None else (len(problems) == 1 and said in problems[0])


def test_a_redemption_is_a_pair_and_a_smaller_balance(bank: SmallBank) -> None:
    ledger.given(OWN, 250)
    assert redeemed("rm.zhang", OWN, "phone_credit", 2) == 50
    assert ledger.balances() == {OWN: 50}
    assert [one for one in ledger.sides(OWN) if one[0].startswith("redeem")] == [
        ("redeem:k", "customer", -200), ("redeem:k", "redeemed", 200)]  # fmt: skip
    assert ledger.adds_up()
    with bulk("test", write=False) as session:
        told = select(AuditEntry.actor, AuditEntry.after).where(AuditEntry.table == "point_entry")
        assert {row.actor for row in session.execute(told)} == {"rm.zhang"}


def test_the_last_point_may_go_and_not_one_more(bank: SmallBank) -> None:
    ledger.given(OWN, 200)
    with pytest.raises(Refused, match="现有 200 分，需要 300 分"):
        redeemed("rm.zhang", OWN, "safe_box_month")
    assert redeemed("rm.zhang", OWN, "cinema_ticket") == 0
    with pytest.raises(Refused, match="现有 0 分"):
        redeemed("rm.zhang", OWN, "phone_credit", key="other")
    assert ledger.adds_up() and ledger.balances() == {OWN: 0}


def test_one_form_books_once(bank: SmallBank) -> None:
    ledger.given(OWN, 250)
    assert [redeemed("rm.zhang", OWN, "phone_credit") for _click in range(2)] == [150, 150]


def test_an_unknown_reward(bank: SmallBank) -> None:
    ledger.given(OWN, 250)
    with pytest.raises(Refused, match="没有这项"):
        redeemed("rm.zhang", OWN, "yacht")


@pytest.mark.parametrize(
    ("login", "allowed"),
    [("rm.zhang", True), ("head.wang", True), ("crm.zhao", True), ("rm.gao", False), ("rm.li", False),
     ("head.zhu", False), ("care.chen", False), ("product.he", False), ("check.sun", False), ("legal.qian", False),
     ("exec.zhou", False), ("admin.wu", False)],
)  # fmt: skip
def test_who_redeems_for_a_customer(bank: SmallBank, login: str, allowed: bool) -> None:
    ledger.given(OWN, 250)
    if allowed:
        assert redeemed(login, OWN, "phone_credit") == 150
        return
    with pytest.raises(Refused):
        redeemed(login, OWN, "phone_credit")
    assert ledger.balances() == {OWN: 250}


def test_what_goes_first_is_told_after_a_redemption(bank: SmallBank) -> None:
    ledger.given(OWN, 120, SOON)
    ledger.given(OWN, 200, LATER)
    redeemed("rm.zhang", OWN, "phone_credit")
    with bulk("test", write=False) as session:
        row = session.get_one(PointAccount, OWN)
        assert (row.balance, row.expiring_on, row.expiring) == (220, SOON, 20)
    redeemed("rm.zhang", OWN, "phone_credit", key="k2")
    with open_session(scope("rm.zhang"), "engagement") as session:
        row = session.get_one(PointAccount, OWN)
        assert (row.balance, row.expiring_on, row.expiring) == (120, LATER, 120)
        assert lots(session, [OWN]) == {OWN: [Lot(LATER, 120)]}


def test_taking_back_needs_another_person_or_a_head(bank: SmallBank) -> None:
    ledger.given(OWN, 250)
    redeemed("rm.zhang", OWN, "phone_credit")
    with pytest.raises(Refused, match="另一位同事"):
        undone("rm.zhang", OWN, "redeem:k")
    with pytest.raises(Refused, match="理由"):
        undone("head.wang", OWN, "redeem:k", " ")
    undone("head.wang", OWN, "redeem:k")
    assert ledger.balances() == {OWN: 250} and ledger.adds_up()
    undone("head.wang", OWN, "redeem:k")  # again: nothing
    assert ledger.balances() == {OWN: 250}
    with open_session(scope("rm.zhang"), "engagement") as session:
        row = next(row for row in session.execute(entries([OWN])) if row.deed == "redeem:k")
        assert row.undone == "undo:redeem:k"
        assert sum(lot.points for lot in lots(session, [OWN])[OWN]) == 250


def test_a_head_may_take_back_their_own(bank: SmallBank) -> None:
    ledger.given(OWN, 250)
    redeemed("head.wang", OWN, "phone_credit")
    undone("head.wang", OWN, "redeem:k")
    assert ledger.balances() == {OWN: 250}


def test_what_was_earned_by_mistake_is_taken_back_unless_it_is_used(bank: SmallBank) -> None:
    deed = ledger.given(OWN, 250, deed="survey:1")
    undone("rm.zhang", OWN, deed)
    assert ledger.balances() == {OWN: 0} and ledger.adds_up()
    used = ledger.given(PEER, 250, deed="survey:2")
    redeemed("rm.gao", PEER, "phone_credit")
    with pytest.raises(Refused, match="积分不足"):
        undone("rm.gao", PEER, used)
    assert ledger.balances() == {OWN: 0, PEER: 150}


def test_stock_ends(bank: SmallBank) -> None:
    ledger.given(OWN, 70_000)
    with pytest.raises(Refused, match="只剩 60 份"):
        redeemed("rm.zhang", OWN, "health_check", 61)
    redeemed("rm.zhang", OWN, "health_check", 59)
    ledger.given(OTHER, 5_000)
    with pytest.raises(Refused, match="只剩 1 份"):
        redeemed("rm.li", OTHER, "health_check", 2)
    undone("head.wang", OWN, "redeem:k")
    redeemed("rm.li", OTHER, "health_check", 2)
    assert ledger.taken_of("health_check") == 2 and ledger.adds_up()


def test_a_merged_customer_spends_from_both_records(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == FIRM).values(merged_into_id=OWN))
    ledger.given(OWN, 150, LATER)
    ledger.given(FIRM, 100, SOON)
    with open_session(scope("rm.zhang"), "engagement") as session:
        assert session.scalar(balance([OWN, FIRM])) == 250
    assert redeemed("rm.zhang", OWN, "cinema_ticket") == 50
    assert ledger.balances() == {OWN: 50, FIRM: 0} and ledger.adds_up()
    undone("head.wang", FIRM, "redeem:k")  # found by either number
    assert ledger.balances() == {OWN: 150, FIRM: 100} and ledger.adds_up()


def test_points_given_back_are_good_as_long_as_given_today(bank: SmallBank) -> None:
    ledger.given(OWN, 100, SOON)
    redeemed("rm.zhang", OWN, "phone_credit")
    undone("head.wang", OWN, "redeem:k")
    with open_session(scope("rm.zhang"), "engagement") as session:
        assert lots(session, [OWN]) == {OWN: [Lot(last_day(today()), 100)]}


def test_many_redeem_at_once_and_nobody_overdraws(bank: SmallBank) -> None:
    """Forty try for what suffices for seven."""
    ledger.given(OWN, 730)

    def one(number: int) -> bool:
        login = ("rm.zhang", "head.wang", "crm.zhao")[number % 3]
        try:
            redeemed(login, OWN, "phone_credit", key=f"k{number}")
        except Refused as refused:
            assert "积分不足" in str(refused)
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        done = list(threads.map(one, range(40)))
    assert sum(done) == 7 and ledger.balances() == {OWN: 30} and ledger.adds_up()


def test_one_form_sent_by_many_clicks_books_once(bank: SmallBank) -> None:
    ledger.given(OWN, 1000)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _n: redeemed("rm.zhang", OWN, "phone_credit"), range(8)))
    assert ledger.balances() == {OWN: 900} and ledger.adds_up()


def test_the_last_of_a_reward_goes_to_one_of_many(bank: SmallBank) -> None:
    ledger.given(OWN, 58_000)
    redeemed("rm.zhang", OWN, "health_check", 58)
    people = {OWN: "rm.zhang", PEER: "rm.gao", OTHER: "rm.li", FIRM: "rm.zhang"}
    for customer in people:
        ledger.given(customer, 2000, deed="survey:more")

    def one(task: tuple[int, int]) -> bool:
        customer, number = task
        try:
            redeemed(people[customer], customer, "health_check", key=f"k{number}")
        except Refused as refused:
            assert "只剩 0 份" in str(refused)
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(one, [(customer, n) for n in range(2) for customer in people]))
    assert sum(done) == 2 and ledger.taken_of("health_check") == 60 and ledger.adds_up()


class Ledger(RuleBasedStateMachine):
    """Whatever people do in whatever order, the books balance and say what a simple count says."""

    def __init__(self) -> None:
        super().__init__()
        self.has: dict[int, int] = {}
        self.deeds: list[tuple[int, str, int]] = []
        self.number = 0

    @initialize()
    def begin(self) -> None:
        ledger.empty()

    @rule(customer=st.sampled_from([OWN, FIRM]), points=st.integers(1, 500), days=st.integers(0, 800))
    def earn(self, customer: int, points: int, days: int) -> None:
        self.number += 1
        deed = ledger.given(customer, points, today() + timedelta(days=days), deed=f"survey:{self.number}")
        self.has[customer] = self.has.get(customer, 0) + points
        self.deeds.append((customer, deed, points))

    @rule(customer=st.sampled_from([OWN, FIRM]), reward=st.sampled_from(REWARDS), n=st.integers(1, 3))
    def redeem(self, customer: int, reward: tuple[str, int], n: int) -> None:
        self.number += 1
        code, price = reward
        if self.has.get(customer, 0) < price * n:
            with pytest.raises(Refused):
                redeemed("rm.zhang", customer, code, n, f"s{self.number}")
            return
        redeemed("rm.zhang", customer, code, n, f"s{self.number}")
        self.has[customer] -= price * n
        self.deeds.append((customer, f"redeem:s{self.number}", -price * n))

    @precondition(lambda self: self.deeds)
    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        customer, deed, points = self.deeds.pop(data.draw(st.integers(0, len(self.deeds) - 1)))
        if self.has[customer] < points:
            with pytest.raises(Refused):
                undone("head.wang", customer, deed)
            return
        undone("head.wang", customer, deed)
        self.has[customer] -= points

    @invariant()
    def the_books_balance(self) -> None:
        assert ledger.adds_up()
        assert {one: n for one, n in ledger.balances().items() if n} == {one: n for one, n in self.has.items() if n}
        with bulk("test", write=False) as session:
            for row in session.scalars(select(PointAccount)):
                left = lots(session, [row.customer_id]).get(row.customer_id, [])  # type: ignore[arg-type]
                assert sum(lot.points for lot in left) == row.balance
                assert (row.expiring_on, row.expiring) == ((left[0].until, left[0].points) if left else (None, 0))


def test_whatever_people_do_the_books_balance(sqlite_bank: SmallBank) -> None:
    run_state_machine_as_test(
        Ledger, settings=settings(max_examples=15, stateful_step_count=12, deadline=None,
                                  suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
