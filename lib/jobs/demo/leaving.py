"""What the demonstration bank's former customers said of why they left; of some nobody knows."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.churn.leaving import UNKNOWN
from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, material

#: of those asked, every so manieth said something worth writing down; the answer came so many days later at the most
_WORDS, _DAYS = 3, 24


def said(plan: Plan, people: People, reasons: Array, closed: Array) -> dict[str, Any]:
    """The columns that keep a reason: none where it only says how the loss showed, or where nobody has asked yet."""
    today = np.datetime64(plan.today)
    words: dict[str, list[str]] = material("people")["leaving"]
    days = closed + people.place % _DAYS
    known = np.array([reason is not None and reason not in UNKNOWN for reason in reasons]) & ~(days >= today)
    texts = np.full(len(reasons), None, dtype=object)
    for row in np.flatnonzero(known & (people.place % _WORDS == 0)):
        offered = words[reasons[row]]
        texts[row] = offered[int(people.place[row]) // _WORDS % len(offered)]
    by = people.manager.astype(object)
    by[~known] = None
    reason = reasons.copy()
    reason[~known] = None
    return {
        "leaving_reason": reason, "leaving_words": texts, "leaving_said_by": by,
        "leaving_said_on": np.where(known, days, np.datetime64("NaT", "D")),
    }  # fmt: skip
