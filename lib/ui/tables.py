"""Tables: one way to show rows, by what a column means."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from babel.numbers import get_currency_precision

from lib import words
from lib.ui import nav, theme
from lib.ui.plain import escaped
from lib.words import _

KINDS = (
    "text", "code", "money", "percent", "integer", "number", "change", "day", "moment", "link", "share", "trend",
    "flag", "badge",
)  # fmt: skip
# Pixels at the base font size of the theme.
_ROW, _HEADER, _MOST_ROWS = 33, 36, 12


@dataclass(frozen=True)
class Column:
    """One column: the field of the row, its title, and what it means (`KINDS`).

    money takes minor units of `currency`; percent and share take parts of one; code takes `family` for
    `lib.words.name`; day takes a date; moment an aware datetime; trend a list of figures; change a signed
    difference to `digits`; badge a text and a tone of `theme.TONE_NAMES` (or None), red for overdue and risk only.
    """

    name: str
    title: str
    kind: str = "text"
    family: str = ""
    currency: str = "CNY"
    help: str | None = None
    width: str | int | None = None
    pinned: bool = False
    digits: int = 1


@dataclass(frozen=True)
class RowLink:
    """Choosing a row leads to `page`; the row's `column` goes into the address as `param`."""

    page: str
    param: str
    column: str


def table(
    rows: pd.DataFrame | Sequence[Any],
    columns: Sequence[Column],
    *,
    key: str,
    link: RowLink | None = None,
    select: bool = False,
    nothing: str = "",
    height: int | None = None,
    alt: str = "",
) -> int | None:
    """Draw rows (mappings, result rows or a frame); gives the chosen row's position, or leaves by `link`.

    The selection belongs to the rows shown: other rows under the same key begin without one.
    """
    frame = _frame(rows, [*columns, *_carried(columns, link)])
    if frame.empty:
        st.caption(escaped(nothing or _("没有记录。")))
        return None
    shown, options = _prepared(frame, columns, height, alt)
    if link is None and not select:
        st.dataframe(shown, key=key, **options)
        return None
    found = _chosen(shown, f"{key}.{_digest(frame[[link.column]] if link else frame)}", "single-row", options)
    chosen = found[0] if found else None
    if chosen is not None and link is not None:
        _leave(link, str(frame[link.column].iloc[chosen]))
    return chosen


def checklist(rows: Sequence[Any], columns: Sequence[Column], *, key: str, by: str, alt: str = "") -> list[int]:
    """Draw rows to be ticked; gives the positions of those that are. `by` is the column that names a row: other rows,
    or the same in another order, begin unticked."""
    frame = _frame(rows, columns)
    shown, options = _prepared(frame, columns, None, alt)
    return _chosen(shown, f"{key}.{_digest(frame[[by]])}", "multi-row", options)


def _prepared(
    frame: pd.DataFrame, columns: Sequence[Column], height: int | None, alt: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """What is drawn, and how."""
    shown = pd.DataFrame({column.name: _shown(frame[column.name], column) for column in columns})
    return shown, {
        "hide_index": True,
        "placeholder": words.NOTHING,
        "column_config": {column.name: _config(column, frame[column.name]) for column in columns},
        "height": height or height_of(min(len(frame), _MOST_ROWS)),
        "alt": alt or _("表格，{n} 行").format(n=words.integer(len(frame))),
    }


def height_of(rows: int) -> int:
    """Pixels in which so many rows stand without scrolling."""
    return _HEADER + _ROW * rows


def _carried(columns: Sequence[Column], link: RowLink | None) -> list[Column]:
    missing = link is not None and link.column not in {column.name for column in columns}
    return [Column(link.column, "")] if link is not None and missing else []


def _frame(rows: pd.DataFrame | Sequence[Any], columns: Sequence[Column]) -> pd.DataFrame:
    if isinstance(rows, pd.DataFrame):
        return rows.reset_index(drop=True)
    names = [column.name for column in columns]
    return pd.DataFrame({name: pd.Series([_field(row, name) for row in rows], dtype=object) for name in names})


def _field(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def _shown(values: pd.Series, column: Column) -> pd.Series:
    if column.kind == "code":
        return values.map(lambda code: words.name(column.family, None if pd.isna(code) else str(code)))
    if column.kind == "money":
        return pd.to_numeric(values) / 10 ** get_currency_precision(column.currency)
    if column.kind in ("percent", "share"):  # shown with one decimal each, so that a column lines up
        return pd.to_numeric(values.astype(object)).astype(float) * 100
    if column.kind in ("number", "change"):
        return pd.to_numeric(values.astype(object)).astype(float)
    if column.kind == "integer":
        return pd.to_numeric(values).astype("Int64")
    if column.kind == "moment":
        return pd.to_datetime(values, utc=True).dt.tz_convert(words.SHANGHAI).dt.tz_localize(None)
    if column.kind in ("trend", "flag"):
        return values
    if column.kind == "badge":
        return values.map(lambda badge: [badge[0]] if badge else [])
    if column.kind == "day":
        return pd.to_datetime(values).dt.date
    return values.map(lambda value: "" if value is None or value is pd.NA or value != value else str(value))


def _config(column: Column, values: pd.Series) -> Any:
    kinds = st.column_config
    common: dict[str, Any] = {"width": column.width, "pinned": column.pinned}
    common["help"] = column.help and escaped(column.help)
    title = column.title
    days = "YYYY-MM-DD" if words.current_locale() == "zh_CN" else "D MMM YYYY"
    match column.kind:
        case "money":
            return kinds.NumberColumn(title, format="localized", step=0.01, **common)
        case "percent":
            return kinds.NumberColumn(title, format="%.1f%%", **common)
        case "integer":
            return kinds.NumberColumn(title, format="localized", step=1, **common)
        case "number":
            return kinds.NumberColumn(title, format="localized", **common)
        case "change":
            return kinds.NumberColumn(title, format=f"%+.{column.digits}f", **common)
        case "share":
            return kinds.ProgressColumn(title, format="%.1f%%", min_value=0, max_value=100, **common)
        case "day":
            return kinds.DateColumn(title, format=days, **common)
        case "moment":
            return kinds.DatetimeColumn(title, format=f"{days} HH:mm", **common)
        case "link":
            return kinds.LinkColumn(title, **common)
        case "trend":
            return kinds.LineChartColumn(title, **common)
        case "flag":
            return kinds.CheckboxColumn(title, **common)
        case "badge":
            tones = dict(badge for badge in values if badge)
            colours = [theme.TONE_NAMES[tone] for tone in tones.values()] or None
            return kinds.MultiselectColumn(title, options=list(tones), color=colours, **common)
    if column.kind not in KINDS:
        raise ValueError(f"unknown kind of column {column.kind!r}")
    return kinds.TextColumn(title, **common)


def _chosen(shown: pd.DataFrame, key: str, mode: Any, options: dict[str, Any]) -> list[int]:
    state: Any = st.dataframe(shown, key=key, on_select="rerun", selection_mode=mode, **options)
    return [int(row) for row in state["selection"]["rows"] if row < len(shown)]


def _digest(frame: pd.DataFrame) -> str:
    """Names which rows are shown: by what they lead to, else by all they say."""
    said = "\x1f".join(str(value) for value in frame.to_numpy().ravel())
    return hashlib.blake2b(said.encode(), digest_size=4).hexdigest()


def _leave(link: RowLink, value: str) -> None:
    page = nav.reachable(link.page)
    if page is not None:
        st.switch_page(page, query_params={link.param: value})
