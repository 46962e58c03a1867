"""The widgets that fit a rule's value: figures with unit, amounts, lists of codes, and TOML for what is deeper."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st
from babel.numbers import get_currency_precision

from lib.rulebook.said import families_of, word_of
from lib.rulebook.written import value_lines
from lib.ui.plain import escaped
from lib.ui.rulebook.score_fields import is_scorecard, score_fields
from lib.words import _, code_names, money, name

#: gives a widget of a form its key
Key = Callable[[str], str]


class FieldProblem(ValueError):
    """What was typed is no value; the message is a sentence."""


def value_fields(key: str, unit: str, value: Any, currency: str, named: Key) -> Any:
    """Draw the widgets of a rule's value and give what stands in them; FieldProblem where that is no value.

    `currency` is that of a KPI's target in money; amounts of other rules name their own.
    """
    families = families_of(key)
    if _is_figure(value):
        label = name("rule_field", "value")
        if key.startswith("target."):
            return _target(label, value, unit, currency, named("value"))
        return _figure(label, value, unit, named("value"))
    if is_scorecard(value):
        return score_fields(key, value, named)
    if isinstance(value, Mapping) and _has_lines(value):
        with st.grid("auto", min_column_width=210, gap="small"):
            return {**value, "tiers": [_line(one, families, named) for one in value["tiers"]]}
    if isinstance(value, Mapping) and value and all(_is_single(one) for one in value.values()):
        return _table(value, families, unit, named)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _codes(value, families, named("value"))
    return toml_field(value, named("toml"))


def toml_field(value: Any, key: str) -> Any:
    """A value as the rule files write it, to be edited as text."""
    text = st.text_area(escaped(_("内容（TOML，与现行口径同样的写法）")), value=value_lines(value, "entry").strip(),
                        key=key, height=320, max_chars=100_000)  # fmt: skip
    try:
        # `[entry.value…]` of a large table is read as `[value…]`.
        read = tomllib.loads(text.replace("[entry.", "["))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FieldProblem(_("TOML 无法读取：{error}").format(error=error)) from error
    if set(read) != {"value"}:
        raise FieldProblem(_("TOML 中只能有 value 一项。"))
    return read["value"]


def amount_field(label: str, fen: int, currency: str, key: str) -> int:
    """An amount typed in the currency's own unit, kept in its smallest."""
    scale = 10 ** get_currency_precision(currency)
    shown = _("{label}（{unit}，现为 {amount}）").format(
        label=label, unit=_("元") if currency == "CNY" else currency, amount=money(fen, currency)
    )
    typed = st.number_input(escaped(shown), value=fen / scale, min_value=0.0, step=1.0, format="%.2f", key=key)
    return round(typed * scale)


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_amount(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(
        len(key) == 3 and key.isupper() and _is_figure(one) for key, one in value.items()
    )  # fmt: skip


def _is_single(value: Any) -> bool:
    return isinstance(value, bool | int | float | str) or _is_amount(value)


def _has_lines(value: Mapping[str, Any]) -> bool:
    tiers = value.get("tiers")
    return isinstance(tiers, list) and all(isinstance(one, Mapping) and "code" in one for one in tiers)


def _line(one: Mapping[str, Any], families: tuple[str, ...], named: Key) -> dict[str, Any]:
    """The line of one tier in each currency; the lowest has none."""
    if "line" not in one:
        return dict(one)
    lines = {
        currency: amount_field(_("{tier}线").format(tier=word_of(one["code"], families)), fen, currency,
                               named(f"{one['code']}-{currency}"))
        for currency, fen in one["line"].items()
    }  # fmt: skip
    return {**one, "line": lines}


def _table(value: Mapping[str, Any], families: tuple[str, ...], unit: str, named: Key) -> dict[str, Any]:
    if set(value) <= {"hours", "working_days"}:
        return {key: _figure(name("rule_field", "value"), one, key, named(key)) for key, one in value.items()}
    if _is_amount(value):
        return {currency: amount_field(name("rule_field", "value"), fen, currency, named(currency))
                for currency, fen in value.items()}  # fmt: skip
    with st.grid("auto", min_column_width=210, gap="small"):
        return {
            key: _single(word_of(key, families), one, families, unit, partial(_of_part, named, key))
            for key, one in value.items()
        }


def _of_part(named: Key, key: str, part: str) -> str:
    """The key of one widget of one part of a table."""
    return named(f"{key}{part}")


def _single(label: str, value: Any, families: tuple[str, ...], unit: str, named: Key) -> Any:
    if isinstance(value, bool):
        return st.checkbox(escaped(label), value=value, key=named(""))
    if isinstance(value, str):
        typed = st.text_input(escaped(_named(label, value, families)), value=value, key=named(""), max_chars=60)
        return typed.strip()
    if _is_amount(value):
        return {currency: amount_field(label, fen, currency, named(f"-{currency}")) for currency, fen in value.items()}
    return _figure(label, value, unit, named(""))


def _named(label: str, code: str, families: tuple[str, ...]) -> str:
    """A label that says what the code standing there means."""
    said = word_of(code, families)
    return label if said == code else _("{label}（现为 {said}）").format(label=label, said=said)


def _figure(label: str, value: float, unit: str, key: str) -> float:
    """A figure with its unit; whole where it was whole."""
    suffix = "%" if unit == "percent" else name("rule_unit", unit) if unit in code_names()["rule_unit"] else ""
    title = escaped(_("{label}（{unit}）").format(label=label, unit=suffix) if suffix else label)
    if isinstance(value, int):
        return int(st.number_input(title, value=value, step=1, key=key))
    return float(st.number_input(title, value=value, step=0.01, format="%.4g", key=key))


def _target(label: str, value: float, unit: str, currency: str, key: str) -> float:
    """A KPI's target: shares are typed in percent, amounts in the currency, others as they are read."""
    if unit == "percent":
        typed = _figure(label, round(float(value) * 100, 6), unit, key)
        return value if typed == round(float(value) * 100, 6) else round(typed / 100, 8)
    if unit == "money":
        return amount_field(label, int(value), currency, key)
    typed = float(st.number_input(escaped(label), value=float(value), step=1.0, format="%.4g", key=key))
    return int(typed) if typed.is_integer() and isinstance(value, int) else typed


def _codes(value: list[str], families: tuple[str, ...], key: str) -> list[str]:
    text = st.text_area(escaped(_("每行一个代码")), value="\n".join(value), key=key, height=200, max_chars=5000)
    said = _("、").join(_("{code} {name}").format(code=code, name=word_of(code, families)) for code in value)
    st.caption(escaped(_("现为：{said}").format(said=said)))
    return [line.strip() for line in text.splitlines() if line.strip()]
