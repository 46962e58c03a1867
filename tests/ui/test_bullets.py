"""Bullets: every line on its own scale, the target where it belongs, a click gives the line's key."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from lib.ui import theme
from lib.ui.bullets import Bullet
from tests.cast import SmallBank
from tests.screen import script


def _draw(lines: list) -> None:
    from lib.ui import bullets
    from lib.words import use_locale

    use_locale("zh_CN")
    bullets.bullets("客户：1 项未达标", lines, key="chart", select=True)


def drawn(*lines: Bullet) -> dict[str, Any]:
    at = script(_draw, "crm.zhao", lines=list(lines))
    assert not at.exception
    proto = at.get("plotly_chart")[0].proto
    spec = json.loads(proto.spec)
    go.Figure(spec)
    return spec | {"alt": proto.alt}


@pytest.mark.parametrize(
    ("value", "target", "past", "base", "length", "tick"),
    [
        (0.6, 0.8, None, 0, 0.75, 1),
        (0.8, 0.4, (0.2, 0.6), 0, 1, 0.5),
        (-20, 30, None, 0.4, -0.4, 1),  # a score below nothing goes to the left of it
        (0, None, None, 0, 0, None),
        (5, None, (2, 10), 0, 0.5, None),
    ],
)
def test_where_the_parts_stand(
    sqlite_bank: SmallBank, value: float, target: float | None, past: Any, base: float, length: float, tick: Any
) -> None:
    spec = drawn(Bullet("k", "指标", value, "5", target, "≥ 8", past))
    (bar,) = spec["data"]
    assert (bar["base"][0], bar["x"][0]) == pytest.approx((base, length))
    ticks = [one["x0"] for one in spec["layout"]["shapes"] if one["type"] == "line"]
    assert ticks == ([] if tick is None else [pytest.approx(tick)])
    assert sum(one["type"] == "rect" for one in spec["layout"]["shapes"]) == (past is not None)


def test_names_and_figures_stand_on_every_line(sqlite_bank: SmallBank) -> None:
    spec = drawn(Bullet("a", "活跃率", 0.5, "50.0%", 0.6, "≥ 60.0%", missed=True), Bullet("b", "客户数", 9, "9"))
    assert [one["text"] for one in spec["layout"]["annotations"]] == [
        "活跃率", "<b>50.0%</b>  ≥ 60.0%", "客户数", "<b>9</b>",
    ]  # fmt: skip
    assert spec["data"][0]["marker"]["color"] == [theme.WATCH, theme.MAIN]
    assert [one[0] for one in spec["data"][0]["customdata"]] == ["a", "b"]
    assert spec["alt"] == "客户：1 项未达标。活跃率 50.0% ≥ 60.0%；客户数 9"


def test_nothing_to_draw_is_no_error(sqlite_bank: SmallBank) -> None:
    drawn()
    drawn(Bullet("a", "指标", None, "–"))
