"""What a movement between tiers is called, where it stands in the matrix, and how far two tags go together."""

from __future__ import annotations

import pytest

from lib.tiers.read import NONE
from lib.ui.sankey import _places
from lib.ui.tiers.data import Part
from lib.ui.tiers.steps import STEPS, step_code, steps_of
from lib.ui.tiers.tags import lift

CODES = ("private", "vip", "potential", "mass")


@pytest.mark.parametrize(
    ("before", "was_watch", "tier", "watch", "code"),
    [
        (NONE, False, "mass", False, "entered"),
        (NONE, False, "vip", True, "entered"),
        ("mass", False, NONE, False, "left"),
        ("vip", True, NONE, False, "left"),
        ("mass", False, "vip", False, "upgraded"),
        ("potential", True, "vip", False, "upgraded"),
        ("vip", False, "potential", False, "downgraded"),
        ("vip", True, "potential", True, "downgraded"),
        ("vip", False, "vip", False, "kept"),
        ("vip", True, "vip", True, "kept"),
        ("vip", False, "vip", True, "watch"),
        ("vip", True, "vip", False, "recovered"),
        ("gold", False, "vip", False, "upgraded"),  # a tier the scheme knows no more
    ],
)
def test_a_step_has_one_name(before: str, was_watch: bool, tier: str, watch: bool, code: str) -> None:
    assert step_code(CODES, before, was_watch, tier, watch) == code and code in STEPS


def test_who_was_or_is_on_watch_stands_in_a_row_and_column_of_its_own() -> None:
    fell, stays = steps_of(
        CODES, [Part("vip", "potential", 2, 5, was_watch=True), Part("vip", "vip", 1, 3, watch=True)]
    )
    assert (fell.row, fell.column, fell.address) == ("watch", "potential", "move:vip.watch:potential.off")
    assert (stays.row, stays.column, stays.address) == ("vip", "watch", "move:vip.off:vip.watch")
    assert [fell.customers, stays.customers] == [2, 1]


@pytest.mark.parametrize(
    ("both", "one", "other", "everyone", "expected"),
    [(10, 100, 100, 1000, 1.0), (20, 100, 100, 1000, 2.0), (0, 100, 50, 1000, 0.0), (1, 3, 1, 3, 1.0),
     (0, 0, 5, 10, None), (0, 5, 0, 10, None)],
)  # fmt: skip
def test_lift_is_against_chance(both: int, one: int, other: int, everyone: int, expected: float | None) -> None:
    assert lift(both, one, other, everyone) == expected


def test_the_bars_of_a_flow_keep_the_order_given_and_do_not_overlap() -> None:
    across, down = _places([0, 1, 2, 3], 2, {(0, 0): 5, (1, 0): 1, (1, 1): 4})
    assert across == [0.001, 0.001, 0.999, 0.999]
    assert down[0] < down[1] and down[2] < down[3] and all(0 < one < 1 for one in down)
