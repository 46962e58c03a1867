"""Wealth has the long tail of a retail bank."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tests.jobs.demo.bank import TODAY, Rows

DAY = date.fromisoformat(TODAY)


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
