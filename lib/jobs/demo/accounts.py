"""Accounts: current, dollar, card and loan; and the month balances of dollars and loans."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.jobs.demo.people import NEVER, People
from lib.jobs.demo.plan import Array, Plan, days_within, material

DOLLARS_RANK, DOLLARS_SHARE = 0.86, 0.1
DOLLAR_YUAN = 7.1
# Share of customers with a loan, terms in days and times a yearly income (person) or of assets (firm).
LOANS = {"LP01": (0.085, 5478, 4.0), "LP02": (0.05, 1096, 0.6), "LC01": (0.22, 365, 0.5), "LC02": (0.08, 1826, 1.2)}
ROUND_LOAN, LOAN_CAP = 1_000_000, 3_000_000_000


def make_accounts(
    plan: Plan, people: People, closed: Array, level: Array, rng: np.random.Generator
) -> dict[str, Array]:
    """Accounts, current ones first: who, product, category, currency, opened, closed, principal, matures."""
    clients = np.flatnonzero(~people.prospect)
    parts = [_current(people, clients), _dollars(plan, people, level, rng), _cards(plan, people, closed, rng)]
    parts += [_loans(plan, people, closed, level, code, rng) for code in LOANS]
    found = _joined(parts)
    found["closed"] = np.where(np.isnat(found["closed"]), closed[found["who"]], found["closed"])
    keep = (found["opened"] < plan.ends[-1]) & ~(found["closed"] <= found["opened"])
    return {name: column[keep] for name, column in found.items()}


def dollar_balances(plan: Plan, accounts: dict[str, Array], level: Array, rng: np.random.Generator) -> dict[str, Array]:
    """Month balances of the dollar accounts, in cents."""
    rows = np.flatnonzero(accounts["currency"] == "USD")
    amount = DOLLARS_SHARE * level[accounts["who"][rows]] / DOLLAR_YUAN
    average = (amount * rng.uniform(0.9, 1.1, amount.shape)).astype(np.int64)
    return month_rows(plan, accounts, rows, average, (average * rng.uniform(0.97, 1.03, amount.shape)).astype(np.int64))


def loan_balances(plan: Plan, accounts: dict[str, Array]) -> dict[str, Array]:
    """Month balances of the loans: what is still owed, paid down evenly."""
    rows = np.flatnonzero(accounts["category"] == "loan")
    opened, matures = accounts["opened"][rows][:, None], accounts["matures"][rows][:, None]
    run = (plan.ends[None, :] - opened).astype(int) / (matures - opened).astype(int)
    owed = (accounts["principal"][rows][:, None] * np.clip(1 - run, 0, 1)).astype(np.int64)
    return month_rows(plan, accounts, rows, owed, owed)


def month_of(plan: Plan) -> Array:
    """First days of the months whose balances stand for the quarters."""
    return np.array([quarter.last_month(plan.today) for quarter in plan.quarters], dtype="datetime64[D]")


def month_rows(plan: Plan, accounts: dict[str, Array], rows: Array, average: Array, closing: Array) -> dict[str, Array]:
    """Balances (accounts × quarters) as rows, for every quarter the account was open in; closed by its end, zero."""
    opened, closed = accounts["opened"][rows][:, None], accounts["closed"][rows][:, None]
    there = (opened <= plan.ends[None, :]) & ~(closed < plan.starts[None, :])
    gone = closed <= plan.ends[None, :]
    account, quarter = np.nonzero(there)
    return {"account": rows[account], "month": month_of(plan)[quarter], "average": np.where(gone, 0, average)[there],
            "closing": np.where(gone, 0, closing)[there]}  # fmt: skip


def _current(people: People, who: Array) -> dict[str, Array]:
    product = np.where(people.firm[who], _product("DA02"), _product("DA01"))
    return _rows(who, product, "deposit", people.opened[who])


def _dollars(plan: Plan, people: People, level: Array, rng: np.random.Generator) -> dict[str, Array]:
    has = (people.rank > DOLLARS_RANK) & (rng.random(len(people)) < np.where(people.firm, 0.4, 0.11)) & ~people.prospect
    who = np.flatnonzero(has)
    opened = _later(plan, people, who, rng)
    return _rows(who, np.full(len(who), _product("DU01")), "deposit", opened, currency="USD")


def _cards(plan: Plan, people: People, closed: Array, rng: np.random.Generator) -> dict[str, Array]:
    grown = people.ages(np.datetime64(plan.today)) >= 20
    has = ~people.firm & ~people.prospect & grown & (rng.random(len(people)) < 0.3 + 0.3 * people.rank)
    who = np.flatnonzero(has)
    product = np.where(rng.random(len(who)) < 0.65, _product("CC01"), _product("CD01"))
    return _rows(who, product, "card", _later(plan, people, who, rng))


def _loans(
    plan: Plan, people: People, closed: Array, level: Array, code: str, rng: np.random.Generator
) -> dict[str, Array]:
    share, term, times = LOANS[code]
    ages = people.ages(np.datetime64(plan.today))
    fits = people.firm if code.startswith("LC") else ~people.firm & (ages >= 25) & (ages < 63)
    who = np.flatnonzero(fits & ~people.prospect & np.isnat(closed) & (rng.random(len(people)) < share))
    since = np.maximum(people.opened[who], plan.ends[-1] - int(term * 0.95))
    opened = days_within(rng, since, np.full(len(who), plan.ends[-1] - 3))
    parts = []
    while len(who):
        base = np.minimum(level[who].max(axis=1), LOAN_CAP) if code.startswith("LC") else people.income[who]
        amount = np.maximum((base * times * rng.uniform(0.5, 1.5, len(who))) // ROUND_LOAN, 5).astype(np.int64)
        parts.append(_rows(who, np.full(len(who), _product(code)), "loan", opened, principal=amount * ROUND_LOAN,
                           matures=opened + term, closed=_repaid(plan, opened + term)))  # fmt: skip
        # The loan before this one ran out shortly before it.
        opened = opened - term - rng.integers(3, 40, len(who))
        on = (opened + term > plan.starts[0]) & (opened >= people.opened[who])
        who, opened = who[on], opened[on]
    return _joined(parts) if parts else _rows(who, who, "loan", opened)


def _repaid(plan: Plan, matures: Array) -> Array:
    """A loan's account is closed on the day it matures."""
    return np.where(matures <= plan.ends[-1], matures, NEVER)


def _joined(parts: list[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _later(plan: Plan, people: People, who: Array, rng: np.random.Generator) -> Array:
    """A day after the customer came."""
    return np.minimum(people.opened[who] + rng.integers(0, 900, len(who)), plan.ends[-1] - 2)


def _rows(
    who: Array, product: Array, category: str, opened: Array, currency: str = "CNY", principal: Array | None = None,
    matures: Array | None = None, closed: Array | None = None,
) -> dict[str, Array]:  # fmt: skip
    size = len(who)
    return {
        "who": who,
        "product": product,
        "category": np.full(size, category, dtype=object),
        "currency": np.full(size, currency, dtype=object),
        "opened": opened,
        "closed": np.full(size, NEVER) if closed is None else closed,
        "principal": np.zeros(size, dtype=np.int64) if principal is None else principal,
        "matures": np.full(size, NEVER) if matures is None else matures,
    }


def _product(code: str) -> int:
    said: list[dict[str, Any]] = material("bank")["product"]
    return next(n for n, one in enumerate(said, 1) if one["code"] == code)
