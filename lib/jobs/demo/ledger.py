"""The ledger of the current accounts: every line leads from one balance to the next, never below zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.jobs.demo.lives import Lives
from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, material
from lib.jobs.demo.story import Story
from lib.jobs.demo.wealth import QUIETING, way_out

KINDS = ("free", "salary", "interest", "fee", "purchase", "redemption", "transfer_in", "transfer_out", "loan_payment",
         "cash_in", "cash_out", "card_payment", "standing_order", "quiet")  # fmt: skip
FREE, SALARY, INTEREST, FEE, PURCHASE, REDEMPTION, IN, OUT, LOAN, CASH_IN, CASH_OUT, CARD, ORDER, QUIET = range(
    len(KINDS)
)
INTEREST_QUARTER = 0.0006
FEES = (-1_000, -2_000, -5_000)
FEE_BALANCE = 1_000_000
INTEREST_DAY = 20
# Quarters before the end from which the salary goes elsewhere.
SALARY_MOVES_AHEAD = 1
# Place of a line within its day: a step to a new balance first, then what was received, then what it pays for.
STEP, CREDIT, DEBIT, LAST = 0, 1, 2, 9
SPREAD = 0.15
# In a quarter without a step of their own, this share of customers is paid or pays by standing order.
QUIET_SHARE = 0.5
# Above this a transfer is not rent or a card bill; in fen.
LARGE = 2_000_000


class Lines:
    """Lines gathered group by group, then put in order: customer, day, place in the day."""

    def __init__(self) -> None:
        self.parts: list[tuple[Array, ...]] = []

    def add(self, who: Array, day: Array, kind: int, amount: Any, place: int) -> None:
        """Add lines of one kind; `amount` is signed, and for FREE and QUIET the balance to reach."""
        fill = np.broadcast_to(np.asarray(amount, dtype=np.int64), len(who))
        self.parts.append((who, day, np.full(len(who), kind), fill, np.full(len(who), place)))

    def ordered(self) -> tuple[Array, Array, Array, Array]:
        """who, day, kind, amount."""
        who, day, kind, amount, place = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        order = np.lexsort((place, day, who))
        return who[order], day[order], kind[order], amount[order]


def write_ledger(
    plan: Plan, story: Story, people: People, lives: Lives, closed: Array, target: Array, held: dict[str, Array],
    loans: dict[str, Array], rng: np.random.Generator,
) -> tuple[dict[str, Array], Array, Array]:  # fmt: skip
    """Lines of one chunk (who, day, kind, amount, balance) with average and closing balances by quarter.

    `target` is the average balance of the current account each customer tends to, by quarter, in fen.
    """
    lines = Lines()
    free = _free(lines, plan, story, people, lives, closed, target, rng)
    _regular(lines, plan, people, lives, closed, target, rng)
    _positions(lines, plan, held)
    _repay(lines, plan, closed, loans)
    who, day, kind, amount = lines.ordered()
    start = np.where(people.opened < plan.starts[0], target[:, 0].astype(np.int64), 0)
    balance, before = _walk(who, kind, amount, start)
    closing = _closing(plan, len(people), who, day, balance, start)
    average = np.where(free > 0, target, closing).astype(np.int64)
    real = balance != before
    found = {"who": who[real], "day": day[real], "amount": (balance - before)[real], "balance": balance[real]}
    found["kind"] = _named(people, found["who"], kind[real], found["amount"], rng)
    return found, average, closing


def counterparties(people: People, lines: dict[str, Array], rng: np.random.Generator) -> Array:
    """What a line says of the other side."""
    said, size = material("words")["ledger"], len(lines["who"])
    firm, kind = people.firm[lines["who"]], lines["kind"]
    names = np.full(size, None, dtype=object)
    moved, large = np.isin(kind, ("transfer_in", "transfer_out")), np.abs(lines["amount"]) > LARGE
    families = ((kind == "card_payment", "shops"), (moved & firm, "firms"), (moved & ~firm & ~large, "people"),
                (moved & ~firm & large, "wealthy"))  # fmt: skip
    for fits, family in families:
        options = np.array(said[family], dtype=object)
        names[fits] = options[rng.integers(0, len(options), int(fits.sum()))]
    return names


def _free(
    lines: Lines, plan: Plan, story: Story, people: People, lives: Lives, closed: Array, target: Array,
    rng: np.random.Generator,
) -> Array:  # fmt: skip
    """Steps to a balance around the target, of the customer's own accord mostly. Returns how often."""
    quarters = len(plan.quarters)
    first = np.maximum(plan.starts[None, :], people.opened[:, None] + 1)
    last = np.where(np.isnat(closed)[:, None], plan.ends[None, :], np.minimum(closed[:, None] - 1, plan.ends[None, :]))
    span = np.maximum((last - first).astype("timedelta64[D]").astype(int) + 1, 0)
    span[np.isnat(people.opened)] = 0
    pace = people.pace[:, None] * way_out(lives, quarters, QUIETING) * story.busy[None, :]
    count = rng.poisson(pace * span / 91)
    needs = people.salaried[:, None] & (span > 20) & (np.arange(quarters) >= plan.full_from)[None, :]
    needs &= lives.gone_in[:, None] > np.arange(quarters)[None, :] + SALARY_MOVES_AHEAD
    count = np.where(needs, np.maximum(count, 2), count)
    count[:, : plan.full_from] = np.minimum(count[:, : plan.full_from], 1)
    count[span == 0] = 0
    who, quarter = (np.repeat(index, count.ravel()) for index in np.indices(count.shape).reshape(2, -1))
    day = first[who, quarter] + (rng.random(len(who)) * span[who, quarter]).astype(int)
    lines.add(who, day, FREE, _rounded(target[who, quarter] * np.exp(rng.normal(0, SPREAD, len(who)))), STEP)
    quiet = (count == 0) & (span > 30) & (rng.random(count.shape) < QUIET_SHARE)
    who, quarter = np.nonzero(quiet)
    day = first[who, quarter] + (rng.random(len(who)) * span[who, quarter]).astype(int)
    lines.add(who, day, QUIET, _rounded(target[who, quarter]), STEP)
    new = np.flatnonzero((people.opened >= plan.starts[0]) & ~people.prospect)
    at = np.searchsorted(plan.starts, people.opened[new], side="right") - 1
    lines.add(new, people.opened[new], FREE, np.maximum(_rounded(target[new, at]), 100), STEP)
    gone = np.flatnonzero(~np.isnat(closed))
    lines.add(gone, closed[gone], FREE, 0, LAST)
    return np.asarray(count + quiet)


