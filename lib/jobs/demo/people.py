"""Who the customers are: kind, age, wealth rank, temper, and who looks after them; by chunks of the bank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.papers import distinct_births
from lib.jobs.demo.plan import FIRST_CUSTOMER, Array, Plan, days_within

# Ages the questionnaire asks from, and from which its level is capped (rule capacity.questionnaire).
GROWN, OLD_AGE, CAPPED = 18, 65, 3
NEVER = np.datetime64("NaT", "D")
SHARE_FIRMS, SHARE_PROSPECTS = 0.12, 0.03
OPENED_A_QUARTER = 0.019
SHARE_MOVED, SHARE_OF_LEAVER, SHARE_DECLINES = 0.02, 0.5, 0.03
YOUNGEST_ALONE = 16
QUIET, BUSIEST = 0.23, 0.004
# Yearly income by wealth rank is drawn around this, in fen.
TYPICAL_INCOME = 9_600_000


@dataclass
class People:
    """One chunk of customers, by column. Ranks run from 0 (poorest) to 1; days are datetime64[D], NaT for none.

    `growth` is the change of wealth a quarter, `pace` transactions a quarter, `temper` how easily content (sd 1),
    `declines` who asked not to be contacted, `capacity` the investor's risk capacity 1–5, 0 where never asked.
    `before_*` is the owner until `moved_on`, where there was one.
    """

    place: Array
    firm: Array
    prospect: Array
    known: Array
    opened: Array
    born: Array
    gender: Array
    rank: Array
    growth: Array
    pace: Array
    temper: Array
    salaried: Array
    income: Array
    declines: Array
    capacity: Array
    branch: Array
    manager: Array
    before_branch: Array
    before_manager: Array
    moved_on: Array

    @property
    def ids(self) -> Array:
        """Customer ids."""
        return FIRST_CUSTOMER + self.place

    def __len__(self) -> int:
        return len(self.place)

    def ages(self, on: np.datetime64) -> Array:
        """Completed years, near enough for a draw."""
        return np.asarray((on - self.born).astype(int) / 365.2425).astype(int)

    def owner(self, who: Array, days: Array) -> tuple[Array, Array]:
        """Branch (by place) and manager (id) of customers on those days."""
        earlier = days < self.moved_on[who]
        return (
            np.where(earlier, self.before_branch[who], self.branch[who]),
            np.where(earlier, self.before_manager[who], self.manager[who]),
        )


def make_people(plan: Plan, org: Organisation, chunk: Array, rng: np.random.Generator) -> People:
    """The customers at these places of the bank."""
    size = len(chunk)
    firm = rng.random(size) < SHARE_FIRMS
    prospect = rng.random(size) < SHARE_PROSPECTS
    rank = rng.random(size)
    born = _births(plan, rng, rank, chunk)
    opened = _openings(plan, rng, np.where(firm, np.datetime64("1900-01-01"), born))
    known = np.where(prospect, plan.ends[-1] - rng.integers(5, 240, size), opened)
    ages = (np.datetime64(plan.today) - born).astype(int) / 365.2425
    salaried = ~firm & (ages >= 22) & (ages < 60) & (rng.random(size) < 0.5)
    return People(
        place=chunk, firm=firm, prospect=prospect, known=known, opened=np.where(prospect, NEVER, opened),
        born=born, gender=np.where(rng.random(size) < 0.505, "M", "F").astype(object), rank=rank,
        growth=_trends(rng, size), pace=_paces(rng, firm, rank), temper=rng.normal(0, 1, size), salaried=salaried,
        income=_incomes(rng, ages, rank), declines=rng.random(size) < SHARE_DECLINES,
        capacity=_capacities(rng, firm, prospect, rank, ages),
        **_owners(plan, org, rng, known),
    )  # fmt: skip


def _births(plan: Plan, rng: np.random.Generator, rank: Array, chunk: Array) -> Array:
    """Working ages mostly, the old well represented, the wealthy older; about one in a hundred is a minor."""
    size = len(rank)
    ages = np.where(rng.random(size) < 0.72, rng.normal(40, 11, size), rng.normal(64, 9, size)) + 7 * (rank - 0.5)
    ages = np.where(ages < 18.2, rng.uniform(18.2, 24, size), np.minimum(ages, 93))
    ages = np.where((rng.random(size) < 0.011) & (rank < 0.9), rng.uniform(7, 17.5, size), ages)
    days = np.datetime64(plan.today) - (ages * 365.2425).astype(int)
    return distinct_births(days, chunk, plan.customers)


def _openings(plan: Plan, rng: np.random.Generator, born: Array) -> Array:
    """When the account was opened: a share in every quarter of the window, the others up to twenty years before."""
    size, first = len(born), plan.starts[0]
    in_window = rng.random(size) < OPENED_A_QUARTER * len(plan.quarters)
    inside = days_within(rng, np.full(size, first), np.full(size, plan.ends[-1] - 4))
    earlier = first - 1 - np.minimum(rng.exponential(2100, size), 7200).astype(int)
    grown = born + int(YOUNGEST_ALONE * 365.25)
    grown = np.where(grown > plan.ends[-1] - 400, born + 2200, grown)
    return np.minimum(np.maximum(np.where(in_window, inside, earlier), grown), plan.ends[-1] - 4)


def _trends(rng: np.random.Generator, size: int) -> Array:
    """Lasting change a quarter: growing, level or falling."""
    kind = rng.choice(3, size, p=[0.42, 0.42, 0.16])
    return np.choose(kind, [0.028, 0.006, -0.035]) + rng.normal(0, 0.012, size)


def _paces(rng: np.random.Generator, firm: Array, rank: Array) -> Array:
    """Transactions of one's own a quarter: some hardly move, a few trade all the time, firms move more."""
    pace = rng.gamma(1.5, 1.35, len(rank)) * np.where(firm, 1.8, 0.85 + 0.5 * rank)
    pace = np.where(rng.random(len(rank)) < QUIET, 0.1, pace)
    return np.where(rng.random(len(rank)) < BUSIEST, 95.0, pace)


