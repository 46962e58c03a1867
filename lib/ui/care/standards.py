"""服务标准: coverage and breaches by standard and tier, by branch and manager, and the rule itself (管理 §4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib import words
from lib.kpi.standards import RULE, Kept
from lib.ui import frames, picks, quarters
from lib.ui.care import breaches
from lib.ui.care.standard_facts import Look, cell, choose, kept, promised, soon, title, total
from lib.ui.choices import choice
from lib.ui.frames import Card, Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, integer, name, percent, quarter_name


def draw(page: Page) -> None:
    """The matrix and where it was broken most, or the list behind one cell."""
    if page.scope.narrow or page.scope.facts not in ("own", "branch", "bank"):
        frames.empty(_("你的岗位不看分层服务标准。"))
        return
    look = choose(page)
    if look is None:
        frames.empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示服务标准的达成情况。"))
        return
    quarters.say(look.run)
    asked = breaches.asked(look, st.query_params.get("breach", ""))
    if asked is not None:
        breaches.draw(look, asked)
        return
    now, before = str(look.run.quarter), str(look.run.quarter.shift(-1))
    rows = kept(page.scope, (before, now), "tier", look.scene)
    current = [row for row in rows if row.quarter == now]
    if not any(row.due for row in current):
        frames.empty(_("这个季度没有服务标准的统计：没有到期的承诺，或结账时还没有这些计量项。"))
    else:
        _cards(look, current, [row for row in rows if row.quarter == before])
        _matrix(look, current)
        _broken(look, current, [row for row in rows if row.quarter == before])
        _by_owner(look, now)
    _rule(look)


def _cards(look: Look, now: Sequence[Kept], before: Sequence[Kept]) -> None:
    due, done = total(now)
    was_due, was_done = total(before)
    share = done / due
    delta = share - was_done / was_due if was_due else None
    worst = min(look.standards, key=lambda one: _share(now, one.code, look.small_n))
    of = total(row for row in now if row.code == worst.code)
    frames.cards([
        Card(_("承诺兑现"), percent(share), delta=None if delta is None else _signed(delta), note=_("较上季"),
             better=None if not delta else delta > 0, small=due < look.small_n),
        Card(_("未兑现"), integer(due - done), note=_("共应兑现 {n} 次").format(n=integer(due))),
        Card(_("兑现最少的标准"), cell(*of, look.small_n), note=title(worst)),
    ], key="standard-cards")  # fmt: skip


def _share(rows: Sequence[Kept], code: str, small_n: int) -> float:
    due, done = total(row for row in rows if row.code == code)
    return done / due if due >= small_n else 1.1 + (not due)


def _signed(delta: float) -> str:
    return _("{n} 个百分点").format(n=f"{delta * 100:+.1f}")


def _matrix(look: Look, now: Sequence[Kept]) -> None:
    st.subheader(escaped(_("各标准在各层级")), anchor=False)
    st.caption(escaped(_("兑现比例与未兑现次数；括号内为应兑现不足 {n} 次，仅供参考。").format(n=look.small_n)))
    by = {(row.code, row.tier): row for row in now}
    rows = []
    for one in look.standards:
        of = [by[one.code, tier] for tier in look.tiers if (one.code, tier) in by]
        line = {tier: _cell(by.get((one.code, tier)), look) for tier in look.tiers}
        rows.append({"standard": title(one), "all": cell(*total(of), look.small_n), **line})
    columns = [Column("standard", _("标准"), pinned=True), Column("all", _("合计")),
               *(Column(tier, name("tier", tier)) for tier in look.tiers)]  # fmt: skip
    frames.table(rows, columns, key="standard-matrix")


def _cell(row: Kept | None, look: Look) -> str:
    return NOTHING if row is None else cell(row.due, row.kept, look.small_n)


def _broken(look: Look, now: Sequence[Kept], before: Sequence[Kept]) -> None:
    """The cells with breaches, most first; a row leads to the list behind it."""
    st.subheader(escaped(_("未兑现最多的")), anchor=False)
    was = {(row.code, row.tier): row.share for row in before}
    broken = sorted((row for row in now if row.breaches), key=lambda row: (-row.breaches, row.code, row.tier))
    rows: list[dict[str, Any]] = [
        {"standard": name("service_standard", row.code), "tier": row.tier, "breaches": row.breaches, "due": row.due,
         "share": row.share, "was": was.get((row.code, row.tier)),
         "few": (_("样本不足"), "context") if row.due < look.small_n else None}
        for row in broken
    ]  # fmt: skip
    columns = [
        Column("standard", _("标准"), pinned=True), Column("tier", _("层级"), "code", family="tier"),
        Column("breaches", _("未兑现"), "integer"), Column("due", _("应兑现"), "integer"),
        Column("share", _("兑现率"), "share"), Column("was", _("上季"), "percent"), Column("few", "", "badge"),
    ]  # fmt: skip
    st.caption(escaped(_("选一行看是哪些客户、何时应办、后来怎样。")))
    chosen = frames.table(rows, columns, key="standard-broken", select=True, nothing=_("本季的承诺都兑现了。"))
    if picks.picked("standard-broken", chosen) and chosen is not None:
        picks.show(f"{broken[chosen].code}:{broken[chosen].tier}", "breach")


def _by_owner(look: Look, now: str) -> None:
    """One standard, or all together, of branches or managers."""
    if look.page.scope.facts == "own":
        return
    by = "branch" if look.whole_bank else "manager"
    st.subheader(escaped(_("各支行") if by == "branch" else _("各客户经理")), anchor=False)
    code = choice(_("标准"), {"": _("全部标准"), **{one.code: title(one) for one in look.standards}}, key="standard")
    known = look.house.branches if by == "branch" else look.house.staff
    found: dict[int, list[Kept]] = {}
    for row in kept(look.page.scope, (now,), by, look.scene):
        if code in ("", row.code) and row.due:
            found.setdefault(int(row.group), []).append(row)
    sums = {group: total(rows) for group, rows in found.items()}
    order = sorted(sums, key=lambda group: (sums[group][1] / sums[group][0], group))
    rows = [
        {"name": known.get(group, ("", NOTHING))[1], "breaches": sums[group][0] - sums[group][1],
         "due": sums[group][0], "share": sums[group][1] / sums[group][0],
         "few": (_("样本不足"), "context") if sums[group][0] < look.small_n else None}
        for group in order
    ]  # fmt: skip
    columns = [
        Column("name", _("支行") if by == "branch" else _("客户经理"), pinned=True),
        Column("share", _("兑现率"), "share"), Column("breaches", _("未兑现"), "integer"),
        Column("due", _("应兑现"), "integer"), Column("few", "", "badge"),
    ]  # fmt: skip
    st.caption(escaped(_("兑现最少的在前；选一行只看这家支行。") if by == "branch"
                       else _("兑现最少的在前；选一行看其未兑现的客户。")))  # fmt: skip
    chosen = frames.table(rows, columns, key=f"standard-{by}", select=True)
    if not picks.picked(f"standard-{by}", chosen) or chosen is None:
        return
    login = known.get(order[chosen], ("", ""))[0]
    if by == "branch":
        picks.show(login, "branch")
    picks.show(f"{code or breaches.worst(found[order[chosen]])}:all:{login}", "breach")


def _rule(look: Look) -> None:
    """承诺什么、由谁、多久: the rule as a table, with what it rests on."""
    st.subheader(escaped(_("承诺什么、由谁、多久")), anchor=False)
    quarter, book = look.run.quarter, look.page.book
    rows = [
        {"standard": title(one), "promised": promised(one), "who": one.who,
         **{tier: soon(one, tier, book, quarter) if tier in one.tiers else NOTHING for tier in look.tiers}}
        for one in look.standards
    ]  # fmt: skip
    columns = [Column("standard", _("标准"), pinned=True), Column("promised", _("承诺")),
               Column("who", _("由谁"), "code", family="role"),
               *(Column(tier, name("tier", tier)) for tier in look.tiers)]  # fmt: skip
    frames.table(rows, columns, key="standard-rule")
    entry = book.entry(RULE, quarter.end)
    st.caption(escaped(_("{quarter} · {basis}，{source}。规则版本 {version}").format(
        quarter=quarter_name(str(quarter)), basis=name("basis", entry.basis), source=words.translate(entry.source),
        version=entry.version)))  # fmt: skip
