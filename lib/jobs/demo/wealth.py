"""How much each customer has in every quarter: a long-tailed level, a lasting trend, seasons, and the way out."""

from __future__ import annotations

import numpy as np

from lib.jobs.demo.lives import STAYS, Lives
from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan
from lib.jobs.demo.story import Story

# Rank → yuan: below the last knot log-linear, so a lognormal body with a Pareto tail.
PERSON = ((0.0, 300), (0.05, 1_100), (0.3, 4_500), (0.6, 18_000), (0.803, 50_000), (0.949, 500_000),
          (0.9947, 6_000_000), (0.9995, 30_000_000), (0.99999, 150_000_000))  # fmt: skip
FIRM = ((0.0, 3_000), (0.1, 20_000), (0.5, 250_000), (0.76, 1_000_000), (0.94, 10_000_000), (0.991, 100_000_000),
        (0.9999, 900_000_000))  # fmt: skip
NOISE = 0.05
# What is left of balances and activity one and two quarters before the end, and in its quarter.
WAY_OUT = (0.02, 0.35, 0.75)
QUIETING = (0.1, 0.35, 0.65)


def levels(plan: Plan, story: Story, people: People, lives: Lives, rng: np.random.Generator) -> Array:
    """Assets in fen by customer and quarter; 0 before the account is opened."""
    quarters = len(plan.quarters)
    now = np.where(people.firm, _quantile(people.rank, FIRM), _quantile(people.rank, PERSON))
    back = np.arange(quarters) - (quarters - 1)
    log: Array = np.log(now)[:, None] + people.growth[:, None] * back[None, :]
    log += rng.normal(0, NOISE, log.shape)
    log += np.where(people.firm[:, None], story.season_firm[None, :], story.season_person[None, :])
    amount = np.exp(log) * way_out(lives, quarters, WAY_OUT)
    age = (plan.ends[None, :] - people.opened[:, None]).astype("timedelta64[D]").astype(int)
    amount *= np.where(age < 92, 0.6, 1.0)
    amount[np.isnat(people.opened)] = 0
    return np.asarray(np.where(age >= 0, amount * 100, 0))


def way_out(lives: Lives, quarters: int, shares: tuple[float, ...]) -> Array:
    """The share kept in every quarter on the way out: 1 as long as nothing is decided."""
    left = lives.gone_in[:, None] - np.arange(quarters)[None, :]
    kept = np.ones(left.shape)
    for ahead, share in enumerate(shares):
        kept[left == ahead] = share
    kept[(left < 0) & (lives.gone_in[:, None] < STAYS)] = shares[0] / 2
    return kept


def _quantile(rank: Array, knots: tuple[tuple[float, float], ...]) -> Array:
    at = np.array([-np.log1p(-share) for share, _yuan in knots])
    return np.asarray(np.exp(np.interp(-np.log1p(-rank), at, np.log([yuan for _share, yuan in knots]))))
