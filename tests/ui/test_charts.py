"""Every chart draws from plain lists, says its finding, and can be heard."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from lib.ui import theme
from tests.cast import SmallBank
from tests.screen import script

QUARTERS = ["2026Q1", "2026Q2", "2026Q3"]
CALLS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "bars": ([QUARTERS, [1, None, 3]], {"target": 2, "tones": {"2026Q3": "risk"}, "faint": ["2026Q1"]}),
    "stacked_bars": ([QUARTERS, {"甲": [1, 0, 3], "乙": [2, 0, None]}], {"share": True, "select": True}),
    "lines": ([QUARTERS, {"甲": [1, 2, None], "乙": [3, 2, 1]}], {"band": (1, 2), "target": 2, "open_last": True}),
    "area": ([QUARTERS, {"甲": [1, 2, 3], "乙": [3, None, 1]}], {}),
    "waterfall": ([QUARTERS, [5, -2, 3]], {"totals": ["2026Q1", "2026Q3"]}),
    "sankey": ([["甲", "乙"], ["甲", "走"], {(0, 0): 1, (1, 1): 2, (1, 0): 0}], {}),
    "heat": ([QUARTERS, ["甲", "乙"], [[1, 2, None], [0, 5, 6]]], {}),
}


def _draw(name: str, given: list, options: dict) -> None:
    from lib.ui import charts
    from lib.words import use_locale

    use_locale("zh_CN")
    getattr(charts, name)("第三季度 *最多*", *given, key="chart", **options)


def drawn(name: str, given: list[Any] | None = None, **options: Any) -> tuple[Any, dict[str, Any]]:
    lists, usual = CALLS[name]
    at = script(_draw, "crm.zhao", name=name, given=lists if given is None else given, options=usual | options)
    assert not at.exception
    proto = at.get("plotly_chart")[0].proto
    spec = json.loads(proto.spec)
    go.Figure(spec)  # drawn unchecked for speed: here plotly itself refuses what it does not know
    return at, spec | {"alt": proto.alt}


@pytest.mark.parametrize("name", CALLS)
def test_it_says_its_finding_and_can_be_heard(sqlite_bank: SmallBank, name: str) -> None:
    at, spec = drawn(name)
    assert at.markdown[0].value == "**第三季度 \\*最多\\***"
    assert spec["alt"].startswith("第三季度 *最多*。")
    assert "title" not in spec["layout"]


@pytest.mark.parametrize("name", CALLS)
def test_it_survives_having_nothing_to_draw(sqlite_bank: SmallBank, name: str) -> None:
    lists, usual = CALLS[name]
    drawn(name, [{} if isinstance(given, dict) else [] for given in lists], **dict.fromkeys(usual.keys() & {"tones"}))


@pytest.mark.parametrize("name", CALLS)
def test_no_colour_is_written_out(sqlite_bank: SmallBank, name: str) -> None:
    text = json.dumps(drawn(name)[1]["data"])
    for code in [part[:7] for part in text.split('"')[1::2] if part.startswith("#")]:
        assert code.startswith("#0000"), code


def test_only_what_is_said_to_be_risk_is_red(sqlite_bank: SmallBank) -> None:
    _at, spec = drawn("bars")
    assert spec["data"][0]["marker"]["color"] == [theme.MAIN, theme.MAIN, theme.RISK]
    assert spec["data"][0]["marker"]["opacity"] == [0.35, 1.0, 1.0]


def test_shares_add_up_to_one_and_nothing_stays_nothing(sqlite_bank: SmallBank) -> None:
    _at, spec = drawn("stacked_bars")
    first, second = (trace["y"] for trace in spec["data"])
    assert first[0] + second[0] == pytest.approx(1) and first[1] is None and first[2] == 1


def test_a_running_period_is_hollow(sqlite_bank: SmallBank) -> None:
    _at, spec = drawn("lines")
    assert spec["data"][0]["marker"]["color"][-1] == theme.HOLLOW


def test_line_ends_do_not_meet(sqlite_bank: SmallBank) -> None:
    _at, spec = drawn("lines", [QUARTERS, {"甲": [1, 2, 3.0], "乙": [3, 2, 2.9]}])
    ends = [note for note in spec["layout"]["annotations"] if note["text"].startswith(("甲", "乙"))]
    assert {note["text"][0]: note["yshift"] > 0 for note in ends} == {"甲": True, "乙": False}


def _timeline() -> None:
    from datetime import UTC, datetime

    from lib.ui.charts import Event, timeline

    moment = datetime(2026, 9, 30, 17, tzinfo=UTC)
    timeline("一", [Event(moment, "投诉", "<b>*x*</b>", "risk")], key="t", lanes=["联系", "投诉"])


def test_a_timeline_is_shanghai_s(sqlite_bank: SmallBank) -> None:
    spec = json.loads(script(_timeline, "crm.zhao").get("plotly_chart")[0].proto.spec)
    assert spec["data"][0]["x"][0].startswith("2026-10-01T01:00")
    assert spec["layout"]["yaxis"]["categoryarray"] == ["联系", "投诉"]
