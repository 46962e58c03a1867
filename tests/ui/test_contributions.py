"""Contributions: steps that end at the total, in the colours of better and worse."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from lib.ui import theme
from tests.cast import SmallBank
from tests.screen import script


def _draw(parts: list, total: tuple, good: str) -> None:
    from lib.ui import contributions
    from lib.words import use_locale

    use_locale("zh_CN")
    contributions.steps("流失率 +0.4", parts, total, key="chart", good=good)


def drawn(parts: list[tuple[str, float, str]], total: tuple[str, float, str], good: str = "up") -> dict[str, Any]:
    at = script(_draw, "crm.zhao", parts=parts, total=total, good=good)
    assert not at.exception
    proto = at.get("plotly_chart")[0].proto
    spec = json.loads(proto.spec)
    go.Figure(spec)
    return spec | {"alt": proto.alt}


PARTS = [("城北支行", 0.5, "+0.5"), ("城南支行", -0.1, "-0.1")]


def test_every_step_begins_where_the_last_ended(sqlite_bank: SmallBank) -> None:
    spec = drawn(PARTS, ("合计", 0.4, "+0.4"))
    (bars,) = spec["data"]
    assert bars["measure"] == ["relative", "relative", "total"] and bars["x"] == [0.5, -0.1, 0.4]
    low, high = spec["layout"]["xaxis"]["range"]
    assert low < 0 and high > 0.5  # room for the figures at the ends
    assert spec["alt"] == "流失率 +0.4。城北支行 +0.5；城南支行 -0.1；合计 +0.4"


@pytest.mark.parametrize(("good", "up", "down"), [("up", theme.GOOD, theme.WATCH), ("down", theme.WATCH, theme.GOOD)])
def test_the_colour_says_better_or_worse(sqlite_bank: SmallBank, good: str, up: str, down: str) -> None:
    (bars,) = drawn(PARTS, ("合计", 0.4, "+0.4"), good)["data"]
    assert (bars["increasing"]["marker"]["color"], bars["decreasing"]["marker"]["color"]) == (up, down)


def test_two_of_one_name_are_two_lines(sqlite_bank: SmallBank) -> None:
    (bars,) = drawn([("王芳", 1, "+1"), ("王芳", 2, "+2")], ("合计", 3, "+3"))["data"]
    assert bars["y"] == ["王芳", "王芳 2", "合计"]


def test_nothing_to_draw_is_no_error(sqlite_bank: SmallBank) -> None:
    drawn([], ("合计", 0, "0"))
