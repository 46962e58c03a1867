"""The cards a job computes: by hand on a small bank, a whole year, versions, and what a transfer does not move."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lib.jobs.appraise import CannotAppraise
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import GAO, LI, NORTH, OWN, SOUTH, ZHANG, SmallBank
from tests.staff.cards import MEASURES, SIGN, appraised, card_of, facts, line_of, small_bank_appraised, taken

YEAR_LATER = {**MEASURES, "visits_kept": 40, "visits_due": 40, "new_customers": 1, "verified_in_cycle": 60,
              "customers": 80}  # fmt: skip


def test_a_card_by_hand(bank: SmallBank) -> None:
    small_bank_appraised()
    card = card_of(ZHANG)
    points = {line["kpi"]: line["points"] for line in card.lines}
    assert points == points | {
        "csat": 8000, "visit_completion": 4000, "active_rate": 9000, "products_per_customer": 4000,
        "repeat_purchase": None, "new_customers": 9000, "new_business": 4000, "churn_rate": 9000,
        "information_refreshed": 9000,
    }  # fmt: skip
    assert (card.score, card.grade, card.counted) == (7000, "fair", 95)
    assert line_of(card, "repeat_purchase")["state"] == "small"
    assert line_of(card, "csat")["share"] == 1579  # 15 of 95
    assert card.peers == {"n": 3, "small": True}
    assert card.basis["runs"] == {"2025Q3": 1} and card.basis["kpis"]["csat"].startswith("csat@")
    assert (card.number, card.state, card.why, card.branch_id) == (1, "computed", "first", NORTH)


def test_a_branch_is_judged_by_the_line_of_one_manager(bank: SmallBank) -> None:
    small_bank_appraised()
    north, south = card_of(NORTH, level="branch"), card_of(SOUTH, level="branch")
    assert (line_of(north, "new_customers")["numerator"], line_of(north, "new_customers")["per"]) == (6, 2)
    assert (line_of(north, "visit_completion")["numerator"], line_of(north, "visit_completion")["denominator"]) == (
        24,
        40,
    )
    assert line_of(north, "repeat_purchase")["state"] == "counted"  # 6 of 10: together enough cases
    assert line_of(south, "repeat_purchase")["state"] == "small"
    assert {line["kpi"] for line in south.lines if line["state"] == "nothing"} >= {"nps", "reply_on_time"}
    # south: csat 15×80, visits 5×40, active 10×90, products 5×40, customers 10×90, business 15×40, churn and
    # information 10×90 each: 5800 of 80
    assert (south.score, south.counted) == (7250, 80)


def test_a_year_is_a_ratio_of_sums_and_not_an_average_of_scores(bank: SmallBank) -> None:
    facts("2025Q3", {ZHANG: MEASURES})
    facts("2025Q4", {ZHANG: YEAR_LATER})
    for period in ("2025Q3", "2025Q4", "2025"):
        appraised(period)
    year = card_of(ZHANG, "2025")
    visits = line_of(year, "visit_completion")
    assert (visits["numerator"], visits["denominator"], visits["points"]) == (52, 60, 8889)
    assert line_of(card_of(ZHANG, "2025Q4"), "visit_completion")["points"] == 10_000  # the average would be 7000
    assert (line_of(year, "new_customers")["per"], line_of(year, "new_customers")["points"]) == (2, 8000)
    last = line_of(year, "information_refreshed")  # a standing at the end: the last quarter's, not a sum
    assert (last["numerator"], last["denominator"], last["points"]) == (60, 80, 2000)
    assert line_of(year, "repeat_purchase")["state"] == "counted"  # 6 of 10 over the year
    assert year.basis["runs"] == {"2025Q3": 1, "2025Q4": 1} and year.counted == 100


def test_a_transfer_later_moves_no_card(bank: SmallBank) -> None:
    small_bank_appraised()
    before = card_of(ZHANG)
    with bulk("test") as session:
        customer = session.get_one(m.Customer, OWN)
        customer.manager_id, customer.branch_id = LI, SOUTH
        session.get_one(m.Staff, ZHANG).branch_id = SOUTH
        session.get_one(m.Staff, ZHANG).active = False
    assert appraised().same == 5
    after = card_of(ZHANG)
    assert (after.id, after.score, after.branch_id, after.version) == (before.id, before.score, NORTH, before.version)


def test_who_worked_in_two_branches_has_the_card_where_they_were_last(bank: SmallBank) -> None:
    facts("2025Q3", {ZHANG: MEASURES})
    facts("2025Q4", {ZHANG: MEASURES}, homes={ZHANG: SOUTH})
    appraised("2025")
    assert card_of(ZHANG, "2025").branch_id == SOUTH
    per = {branch: line_of(card_of(branch, "2025", "branch"), "new_customers") for branch in (NORTH, SOUTH)}
    assert [(per[one]["numerator"], per[one]["per"]) for one in (NORTH, SOUTH)] == [(3, 1), (3, 1)]


def test_the_same_figures_make_no_version(bank: SmallBank) -> None:
    small_bank_appraised()
    again = appraised()
    assert (again.first, again.again, again.same, again.waiting) == (0, 0, 5, [])
    facts("2025Q3", dict.fromkeys((ZHANG, GAO, LI), MEASURES), version=2)
    assert appraised().same == 5, "another version of the facts that says the same"


def test_other_figures_make_a_new_version_and_the_old_stays(bank: SmallBank) -> None:
    small_bank_appraised()
    facts("2025Q3", {ZHANG: {**MEASURES, "visits_kept": 16}, GAO: MEASURES, LI: MEASURES}, version=2)
    done = appraised()
    assert (done.first, done.again, done.same) == (0, 2, 3)  # the manager's and the branch's
    new, old = card_of(ZHANG), card_of(ZHANG, number=1)
    assert (new.number, new.why, new.score) == (2, "recomputed", 7632)
    assert (old.state, old.score, line_of(old, "visit_completion")["numerator"]) == ("replaced", 7000, 12)


def test_a_signed_card_is_recomputed_only_for_a_reason(bank: SmallBank) -> None:
    small_bank_appraised()
    card = taken("head.wang", card_of(ZHANG), SIGN)
    facts("2025Q3", {ZHANG: {**MEASURES, "visits_kept": 16}, GAO: MEASURES, LI: MEASURES}, version=2)
    done = appraised()
    assert (done.again, done.waiting) == (1, [card.id]) and card_of(ZHANG).score == 7000
    assert appraised(reason="补录了漏登的回访").again == 1
    new = card_of(ZHANG)
    assert (new.number, new.state, new.reason, new.comment) == (2, "computed", "补录了漏登的回访", None)
    assert card_of(ZHANG, number=1).comment == SIGN.comment


def test_peers_of_five_are_told_apart(sqlite_bank: SmallBank) -> None:
    people = {staff: {**MEASURES, "visits_kept": kept} for staff, kept in zip((1, 2, 3, 4, 13), (8, 10, 12, 14, 16),
                                                                             strict=True)}  # fmt: skip
    facts("2025Q3", people, homes=dict.fromkeys(people, NORTH))
    appraised()
    best, worst = card_of(13).peers, card_of(1).peers
    assert (best["n"], best["place"], worst["place"], best["median"]) == (5, 1, 5, 7000)
    assert "scores" not in best, "nobody is told what another's score is"


@pytest.mark.parametrize("period", ["2099Q1", "2099", "2020Q1"])
def test_what_has_not_ended_or_has_no_facts_is_refused(sqlite_bank: SmallBank, period: str) -> None:
    with pytest.raises(CannotAppraise):
        appraised(period)


@pytest.mark.parametrize("period", ["", "2025Q5", "25", "2025-Q3", "year"])
def test_what_is_no_period_is_a_sentence(period: str) -> None:
    with pytest.raises(ValueError, match="2026Q3"):
        appraised(period)


def test_the_run_leaves_one_entry_in_the_trail(sqlite_bank: SmallBank) -> None:
    small_bank_appraised()
    with bulk("look", write=False) as session:
        entries = select(m.AuditEntry).where(m.AuditEntry.actor == "appraise")
        assert [entry.after["first"] for entry in session.scalars(entries)] == [5]
        assert session.scalar(select(func.count()).select_from(m.AppraisalCard)) == 10
