"""Tiers read from stored facts: sums agree with one another and with the lists behind them."""

from __future__ import annotations

import pytest
from sqlalchemy import Select

from lib.store.scope import scope_of
from lib.store.session import open_session
from lib.tiers import read
from lib.tiers.read import NONE, Facts, Group
from tests.kpi.ten import HE, MA, NI, NORTH, SOUTH, STAFF, WANG, ZHAO, ZHOU
from tests.kpi.ten import ten_customers as ten_customers
from tests.kpi.ten import ten_made as ten_made

PERSONAL = Facts("2026Q3", 1, "bank", "personal")


def rows(who: int, statement: Select) -> list[tuple[object, ...]]:
    login, role, branch = STAFF[who]
    with open_session(scope_of(who, login, login, role, branch), "test") as session:
        return [tuple(row) for row in session.execute(statement)]


def names(who: int, facts: Facts, group: Group) -> list[object]:
    return [row[1] for row in rows(who, read.people(facts, group))]


def test_a_profile_counts_those_who_stayed(ten_customers: str) -> None:
    found = {(bucket, tier): (n, aum) for bucket, tier, n, aum in rows(ZHAO, read.profile(PERSONAL, "age_band"))}
    assert found == {
        ("36_59", "vip"): (1, 40_000_000),
        ("36_59", "potential"): (4, 76_000_000),
        ("36_59", "mass"): (2, 2_050_000),
    }


def test_branches_add_up_to_the_bank(ten_customers: str) -> None:
    at_branches = Facts("2026Q3", 1, "branch", "personal")
    found = {(branch, tier): n for branch, tier, n, _aum in rows(ZHAO, read.by_branch(at_branches))}
    assert found == {
        (NORTH, "vip"): 1,
        (NORTH, "potential"): 2,
        (NORTH, "mass"): 1,
        (SOUTH, "potential"): 2,
        (SOUTH, "mass"): 1,
    }


def test_movements_tell_up_down_watch_entered_and_left(ten_customers: str) -> None:
    found = {row[:4]: row[4] for row in rows(ZHAO, read.movements(PERSONAL))}
    assert found == {
        ("mass", 0, "potential", 0): 1,  # A
        ("vip", 0, "vip", 1): 1,  # B
        ("vip", 1, "potential", 0): 1,  # C
        ("mass", 0, NONE, 0): 1,  # D
        ("mass", 0, "mass", 0): 1,  # E
        (NONE, 0, "potential", 0): 1,  # H
        (NONE, 0, "mass", 0): 1,  # I
        ("potential", 0, "potential", 0): 1,  # J
    }
    left = [row for row in rows(ZHAO, read.movements(PERSONAL)) if row[2] == NONE]
    assert [row[5] for row in left] == [1_000_000]  # what D had a quarter ago


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (Group(tier="potential"), ["江癸", "陈丙", "何辛", "安甲"]),
        (Group(tier="vip", watch=True), ["白乙"]),
        (Group(tier="mass", watch=True), []),
        (Group(before="vip", tier="potential"), ["陈丙"]),
        (Group(before="vip", was_watch=True, tier="potential", watch=False), ["陈丙"]),
        (Group(before="vip", was_watch=False, tier="potential"), []),
        (Group(tier="potential", uncovered=True), ["江癸", "何辛"]),
        (Group(top=2), ["白乙", "陈丙"]),
        (Group(opened=(2026, 2026)), ["何辛", "易壬"]),
        (Group(opened=(2025, 2025), tier="vip"), ["白乙"]),
        (Group(staff_id=NI), ["江癸", "何辛", "尔戊"]),
        (Group(tags=("senior",)), []),
        (Group(before=NONE, tier="mass"), ["易壬"]),
        (Group(before="mass", tier=NONE), ["丁丁"]),
        (Group(dimension="age_band", bucket="60_plus"), []),
    ],
)
def test_the_people_of_a_figure(ten_customers: str, group: Group, expected: list[str]) -> None:
    assert names(ZHAO, PERSONAL, group) == expected


def test_people_are_those_one_looks_after_now_figures_those_of_then(ten_customers: str) -> None:
    firms = Facts("2026Q3", 1, "manager", "corporate", staff_id=NI)
    assert [row[2] for row in rows(NI, read.profile(firms, "size_class"))] == [2]  # F and G were both NI's
    assert names(NI, firms, Group(tier="growth")) == ["方己公司"]  # G has gone to MA since
    assert names(MA, Facts("2026Q3", 1, "manager", "corporate", staff_id=MA), Group(tier="growth")) == []
    assert names(WANG, Facts("2026Q3", 1, "branch", "personal", branch_id=SOUTH), Group(tier="mass")) == []


def test_who_sees_no_people_gets_none_and_leaders_see_masked_names(ten_customers: str) -> None:
    assert names(HE, PERSONAL, Group(tier="mass")) == []
    assert all("*" in str(name) or "某" in str(name) for name in names(ZHOU, PERSONAL, Group(tier="mass")))
