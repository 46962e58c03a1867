"""Service standards counted by hand over ten customers, by tier, branch and manager, and what one customer is owed."""

from __future__ import annotations

from datetime import date

import pytest

from lib.kpi import Scene, published
from lib.kpi.people import people, seen_frame
from lib.kpi.standards import MEASURED, RULE, kept_standards, of_customer, standards
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.store.session import open_session
from lib.words import codes
from tests.kpi.ten import MA, NI, NORTH, QUARTER, SOUTH, WANG, ZHAO, A, B
from tests.kpi.ten import ten_customers as ten_customers
from tests.kpi.ten import ten_made as ten_made
from tests.kpi.test_ten_customers import person

# (standard, tier) → due, kept: B is vip, A C H J potential, E I mass; F G firms
EXPECTED = {
    ("dedicated_manager", "vip"): (1, 1),
    ("visit_interval", "vip"): (1, 0),  # B's was moved
    ("visit_interval", "potential"): (3, 1),  # A twice, J dropped
    ("visit_interval", "mass"): (1, 0),  # E
    ("birthday_greeting", "vip"): (0, 0),
    ("special_check", "mass"): (1, 1),  # I
    ("maturity_call", "potential"): (1, 0),  # J
    ("complaint_promise", "potential"): (2, 1),  # A's two; C's was withdrawn
    ("complaint_promise", "vip"): (1, 0),  # B
}


def found(who: int, by: str = "tier", scene: Scene | None = None) -> dict[tuple[str, str, int | str], tuple[int, int]]:
    with open_session(person(who), "test") as session:
        rows = kept_standards(session, rulebook(), [QUARTER], by, scene)
    return {(row.code, row.tier, row.group): (row.due, row.kept) for row in rows}


def test_by_tier(ten_customers: str) -> None:
    rows = found(ZHAO)
    assert {at: rows[*at, ""] for at in EXPECTED} == EXPECTED
    assert all(tier in dict(_tiers())[code] for code, tier, _group in rows)
    meetings = [rows[at] for at in rows if at[0] == "meeting"]
    assert (sum(one[0] for one in meetings), sum(one[1] for one in meetings)) == (2, 2)  # F G


def _tiers() -> list[tuple[str, tuple[str, ...]]]:
    return [(one.code, one.tiers) for one in standards(rulebook(), QUARTER)]


def test_a_tier_without_the_promise_has_no_row(ten_customers: str) -> None:
    assert ("birthday_greeting", "potential", "") not in found(ZHAO)  # though A's birthday was due and kept


def test_by_branch_and_manager_they_add_up(ten_customers: str) -> None:
    whole = found(ZHAO)
    for by, groups in (("branch", {NORTH, SOUTH}), ("manager", {MA, NI})):
        parts = found(ZHAO, by)
        assert {group for *_at, group in parts} == groups
        for (code, tier, _group), sums in whole.items():
            mine = [part for at, part in parts.items() if at[:2] == (code, tier)]
            assert (sum(one[0] for one in mine), sum(one[1] for one in mine)) == sums, (by, code, tier)


def test_each_sees_the_own(ten_customers: str) -> None:
    assert found(WANG)["visit_interval", "mass", ""] == (0, 0)  # E is of the south
    assert found(MA)["visit_interval", "potential", ""] == (2, 1)  # A; J is NI's
    assert found(ZHAO, scene=Scene(branch_id=SOUTH))["visit_interval", "mass", ""] == (1, 0)


def test_another_grouping_is_refused(ten_customers: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        found(ZHAO, "kind")


@pytest.mark.parametrize(
    ("measured", "names"), [("visit", ["J", "B", "A", "E"]), ("reply", ["3", "2"]), ("managed", [])]
)
def test_the_list_behind_a_cell(ten_customers: str, measured: str, names: list[str]) -> None:
    due, kept = MEASURED[measured]
    with open_session(person(ZHAO), "test") as session:
        run = published(session, [QUARTER])[str(QUARTER)]
        query = people(
            due, seen_frame(run, rulebook(), "CNY"), Scene(kind="personal"), kept, ("vip", "potential", "mass")
        )
        rows = session.execute(query).all()
    numbers = {"J": "C110", "B": "C102", "A": "C101", "E": "C105", "3": "T3", "2": "T2"}
    # newest first: B's original day is later than J's
    assert sorted(row.number for row in rows) == sorted(numbers[name] for name in names)


def test_of_one_customer(ten_customers: str) -> None:
    with open_session(person(ZHAO), "test") as session:
        july = of_customer(session, rulebook(), [A], True, date(2026, 9, 30))
        now = of_customer(session, rulebook(), [B], False, date(2026, 11, 20))
    assert (july["visit"], july["birthday"], july["reply"], july["managed"]) == ((2, 1), (1, 1), (2, 1), (1, 1))
    assert (now["visit"], now["managed"]) == ((1, 1), (1, 0))  # done before its day, of this quarter


def test_every_standard_can_be_measured_and_said() -> None:
    book = rulebook_shipped()
    for one in standards(book, Quarter(2026, 4)):
        assert one.measured in MEASURED and one.code in codes("service_standard") and one.who in codes("role")
    assert set(codes("standard_measure")) == set(MEASURED)
    assert book.entry(RULE, date(2026, 11, 20)).basis == "assumed"


def rulebook_shipped():  # type: ignore[no-untyped-def]
    from lib.rulebook import Rulebook, shipped_rows

    return Rulebook(shipped_rows())
