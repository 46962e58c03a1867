"""A tag's condition as rows of fact, comparison and value, all or any of which must hold; deeper ones as TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from babel.numbers import get_currency_precision

from lib.rulebook.conditions import FACTS, OPERATORS
from lib.rulebook.kpis import FAMILIES
from lib.ui.plain import escaped
from lib.ui.rulebook.fields import FieldProblem, Key, toml_field
from lib.words import _, name

_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": "=", "!=": "≠"}
_MOST, _SPARE = 8, 2


def tag_fields(value: Mapping[str, Any], currency: str, named: Key) -> dict[str, Any]:
    """The family, the kinds of customer and the condition of a tag, as they stand in the widgets."""
    families = {code: name("tag_family", code) for code in FAMILIES}
    known = {code: name("customer_kind", code) for code in ("personal", "corporate")}
    with st.container(horizontal=True, gap="small"):
        family = st.selectbox(escaped(name("rule_field", "family")), FAMILIES, index=FAMILIES.index(value["family"]),
                              key=named("family"), format_func=families.__getitem__)  # fmt: skip
        kinds = st.multiselect(escaped(name("rule_field", "kinds")), list(known), default=value["kinds"],
                               key=named("kinds"), format_func=known.__getitem__)  # fmt: skip
    rows = _rows_of(value["when"])
    when = toml_field(value["when"], named("toml")) if rows is None else _rows(*rows, currency, named)
    return {"family": family, "kinds": [kind for kind in known if kind in kinds], "when": when}


def _rows_of(when: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]] | None:
    """How the comparisons are joined, and they; None for a condition within a condition."""
    for joined in ("all", "any"):
        if joined in when:
            flat = all("fact" in part for part in when[joined]) and len(when[joined]) <= _MOST
            return (joined, list(when[joined])) if flat else None
    return "all", [when]


def _rows(joined: str, parts: list[Mapping[str, Any]], currency: str, named: Key) -> dict[str, Any]:
    joined = st.segmented_control(
        escaped(_("各行须")), ("all", "any"), default=joined, required=True, key=named("joined"),
        format_func={"all": _("同时满足"), "any": _("满足其一")}.__getitem__,
    ) or joined  # fmt: skip
    st.caption(escaped(_("金额以元计，占比以 % 计；事实留空的行不算。")))
    spare: list[Mapping[str, Any]] = [{}] * _SPARE
    found = [_row(number, part, currency, named) for number, part in enumerate([*parts, *spare])]
    rows = [row for row in found if row is not None]
    if not rows:
        raise FieldProblem(_("条件至少要有一行。"))
    return rows[0] if len(rows) == 1 else {joined: rows}


def _row(number: int, part: Mapping[str, Any], currency: str, named: Key) -> dict[str, Any] | None:
    columns = st.columns([4, 2, 3], gap="small", vertical_alignment="bottom")
    visible: Any = "visible" if number == 0 else "collapsed"
    facts = list(FACTS)
    titles = {code: name("tag_fact", code) for code in facts}
    fact = columns[0].selectbox(
        escaped(_("事实")), facts, index=facts.index(part["fact"]) if part else None, key=named(f"fact-{number}"),
        format_func=titles.__getitem__, placeholder=_("请选择"), label_visibility=visible,
    )  # fmt: skip
    op = columns[1].selectbox(
        escaped(_("比较")), list(OPERATORS), index=list(OPERATORS).index(part["op"]) if part else 0,
        key=named(f"op-{number}"), format_func=_SIGNS.__getitem__, label_visibility=visible,
    )  # fmt: skip
    scale = _scale(part["fact"], currency) if part else 1
    typed = columns[2].number_input(
        escaped(_("值")), value=float(part["value"] / scale) if part else 0.0, step=1.0, format="%.2f",
        key=named(f"value-{number}"), label_visibility=visible,
    )  # fmt: skip
    if fact is None:
        return None
    figure = round(typed * _scale(fact, currency), 6)
    if figure != int(figure):
        raise FieldProblem(_("“{fact}”须与整数比较。").format(fact=name("tag_fact", fact)))
    return {"fact": fact, "op": op, "value": int(figure)}


def _scale(fact: str, currency: str) -> int:
    return 10 ** get_currency_precision(currency) if FACTS[fact] == "money" else 1
