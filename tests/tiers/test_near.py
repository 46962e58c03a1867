"""Who is close to a line: which amounts each side holds, and that counts, people and distances agree."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Rulebook, shipped_rows
from lib.store.scope import scope_of
from lib.store.session import open_session
from lib.tiers.near import Edge, counts, edges, people, proposed
from lib.tiers.read import Facts
from lib.tiers.rules import reached_by, scheme
from tests.kpi.ten import HE, MA, NI, NORTH, SOUTH, STAFF, WANG, ZHAO
from tests.kpi.ten import ten_customers as ten_customers
from tests.kpi.ten import ten_made as ten_made

BOOK = Rulebook(shipped_rows())
PERSONAL = scheme(BOOK, "personal", "CNY", date(2026, 9, 30))
CORPORATE = scheme(BOOK, "corporate", "CNY", date(2026, 9, 30))
TEN = {"under_line": 10, "over_line": 10}
VIP = 50_000_000


@pytest.mark.parametrize(
    ("tier", "amount", "side"),
    [
        ("potential", VIP - 1, "below"),
        ("potential", VIP * 9 // 10, "below"),
        ("potential", VIP * 9 // 10 - 1, None),
        ("vip", VIP, "above"),
        ("vip", VIP * 11 // 10 - 1, "above"),
        ("vip", VIP * 11 // 10, None),
        ("vip", VIP - 1, "watch"),
        ("vip", 0, "watch"),
        ("mass", VIP - 1, None),
    ],
)
def test_the_sides_of_the_vip_line(tier: str, amount: int, side: str | None) -> None:
    found = [e.side for e in edges(PERSONAL, TEN) if (e.tier, e.of) != ("", "") and e.tier == "vip" and e.of == tier
             and e.low <= amount < e.high]  # fmt: skip
    assert found == ([side] if side else [])


@given(
    amount=st.integers(0, 20_000_000_000),
    below=st.integers(0, 60),
    above=st.integers(0, 60),
    firms=st.booleans(),
)
def test_whoever_is_close_is_so_by_the_own_tier(amount: int, below: int, above: int, firms: bool) -> None:
    lines = CORPORATE if firms else PERSONAL
    tier = reached_by(amount, lines)
    for edge in edges(lines, {"under_line": below, "over_line": above}):
        if edge.of == tier and edge.low <= amount < edge.high:
            assert edge.side != "watch"  # who reaches the own tier is not under its line
            distance = edge.line - amount if edge.side == "below" else amount - edge.line
            percent = below if edge.side == "below" else above
            assert 0 <= distance <= edge.line * percent / 100


def listed(who: int, facts: Facts, edge: Edge) -> list[tuple[str, int]]:
    login, role, branch = STAFF[who]
    with open_session(scope_of(who, login, login, role, branch), "test") as session:
        return [(row.name, row.distance_fen) for row in session.execute(people(facts, edge))]


def told(who: int, facts: Facts, of: list[Edge]) -> dict[tuple[str, str], tuple[int, int]]:
    login, role, branch = STAFF[who]
    with open_session(scope_of(who, login, login, role, branch), "test") as session:
        return {(of[r.place].tier, of[r.place].side): (r.customers, r.fen)
                for r in session.execute(counts(facts, of)) if r.customers}  # fmt: skip


def test_counts_and_people_agree_and_the_closest_come_first(ten_customers: str) -> None:
    wide = edges(PERSONAL, {"under_line": 60, "over_line": 500})
    facts = Facts("2026Q3", 1, "bank", "personal")
    found = told(ZHAO, facts, wide)
    for edge in wide:
        people_ = listed(ZHAO, facts, edge)
        assert (len(people_), sum(d for _n, d in people_)) == found.get((edge.tier, edge.side), (0, 0))
        assert [d for _n, d in people_] == sorted(d for _n, d in people_)
    # B, of the vip tier, has 40 of 50 万; J and C have 30 万 each and may rise; A stands 1 万 above the potential line.
    assert listed(ZHAO, facts, wide[5]) == [("白乙", 10_000_000)]
    assert [name for name, _d in listed(ZHAO, facts, wide[3])] == ["江癸", "陈丙"]
    assert listed(ZHAO, facts, wide[7])[0] == ("安甲", 1_000_000)


def test_firms_are_measured_by_their_deposits(ten_customers: str) -> None:
    of = edges(CORPORATE, {"under_line": 10, "over_line": 30})
    facts = Facts("2026Q3", 1, "bank", "corporate")
    assert told(ZHAO, facts, of) == {("growth", "above"): (1, 20_000_000)}  # G: 120 of 100 万
    assert listed(ZHAO, facts, of[7]) == [("高庚公司", 20_000_000)]


def test_nobody_sees_those_beyond_the_own_reach(ten_customers: str) -> None:
    wide, facts = edges(PERSONAL, {"under_line": 60, "over_line": 500}), Facts("2026Q3", 1, "bank", "personal")
    everybody = {name for edge in wide for name, _d in listed(ZHAO, facts, edge)}
    mine = {name for edge in wide for name, _d in listed(MA, facts, edge)}
    theirs = {name for edge in wide for name, _d in listed(NI, facts, edge)}
    assert mine and theirs and mine | theirs == everybody and not mine & theirs
    assert {name for edge in wide for name, _d in listed(WANG, facts, edge)} == mine
    south = Facts("2026Q3", 1, "branch", "personal", branch_id=SOUTH)
    assert not any(listed(WANG, south, edge) for edge in wide) and told(WANG, south, wide) == {}
    assert NORTH and told(HE, facts, wide) == {}


def test_the_proposed_come_by_score(ten_customers: str) -> None:
    login, role, branch = STAFF[ZHAO]
    with open_session(scope_of(ZHAO, login, login, role, branch), "test") as session:
        rows = session.execute(proposed(Facts("2026Q3", 1, "bank", "personal"))).all()
    scores = [row.score for row in rows]
    assert scores == sorted(scores, reverse=True) and all(score >= 60 for score in scores)
