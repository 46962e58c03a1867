"""Sales by product category are parts of what was sold: they add up to it, on both engines, wherever one looks."""

from __future__ import annotations

import pytest

from lib.kpi import Scene
from lib.kpi.sales import OTHER, PARTS
from lib.kpi.table import has_products
from lib.store.book import rulebook
from tests.kpi.ten import HE, MA, NI, NORTH, QUARTER, SOUTH, WANG, ZHAO
from tests.kpi.ten import ten_customers as ten_customers
from tests.kpi.ten import ten_made as ten_made
from tests.kpi.test_ten_customers import EXPECTED, table

KEY = "new_business"


def by_product(who: int, scene: Scene | None = None) -> dict[str, int]:
    return {str(group): row.numerator for (_key, group), row in table(who, [KEY], "product", scene).items()}


def test_what_was_sold_by_category(ten_customers: str) -> None:
    """J bought wealth for 300 000, B took a loan of 80 000; a deposit of 5 000 began."""
    assert by_product(ZHAO) == {"deposit": 500_000, "wealth": 30_000_000, "loan": 8_000_000, "other": 0}
    assert sum(by_product(ZHAO).values()) == EXPECTED[KEY][0]


@pytest.mark.parametrize(
    ("who", "scene"),
    [(ZHAO, Scene(branch_id=NORTH)), (ZHAO, Scene(branch_id=SOUTH)), (ZHAO, Scene(kind="personal")), (WANG, None),
     (MA, None), (NI, None), (HE, None)],
)  # fmt: skip
def test_it_adds_up_wherever_one_looks(ten_customers: str, who: int, scene: Scene | None) -> None:
    whole = {group: row.numerator for (_key, group), row in table(who, [KEY], "bank", scene).items()}
    assert sum(by_product(who, scene).values()) == sum(whole.values())


def test_only_what_has_categories_is_divided_by_them(ten_customers: str) -> None:
    assert table(ZHAO, list(EXPECTED), "product").keys() == {(KEY, code) for code in (*PARTS["sales_fen"], OTHER)}
    assert {kpi.key for kpi in rulebook().kpis(QUARTER.end) if has_products(kpi)} == {KEY}
