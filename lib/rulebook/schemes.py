"""Schemes of appraisal name KPIs of the catalogue: one that names another is refused when the rules are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lib.rulebook.entries import RuleRow

#: rules whose elements are KPIs, by their code
KEYS = ("appraisal.manager", "appraisal.branch")


def unknown_kpis(rows: Iterable[RuleRow]) -> list[str]:
    """`rule: code` of every KPI that a scheme names and the catalogue does not have."""
    kept = list(rows)
    known = {row.key for row in kept if row.kind == "kpi"}
    return [f"{row.key}: {code}" for row in kept if row.kind == "rule" and row.key in KEYS
            for code in codes_of(row.value["value"]) if code not in known]  # fmt: skip


def codes_of(scheme: Any) -> list[str]:
    """The KPIs a scheme weighs."""
    return [str(one["code"]) for one in scheme]
