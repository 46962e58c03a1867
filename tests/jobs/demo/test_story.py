"""The story shows in the rows: a surge, a branch that got worse and recovered, lateness that costs customers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from statistics import mean

from lib.settings import bank_day
from lib.store.quarter import Quarter
from tests.jobs.demo.bank import Rows

SURGE = Quarter(2026, 2)
BAD_BRANCH = 5
WORST = (Quarter(2024, 4), Quarter(2025, 1), Quarter(2025, 2))


def test_one_quarter_has_twice_the_complaints_of_its_neighbours_in_one_business(demo: Rows) -> None:
    received = Counter(Quarter.of(bank_day(case.received_at)) for case in demo["case"])
    assert received[SURGE] >= 2 * max(received[SURGE.shift(-1)], received[SURGE.shift(1)])
    business = Counter(c.business for c in demo["case"] if Quarter.of(bank_day(c.received_at)) == SURGE)
    assert business["online_banking"] > received[SURGE] / 2


def test_one_branch_got_worse_and_was_turned_round(demo: Rows) -> None:
    branch = {c.customer_id: c.branch_id for c in demo["customer"]}

    def score(branches: set[int], quarters: set[Quarter]) -> float:
        return mean(answer.overall for answer in demo["survey_answer"]
                    if answer.overall and branch[answer.customer_id] in branches
                    and Quarter.of(answer.asked_on) in quarters)  # fmt: skip

    others = {b.id for b in demo["branch"]} - {BAD_BRANCH}
    assert score({BAD_BRANCH}, set(WORST)) < score(others, set(WORST)) - 0.5
    after = {WORST[-1].shift(ahead) for ahead in (2, 3, 4, 5, 6)}
    assert score({BAD_BRANCH}, after) > score({BAD_BRANCH}, set(WORST)) + 0.5


def test_late_answers_displease(demo: Rows) -> None:
    asked = [case for case in demo["case"] if case.satisfaction and case.kind == "complaint"]
    late = [case.satisfaction for case in asked if case.promise_met_at > case.promise_due_at]
    in_time = [case.satisfaction for case in asked if case.promise_met_at <= case.promise_due_at]
    assert len(late) > 10 and mean(late) < mean(in_time) - 0.5


def test_the_displeased_leave_more_often(demo: Rows) -> None:
    closed = {c.customer_id: c.closed_on for c in demo["customer"]}
    displeased, content = [], []
    for case in demo["case"]:
        if not case.satisfaction or case.kind != "complaint":
            continue
        left, day = closed[case.customer_id], bank_day(case.received_at)
        gone = left is not None and day < left < day + timedelta(days=300)
        (displeased if case.satisfaction <= 2 else content).append(gone)
    assert mean(displeased) > 1.5 * mean(content)


def test_activity_falls_before_leaving(demo: Rows) -> None:
    closed = {c.customer_id: c.closed_on for c in demo["customer"] if c.closed_on}
    near, before = 0, 0
    for line in demo["transaction"]:
        left = closed.get(line.customer_id)
        if left and line.by_customer and line.kind not in ("purchase", "redemption"):
            days = (left - line.booked_on).days
            near += 1 <= days <= 90
            before += 270 < days <= 360
    assert near < 0.7 * before


def test_greetings_come_before_the_spring_festival(demo: Rows) -> None:
    months = Counter(bank_day(c.happened_at).month for c in demo["contact"] if c.purpose == "care")
    assert months[1] + months[2] > 0.5 * sum(months.values())
