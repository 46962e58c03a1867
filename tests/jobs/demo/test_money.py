"""Money: the ledger leads from balance to balance, nothing is negative, nothing happens after the end."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from lib.store.quarter import Quarter
from tests.jobs.demo.bank import TODAY, Rows

DAY = date.fromisoformat(TODAY)


def test_every_line_leads_from_one_balance_to_the_next(demo: Rows) -> None:
    before: dict[int, int] = {}
    for line in demo["transaction"]:
        if line.account_id in before:
            assert before[line.account_id] + line.amount_fen == line.balance_fen
        assert line.balance_fen >= 0
        assert (line.amount_fen > 0) == (line.direction == "credit")
        before[line.account_id] = line.balance_fen


def test_lines_are_in_order_and_not_in_the_future(demo: Rows) -> None:
    last: dict[int, date] = {}
    for line in demo["transaction"]:
        assert last.get(line.account_id, line.booked_on) <= line.booked_on < DAY
        last[line.account_id] = line.booked_on


def test_nothing_is_booked_before_an_account_or_after_it(demo: Rows) -> None:
    accounts = {account.id: account for account in demo["account"]}
    for line in demo["transaction"]:
        account = accounts[line.account_id]
        assert account.customer_id == line.customer_id
        assert account.opened_on <= line.booked_on <= (account.closed_on or DAY)


def test_a_closed_account_ends_empty(demo: Rows) -> None:
    last = {line.account_id: line.balance_fen for line in demo["transaction"]}
    closed = [a.id for a in demo["account"] if a.closed_on and a.id in last]
    assert closed and all(last[account] == 0 for account in closed)


def test_month_balances_close_as_the_ledger_does(demo: Rows) -> None:
    lines: dict[int, list[Any]] = defaultdict(list)
    for line in demo["transaction"]:
        lines[line.account_id].append(line)
    for balance in demo["balance_month"]:
        assert balance.average_fen >= 0 and balance.closing_fen >= 0
        end = Quarter.of(balance.month).end
        booked = [line.balance_fen for line in lines[balance.account_id] if line.booked_on <= end]
        if booked:
            assert balance.closing_fen == booked[-1]


def test_every_open_deposit_has_a_balance_in_every_quarter(demo: Rows) -> None:
    months = {(balance.account_id, balance.month) for balance in demo["balance_month"]}
    wanted = date(2026, 11, 1)
    still = [a for a in demo["account"] if a.category == "deposit" and not a.closed_on and a.opened_on < wanted]
    assert still and all((account.id, wanted) in months for account in still)


def test_what_customers_start_is_marked_as_theirs(demo: Rows) -> None:
    theirs = {line.kind for line in demo["transaction"] if line.by_customer}
    others = {line.kind for line in demo["transaction"] if not line.by_customer}
    assert {"purchase", "redemption", "transfer_out", "cash_out"} <= theirs
    assert others == {"salary", "interest", "fee", "transfer_in", "loan_payment", "standing_order"}


def test_positions_run_their_term_and_fit_the_customer(demo: Rows) -> None:
    customers = {customer.customer_id: customer for customer in demo["customer"]}
    for held in demo["holding"]:
        customer = customers[held.customer_id]
        assert customer.opened_on <= held.started_on < held.matures_on and held.amount_fen > 0
        assert held.ended_on is None or held.started_on < held.ended_on <= min(held.matures_on, DAY)
        assert (held.ended_on is None) == (held.matures_on >= DAY and customer.closed_on is None) or held.ended_on
        assert customer.closed_on is None or held.ended_on < customer.closed_on


def test_most_who_hold_a_product_may_hold_its_risk(demo: Rows) -> None:
    risk = {product.id: product.risk_level for product in demo["product"]}
    capacity = {customer.customer_id: customer.risk_capacity for customer in demo["customer"]}
    persons = {customer.customer_id for customer in demo["customer"] if customer.kind == "personal"}
    held = [(int(risk[h.product_id][1]), capacity[h.customer_id])
            for h in demo["holding"] if risk[h.product_id] and h.customer_id in persons]  # fmt: skip
    unfit = sum(c is None or level > int(c[1]) for level, c in held)
    assert 0 < unfit / len(held) < 0.1


def test_wealth_has_a_long_tail(demo: Rows) -> None:
    persons = {customer.customer_id for customer in demo["customer"] if customer.kind == "personal"}
    current = {a.id for a in demo["account"] if a.category == "deposit" and a.currency == "CNY"}
    total: dict[int, int] = defaultdict(int)
    for balance in demo["balance_month"]:
        if balance.month == date(2026, 11, 1) and balance.customer_id in persons and balance.account_id in current:
            total[balance.customer_id] += balance.average_fen
    for held in demo["holding"]:
        if held.ended_on is None and held.customer_id in persons:
            total[held.customer_id] += held.amount_fen
    yuan = [fen / 100 for fen in total.values()]
    share = [sum(amount >= line for amount in yuan) / len(yuan) for line in (50_000, 500_000, 6_000_000)]
    assert 0.16 < share[0] < 0.24
    assert 0.03 < share[1] < 0.09
    assert 0.002 < share[2] < 0.015
