"""The ledger leads from balance to balance, is never below zero, and ends with the account."""

from __future__ import annotations

from datetime import date

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


def test_what_customers_start_is_marked_as_theirs(demo: Rows) -> None:
    theirs = {line.kind for line in demo["transaction"] if line.by_customer}
    others = {line.kind for line in demo["transaction"] if not line.by_customer}
    assert {"purchase", "redemption", "transfer_out", "cash_out"} <= theirs
    assert others == {"salary", "interest", "fee", "transfer_in", "loan_payment", "standing_order"}
