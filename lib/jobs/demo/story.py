"""What happened to the bank: seasons, a branch that got worse and was turned round, a quarter with a surge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from lunar_python import Lunar

from lib.jobs.demo.plan import Array, Plan

# Quarters back from the running one: how badly the branch served, 0 as usual to 1 at the worst.
FAULTS = {8: 0.4, 7: 0.8, 6: 1.0, 5: 0.35}
TURNED_ROUND = -0.12
SURGE_QUARTERS_BACK = 2
SURGE_RATE, SURGE_FOCUS = 0.024, 3.0
# Balances by quarter of the year: bonuses and the Spring Festival for people, year-end settlement for firms.
SEASON_PERSON = {1: 0.045, 2: -0.01, 3: 0.0, 4: 0.015}
SEASON_FIRM = {1: -0.05, 2: 0.01, 3: 0.0, 4: 0.06}
BUSY_PERSON = {1: 1.2, 2: 0.95, 3: 0.95, 4: 1.05}


@dataclass(frozen=True)
class Story:
    """`fault[branch, quarter]`, `surge[branch, quarter]` (extra complaints a customer), seasons by quarter."""

    fault: Array
    surge: Array
    surge_day: np.datetime64 | None
    season_person: Array
    season_firm: Array
    busy: Array
    festivals: Array

    @property
    def bad_branch(self) -> int:
        """Place of the branch that got worse."""
        return int(self.fault.sum(axis=1).argmax())


def tell(plan: Plan) -> Story:
    """The story of this bank."""
    quarters = len(plan.quarters)
    fault = np.zeros((plan.branches, quarters))
    surge = np.zeros((plan.branches, quarters))
    bad, focus = min(4, plan.branches - 1), min(2, plan.branches - 1)
    for back, much in FAULTS.items():
        if quarters > back:
            fault[bad, quarters - 1 - back] = much
    if quarters > max(FAULTS):
        fault[bad, quarters - min(FAULTS) :] = TURNED_ROUND
    surge_day = None
    if quarters > SURGE_QUARTERS_BACK:
        at = quarters - 1 - SURGE_QUARTERS_BACK
        surge[:, at] = SURGE_RATE
        surge[focus, at] *= SURGE_FOCUS
        surge_day = plan.starts[at] + 38
    numbers = [q.number for q in plan.quarters]
    return Story(
        fault=fault,
        surge=surge,
        surge_day=surge_day,
        season_person=np.array([SEASON_PERSON[n] for n in numbers]),
        season_firm=np.array([SEASON_FIRM[n] for n in numbers]),
        busy=np.array([BUSY_PERSON[n] for n in numbers]),
        festivals=np.array(
            [Lunar.fromYmd(q.year, 1, 1).getSolar().toYmd() for q in plan.quarters], dtype="datetime64[D]"
        ),
    )
