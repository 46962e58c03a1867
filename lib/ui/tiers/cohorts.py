"""Who of each opening year is still there: shares over the quarters, the newest leading to its people."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.tiers.read import Group
from lib.ui import charts, frames, picks, quarters
from lib.ui.frames import Column
from lib.ui.tiers import data
from lib.ui.tiers.data import Cohort, Listed
from lib.ui.tiers.look import Look
from lib.words import _, integer, percent, quarter_name

_YEARS, _QUARTERS = 10, 8  # what fits a screen; the years before are one line
_FIRST_YEAR = 1900


def draw(look: Look) -> None:
    """Opening years down, quarters across: present ÷ opened."""
    trail = quarters.up_to(look.runs, look.run, _QUARTERS)
    at = tuple((str(run.quarter), run.version) for run in trail)
    found = data.cohorts(look.page.scope, look.facts, at)
    now = [one for one in found if one.quarter == str(look.run.quarter)]
    if not now:
        frames.empty(_("这个季度没有按开户年份的统计：没有这类客户，或结账时还没有这项统计。"))
        return
    spans = _spans(sorted({one.year for one in now}, reverse=True))
    values = [[_share(_sum(found, quarter, span)) for quarter, _version in at] for span in spans]
    charts.heat(_title(now, spans), [quarter_name(quarter) for quarter, _version in at], [_name(s) for s in spans],
                values, key="tier-cohorts", unit=charts.Unit("percent"),
                alt=_("左为开户年份，上为季度，格内为仍在的客户占当年开户的比例"))  # fmt: skip
    _table(look, now, spans)


def asked(said: Sequence[str], look: Look) -> tuple[Look, Listed, str, int | None] | None:
    """`opened:2024:2024`: who opened in these years and is still there."""
    if len(said) != 2 or not all(one.isascii() and one.isdecimal() and len(one) == 4 for one in said):
        return None
    span = int(said[0]), int(said[1])
    if not _FIRST_YEAR <= span[0] <= span[1] <= look.run.quarter.year:
        return None
    found = data.cohorts(look.page.scope, look.facts, ((str(look.run.quarter), look.run.version),))
    title = _("{years}开户、仍在的客户").format(years=_name(span))
    return look, Group(opened=span), title, _sum(found, str(look.run.quarter), span)[1]


def _table(look: Look, now: Sequence[Cohort], spans: Sequence[tuple[int, int]]) -> None:
    quarter = str(look.run.quarter)
    rows = []
    for span in spans:
        opened, present, active = _sum(now, quarter, span)
        rows.append({"years": _name(span), "opened": opened, "present": present, "share": _share((opened, present, 0)),
                     "active": active / present if present else None})  # fmt: skip
    st.caption(_("选一行看仍在的客户。休眠与销户的不算仍在；已离开的按其最后的管户人计。"))
    chosen = frames.table(rows, [
        Column("years", _("开户年份")), Column("opened", _("当年开户"), "integer"),
        Column("present", _("仍在"), "integer"), Column("share", _("留存率"), "share"),
        Column("active", _("其中本季活跃"), "percent"),
    ], key="cohort-table", select=True)  # fmt: skip
    if picks.picked("cohort-table", chosen) and chosen is not None:
        picks.show(f"opened:{spans[chosen][0]}:{spans[chosen][1]}")


def _spans(years: Sequence[int]) -> list[tuple[int, int]]:
    """The newest years one by one, all before them together."""
    newest, older = years[:_YEARS], years[_YEARS:]
    return [*((year, year) for year in newest), *([(_FIRST_YEAR, older[0])] if older else [])]


def _name(span: tuple[int, int]) -> str:
    if span[0] == _FIRST_YEAR:
        return _("{year} 年及以前").format(year=span[1])
    return _("{year} 年").format(year=span[0])


def _sum(found: Sequence[Cohort], quarter: str, span: tuple[int, int]) -> tuple[int, int, int]:
    of = [one for one in found if one.quarter == quarter and span[0] <= one.year <= span[1]]
    return sum(one.opened for one in of), sum(one.present for one in of), sum(one.active for one in of)


def _share(sums: tuple[int, int, int]) -> float | None:
    return sums[1] / sums[0] if sums[0] else None


def _title(now: Sequence[Cohort], spans: Sequence[tuple[int, int]]) -> str:
    """How many of all who ever opened are there, and the year that kept fewest, leaving out the running one."""
    opened, present = sum(one.opened for one in now), sum(one.present for one in now)
    said = _("历年开户 {n} 位，{share} 仍在").format(
        n=integer(opened), share=percent(present / opened if opened else None)
    )
    whole = [span for span in spans[1:] if span[0] != _FIRST_YEAR]
    if not whole:
        return said
    quarter = now[0].quarter
    worst = min(whole, key=lambda span: _share(_sum(now, quarter, span)) or 0)
    return _("{said}；{years}开户的留得最少，{worst}").format(
        said=said, years=_name(worst), worst=percent(_share(_sum(now, quarter, worst))))  # fmt: skip
