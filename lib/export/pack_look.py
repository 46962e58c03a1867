"""How the pack looks: the page's own colours, fonts for Chinese, sizes, and the formats of numbers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from babel.numbers import get_currency_precision
from pptx.dml.color import RGBColor

from lib.meeting.parts import Column
from lib.settings import ROOT
from lib.words import current_locale

# Every Windows and every WPS has it; LibreOffice puts Noto Sans CJK SC in its place.
FONT = "Microsoft YaHei"
SECOND_FONT = "Noto Sans CJK SC"
HEADING, LEAD, BODY, SMALL, TINY = 24, 16, 14, 11, 9  # points
STATES = {"good": "greenColor", "bad": "redColor", "grey": "grayColor"}
_STEPS = {
    "zh_CN": ((10**8, "亿"), (10**4, "万")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K")),
}


@dataclass(frozen=True)
class Amounts:
    """In what unit a chart's amounts are written: minor units in one of it, and its name."""

    size: int
    unit: str


@lru_cache(maxsize=1)
def _theme() -> dict[str, str | list[str]]:
    """The light theme as the page has it: paper is light."""
    said = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    found: dict[str, str | list[str]] = said["theme"]["light"]
    return found


def colour(name: str) -> str:
    """A colour of the theme by its name there, as six hex digits."""
    return str(_theme()[name]).lstrip("#").upper()


def rgb(name: str) -> RGBColor:
    """The same as slides take it."""
    return RGBColor.from_string(colour(name))


def of_series(count: int) -> list[RGBColor]:
    """Colours of the series of a chart in the page's order; the quiet grey from the ninth on, never red."""
    known = [str(one).lstrip("#").upper() for one in _theme()["chartCategoricalColors"]]
    return [RGBColor.from_string(known[min(place, 8)]) for place in range(count)]


def quiet() -> RGBColor:
    """The grey of everything that is context, such as a target."""
    return rgb("grayColor")


def number_format(column: Column) -> str:
    """The format a spreadsheet or a native chart tells these numbers by."""
    digits = column.digits or (1 if column.kind == "share" else 0)  # as lib.meeting.telling has it
    places = "." + "0" * digits if digits else ""
    form = {"share": f"0{places}%", "integer": "#,##0", "number": f"#,##0{places}", "money": "#,##0.00"}.get(
        column.kind, "General"
    )
    return f"+{form};-{form};{form}" if column.signed else form


def amounts(peak: float, currency: str) -> Amounts:
    """The unit in which the amounts of one chart are short enough to read, the largest of them given."""
    minor, chinese = 10 ** get_currency_precision(currency), current_locale() == "zh_CN"
    size, said = next(((size, said) for size, said in _STEPS[current_locale()] if peak >= size * minor), (1, ""))
    named = "元" if currency == "CNY" else f" {currency}"
    return Amounts(size * minor, f"{said}{named}".strip() if chinese else f"{currency} {said}".strip())
