"""The grid of a scorecard: a factor's weight and the points of its steps, one row a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.ui.plain import escaped
from lib.words import _, name
from lib.work.scorecard import MOST, WORDS

Key = Callable[[str], str]
_CODES = "risk_rating"


def is_scorecard(value: Any) -> bool:
    """Whether a rule's value is factors with weights and steps, beside single figures."""
    return isinstance(value, Mapping) and isinstance(value.get("factors"), list)


def score_fields(rule: str, value: Mapping[str, Any], named: Key) -> dict[str, Any]:
    """Draw limits, weights and steps; what stands in them. Which facts count and how is left to the TOML file."""
    limits = {key: said for key, said in value.items() if key != "factors"}
    typed = {key: int(st.number_input(escaped(name("rule_word", key)), 0, MOST, said, 1, key=named(f"limit-{key}")))
             for key, said in limits.items()}  # fmt: skip
    st.caption(escaped(_("权重只看相对大小：得分 × 权重之和 ÷ 权重合计。每一档先写先中，都不中得 0 分。")))
    family = "churn_fact" if rule.startswith("churn.") else "score_fact"
    weights = _edited(_weights(value, family), named("weights"), {
        "weight": st.column_config.NumberColumn(_("权重"), min_value=0, max_value=1000, step=1, required=True),
        "unknown": st.column_config.NumberColumn(_("不详时得分"), min_value=0, max_value=MOST, step=1, required=True),
    })  # fmt: skip
    steps = _edited(_steps(value, family), named("steps"), {
        "value": st.column_config.NumberColumn(_("界限"), step=1),
        "points": st.column_config.NumberColumn(_("得分"), min_value=0, max_value=MOST, step=1, required=True),
    })  # fmt: skip
    return {**typed, "factors": _read(value, weights, steps)}


def _weights(value: Mapping[str, Any], family: str) -> pd.DataFrame:
    return pd.DataFrame([
        {"fact": name(family, one["fact"]), "weight": one["weight"], "unknown": one.get("unknown", 0)}
        for one in value["factors"]
    ])  # fmt: skip


def _steps(value: Mapping[str, Any], family: str) -> pd.DataFrame:
    rows = []
    for factor in value["factors"]:
        for step in factor["steps"]:
            (word,) = set(step) & set(WORDS)
            said = step[word]
            of = name("score_step", word)
            is_code = isinstance(said, str)
            rows.append({
                "fact": name(family, factor["fact"]),
                "word": f"{of} {name(_CODES, said)}" if is_code else of,
                "value": None if is_code else said, "points": step["points"],
            })  # fmt: skip
    return pd.DataFrame(rows).astype({"value": "Int64"})


def _edited(rows: pd.DataFrame, key: str, columns: dict[str, Any]) -> pd.DataFrame:
    fixed = [str(column) for column in rows if column not in columns]
    titles = {"fact": st.column_config.TextColumn(_("因素")), "word": st.column_config.TextColumn(_("条件"))}
    shown: dict[str, Any] = {**{column: titles[column] for column in fixed}, **columns}
    edited: pd.DataFrame = st.data_editor(rows, key=key, hide_index=True, num_rows="fixed", disabled=fixed,
                          column_config=shown)  # fmt: skip
    return edited


def _read(value: Mapping[str, Any], weights: pd.DataFrame, steps: pd.DataFrame) -> list[dict[str, Any]]:
    """The factors as the rule keeps them, each word where it stood; what was not said is not said now."""
    rows, found = iter(steps.itertuples()), []
    for place, factor in enumerate(value["factors"]):
        weight, unknown = int(weights["weight"].iloc[place]), int(weights["unknown"].iloc[place])
        read = {**factor, "weight": weight, "steps": [_step(step, next(rows)) for step in factor["steps"]]}
        if unknown != factor.get("unknown", 0):
            read["unknown"] = unknown
        found.append(read)
    return found


def _step(step: Mapping[str, Any], row: Any) -> dict[str, Any]:
    (word,) = set(step) & set(WORDS)
    said = step[word] if isinstance(step[word], str) or pd.isna(row.value) else int(row.value)
    return {**step, word: said, "points": int(row.points)}
