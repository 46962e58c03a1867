"""The sentences: made from the figures, in either language, and nothing said that is not counted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lib.kpi import KpiRow
from lib.kpi.decomposition import Decomposition, Effect
from lib.kpi.findings import because, behind, distance, headline, leading, longest, sentence, short, since, versus
from lib.kpi.rounding import Shown
from lib.kpi.streaks import Misses, Run
from lib.kpi.wording import Grain, grain
from lib.rulebook import Kpi, Rulebook, shipped_rows
from lib.store.quarter import Quarter
from lib.words import use_locale

BOOK, ON = Rulebook(shipped_rows()), Quarter.parse("2026Q3").end
NAMES = ("城北支行", "城南支行", "城东支行")


def kpi(key: str) -> Kpi:
    return BOOK.kpi(key, ON)


def row(value: float, target: float | None, met: bool | None) -> KpiRow:
    return KpiRow("k", "2026Q3", "", 21, 0, 1000, value, target, 1000, False, 1, True, False, met)


def points() -> Grain:
    return grain(kpi("churn_rate"), 1, "CNY")


CHURN = {
    "zh_CN": (
        "客户流失率 2.1%，较上季 +0.4 个百分点", "目标 ≤ 1.5%，未达标",
        "其中城北支行 +0.3 个百分点、城东支行 +0.2 个百分点", "城南支行 -0.1 个百分点，方向相反",
        "各组自身的变化 +0.5 个百分点，构成的变化 -0.1 个百分点", "连续 3 季未达标，自 2026 年一季度起",
        "与目标相差 +0.6 个百分点，其中城北支行 +0.7 个百分点",
    ),
    "en": (
        "Churn rate 2.1%, +0.4 pp on last quarter", "Target ≤ 1.5%, missed",
        "of which 城北支行 +0.3 pp, 城东支行 +0.2 pp", "against it 城南支行 -0.1 pp",
        "groups themselves +0.5 pp, mix -0.1 pp", "Missed 3 quarters in a row, since Q1 2026",
        "+0.6 pp from the target, of which 城北支行 +0.7 pp",
    ),
}  # fmt: skip


@pytest.mark.parametrize("locale", CHURN)
def test_a_missed_target_in_words(locale: str) -> None:
    shown = Shown(4, (3, 0, 2), (0, -1, 0))
    effects = tuple(Effect(name, None, None, *[Fraction(0)] * 4) for name in NAMES)
    exact = Decomposition(Fraction(17, 1000), Fraction(21, 1000), effects, True)
    with use_locale(locale):
        step = points()
        said = (
            headline(kpi("churn_rate"), row(0.021, 0.015, False), versus("last", ""), step.text(4), "CNY"),
            distance(kpi("churn_rate"), row(0.021, 0.015, False), "CNY"),
            leading(shown, NAMES, step), behind(shown, NAMES, step), because(shown, exact, step),
            since(Misses(Run("2026Q1", "2026Q3", 3, False), None)), short(6, (7, -1), NAMES[:2], step),
        )  # fmt: skip
    assert said == CHURN[locale]


@pytest.mark.parametrize(
    ("shown", "names", "expected"),
    [
        (Shown(0, (0, 0), (0, 0)), NAMES[:2], ""),  # nothing moved: nothing to say
        (Shown(3, (3,), (0,)), NAMES[:1], ""),  # one group is the whole
        (Shown(-3, (-1, -2), (0, 0)), NAMES[:2], "其中城南支行 -0.2 个百分点、城北支行 -0.1 个百分点"),
        (Shown(0, (3, -3), (0, 0)), NAMES[:2], "其中城北支行 +0.3 个百分点、城南支行 -0.3 个百分点相互抵消"),
        (Shown(6, (3, 2, 1), (0, 0, 0)), NAMES, "其中城北支行 +0.3 个百分点、城南支行 +0.2 个百分点"),  # two are named
        (Shown(2, (0, 2, 0), (0, 0, 0)), NAMES, "其中城南支行 +0.2 个百分点"),
    ],
)
def test_who_is_named(shown: Shown, names: tuple[str, ...], expected: str) -> None:
    assert leading(shown, names, points()) == expected


def test_nobody_went_the_other_way() -> None:
    assert behind(Shown(3, (2, 1), (0, 0)), NAMES[:2], points()) == ""
    assert behind(Shown(0, (2, -2), (0, 0)), NAMES[:2], points()) == ""


def test_a_count_has_no_mix() -> None:
    effects = tuple(Effect(name, None, None, *[Fraction(0)] * 4) for name in NAMES)
    assert (
        because(Shown(3, (3, 0, 0), (0, 0, 0)), Decomposition(Fraction(0), Fraction(3), effects, False), points()) == ""
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Misses(None, None), ""),
        (Misses(None, Run("2025Q1", "2025Q3", 3, True)), ""),
        (Misses(Run("2026Q3", "2026Q3", 1, False), None), "本季未达标"),
        (Misses(Run("2026Q3", "2026Q3", 1, True), None), "本季未达标，此前没有可比的季度"),
        (Misses(Run("2026Q1", "2026Q3", 3, True), None), "连续 3 季未达标，至少自 2026 年一季度起"),
    ],
)
def test_since_when(found: Misses, expected: str) -> None:
    assert since(found) == expected


def test_the_longest_run_is_told_where_it_is_another() -> None:
    run, old = Run("2026Q2", "2026Q3", 2, False), Run("2024Q4", "2025Q2", 3, True)
    assert longest(Misses(run, run)) == ""
    assert longest(Misses(None, Run("2025Q1", "2025Q1", 1, False))) == ""
    assert longest(Misses(run, old)) == "最长连续 3 季未达标（2024 年四季度 – 2025 年二季度）"


def test_without_a_target_nothing_is_missed() -> None:
    assert distance(kpi("customers"), row(10, None, None), "CNY") == ""
    assert short(0, (), (), points()) == ""
    assert short(-2, (-2,), NAMES[:1], points()) == "与目标相差 -0.2 个百分点"
    assert sentence("", "甲", "", "乙") == "甲；乙"


@pytest.mark.parametrize(
    ("mode", "quarter", "expected"),
    [("last", "2026Q2", "较上季 {change}"), ("year", "2025Q3", "同比 {change}"),
     ("any", "2025Q1", "较2025 年一季度 {change}")],
)  # fmt: skip
def test_against_what(mode: str, quarter: str, expected: str) -> None:
    assert versus(mode, quarter) == expected


@pytest.mark.parametrize(
    ("key", "peak", "steps", "locale", "expected"),
    [
        ("churn_rate", 1, 4, "zh_CN", "+0.4 个百分点"), ("churn_rate", 1, 0, "zh_CN", "0.0 个百分点"),
        ("nps", 20, -125, "zh_CN", "-12.5"), ("products_per_customer", 2, 3, "zh_CN", "+0.03"),
        ("complaint_density_customers", 238_612, -301_345, "zh_CN", "-301,345"), ("contacts", 233, -8, "zh_CN", "-8"),
        ("new_business", 9_394_40_0000, 723_370, "zh_CN", "+7,233.70 万元"),
        ("new_business", 2 * 10**10, -150, "zh_CN", "-1.50 亿元"), ("new_business", 30_000, 12, "zh_CN", "+12 元"),
        ("new_business", 9_394_40_0000, 7_234, "en", "CNY +72.34M"), ("churn_rate", 1, -4, "en", "-0.4 pp"),
    ],
)  # fmt: skip
def test_steps_are_told_in_the_unit_of_the_figure(key: str, peak: int, steps: int, locale: str, expected: str) -> None:
    with use_locale(locale):
        assert grain(kpi(key), peak, "CNY").text(steps) == expected


def test_another_currency_is_named() -> None:
    assert grain(kpi("new_business"), 10**8, "CZK").text(150) == "+1.50 万 CZK"
    assert grain(kpi("new_business"), 10**4, "JPY").step == 100  # yen has no smaller part, so that 万 is 10 000 of it
