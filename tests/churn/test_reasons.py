"""Reasons in words: the strongest three on either side, each with its numbers, none on both."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.churn import rules
from lib.churn.reasons import House, reasons_against, reasons_for
from lib.rulebook import Rulebook, shipped_rows
from lib.words import use_locale

CARD = rules.card(Rulebook(shipped_rows()), "CNY", date(2026, 9, 30))
HOUSE = House("CNY", 90, rules.Passed())
FIGURES: dict[str, Any] = {
    "initiated_count": 3, "past_quarters": 4, "past_initiated": 48, "aum_fen": 30_000_000, "peak_aum_fen": 100_000_000,
    "ending_fen": 12_000_000,
}  # fmt: skip
FACTS: dict[str, int | None] = {
    "activity_percent": 25, "aum_percent": 30, "quiet_quarters": 0, "ending_percent": 40, "complaints_open": 1,
    "complaints_bad": 0, "contact_days": 12, "years": 8,
}  # fmt: skip


def sides(house: House = HOUSE, **changed: int | None) -> tuple[list[str], list[str]]:
    shares = CARD.shares({**FACTS, **changed})
    told = (reasons_for(shares, FIGURES, house), reasons_against(shares, FIGURES, house))
    return [one.sentence for one in told[0]], [one.sentence for one in told[1]]


def test_the_strongest_first_with_their_numbers() -> None:
    speaks_for, against = sides()
    assert speaks_for == [
        "AUM 30 万元，为过去 4 季最高 100 万元 的 30%",
        "近一季主动交易 3 笔，过去 4 季季均 12.0 笔",
        "90 天内到期 12 万元，占 AUM 的 40%",
    ]
    assert against == ["本季有主动交易 3 笔", "距上次联系上 12 天", "近一年没有处理不满意的投诉"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"quiet_quarters": 3}, "已连续 3 季没有主动交易"),
        ({"contact_days": 400, "aum_percent": 100, "activity_percent": 100}, "距上次联系上 400 天"),
        ({"contact_days": None, "aum_percent": 100, "activity_percent": 100}, "没有联系上的记录"),
        ({"complaints_bad": 2, "ending_percent": 0}, "近一年有 2 件投诉处理后仍不满意或重新处理"),
        ({"years": 0, "aum_percent": 100, "ending_percent": 0}, "往来不满 1 年"),
    ],
)
def test_each_fact_says_why(changed: dict[str, int | None], sentence: str) -> None:
    assert sentence in sides(**changed)[0]


def test_nothing_unknown_speaks_against() -> None:
    against = sides(activity_percent=None, aum_percent=None, contact_days=None)[1]
    assert not any("没有可比" in one or "没有联系" in one for one in against)


def test_a_running_quarter_says_its_days() -> None:
    assert "本季 60 天主动交易 3 笔，过去 4 季季均 12.0 笔" in sides(House("CNY", 90, rules.Passed(60, 92)))[0]


def test_in_english() -> None:
    with use_locale("en"):
        assert sides()[0][1] == "3 own transactions in the quarter, against 12.0 a quarter in the past 4"


@given(st.fixed_dictionaries({fact: st.one_of(st.none(), st.integers(0, 400)) for fact in rules.FACTS}))
def test_three_at_most_and_none_on_both_sides(facts: dict[str, int | None]) -> None:
    shares = CARD.shares({**facts, "quiet_quarters": facts["quiet_quarters"] or 0})
    speaks_for, against = reasons_for(shares, FIGURES, HOUSE), reasons_against(shares, FIGURES, HOUSE)
    assert len(speaks_for) <= 3 and len(against) <= 3
    assert not {one.fact for one in speaks_for} & {one.fact for one in against}
    assert [one.adds for one in speaks_for] == sorted((one.adds for one in speaks_for), reverse=True)
