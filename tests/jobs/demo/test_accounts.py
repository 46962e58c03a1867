"""Month balances close as the ledger does and are there for every open account."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from lib.store.quarter import Quarter
from tests.jobs.demo.bank import TODAY, Rows

DAY = date.fromisoformat(TODAY)


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
