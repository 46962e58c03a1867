"""Measuring the churn score: by each quarter's own facts, against who the next one lost, on both engines."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from lib.churn import rules
from lib.jobs.churn import evaluate
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from tests.cast import SmallBank
from tests.churn.rows import FADING, quarter_row, run

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3")
ENDS = ("03-31", "06-30", "09-30", "12-31", "03-31", "06-30", "09-30")
PEOPLE = list(range(7001, 7061))
SAME = ("quiet_quarters", "complaints_open", "complaints_bad", "contact_days", "years")


def columns(customer_id: int, at: int) -> dict[str, Any]:
    """Facts that differ by customer and quarter; those of the lowest numbers fade."""
    luck = (customer_id * 31 + at * 17) % 60
    return FADING | {
        "initiated_count": luck, "past_initiated": 80, "aum_fen": luck * 1_000_000, "peak_aum_fen": 60_000_000,
        "quiet_quarters": 0 if luck else 2, "contact_days": luck * 7, "years": luck // 6,
        "lost": int((customer_id * 13 + at * 7) % 5 == 0), "closed": 0, "gone": int(luck == 59),
        "cohort": int(luck != 3), "churn_score": None,
    }  # fmt: skip


def fill(without_facts: int = 0, cutoff: str = "2026-09-30") -> None:
    """The quarters of all people; of the first `without_facts` only what a bank kept before scores."""
    with bulk("churn tests") as session:
        for table in (m.QuarterRun, m.CustomerQuarter):
            session.execute(delete(table))
        for customer_id in PEOPLE:
            session.add(m.Customer(customer_id=customer_id, number=f"Y{customer_id}", kind="personal", name="某",
                                   stage="customer", known_since=today()))  # fmt: skip
        for at, (quarter, end) in enumerate(zip(QUARTERS, ENDS, strict=True)):
            session.add(run(quarter, cutoff if quarter == "2026Q3" else f"{quarter[:4]}-{end}", "closed"))
            old = {"years": None, "past_quarters": 0} if at < without_facts else {}
            session.add_all(quarter_row(one, quarter, **(columns(one, at) | old)) for one in PEOPLE)


def by_hand(quarters: tuple[str, ...]) -> tuple[int, int, float]:
    """Customers, lost and AUC of quarters, counted customer by customer and pair by pair."""
    card = rules.card(rulebook(), "CNY", today())
    scored: list[tuple[int, int]] = []
    for (at, quarter), _next in pairwise(enumerate(QUARTERS)):
        if quarter not in quarters:
            continue
        for one in PEOPLE:
            now, after = columns(one, at), columns(one, at + 1)
            if now["gone"] or not after["cohort"]:
                continue
            facts = {name: now[name] for name in SAME} | {
                "activity_percent": now["initiated_count"] * 400 // 80, "ending_percent": 0,
                "aum_percent": now["aum_fen"] * 100 // 60_000_000,
            }  # fmt: skip
            scored.append((card.total(facts), after["lost"]))
    lost, kept = ([score for score, gone in scored if gone == which] for which in (1, 0))
    won = sum((a > b) + (a == b) / 2 for a in lost for b in kept)
    return len(scored), len(lost), won / (len(lost) * len(kept))


def test_every_part_is_what_counting_by_hand_gives(bank: SmallBank) -> None:
    fill()
    trial = evaluate()
    assert [(one.part, one.quarters) for one in trial.parts] == [
        ("whole", QUARTERS[:6]), ("earlier", QUARTERS[:2]), ("test", QUARTERS[2:6]),
    ]  # fmt: skip
    for part in (*trial.parts, *trial.by_quarter):
        customers, lost, area = by_hand(part.quarters)
        assert (part.customers, part.lost) == (customers, lost)
        assert part.auc == pytest.approx(area, abs=1e-12)
        assert sum(one["customers"] for one in part.deciles) == customers
    assert trial.left_out == () and trial.enough


def test_it_is_kept_with_its_rule_and_audited(sqlite_bank: SmallBank) -> None:
    fill()
    trial = evaluate()
    with bulk("look", write=False) as session:
        rows = session.scalars(select(m.ChurnTrial).where(m.ChurnTrial.rule_version == trial.rule_version)).all()
        audited = session.scalar(select(func.count()).where(m.AuditEntry.actor == "churn evaluate"))
    assert {row.part: (row.customers, row.lost) for row in rows} == {
        one.part: (one.customers, one.lost) for one in trial.parts
    }
    assert {row.auc_bp for row in rows if row.part == "whole"} == {round(trial.parts[0].auc * 10_000)}  # type: ignore[operator]
    assert audited == 1


def test_quarters_without_the_facts_are_left_out_and_named(sqlite_bank: SmallBank) -> None:
    fill(without_facts=2)
    trial = evaluate()
    assert trial.left_out == QUARTERS[:2] and trial.parts[0].quarters == QUARTERS[2:6]


def test_a_quarter_still_running_tells_no_losses(sqlite_bank: SmallBank) -> None:
    fill(cutoff="2026-08-15")
    assert evaluate().parts[0].quarters == QUARTERS[:5]


def test_without_history_nothing_is_kept(sqlite_bank: SmallBank) -> None:
    trial = evaluate()
    assert trial.parts == () and not trial.enough
