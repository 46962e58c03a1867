"""The ledger as the store holds it: what no form, however made, may write; and what the check finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import PointAccount, PointEntry, RuleEntry
from lib.store.points import CUSTOMER, good_until, pair, rewards, taken
from lib.store.points_check import faults
from lib.store.scope import PassesBy, Refused
from lib.store.session import StoreSession, open_session
from tests.cast import FIRM, OTHER, OWN, PEER, WANG, ZHANG, SmallBank, scope
from tests.engagement.points import ledger

Deed = Callable[[StoreSession, PointAccount], Any]


@pytest.fixture(autouse=True)
def five_hundred(bank: SmallBank) -> None:
    ledger.empty()
    ledger.given(OWN, 500, deed="survey:1")


def entered(points: int = -100, deed: str = "redeem:x", kind: str = "redeem", moved: int | None = None,
            of: int = OWN, **said: Any) -> Deed:  # fmt: skip
    """A transfer and a balance moved by so much (else: by as much)."""
    plain = {"code": "phone_credit", "quantity": 1, "booked_on": today(), "staff_id": ZHANG}

    def do(session: StoreSession, account: PointAccount) -> None:
        session.add_all(pair(of, deed, kind, points, **{**plain, **said}))
        account.balance += points if moved is None else moved

    return do


def taken_back(**said: Any) -> Deed:
    plain = {"points": -500, "deed": "undo:survey:1", "kind": "correct", "undoes": "survey:1", "code": "survey",
             "quantity": None, "reason": "重复"}  # fmt: skip
    return entered(**{**plain, **said})


def half(session: StoreSession, account: PointAccount) -> None:
    session.add(pair(OWN, "redeem:x", "redeem", -100, code="phone_credit", quantity=1, booked_on=today(),
                     staff_id=ZHANG)[0])  # fmt: skip
    account.balance -= 100


def uneven(session: StoreSession, account: PointAccount) -> None:
    entered()(session, account)
    next(one for one in session.new if isinstance(one, PointEntry) and one.account != CUSTOMER).points = 90


def changed(session: StoreSession, _account: PointAccount) -> None:
    for one in session.scalars(select(PointEntry)):
        one.points = 2 * one.points


def erased(session: StoreSession, _account: PointAccount) -> None:
    session.delete(session.scalars(select(PointEntry)).first())


def opened(session: StoreSession, _account: PointAccount) -> None:
    session.add(PointAccount(customer_id=FIRM, balance=0))


def written(deed: Deed, login: str = "rm.zhang") -> None:
    with open_session(scope(login), "test", write=True) as session:
        account = session.get_one(PointAccount, OWN)
        with session.no_autoflush:
            deed(session, account)
        session.flush()


@pytest.mark.parametrize(
    "deed",
    [
        half, uneven, changed, opened, entered(moved=0), entered(moved=-50), entered(points=100), entered(points=-50),
        entered(points=-200), entered(quantity=0), entered(quantity=-1), entered(booked_on=today() - timedelta(days=1)),
        entered(staff_id=WANG), entered(deed="aum:2026Q4"),
        entered(points=100, kind="earn", code="survey", deed="survey:9", expires_on=today(), quantity=None),
        entered(kind="expire", code="expired", deed="expire:x", quantity=None),
        lambda _session, account: setattr(account, "balance", 10_000),
        taken_back(deed="undo:other"), taken_back(undoes=None), taken_back(points=-100), taken_back(code="referral"),
        taken_back(undoes="survey:2", deed="undo:survey:2"),
    ],
    ids=lambda _one: "",
)  # fmt: skip
def test_no_way_round_the_books(bank: SmallBank, deed: Deed) -> None:
    with pytest.raises(PassesBy):
        written(deed)
    assert ledger.balances() == {OWN: 500} and ledger.adds_up()


def test_what_is_right_passes(bank: SmallBank) -> None:
    written(entered())
    assert ledger.balances() == {OWN: 400} and ledger.adds_up()
    with pytest.raises(Refused, match="积分不足"):
        written(taken_back())


@pytest.mark.parametrize(
    ("deed", "said"),
    [(entered(points=-600, quantity=6), "积分不足"), (entered(code="yacht"), "没有这项"),
     (taken_back(reason=" "), "理由"), (erased, "不能删除")],
)  # fmt: skip
def test_what_a_person_is_told(bank: SmallBank, deed: Deed, said: str) -> None:
    with pytest.raises(Refused, match=said):
        written(deed)
    assert ledger.balances() == {OWN: 500} and ledger.adds_up()


def test_one_redemption_is_one_customers(bank: SmallBank) -> None:
    ledger.given(PEER, 500, deed="survey:2")

    def both(session: StoreSession, account: PointAccount) -> None:
        other = session.get_one(PointAccount, PEER)
        entered(points=-50)(session, account)
        entered(points=-50, of=PEER, quantity=0, moved=0)(session, account)
        other.balance -= 50

    with pytest.raises(PassesBy, match="one customer's"):
        written(_by(both), "crm.zhao")
    assert ledger.balances() == {OWN: 500, PEER: 500}


def _by(deed: Deed) -> Deed:
    """The same in the name of whoever writes."""

    def do(session: StoreSession, account: PointAccount) -> None:
        deed(session, account)
        for one in session.new:
            if isinstance(one, PointEntry):
                one.staff_id = session.scope.staff_id

    return do


@pytest.mark.parametrize("login", ["care.chen", "product.he", "check.sun", "legal.qian", "exec.zhou", "admin.wu"])
def test_whose_post_writes_no_points(bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused), open_session(scope(login), "test", write=True) as session:
        session.add_all(pair(OWN, "redeem:x", "redeem", -100, code="phone_credit", quantity=1, booked_on=today(),
                             staff_id=session.scope.staff_id))  # fmt: skip
        session.flush()


def test_not_even_a_job_overdraws(bank: SmallBank) -> None:
    with pytest.raises(IntegrityError), bulk("test") as session:
        session.rows(update(PointAccount).values(balance=-1))


def test_a_deed_is_entered_once(bank: SmallBank) -> None:
    with pytest.raises(IntegrityError), bulk("test") as session:
        session.add_all(pair(OWN, "survey:1", "earn", 30, code="survey", booked_on=today(), expires_on=today()))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (update(PointEntry).where(PointEntry.account == CUSTOMER).values(points=400),
         [("unbalanced", OWN, "survey:1", -100), ("balance", OWN, "", 100)]),
        (update(PointEntry).where(PointEntry.account != CUSTOMER).values(points=400),
         [("unbalanced", OWN, "survey:1", 900)]),
        (update(PointAccount).values(balance=499), [("balance", OWN, "", -1)]),
        (delete(PointEntry), [("balance", OWN, "", 500)]),
        (delete(PointAccount), [("balance", OWN, "", -500)]),
        (update(PointAccount).values(version=2), []),
    ],
)  # fmt: skip
def test_the_check_finds_what_does_not_add_up(bank: SmallBank, spoil: Any, found: list) -> None:
    with bulk("test") as session:
        session.rows(spoil)
    with bulk("test", write=False) as session:
        assert [astuple(one) for one in faults(session)] == found
        assert list(faults(session, [OTHER])) == []


def test_a_new_rule_counts_its_stock_anew(bank: SmallBank) -> None:
    ledger.given(OWN, 2000, deed="survey:3")
    written(entered(points=-1000, code="health_check"))
    with open_session(scope("rm.zhang"), "test") as session:
        reward = rewards(today())["health_check"]
        assert (reward.stock, taken(session, reward)) == (60, 1)
        assert taken(session, reward._replace(since=today())) == 1
        assert taken(session, reward._replace(since=today() + timedelta(days=1))) == 0
    with bulk("test", write=False) as session:
        assert session.scalar(select(RuleEntry.valid_from).where(RuleEntry.key == "points.rewards")) is None


@pytest.mark.parametrize(
    ("booked", "years", "until"),
    [(date(2026, 11, 29), 2, date(2028, 12, 31)), (date(2026, 1, 1), 0, date(2026, 12, 31))],
)
def test_how_long_points_are_good(booked: date, years: int, until: date) -> None:
    assert good_until(booked, years) == until