def _rounded(amount: Array) -> Array:
    step = np.where(amount > 500_000, 10_000, 100)
    return np.asarray((amount // step).astype(np.int64) * step)


def _regular(
    lines: Lines, plan: Plan, people: People, lives: Lives, closed: Array, target: Array, rng: np.random.Generator
) -> None:
    """Salaries every month, interest and now and then a fee every quarter."""
    payday = rng.integers(4, 19, len(people))
    salary = (people.income / 12 // 100).astype(np.int64) * 100
    last = np.where(np.isnat(closed), plan.ends[-1], closed - 1)
    for quarter in range(plan.full_from, len(plan.quarters)):
        months = np.datetime64(plan.quarters[quarter].start, "M") + np.arange(3)
        for month in months:
            day = month.astype("datetime64[D]") + payday
            paid = people.salaried & (day > people.opened) & (day <= last) & (salary > 0)
            paid &= lives.gone_in > quarter + SALARY_MOVES_AHEAD
            lines.add(np.flatnonzero(paid), day[paid], SALARY, salary[paid], CREDIT)
        day = months[-1].astype("datetime64[D]") + INTEREST_DAY
        here = (people.opened < day - 30) & (day <= last)
        owner = np.flatnonzero(here)
        amount = (target[owner, quarter] * INTEREST_QUARTER).astype(np.int64)
        lines.add(owner[amount > 0], np.full((amount > 0).sum(), day), INTEREST, amount[amount > 0], CREDIT)
        fee = np.flatnonzero(here & (target[:, quarter] > FEE_BALANCE) & (rng.random(len(people)) < 0.06))
        lines.add(fee, np.full(len(fee), day - 9), FEE, rng.choice(FEES, len(fee)), DEBIT)


def _positions(lines: Lines, plan: Plan, held: dict[str, Array]) -> None:
    """Buying and redeeming: a purchase is paid in first or by what just matured; the rest of it moves on."""
    who, amount, started, ended = held["who"], held["amount"], held["started"], held["ended"]
    since = plan.starts[plan.full_from]
    bought = started >= since
    fresh = bought & ~held["rolled_from"]
    lines.add(who[fresh], started[fresh], IN, amount[fresh], CREDIT)
    lines.add(who[bought], started[bought], PURCHASE, -amount[bought], DEBIT)
    over = ~np.isnat(ended) & (ended >= since)
    lines.add(who[over], ended[over], REDEMPTION, amount[over], CREDIT)
    done = over & ~held["rolled_into"]
    lines.add(who[done], ended[done], OUT, -amount[done], DEBIT)
    rolled = np.flatnonzero(held["rolled_into"] & over)
    more = amount[rolled + 1] - amount[rolled]
    lines.add(who[rolled[more > 0]], ended[rolled[more > 0]], IN, more[more > 0], CREDIT)
    lines.add(who[rolled[more < 0]], ended[rolled[more < 0]], OUT, more[more < 0], DEBIT)


def _repay(lines: Lines, plan: Plan, closed: Array, loans: dict[str, Array]) -> None:
    """Loans are paid down once a quarter, from money moved in for it."""
    rows = np.flatnonzero(loans["category"] == "loan")
    who, opened, matures = loans["who"][rows], loans["opened"][rows], loans["matures"][rows]
    quarters = np.maximum((matures - opened).astype(int) / 91, 1)
    rate = (loans["principal"][rows] / quarters // 100).astype(np.int64) * 100
    for end in plan.ends[plan.full_from :]:
        day = end - 11
        pays = (opened < day) & (matures > day) & ~(closed[who] <= day) & (rate > 0)
        lines.add(who[pays], np.full(pays.sum(), day), IN, rate[pays], CREDIT)
        lines.add(who[pays], np.full(pays.sum(), day), LOAN, -rate[pays], DEBIT)


def _walk(who: Array, kind: Array, amount: Array, start: Array) -> tuple[Array, Array]:
    """Balance after and before every line: FREE and QUIET lines reach theirs, the others add to the last one."""
    free = (kind == FREE) | (kind == QUIET)
    first = np.concatenate([[True], who[1:] != who[:-1]]) if len(who) else np.zeros(0, dtype=bool)
    step = np.where(free, 0, amount)
    total = np.cumsum(step)
    place = np.arange(len(who))
    anchor = np.maximum.accumulate(np.where(free | first, place, 0))
    opening = first & ~free
    level = np.where(free, amount, start[who])
    shift = np.where(opening, total - step, total)
    balance = level[anchor] + total - shift[anchor]
    before = np.where(first, start[who], np.concatenate([[0], balance[:-1]]))
    return balance, before


def _closing(plan: Plan, size: int, who: Array, day: Array, balance: Array, start: Array) -> Array:
    """The balance at every quarter's end, by customer."""
    key = who * 100_000 + day.astype("datetime64[D]").astype(int)
    found = np.zeros((size, len(plan.quarters)), dtype=np.int64)
    everyone = np.arange(size)
    for quarter, end in enumerate(plan.ends):
        last = np.searchsorted(key, everyone * 100_000 + end.astype(int), side="right") - 1
        mine = (last >= 0) & (who[np.maximum(last, 0)] == everyone)
        found[:, quarter] = np.where(mine, balance[np.maximum(last, 0)], start)
    return found


def _named(people: People, who: Array, kind: Array, amount: Array, rng: np.random.Generator) -> Array:
    """The kind as stored: a free line becomes cash, card or transfer by sign, size and kind of customer."""
    luck, firm, free = rng.random(len(who)), people.firm[who], kind == FREE
    kind = np.where(kind == QUIET, np.where(amount > 0, IN, ORDER), kind)
    kind = np.where(free & (amount > 0), IN, np.where(free, OUT, kind))
    kind = np.where(free & ~firm & (amount > 0) & (amount < 5_000_000) & (luck < 0.35), CASH_IN, kind)
    small = free & ~firm & (amount < 0)
    kind = np.where(small & (amount > -600_000) & (luck < 0.65), CARD, kind)
    kind = np.where(small & (amount > -2_000_000) & (luck > 0.85), CASH_OUT, kind)
    return np.array(KINDS, dtype=object)[kind]
