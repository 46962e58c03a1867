"""Every KPI of the catalogue, counted by hand over ten customers, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lib.jobs.runs import FACTS
from lib.kpi import KpiRow, Scene, kpi_table
from lib.satisfaction.rules import DIMENSIONS
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from tests.kpi.ten import CHEN, MA, NI, NORTH, QUARTER, SOUTH, STAFF, WANG, ZHAO, B, F, as_bank
from tests.kpi.ten import ten_customers as ten_customers
from tests.kpi.ten import ten_made as ten_made

# KPI → numerator, less, denominator of the whole bank in the third quarter; amounts in fen.
EXPECTED: dict[str, tuple[int, int, int | None]] = {
    "customers": (9, 0, None),  # all but D, who left
    "new_customers": (2, 0, None),  # H I
    "active_rate": (5, 0, 8),  # A B F G J of A–G J; interest is no activity
    "referral_rate": (1, 0, 6),  # A of A B F G H J; C referred too but was not active, a prospect is no customer
    "churn_rate": (2, 0, 8),  # D closed, E dormant
    "churned_customers": (2, 0, None),
    "information_refreshed": (4, 0, 9),  # A C E G; B too long ago, F beyond the firms' cycle, J on the very limit
    "products_per_customer": (11, 0, 6),  # A 2 B 2 F 2 G 2 H 1 J 2
    "repeat_purchase": (1, 0, 2),  # J of B and J; C redeemed early
    "new_business": (38_000_000, 0, None),  # J's purchase and B's loan
    "csat": (2, 0, 4),  # A B of A B C F
    "nps": (2, 1, 5),  # A H less C
    "response_rate": (4, 0, 6),
    **dict.fromkeys((f"csat_{one}" for one in DIMENSIONS), (1, 0, 3)),  # A of A C F
    "contacts": (3, 0, None),  # A twice, C once; B was not reached, G's was after midnight
    "visit_completion": (3, 0, 7),  # A F G of A twice, B E F G J; D had left, B's other one is of the next quarter
    "care_completion": (3, 0, 6),  # A H I of A C H J B I
    "complaints_received": (8, 0, None),  # 1 2 3 4 6 7 8 9
    "reply_on_time": (2, 0, 4),  # 1 and 6 of 1 2 3 6; 4 was withdrawn before its hour
    "resolved_on_time": (2, 0, 3),  # 1 and 6 of 1 2 6; 5 was withdrawn within its term
    "first_time_resolution": (1, 0, 3),  # 2; 1 came again, 6 had been reopened
    "repeat_complaints": (1, 0, 8),  # 2
    "complaint_density_customers": (8, 0, 7),
    "complaint_density_branches": (8, 0, 2),
    "timely_as_reported": (1, 0, 2),
    "reported_open": (1, 0, None),
    "complaints_open": (1, 0, None),  # 3
    "aum": (488_050_000, 0, None),
    "aum_churn": (31_000_000, 0, 375_050_000),  # B 200 000, C 100 000, D 10 000
    "value_growth": (2_058_150, 1_717_150, 1_717_150),
    "upgrade_rate": (2, 0, 8),  # A G
    "downgrade_rate": (1, 0, 8),  # C, after a quarter on watch
    "on_watch": (1, 0, None),  # B
    "coverage": (2, 0, 9),  # A on the last day, C sixty days before; B was not reached, G was the day after
    "churn_flagged": (2, 0, 9),  # B with 34 points, C with 42
    "aum_at_risk": (26_200_000, 0, None),  # 34% of 400 000 and 42% of 300 000
}
VALUES = {"nps": 20.0, "churn_rate": 0.25, "complaint_density_branches": 4000.0, "aum_churn": 31_000 / 375_050,
          "complaint_density_customers": 80_000_000 / 7, "value_growth": 341_000 / 1_717_150}  # fmt: skip


def person(staff_id: int) -> Scope:
    login, role, branch = STAFF[staff_id]
    return scope_of(staff_id, login, login, role, branch)


def table(who: int, keys: list[str], by: str = "bank", scene: Scene | None = None) -> dict[Any, KpiRow]:
    with open_session(person(who), "test") as session:
        rows = kpi_table(session, rulebook(), keys, [QUARTER], by, scene)
    return {(row.key, row.group): row for row in rows}


def test_the_expectations_name_every_kpi(ten_customers: str) -> None:
    assert set(EXPECTED) == {kpi.key for kpi in rulebook().kpis(QUARTER.end)}


def test_every_kpi_of_the_bank(ten_customers: str) -> None:
    found = table(ZHAO, list(EXPECTED))
    counted = {key: (row.numerator, row.less, row.denominator) for (key, _group), row in found.items()}
    assert counted == EXPECTED
    for key, value in VALUES.items():
        assert found[key, ""].value == pytest.approx(value)


def test_by_branch_and_manager_the_owner_is_the_one_of_then(ten_customers: str) -> None:
    keys = ["customers", "churn_rate", "aum", "complaints_received", "upgrade_rate"]
    branches = table(ZHAO, keys, "branch")
    assert [branches["customers", b].numerator for b in (NORTH, SOUTH)] == [4, 5]
    assert [(branches["churn_rate", b].numerator, branches["churn_rate", b].denominator) for b in (NORTH, SOUTH)] == [
        (1, 4),
        (1, 4),
    ]
    assert [branches["aum", b].value for b in (NORTH, SOUTH)] == [78_000_000, 410_050_000]
    # The outsider's complaint counts for the branch it is about.
    assert [branches["complaints_received", b].numerator for b in (NORTH, SOUTH)] == [4, 4]
    managers = table(ZHAO, keys, "manager")
    assert [managers["upgrade_rate", who].numerator for who in (MA, NI)] == [1, 1]
    assert managers["complaints_received", 0].numerator == 1


def test_parts_add_up_to_the_whole(ten_customers: str) -> None:
    keys = [key for key in EXPECTED if not key.startswith("complaint_density")]
    whole = table(ZHAO, keys)
    for by in ("branch", "manager", "kind", "tier"):
        parts = table(ZHAO, keys, by)
        for key in keys:
            rows = [row for (of, _group), row in parts.items() if of == key]
            assert sum(row.numerator for row in rows) == whole[key, ""].numerator, (by, key)
            assert sum(row.denominator or 0 for row in rows) == (whole[key, ""].denominator or 0), (by, key)


def test_by_tier_within_one_kind(ten_customers: str) -> None:
    tiers = table(ZHAO, ["customers", "aum"], "tier", Scene(kind="personal"))
    assert {group: row.numerator for (key, group), row in tiers.items() if key == "customers"} == {
        "vip": 1,  # B, on watch
        "potential": 4,  # A C H J
        "mass": 2,  # E I
    }


def test_each_sees_what_the_scope_holds(ten_customers: str) -> None:
    keys = ["customers", "reply_on_time", "complaint_density_branches"]
    assert {at: row.numerator for at, row in table(MA, keys).items()} == {
        ("customers", ""): 4,
        ("reply_on_time", ""): 1,
    }
    assert table(WANG, keys)["customers", ""].numerator == 4
    assert set(table(WANG, keys, "branch")) == {(key, NORTH) for key in keys}
    mine = table(CHEN, keys)
    assert {at: (row.numerator, row.denominator) for at, row in mine.items()} == {("reply_on_time", ""): (2, 4)}


def test_small_denominators_are_marked_but_branches_are_no_cases(ten_customers: str) -> None:
    found = table(ZHAO, ["churn_rate", "complaint_density_branches", "customers", "aum_churn"])
    assert [found[key, ""].small for key in ("churn_rate", "complaint_density_branches", "customers", "aum_churn")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_law_is_not_applied_before_its_date(ten_customers: str) -> None:
    with open_session(person(ZHAO), "test") as session:
        quarters = [Quarter(2019, 4), QUARTER]
        assert [row.quarter for row in kpi_table(session, rulebook(), ["resolved_on_time"], quarters)] == ["2026Q3"]
        with pytest.raises(LookupError):
            kpi_table(session, rulebook(), ["no_such_kpi"], quarters)


def test_both_engines_store_the_same_facts(ten_made: Callable[[str], str]) -> None:
    assert facts(ten_made("sqlite")) == facts(ten_made("postgresql"))


def test_the_job_counts_the_same_rows_on_both_engines(ten_made: Callable[[str], str]) -> None:
    assert steps(ten_made("sqlite")) == steps(ten_made("postgresql"))


def facts(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every fact table, in the order of its values."""
    with as_bank(url), bulk("compare", write=False) as session:
        return {
            fact.__tablename__: sorted(tuple(row) for row in session.execute(select(*fact.__table__.c)))
            for fact in FACTS
        }


def steps(url: str) -> list[tuple[str, int]]:
    with as_bank(url), bulk("compare", write=False) as session:
        counted = select(m.Job.key, m.JobStep.step, m.JobStep.rows).join(m.Job, m.Job.id == m.JobStep.job_id)
        return sorted((f"{row[0]} {row[1]}", row[2]) for row in session.execute(counted))


def test_balances_are_derived_only_where_the_core_system_gives_none(ten_customers: str) -> None:
    """D's account closed with lines left in the quarter: its ledger begins before ours and would sum to nonsense."""
    with bulk("look", write=False) as session:
        balance = m.BalanceMonth
        derived = session.execute(
            select(balance.account_id, balance.month, balance.average_fen).where(balance.derived.is_(True))
        )
        months: dict[int, list[tuple[int, int]]] = {}
        for account, month, fen in derived:
            months.setdefault(account, []).append((month.month, fen))
    loan_of_b, loan_of_f = B * 10 + 1, F * 10 + 1
    assert set(months) == {loan_of_b, loan_of_f}
    assert sorted(months[loan_of_b]) == [(9, 8_000_000), (11, 8_000_000)]
    assert [month for month, _fen in sorted(months[loan_of_f])] == [3, 6, 9, 11]
