"""Who the customers are, from stored sums: cohorts by opening year, concentration of AUM, tags and their overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from lib.store.models import CohortQuarter, ConcentrationQuarter, TagQuarter
from lib.tiers.read import Facts, at, place


def cohorts(facts: Facts, runs: Sequence[tuple[str, int]]) -> Select:
    """Rows `quarter, opened_year, opened, present, active, aum_fen` in these quarters (with their versions)."""
    table = CohortQuarter
    sums = (table.opened, table.present, table.active, table.aum_fen)
    return (
        select(table.quarter, table.opened_year, *(func.sum(one).label(one.key) for one in sums))
        .where(*_in_runs(table, facts, runs))
        .group_by(table.quarter, table.opened_year)
    )


def concentration(facts: Facts, runs: Sequence[tuple[str, int]]) -> Select:
    """Rows `quarter, top, customers, aum_fen`: what the first `top` percent of the level's customers hold.

    Levels do not add up here: each was ranked by itself.
    """
    table = ConcentrationQuarter
    return (
        select(table.quarter, table.top, func.sum(table.customers).label("customers"),
               func.sum(table.aum_fen).label("aum_fen"))
        .where(*_in_runs(table, facts, runs))
        .group_by(table.quarter, table.top)
    )  # fmt: skip


def tags(facts: Facts) -> Select:
    """Rows `tag, customers, aum_fen` of every tag by rule."""
    table = TagQuarter
    return _summed(table.tag).where(*at(table, facts), table.other == "").group_by(table.tag)


def overlaps(facts: Facts, tag: str) -> Select:
    """Rows `other, customers, aum_fen`: who bears another tag too."""
    table = TagQuarter
    return _summed(table.other).where(*at(table, facts), table.tag == tag, table.other != "").group_by(table.other)


def tag_by(facts: Facts, tag: str, by: str) -> Select:
    """Rows of one tag's customers and AUM by `tier`, `branch_id` or `staff_id`, the column first."""
    table = TagQuarter
    column = getattr(table, by)
    return _summed(column).where(*at(table, facts), table.tag == tag, table.other == "").group_by(column)


def _summed(column: Any) -> Select:
    table = TagQuarter
    return select(column, func.sum(table.customers).label("customers"), func.sum(table.aum_fen).label("aum_fen"))


def _in_runs(table: Any, facts: Facts, runs: Sequence[tuple[str, int]]) -> list[ColumnElement[bool]]:
    found = or_(*(and_(table.quarter == quarter, table.version == version) for quarter, version in runs))
    return [found, *place(table, facts)]
