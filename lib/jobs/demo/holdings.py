"""Positions with a start and an end: time deposits and wealth products, rolled over or let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lib.jobs.demo.lives import Lives
from lib.jobs.demo.people import NEVER, People
from lib.jobs.demo.plan import Array, Plan, material
from lib.jobs.demo.story import Story

# Share of assets, share of customers by kind (person, firm) and choice of products of each position.
POSITIONS: tuple[tuple[float, float, float, tuple[str, ...]], ...] = (
    (0.34, 0.62, 0.45, ("DT03", "DT12", "DT12", "DT36")),
    (0.30, 0.75, 0.12, ("WM1A", "WM2A", "WM2B", "WM3A")),
    (0.16, 0.60, 0.0, ("WM2A", "WM2B", "WM3A", "WM4A", "WM5A")),
)
SMALLEST_DEPOSIT, SMALLEST_WEALTH = 500_000, 1_000_000
ROLLED_OVER = 0.42
# Share of customers whose product does not fit their risk capacity: old stock, to be looked at again.
CARELESS = 0.05
# The position of a lead that is made to mature soon.
LEAD_SLOT = 1


def make_holdings(
    plan: Plan, story: Story, people: People, lives: Lives, closed: Array, level: Array, maturing: dict[int, int],
    rng: np.random.Generator,
) -> dict[str, Array]:  # fmt: skip
    """Positions of one chunk: who, product, amount (fen), started, matures, ended, and what was rolled over."""
    parts = []
    for slot, (share, persons, firms, codes) in enumerate(POSITIONS):
        holds = rng.random(len(people)) < np.where(people.firm, firms, persons)
        due = maturing if slot == LEAD_SLOT else {}
        holds[list(due)] = True
        who = np.flatnonzero(holds & ~people.prospect)
        parts.append(_chain(plan, story, people, who, share, codes, level, slot, due, rng))
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return _ended(plan, people, lives, closed, found)


def held_in_quarters(plan: Plan, size: int, held: dict[str, Array]) -> Array:
    """What each customer holds in the month that stands for a quarter."""
    total = np.zeros((size, len(plan.quarters)))
    for quarter, (start, end) in enumerate(zip(plan.starts, plan.ends, strict=True)):
        middle = max(start, end - 14)
        until = np.where(np.isnat(held["ended"]), held["matures"], held["ended"])
        on = (held["started"] <= middle) & (until > middle)
        total[:, quarter] = np.bincount(held["who"][on], held["amount"][on], minlength=size)
    return total


def _chain(
    plan: Plan, story: Story, people: People, who: Array, share: float, codes: tuple[str, ...], level: Array,
    slot: int, due: dict[int, int], rng: np.random.Generator,
) -> dict[str, Array]:  # fmt: skip
    """One position of each of these customers, followed back in time from its next maturity."""
    offered = _products(codes)
    mine = rng.integers(0, len(codes), len(who))
    if offered.wealth:
        who, mine = _suited(people, who, mine, offered, due, rng)
    size, wealth = len(who), offered.wealth
    product, term = offered.ids[mine], offered.terms[mine]
    matures = np.datetime64(plan.today) + 1 + (rng.random(size) * (term + _gaps(rng, size))).astype(int)
    weight = share * rng.uniform(0.6, 1.2, size)
    for customer, days in due.items():
        matures[who == customer] = np.datetime64(plan.today) + days
    parts = []
    while len(who):
        started = matures - term
        amount = _amounts(plan, people, who, weight, started, level, wealth)
        keep = (amount > 0) & (started >= people.opened[who]) & (started < plan.ends[-1])
        keep &= ~(rng.random(len(who)) < 0.5 * np.maximum(_fault(plan, story, people, who, started), 0))
        parts.append({"who": who[keep], "product": product[keep], "amount": amount[keep], "started": started[keep],
                      "matures": matures[keep], "wealth": np.full(keep.sum(), wealth),
                      "slot": np.full(keep.sum(), slot)})  # fmt: skip
        matures = started - _gaps(rng, len(who))
        on = matures > plan.starts[0]
        who, product, term, weight, matures = who[on], product[on], term[on], weight[on], matures[on]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _gaps(rng: np.random.Generator, size: int) -> Array:
    """Days between a position and the next: none when it is rolled over."""
    return np.where(rng.random(size) < ROLLED_OVER, 0, rng.integers(15, 170, size))


def _amounts(
    plan: Plan, people: People, who: Array, weight: Array, started: Array, level: Array, wealth: bool
) -> Array:
    quarter = np.clip(np.searchsorted(plan.starts, started, side="right") - 1, 0, len(plan.quarters) - 1)
    at = np.maximum(quarter, np.searchsorted(plan.starts, people.opened[who], side="right") - 1)
    amount = weight * level[who, np.clip(at, 0, len(plan.quarters) - 1)]
    step = np.where(amount >= 50_000_000, 5_000_000, 1_000_000) if wealth else np.full(len(who), 100_000)
    whole = (amount // step).astype(np.int64) * step
    return np.where(whole >= (SMALLEST_WEALTH if wealth else SMALLEST_DEPOSIT), whole, 0)


def _fault(plan: Plan, story: Story, people: People, who: Array, days: Array) -> Array:
    quarter = np.clip(np.searchsorted(plan.starts, days, side="right") - 1, 0, len(plan.quarters) - 1)
    return story.fault[people.branch[who], quarter]


def _ended(plan: Plan, people: People, lives: Lives, closed: Array, held: dict[str, Array]) -> dict[str, Array]:
    """Cut the positions of those who go, settle the rest, and put them in order."""
    who, last = held["who"], len(plan.quarters) - 1
    going = lives.gone_in[who] <= last
    turn = plan.starts[np.minimum(np.maximum(lives.gone_in[who] - 1, 0), last)]
    goes_on = np.where(np.isnat(closed[who]), plan.ends[np.minimum(lives.gone_in[who], last)], closed[who]) - 1
    keep = ~going | ((held["started"] < turn) & (held["started"] < goes_on))
    early = going & (held["matures"] > goes_on)
    yesterday = np.datetime64(plan.today) - 1
    ended = np.where(early, goes_on, np.where(held["matures"] <= yesterday, held["matures"], NEVER))
    held = {name: column[keep] for name, column in {**held, "ended": ended}.items()}
    order = np.lexsort((held["started"], held["slot"], held["who"]))
    return _paired({name: column[order] for name, column in held.items()})


def _paired(held: dict[str, Array]) -> dict[str, Array]:
    """Mark what was rolled over: the next position of the same line starts on the day this one matured."""
    same = (held["who"][1:] == held["who"][:-1]) & (held["slot"][1:] == held["slot"][:-1])
    rolled = same & (held["started"][1:] == held["ended"][:-1]) & (held["ended"][:-1] == held["matures"][:-1])
    none = np.zeros(min(1, len(held["who"])), dtype=bool)
    return held | {"rolled_into": np.concatenate([rolled, none]), "rolled_from": np.concatenate([none, rolled])}


def _suited(
    people: People, who: Array, mine: Array, offered: Offer, due: dict[int, int], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Who holds which of the products: the one drawn, or the riskiest that fits; a few hold one that does not."""
    fitting = people.capacity[who][:, None] >= offered.risks[None, :]
    best = np.where(fitting, offered.risks[None, :], 0).argmax(axis=1)
    fits = fitting[np.arange(len(who)), mine] | (people.firm[who])
    careless = rng.random(len(who)) < CARELESS
    holds = fits | fitting.any(axis=1) | careless | np.isin(who, list(due))
    return who[holds], np.where(fits | careless, mine, best)[holds]


@dataclass(frozen=True)
class Offer:
    """The products one position may be in."""

    ids: Array
    terms: Array
    risks: Array
    wealth: bool


def _products(codes: tuple[str, ...]) -> Offer:
    said: list[dict[str, Any]] = material("bank")["product"]
    places = [next(n for n, one in enumerate(said) if one["code"] == code) for code in codes]
    return Offer(
        ids=np.array(places) + 1,
        terms=np.array([said[place]["term"] for place in places]),
        risks=np.array([int(said[place].get("risk", "R0")[1]) for place in places]),
        wealth=said[places[0]]["category"] == "wealth",
    )
