"""A trail: its targets, what was missed, the marks; nothing coloured by hand, and it can be heard."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from lib.ui import theme
from lib.ui.figures import Unit
from lib.ui.trails import Trail, reach
from tests.cast import SmallBank
from tests.screen import script

LABELS = ["2026Q1", "2026Q2", "2026Q3"]


def _draw(told: object, small: bool, kind: str) -> None:
    from lib.ui import trails
    from lib.ui.figures import Unit
    from lib.words import use_locale

    use_locale("zh_CN")
    trails.trail("第三季度 *最低*", told, key="chart", unit=Unit(kind), small=small)


def drawn(told: Trail, small: bool = False, kind: str = "percent") -> dict[str, Any]:
    at = script(_draw, "crm.zhao", told=told, small=small, kind=kind)
    assert not at.exception
    proto = at.get("plotly_chart")[0].proto
    spec = json.loads(proto.spec)
    go.Figure(spec)
    return spec | {"alt": proto.alt}


def trail(**more: Any) -> Trail:
    usual: dict[str, Any] = dict(labels=LABELS, values=[0.8, 0.7, 0.9], targets=[0.75, 0.75, 0.85],
                                 missed=[False, True, False])  # fmt: skip
    return Trail(**usual | more)


def test_each_target_stands_over_its_own_quarters(sqlite_bank: SmallBank) -> None:
    shapes = drawn(trail())["layout"]["shapes"]
    lines = [(one["x0"], one["x1"], one["y0"]) for one in shapes if one["type"] == "line"]
    assert lines == [(-0.5, 1.5, 0.75), (1.5, 2.5, 0.85)]


@pytest.mark.parametrize(("good", "edge"), [("up", 1), ("down", 0)])
def test_the_pale_side_is_the_one_wanted(sqlite_bank: SmallBank, good: str, edge: int) -> None:
    layout = drawn(trail(good=good))["layout"]
    boxes = [one["y1"] for one in layout["shapes"] if one["type"] == "rect"]
    assert boxes == [layout["yaxis"]["range"][edge]] * 2


def test_missed_quarters_are_marked_and_a_running_one_is_hollow(sqlite_bank: SmallBank) -> None:
    marker = drawn(trail(open_last=True))["data"][0]["marker"]
    assert marker["line"]["color"] == [theme.MAIN, theme.WATCH, theme.MAIN]
    assert marker["color"] == [theme.MAIN, theme.WATCH, theme.HOLLOW]


def test_marks_of_one_quarter_stand_side_by_side(sqlite_bank: SmallBank) -> None:
    layout = drawn(trail(marks=[("2026Q2", "1"), ("2026Q3", "2"), ("2026Q3", "3")]))["layout"]
    assert [one["text"] for one in layout["annotations"] if one.get("yref") == "paper"] == ["1", "2 3"]
    assert [one["x0"] for one in layout["shapes"] if one.get("yref") == "paper"] == [1, 2]


def test_it_says_its_finding_and_can_be_heard(sqlite_bank: SmallBank) -> None:
    assert drawn(trail())["alt"] == "第三季度 *最低*。2026Q1 80.0%;2026Q2 70.0%;2026Q3 90.0%"


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize(
    "told",
    [
        Trail([], [], [], []),
        Trail(LABELS, [None, None, None], [None] * 3, [False] * 3),
        Trail(LABELS, [None, 0.0, None], [0.5, None, 0.5], [False, True, False], open_last=True),
    ],
)
def test_it_survives_having_little_to_draw(sqlite_bank: SmallBank, told: Trail, small: bool) -> None:
    drawn(told, small)


def test_a_small_one_has_no_words_of_its_own(sqlite_bank: SmallBank) -> None:
    layout = drawn(trail(marks=[("2026Q2", "1")]), small=True)["layout"]
    assert layout["annotations"] == [] and layout["yaxis"]["visible"] is False


@pytest.mark.parametrize(
    ("values", "targets", "kind", "low", "high"),
    [
        ([0.7, 0.9], [0.8], "percent", 0.672, 0.928),
        ([10, 30], [None], "count", 0, 34.2),  # counts stand on zero
        ([-10, 30], [None], "count", -15.6, 35.6),
        ([5, 5], [None], "score", 4.3, 5.7),
        ([None], [None], "percent", 0, 1),
    ],
)
def test_one_axis_for_all(values: list[Any], targets: list[Any], kind: str, low: float, high: float) -> None:
    told = Trail(LABELS, values, targets, [])
    assert reach([told, Trail([], [], [], [])], Unit(kind)) == pytest.approx((low, high))
