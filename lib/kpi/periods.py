"""Periods of several quarters: what a KPI says over them, by its own rule, and what each is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lib.kpi.decomposition import Side
from lib.kpi.table import KpiRow, counts_people, meets
from lib.rulebook import Kpi
from lib.store.quarter import Quarter

#: quarter: the one; to_date: from the year's first quarter; year: four quarters up to and with it
SPANS = ("quarter", "to_date", "year")
_YEAR = 4


def quarters_of(last: Quarter, span: str) -> tuple[Quarter, ...]:
    """The quarters of a period that ends with `last`, oldest first."""
    length = {"quarter": 1, "to_date": last.number, "year": _YEAR}[span]
    return tuple(last.shift(-back) for back in reversed(range(length)))


def before(last: Quarter, span: str) -> Quarter:
    """The end of the period before: of what has run since New Year the same part of last year, else just earlier."""
    return last.shift(-_YEAR) if span in ("to_date", "year") else last.shift(-1)


def over(kpi: Kpi, rows: Mapping[str, KpiRow], quarters: Sequence[Quarter], smallest: int = 0) -> KpiRow | None:
    """One group's row of a whole period: measures added up, or the last quarter's where the KPI says so.

    None where a quarter of it is missing: part of a period is not compared with a whole one. A target is set for a
    quarter, so that it judges a ratio over several, and never an amount. `smallest`: fewer cases are too few.
    """
    found = [rows.get(str(quarter)) for quarter in quarters]
    last = found[-1]
    if last is None or len(found) == 1 or kpi.over_time == "last":
        return last
    known = [row for row in found if row is not None]
    if len(known) < len(found):
        return None
    numerator, less = sum(row.numerator for row in known), sum(row.less for row in known)
    denominator = sum(row.denominator or 0 for row in known) if kpi.denominator else None
    value, target = kpi.value(numerator, less, denominator or 0), last.target if kpi.denominator else None
    n = numerator if denominator is None else denominator
    return replace(
        last, numerator=numerator, less=less, denominator=denominator, value=value, target=target, n=n,
        small=counts_people(kpi) and n < smallest, on_target=meets(kpi, value, target),
        closed=all(row.closed for row in known), running=any(row.running for row in known),
    )  # fmt: skip


def side(kpi: Kpi, rows: Mapping[str, KpiRow], quarters: Sequence[Quarter]) -> Side:
    """One group's part of a period for a decomposition: what was counted of it, a quarter without it being nothing."""
    of = quarters[-1:] if kpi.over_time == "last" else quarters
    known = [rows[str(quarter)] for quarter in of if str(quarter) in rows]
    return Side(sum(row.numerator - row.less for row in known), sum(row.denominator or 0 for row in known))
