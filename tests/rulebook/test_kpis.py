"""The KPI catalogue: what a KPI is made of and how its figure comes about."""

from datetime import date

from lib.rulebook import Rulebook, shipped_rows
from lib.words import codes

TODAY = date(2026, 11, 22)
KPIS = {kpi.key: kpi for kpi in Rulebook(shipped_rows()).kpis(TODAY)}


def test_a_share_is_numerator_by_denominator() -> None:
    assert KPIS["csat"].measures == ("survey_satisfied", "survey_answers")
    assert KPIS["csat"].value(17, 0, 20) == 0.85


def test_nothing_to_divide_by_is_no_figure() -> None:
    assert KPIS["csat"].value(0, 0, 0) is None


def test_a_count_stands_alone() -> None:
    assert KPIS["customers"].value(5000, 0, 0) == 5000


def test_the_net_promoter_score_takes_detractors_away() -> None:
    assert KPIS["nps"].value(50, 20, 100) == 30


def test_value_growth_is_change_by_opening() -> None:
    assert KPIS["value_growth"].value(110, 100, 100) == 0.1


def test_density_is_per_ten_million_customers_and_per_thousand_branches() -> None:
    assert KPIS["complaint_density_customers"].value(3, 0, 1_000_000) == 30
    assert KPIS["complaint_density_branches"].value(4, 0, 8) == 500
    assert KPIS["complaint_density_branches"].by == ("bank", "branch")


def test_every_kpi_is_complete() -> None:
    book = Rulebook(shipped_rows())
    for kpi in KPIS.values():
        assert kpi.owner in codes("role")
        assert not kpi.small_n or book.value(kpi.small_n, TODAY) == 10
        assert (kpi.unit in ("percent", "ratio", "score")) == bool(kpi.denominator)
