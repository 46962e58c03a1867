"""Colours by meaning, in both appearances."""

from __future__ import annotations

import tomllib
from itertools import pairwise

import pytest

from lib.settings import ROOT
from lib.ui import theme
from lib.web.protection import plotly_chunk, static_folder

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
APPEARANCES = ("light", "dark")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", APPEARANCES)
def test_ten_chart_colours_because_fewer_are_ignored(name: str) -> None:
    colours = CONFIG["theme"][name]["chartCategoricalColors"]
    assert len(colours) == len(set(colours)) == 10
    assert len(CONFIG["theme"][name]["chartSequentialColors"]) == 10


@pytest.mark.parametrize("name", APPEARANCES)
def test_every_colour_is_seen_on_its_ground(name: str) -> None:
    look = CONFIG["theme"][name]
    ground = look["backgroundColor"]
    for colour in look["chartCategoricalColors"]:
        assert contrast(colour, ground) >= 2.4, colour
    for text in ("textColor", "linkColor", "redColor", "greenColor", "grayColor"):
        assert contrast(look[text], ground) >= 4.3, text
    assert contrast(look["primaryColor"], "#ffffff") >= 3.4


@pytest.mark.parametrize("name", APPEARANCES)
def test_red_stands_in_the_tenth_place_only(name: str) -> None:
    def is_red(colour: str) -> bool:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return red > 1.6 * max(green, blue)

    look = CONFIG["theme"][name]
    assert [is_red(colour) for colour in look["chartCategoricalColors"]] == [False] * 9 + [True]
    assert not is_red(look["primaryColor"])


@pytest.mark.parametrize("name", APPEARANCES)
def test_more_is_further_from_the_ground(name: str) -> None:
    steps = [luminance(colour) for colour in CONFIG["theme"][name]["chartSequentialColors"]]
    assert all((a > b) if name == "light" else (a < b) for a, b in pairwise(steps))


def test_categories_never_take_the_red_of_risk() -> None:
    for count in range(1, 20):
        assert theme.RISK not in theme.colours(count) and len(theme.colours(count)) == count


def test_streamlit_s_browser_code_still_knows_the_codes() -> None:
    source = (static_folder() / plotly_chunk().lstrip("/")).read_text("utf-8")
    for code in (*theme.CATEGORIES, theme.CONTEXT, theme.RISK, theme.TEXT, theme.GRID, theme.HOLLOW):
        assert f"`{code}`" in source, code
    assert all(f"`{code}`" in source for _step, code in theme.SEQUENTIAL)
