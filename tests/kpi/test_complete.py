"""Every KPI of the specification (domain §8) is in the catalogue with target, definition and a way to who is behind."""

from __future__ import annotations

from datetime import date

import pytest

from lib.kpi.people import list_kind
from lib.rulebook import Rulebook, shipped_rows
from lib.words import codes

TODAY = date(2026, 11, 22)
BOOK = Rulebook(shipped_rows())
KPIS = {kpi.key: kpi for kpi in BOOK.kpis(TODAY)}
# line of §8 → the KPIs that tell it; a count by itself has no target that would fit every branch, its share has
LINES: dict[str, tuple[str, ...]] = {
    "satisfaction CSAT": ("csat",),
    "response rate": ("response_rate",),
    "NPS": ("nps",),
    "active rate": ("active_rate",),
    "products per customer": ("products_per_customer",),
    "repeat purchase": ("repeat_purchase",),
    "referral rate": ("referral_rate",),
    "churn rate": ("churn_rate",),
    "reasons for churn": ("churned_known_reason",),
    "AUM churn": ("aum_churn",),
    "value growth": ("value_growth", "value_growth_frozen"),
    "upgrade / downgrade": ("upgrade_rate", "downgrade_rate"),
    "reply on time, resolved on time": ("reply_on_time", "resolved_on_time", "extended_terms"),
    "first-time resolution": ("first_time_resolution",),
    "repeat complaints": ("repeat_complaints",),
    "complaint density": ("complaint_density_branches", "complaint_density_customers"),
    "visit / care completion": ("visit_completion", "care_completion"),
    "new customers": ("new_customer_rate",),
    "new business": ("business_growth",),
    "risk control": ("risk_response", "risk_improved", "risk_worsened"),
    "training completion": ("training_completion", "training_hours"),
    "information refreshed in time": ("information_refreshed",),
}
COUNTS = ("churned_customers", "new_customers", "new_business", "sales_deposit", "sales_wealth", "sales_loan",
          "new_cards", "lost_aum")  # fmt: skip


@pytest.mark.parametrize("key", [key for keys in LINES.values() for key in keys])
def test_a_kpi_of_the_specification_has_a_target(key: str) -> None:
    target = BOOK.target(key, TODAY)
    assert target is not None and target.value > 0


@pytest.mark.parametrize("key", [*(key for keys in LINES.values() for key in keys), *COUNTS])
def test_a_kpi_of_the_specification_is_defined_and_leads_to_who_is_behind(key: str) -> None:
    kpi = KPIS[key]
    assert kpi.formula and kpi.source and kpi.owner in codes("role") and kpi.group in codes("kpi_group")
    assert list_kind(kpi.numerator)
    if kpi.denominator and kpi.denominator != "branches":
        assert list_kind(kpi.denominator)


@pytest.mark.parametrize("key", ["new_business", "sales_deposit", "sales_wealth", "sales_loan"])
def test_sales_are_told_by_category_in_money(key: str) -> None:
    assert KPIS[key].unit == "money"
