"""A surge is told where it is and only there: windows, the part of the week, false alarms, scopes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scipy.stats import binom

from lib.complaints.surge import Surge, surges, week_began
from lib.store.bulk import bulk
from lib.store.models import Case
from lib.store.session import open_session
from lib.words import use_locale
from tests.cast import LIN, NORTH, OWN, SOUTH, SmallBank, scope

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)  # a Wednesday noon
MONDAY = datetime(2026, 11, 15, 16, tzinfo=UTC)  # Monday 00:00 in Shanghai
WEEK = timedelta(days=7)
RULE = {"weeks": 12, "level": 0.01, "at_least": 5}
BOTH = ("business", "branch")


def received(count: int, at: datetime, **values: Any) -> list[Case]:
    """So many complaints that came in at that moment."""
    given = {"kind": "complaint", "business": "online_banking", "branch_id": NORTH, "customer_id": OWN, **values}
    return [
        Case(customer_kind="personal", channel="hotline", reason="fees", state="accepted", number="Q1",
             received_at=at, **given)
        for _one in range(count)
    ]  # fmt: skip


def written(*groups: list[Case]) -> None:
    """The bank has these complaints and no others."""
    with bulk("surge") as session:
        session.query(Case).delete()
        for at, case in enumerate((one for group in groups for one in group), start=1):
            case.id = at
            session.add(case)


def calm(**values: Any) -> list[Case]:
    """Two a week on Tuesdays, for thirteen weeks before this one."""
    return [one for week in range(1, 14) for one in received(2, MONDAY + timedelta(hours=30) - week * WEEK, **values)]


def fridays() -> list[Case]:
    """Nine a week on Fridays, for thirteen weeks before this one."""
    return [one for week in range(1, 14) for one in received(9, MONDAY + timedelta(days=4) - week * WEEK)]


def found(login: str = "crm.zhao", by: tuple[str, ...] = BOTH, **rule: float) -> list[Surge]:
    with open_session(scope(login), "complaints") as session:
        return surges(session, NOW, {**RULE, **rule}, by)


def told(login: str = "crm.zhao", by: tuple[str, ...] = BOTH, **rule: float) -> set[tuple[str, str]]:
    return {(one.by, one.key) for one in found(login, by, **rule)}


def test_a_week_begins_on_monday_in_shanghai() -> None:
    assert week_began(NOW) == week_began(MONDAY) == MONDAY
    assert week_began(MONDAY - timedelta(seconds=1)) == MONDAY - WEEK


def test_a_surge_with_its_figures(bank: SmallBank) -> None:
    written(calm(), calm(business="fund", branch_id=SOUTH), received(14, NOW - timedelta(hours=1)))
    (one,) = [one for one in found() if one.by == "business"]
    assert (one.key, one.count, one.expected) == ("online_banking", 14, 2.0)
    assert one.p == pytest.approx(binom.sf(13, 14 + 24, 1 / 13))
    assert one.p < one.q <= 5 * one.p  # five comparisons: all, two businesses, two branches
    assert told() == {("all", ""), ("business", "online_banking"), ("branch", str(NORTH))}


def test_the_same_week_as_ever_is_no_surge(sqlite_bank: SmallBank) -> None:
    written(calm(), received(2, NOW - timedelta(hours=1)))
    assert found() == []


@pytest.mark.parametrize(("count", "surge"), [(4, False), (5, True)])
def test_it_takes_some_number(sqlite_bank: SmallBank, count: int, surge: bool) -> None:
    written(calm(business="fund"), received(count, NOW - timedelta(hours=1)))
    assert (("business", "online_banking") in told()) is surge


def test_only_the_same_part_of_the_weeks_before_counts(sqlite_bank: SmallBank) -> None:
    """Complaints of former Fridays say nothing about a Wednesday noon; the window of each week ends with now's."""
    written(fridays(), received(6, MONDAY))
    (one,) = [one for one in found() if one.by == "business"]
    assert (one.count, one.expected) == (6, 0.0)
    edge = [received(1, at) for at in (NOW - WEEK, NOW - WEEK - timedelta(seconds=1), MONDAY - timedelta(seconds=1))]
    written(fridays(), *edge, received(6, MONDAY), received(3, NOW))
    (one,) = [one for one in found() if one.by == "business"]
    assert (one.count, round(one.expected * 12)) == (6, 1)


def test_weeks_before_the_first_record_are_no_quiet_weeks(sqlite_bank: SmallBank) -> None:
    young = [one for week in (1, 2) for one in received(4, MONDAY + timedelta(hours=3) - week * WEEK)]
    written(young, received(1, MONDAY - 2 * WEEK), received(9, MONDAY))
    assert found() == []  # 9 after 4 and 5 is nothing; over twelve weeks, ten of them empty, it would be a surge
    written(received(9, MONDAY))
    assert found() == []


def test_one_hot_business_among_many_is_told_and_no_other(sqlite_bank: SmallBank) -> None:
    quiet = [calm(business=f"b{one}") for one in range(12)]
    now = [received(2, MONDAY, business=f"b{one}") for one in range(12)]
    written(*quiet, *now, received(20, MONDAY, business="b3", branch_id=SOUTH))
    assert ("business", "b3") in told() and ("branch", str(SOUTH)) in told()
    assert not {key for by, key in told() if by == "business"} - {"b3"}


def test_suggestions_are_no_complaints(sqlite_bank: SmallBank) -> None:
    written(calm(), received(14, MONDAY, kind="suggestion"))
    assert found() == []


def test_a_head_is_warned_of_the_branch_and_an_officer_of_the_bank(bank: SmallBank) -> None:
    written(
        calm(), calm(business="fund", branch_id=SOUTH), received(14, MONDAY, branch_id=SOUTH, handler_id=LIN),
        received(2, MONDAY),
    )  # fmt: skip
    assert told("head.wang", ("business",)) == set()
    assert ("business", "online_banking") in told("head.zhu", ("business",))
    assert told("care.chen") == told("crm.zhao")  # though a colleague holds them all


def test_a_complaint_of_nobody_s_branch_counts_for_the_one_it_is_about(sqlite_bank: SmallBank) -> None:
    written(calm(), received(14, MONDAY, branch_id=None, about_branch_id=SOUTH), received(1, MONDAY, branch_id=None))
    assert ("branch", str(SOUTH)) in told()


def test_the_sentence() -> None:
    said = Surge("business", "x", 14, 3.17, 0.00031, 0.001).sentence("网上银行")
    assert said == "网上银行：本周 14 件，以往同期平均 3.2 件；偶然达到此数的概率 0.0003"
    with use_locale("en"):
        assert Surge("all", "", 40, 1.0, 1e-12, 1e-11).sentence("All complaints") == (
            "All complaints: 40 this week, 1.0 on average at this point of former weeks; chance of as many < 0.0001"
        )
