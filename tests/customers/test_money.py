"""A customer's money as read: last balances, what is held today, the ledger and its months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from lib.customers import money
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import StoreSession, open_session
from tests import cast

TODAY = date(2026, 6, 30)


def add(table: Any, **values: Any) -> None:
    with bulk("test") as session:
        session.add(cast.filled(table, customer_id=cast.OWN, **values))


@pytest.fixture
def session(bank: cast.SmallBank) -> Iterator[StoreSession]:
    """The manager of OWN, whose ledger is emptied first."""
    with bulk("test") as wide:
        for table in (m.Account, m.Holding, m.Transaction, m.BalanceMonth):
            for row in wide.query(table).filter_by(customer_id=cast.OWN):
                wide.delete(row)
    with open_session(cast.scope("rm.zhang"), "test") as opened:
        yield opened


def test_an_account_shows_its_last_balance(session: StoreSession) -> None:
    add(m.Account, id=1, number_masked="6222**0001", product_id=1, currency="CNY")
    add(m.Account, id=2, number_masked="6222**0002", closed_on=date(2026, 5, 1), currency="CNY")
    for month, fen in ((date(2026, 4, 1), 300), (date(2026, 5, 1), 500), (date(2026, 3, 1), 900)):
        add(m.BalanceMonth, account_id=1, month=month, closing_fen=fen, average_fen=1)
    rows = session.execute(money.accounts([cast.OWN])).all()
    assert [(r.number_masked, r.product, r.balance_fen) for r in rows] == [
        ("6222**0001", "活期存款", 500),
        ("6222**0002", None, None),
    ]


def test_holdings_are_those_of_the_day_the_next_to_mature_first(session: StoreSession) -> None:
    start = date(2026, 1, 5)
    add(m.Holding, id=1, started_on=start, amount_fen=1)
    add(m.Holding, id=2, started_on=start, amount_fen=2, matures_on=date(2027, 1, 5))
    add(m.Holding, id=3, started_on=start, amount_fen=3, matures_on=date(2026, 7, 5))
    add(m.Holding, id=4, started_on=start, amount_fen=4, ended_on=TODAY)
    add(m.Holding, id=5, started_on=date(2026, 7, 1), amount_fen=5)
    assert [r.amount_fen for r in session.execute(money.holdings([cast.OWN], TODAY))] == [3, 2, 1]


def test_the_ledger_is_newest_first_with_its_account(session: StoreSession) -> None:
    add(m.Account, id=1, number_masked="6222**0001", currency="CNY")
    add(m.Transaction, id=1, account_id=1, booked_on=date(2026, 6, 1), amount_fen=1)
    add(m.Transaction, id=2, account_id=9, booked_on=date(2026, 6, 2), amount_fen=2)
    rows = session.execute(money.transactions([cast.OWN])).all()
    assert [(r.amount_fen, r.number_masked) for r in rows] == [(2, None), (1, "6222**0001")]


def test_cash_flow_is_summed_by_month_and_currency(session: StoreSession) -> None:
    movements = [
        (date(2026, 4, 30), 100, "CNY"),
        (date(2026, 5, 1), 700, "CNY"),
        (date(2026, 5, 31), -200, "CNY"),
        (date(2026, 5, 31), -100, "CNY"),
        (date(2026, 5, 15), 50, "USD"),
        (date(2026, 6, 30), 9, "CNY"),
        (date(2026, 7, 1), 1_000, "CNY"),
    ]
    for i, (day, fen, currency) in enumerate(movements, 1):
        add(m.Transaction, id=i, booked_on=day, amount_fen=fen, currency=currency)
    rows = session.execute(money.cash_flow([cast.OWN], date(2026, 5, 1), TODAY)).all()
    assert [tuple(row) for row in rows] == [
        (2026, 5, "CNY", 700, 300, None),
        (2026, 5, "USD", 50, 0, 7_200_000),
        (2026, 6, "CNY", 9, 0, None),
    ]
    assert all(isinstance(row.in_fen, int) for row in rows)


def test_money_of_another_is_not_read(session: StoreSession) -> None:
    for query in (money.accounts, money.transactions, lambda ids: money.holdings(ids, TODAY)):
        assert session.execute(query([cast.OTHER])).all() == []
    assert session.execute(money.cash_flow([cast.OTHER], date(2020, 1, 1), TODAY)).all() == []
