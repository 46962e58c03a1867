"""Every KPI of the catalogue, counted by hand over ten customers, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lib.churn.leaving import lost_by, lost_people
from lib.jobs.refresh import refresh
from lib.jobs.runs import FACTS
from lib.kpi import KpiRow, Scene, kpi_table, published
from lib.kpi.people import people, seen_frame
from lib.satisfaction.rules import DIMENSIONS
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from tests.entries import enter_rule
from tests.kpi.ten import CHEN, MA, NI, NORTH, QUARTER, SOUTH, STAFF, WANG, ZHAO, B, E, F, as_bank
from tests.kpi.ten import ten_customers as ten_customers
from tests.kpi.ten import ten_made as ten_made
from tests.kpi.ten import ten_on_sqlite as ten_on_sqlite

# KPI → numerator, less, denominator of the whole bank in the third quarter; amounts in fen.
EXPECTED: dict[str, tuple[int, int, int | None]] = {
    "customers": (9, 0, None),  # all but D, who left
    "new_customers": (2, 0, None),  # H I
    "active_rate": (5, 0, 8),  # A B F G J of A–G J; interest is no activity
    "referral_rate": (1, 0, 6),  # A of A B F G H J; C referred too but was not active, a prospect is no customer
    "churn_rate": (2, 0, 8),  # D closed, E dormant
    "churned_customers": (2, 0, None),
    "information_refreshed": (4, 0, 9),  # A C E G; B too long ago, F beyond the firms' cycle, J on the very limit
    "products_per_customer": (12, 0, 6),  # A 2 B 2 F 2 G 2 H 2 J 2
    "repeat_purchase": (1, 0, 2),  # J of B and J; C redeemed early
    "new_business": (38_500_000, 0, None),  # J's purchase, B's loan, C's deposit
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
    "wait_median": (10, 0, None),  # of 1 10 15 16
    "wait_p90": (16, 0, None),
    "wait_in_time": (3, 0, 5),  # 1 10 15; who left is among the five
    "tickets_left": (1, 0, 5),
    "serving_median": (6, 0, None),  # of 5 6 10
    "serving_p90": (10, 0, None),
    "complaint_time_median": (11 * 24 * 60, 0, None),  # of 7 11 21 days
    "complaint_time_p90": (21 * 24 * 60, 0, None),
    "enquiry_time_median": (24 * 60, 0, None),
    "enquiry_time_p90": (24 * 60, 0, None),
    "mystery_score": (16, 0, 22),  # one taken back, one of October
    "internal_score": (15, 0, 30),
    "measures_kept": (1, 0, 3),  # one open and over, one a day late; given up is not due
    "aum": (488_050_000, 0, None),
    "aum_churn": (31_000_000, 0, 375_050_000),  # B 200 000, C 100 000, D 10 000
    "value_growth": (2_058_150, 1_717_150, 1_717_150),
    "upgrade_rate": (2, 0, 8),  # A G
    "downgrade_rate": (1, 0, 8),  # C, after a quarter on watch
    "on_watch": (1, 0, None),  # B
    "new_customer_rate": (2, 0, 8),  # H I to the cohort A–G J
    "churned_known_reason": (1, 0, 2),  # D went to a competitor; of E nobody asked
    "lost_aum": (1_050_000, 0, None),  # D 10 000 and E 500
    "sales_deposit": (500_000, 0, None),  # C for a day
    "sales_wealth": (30_000_000, 0, None),  # J
    "sales_loan": (8_000_000, 0, None),  # B; F's loan is older
    "new_cards": (1, 0, None),  # H; those of A and G are older
    "business_growth": (38_500_000, 0, 375_050_000),
    "value_growth_frozen": (2_058_150, 1_717_150, 1_717_150),  # no rule changed between the two quarters
    "extended_terms": (1, 0, 3),  # 2 of 1 2 6
    "risk_response": (1, 0, 3),  # F of B F H: B's is older than the rating, H's ran out; C was rated high later
    "risk_improved": (1, 0, 5),  # G from C to B, of A B C F G; H had no quarter before
    "risk_worsened": (1, 0, 5),  # B
    "training_completion": (1, 0, 4),  # MA's refresher; NI's, NI's basics and WANG's first are open
    "training_hours": (10, 0, 8),  # MA 4, NI 6 (failed but there; the other time absent) of eight people
    "coverage": (2, 0, 9),  # A on the last day, C sixty days before; B was not reached, G was the day after
    "churn_flagged": (2, 0, 9),  # B with 34 points, C with 42
    "points_outstanding": (350, 0, None),  # A 200, B 150: what B redeemed in October is not gone yet
    "points_redemption_rate": (100, 0, 300),  # A; B earned in June
    "aum_at_risk": (26_200_000, 0, None),  # 34% of 400 000 and 42% of 300 000
}
VALUES = {"nps": 20.0, "churn_rate": 0.25, "complaint_density_branches": 4000.0, "complaint_time_median": 264.0,
          "wait_p90": 16, "aum_churn": 31_000 / 375_050,
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
    known = {kpi.key: kpi for kpi in rulebook().kpis(QUARTER.end)}
    keys = [key for key in EXPECTED if not key.startswith("complaint_density") and not known[key].percentile]
    whole = table(ZHAO, keys)
    for by in ("branch", "manager", "kind", "tier"):
        parts = table(ZHAO, keys, by)
        for key in (key for key in keys if by in known[key].by):
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


def test_what_may_still_come_back_is_said_to_be_provisional(ten_customers: str) -> None:
    """Two months after the quarter nothing of the third is open any more."""
    row = table(ZHAO, ["first_time_resolution"])["first_time_resolution", ""]
    assert (row.numerator, row.pending) == (1, 0)


def test_the_last_thirty_days_are_provisional(ten_on_sqlite: str, new_database: Callable[..., str]) -> None:
    """Seen on 24 September, the complaint closed on 26 August (29 days before) may still come again."""
    with as_bank(new_database("sqlite", like=ten_on_sqlite), "2026-09-24"):
        refresh(tell=lambda _said: None)
        row = table(ZHAO, ["first_time_resolution"])["first_time_resolution", ""]
        assert (row.numerator, row.denominator, row.pending) == (1, 3, 1)


def test_training_is_told_to_each_as_far_as_they_see(ten_customers: str) -> None:
    keys = ["training_completion", "training_hours"]
    mine = table(MA, keys)
    assert (mine["training_completion", ""].numerator, mine["training_completion", ""].denominator) == (1, 1)
    branch = table(WANG, keys)["training_completion", ""]
    assert (branch.numerator, branch.denominator) == (1, 2)  # MA's refresher and WANG's own first
    people = table(ZHAO, keys, "manager")
    assert {who: people["training_hours", who].numerator for who in (MA, NI, WANG)} == {MA: 4, NI: 6, WANG: 0}
    assert ("training_completion", CHEN) not in people or people["training_completion", CHEN].denominator == 0


def test_the_lost_by_reason_are_stored(ten_customers: str) -> None:
    with open_session(person(ZHAO), "test") as session:
        runs = [(str(QUARTER), published(session, [QUARTER])[str(QUARTER)].version)]
        found = {(row.reason, row.of): (row.customers, row.aum_fen)
                 for row in session.execute(lost_by(runs, "branch", "branch"))}  # fmt: skip
        assert found == {("competitor", NORTH): (1, 1_000_000), ("dormant", SOUTH): (1, 50_000)}
        people = session.execute(lost_people(runs[0], "competitor")).all()
        assert [(row.name, row.aum_fen) for row in people] == [("丁丁", 1_000_000)]


def test_who_is_behind_the_training(ten_customers: str) -> None:
    with open_session(person(ZHAO), "test") as session:
        frame = seen_frame(published(session, [QUARTER])[str(QUARTER)], rulebook(), "CNY")
        due = session.execute(people("training_due", frame, Scene())).all()
        assert [(row.login, row.course, row.due_on.isoformat(), row.done_on is not None) for row in due] == [
            ("head.wang", "课程1", "2025-02-05", False),
            ("rm.ni", "课程2", "2026-03-02", False),
            ("rm.ni", "课程1", "2026-08-15", False),
            ("rm.ma", "课程1", "2026-02-01", True),
        ]
        hours = session.execute(people("training_hours", frame, Scene(branch_id=SOUTH))).all()
        assert [(row.login, row.hours) for row in hours] == [("rm.ni", 6)]


@pytest.mark.parametrize(
    ("said_on", "known"),
    [
        (date(2026, 8, 1), 2),
        (date(2026, 1, 2), 2),  # 180 days before the quarter began
        (date(2026, 1, 1), 1),  # a day earlier: of another time
        (None, 1),  # nobody knows when it was said
    ],
)
def test_a_dormant_customers_reason_counts_when_it_is_recent(
    ten_on_sqlite: str, new_database: Callable[..., str], said_on: date | None, known: int
) -> None:
    with as_bank(new_database("sqlite", like=ten_on_sqlite)):
        with bulk("told") as session:
            dormant = session.get_one(m.Customer, E)
            dormant.leaving_reason, dormant.leaving_said_on = "service", said_on
            session.note("customer", 1)
        refresh(tell=lambda _said: None)
        row = table(ZHAO, ["churned_known_reason"])["churned_known_reason", ""]
        assert (row.numerator, row.denominator) == (known, 2)


def test_value_growth_is_told_against_the_frozen_opening_too(
    ten_on_sqlite: str, new_database: Callable[..., str]
) -> None:
    """The spread of deposits doubles from the third quarter on: by one rule the change is the customers' own, against
    what was stored then it is the rule's as well."""
    with as_bank(new_database("sqlite", like=ten_on_sqlite)):
        now = rulebook().value("value.contribution_bp", QUARTER.end)
        enter_rule("value.contribution_bp", {**now, "deposit": now["deposit"] * 2}, QUARTER.start)
        refresh(tell=lambda _said: None)
        rows = table(ZHAO, ["value_growth", "value_growth_frozen"])
        own, frozen = rows["value_growth", ""], rows["value_growth_frozen", ""]
        assert own.numerator == frozen.numerator
        assert frozen.denominator == 1_717_150  # as the second quarter had it
        assert own.denominator is not None and own.denominator > 1_717_150