def _incomes(rng: np.random.Generator, ages: Array, rank: Array) -> Array:
    """Yearly income in fen, in hundreds of yuan."""
    income = TYPICAL_INCOME * np.exp(rng.normal(0, 0.45, len(rank)) + 6 * (rank - 0.5) ** 3 + 1.2 * rank**30)
    return np.where(ages < 20, 0, (income // 10_000).astype(np.int64) * 10_000)


def _capacities(rng: np.random.Generator, firm: Array, prospect: Array, rank: Array, ages: Array) -> Array:
    """Risk capacity of the persons asked; the wealthier, the likelier to have been; the old are capped by the rule."""
    asked = ~firm & ~prospect & (rng.random(len(rank)) < 0.35 + 0.6 * rank)
    drawn = rng.choice([1, 2, 3, 4, 5], len(rank), p=[0.14, 0.3, 0.34, 0.17, 0.05])
    capped = np.where(ages >= OLD_AGE, np.minimum(drawn, CAPPED), drawn)
    return np.where(asked & (ages >= GROWN), capped, 0)


def _owners(plan: Plan, org: Organisation, rng: np.random.Generator, known: Array) -> dict[str, Array]:
    """The owner now, and the one before: a manager who has left, or another branch the customer came from."""
    size = len(known)
    branch = rng.choice(plan.branches, size, p=org.weights)
    draws = zip(branch.tolist(), rng.random(size).tolist(), strict=True)
    manager = np.array([org.managers[place][int(draw**1.1 * len(org.managers[place]))] for place, draw in draws])
    left, left_on = np.array(org.left)[branch], np.array(org.left_on)[branch]
    share = SHARE_OF_LEAVER / np.array([max(1, len(ids)) for ids in org.managers])[branch]
    of_leaver = (known < left_on) & (rng.random(size) < 2 * share)
    moved_on = days_within(rng, np.full(size, plan.starts[0] + 40), np.full(size, plan.ends[-1] - 10))
    moved = ~of_leaver & (rng.random(size) < SHARE_MOVED) & (known < moved_on)
    other = (branch + 1 + rng.integers(0, max(1, plan.branches - 1), size)) % plan.branches
    other_manager = np.array([org.managers[b][0] for b in other])
    return {
        "branch": branch,
        "manager": manager,
        "before_branch": np.where(moved, other, branch),
        "before_manager": np.where(of_leaver, left, np.where(moved, other_manager, manager)),
        "moved_on": np.where(of_leaver, left_on, np.where(moved, moved_on, NEVER)),
    }
