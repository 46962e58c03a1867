"""覆盖: how many customers of each tier were reached within what the tier is promised, and who was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lib import words
from lib.kpi import KpiRow
from lib.tiers.read import Group
from lib.ui import charts, frames, picks, quarters
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.ui.tiers import data
from lib.ui.tiers.data import Listed
from lib.ui.tiers.look import Look
from lib.words import _, integer, name, percent

_RULE = "visit.interval_days"


def draw(look: Look) -> None:
    """By tier now and over time; then by branch or manager. Every row leads to those not reached."""
    now = str(look.run.quarter)
    trail = tuple(str(run.quarter) for run in quarters.up_to(look.runs, look.run))
    rows = data.coverage(look.page.scope, trail, "tier", look.scene)
    found = {str(row.group): row for row in rows if row.quarter == now and row.denominator}
    if not found:
        frames.empty(_("这个季度没有覆盖的统计：没有这类客户，或结账时还没有这项指标。"))
        return
    tiers = [code for code in look.scheme.codes if code in found]
    _by_tier(look, tiers, found)
    charts.lines(_trend(rows, trail), [words.quarter_name(one) for one in trail],
                 {name("tier", code): _values(rows, trail, code) for code in tiers}, key="cover-time",
                 unit=charts.Unit("percent"), open_last=look.run.running)  # fmt: skip
    _rule(look)
    _by_owner(look, now)


def asked(said: Sequence[str], look: Look) -> tuple[Look, Listed, str, int | None] | None:
    """`uncovered:vip` or `uncovered:vip:rm.zhang` (`all` for every tier): who was not reached in time."""
    if len(said) not in (1, 2) or said[0] not in (*look.scheme.codes, "all"):
        return None
    staff_id = look.house.staff_of(said[1]) if len(said) == 2 else None
    if len(said) == 2 and staff_id is None:
        return None
    tier = "" if said[0] == "all" else said[0]
    owner = look.house.staff[staff_id][1] if staff_id is not None else ""
    parts = [_("未在承诺间隔内联系上"), name("tier", tier) if tier else "", owner]
    title = " · ".join(part for part in parts if part)
    return look, Group(tier=tier, uncovered=True, staff_id=staff_id), title, None


def _by_tier(look: Look, tiers: Sequence[str], found: Mapping[str, KpiRow]) -> None:
    days = look.page.book.value(_RULE, look.run.quarter.end)
    told = [code for code in tiers if not found[code].small] or tiers
    worst = min(told, key=lambda code: found[code].value or 0)
    title = _("{tier}覆盖最低：{share} 的客户在 {days} 天内联系上").format(
        tier=name("tier", worst), share=percent(found[worst].value), days=days[worst])  # fmt: skip
    faint = [name("tier", code) for code in tiers if found[code].small]
    charts.bars(title, [name("tier", code) for code in tiers], [found[code].value for code in tiers], key="cover-bars",
                unit=charts.Unit("percent"), horizontal=True, faint=faint)  # fmt: skip
    rows = [
        {"tier": code, "days": days[code], "covered": found[code].numerator, "customers": found[code].denominator,
         "share": found[code].value, "left": (found[code].denominator or 0) - found[code].numerator}
        for code in tiers
    ]  # fmt: skip
    st.caption(_("选一行看还没有联系上的客户。"))
    chosen = frames.table(rows, [Column("tier", _("层级"), "code", family="tier"),
                                 Column("days", _("承诺间隔（天）"), "integer"), *_figures()],
                          key="cover-table", select=True)  # fmt: skip
    if picks.picked("cover-table", chosen) and chosen is not None:
        picks.show(f"uncovered:{tiers[chosen]}")


def _by_owner(look: Look, now: str) -> None:
    """Branches beside one another where the whole bank is looked at, else managers."""
    if look.page.scope.facts == "own":
        return
    by = "manager"
    if look.whole_bank:
        by = choice(_("按谁看"), {"branch": _("支行"), "manager": _("客户经理")}, key="who", default="branch",
                    segments=True)  # fmt: skip
    st.subheader(_("各支行") if by == "branch" else _("各客户经理"), anchor=False)
    named = look.house.branches if by == "branch" else look.house.staff
    found = [row for row in data.coverage(look.page.scope, (now,), by, look.scene) if row.denominator]
    found.sort(key=lambda row: (row.value or 0, str(row.group)))
    rows = [
        {"name": named.get(int(row.group), ("", words.NOTHING))[1], "covered": row.numerator,
         "customers": row.denominator, "share": row.value, "left": (row.denominator or 0) - row.numerator}
        for row in found
    ]  # fmt: skip
    st.caption(_("覆盖最低的在前；选一行看其未联系上的客户。") if by == "manager"
               else _("覆盖最低的在前；选一行只看这家支行。"))  # fmt: skip
    chosen = frames.table(rows, [Column("name", _("支行") if by == "branch" else _("客户经理")), *_figures()],
                          key=f"cover-{by}", select=True)  # fmt: skip
    if picks.picked(f"cover-{by}", chosen) and chosen is not None:
        code = named.get(int(found[chosen].group), ("", ""))[0]
        if by == "branch":
            picks.show(code, "branch")
        picks.show(f"uncovered:all:{code}")


def _figures() -> list[Column]:
    return [
        Column("covered", _("已联系上"), "integer"), Column("customers", _("客户数"), "integer"),
        Column("share", _("覆盖率"), "share"), Column("left", _("未联系上"), "integer"),
    ]  # fmt: skip


def _values(rows: Sequence[KpiRow], trail: Sequence[str], code: str) -> list[float | int | None]:
    known = {row.quarter: row.value for row in rows if row.group == code}
    return [known.get(quarter) for quarter in trail]


def _trend(rows: Sequence[KpiRow], trail: Sequence[str]) -> str:
    """All tiers together, the quarter before and now."""
    sums = {quarter: [(row.numerator, row.denominator or 0) for row in rows if row.quarter == quarter]
            for quarter in trail[-2:]}  # fmt: skip
    shares = [sum(n for n, _all in of) / sum(d for _n, d in of) for of in sums.values() if sum(d for _n, d in of)]
    if len(shares) < 2:
        return _("各层级的覆盖率")
    return _("整体覆盖率上季 {before}，本季 {now}").format(before=percent(shares[0]), now=percent(shares[1]))


def _rule(look: Look) -> None:
    entry = look.page.book.entry(_RULE, look.run.quarter.end)
    st.caption(escaped(_("覆盖：季末前在本层拜访间隔内联系上。{basis}，{source}。规则版本 {version}").format(
        basis=name("basis", entry.basis), source=words.translate(entry.source), version=entry.version)))  # fmt: skip
    st.caption(_("分母为季末在册客户，共 {n} 位。").format(n=integer(_customers(look))))


def _customers(look: Look) -> int:
    now = str(look.run.quarter)
    found = data.by_tier(look.page.scope, (now,), look.scene)
    return sum(found.get((now, "customers", code), 0) for code in look.scheme.codes)
