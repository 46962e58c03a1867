"""Colours by meaning; the values themselves, light and dark, stand in .streamlit/config.toml."""

from pathlib import Path
from typing import Final

import streamlit as st

# Streamlit's browser code replaces these ten codes by `theme.chartCategoricalColors` of the theme in
# use, so that a chart follows light and dark without another run of the script.
CATEGORIES: Final = (
    "#000001", "#000002", "#000003", "#000004", "#000005", "#000006", "#000007", "#000008",
)  # fmt: skip
MAIN: Final = CATEGORIES[0]
WATCH: Final = CATEGORIES[1]
GOOD: Final = CATEGORIES[2]
CONTEXT: Final = "#000009"
RISK: Final = "#000010"
SEQUENTIAL: Final = tuple((step / 9, f"#0000{11 + step}") for step in range(10))
TEXT: Final = "#000036"
GRID: Final = "#000039"

HOLLOW: Final = "#000038"

# A tone is what a colour says. Charts take the code, badges and figures take Streamlit's name for it.
TONE_COLOURS: Final = {"main": MAIN, "good": GOOD, "watch": WATCH, "risk": RISK, "context": CONTEXT}
TONE_NAMES: Final = {"main": "blue", "good": "green", "watch": "orange", "risk": "red", "context": "gray"}

_STYLE = Path(__file__).with_name("look.css")


def colours(count: int) -> list[str]:
    """Colours for `count` categories, never red; from the ninth on, the quiet grey."""
    return [CATEGORIES[i] if i < len(CATEGORIES) else CONTEXT for i in range(count)]


def apply_style() -> None:
    """Tabular figures and the small corrections the theme settings have no name for."""
    st.html(_STYLE)
