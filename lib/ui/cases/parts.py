"""Complaints of a quarter by business, reason, channel, product or branch, against the quarter before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.complaints.analysis import Count
from lib.ui import charts, frames, picks
from lib.ui.cases import facts
from lib.ui.cases.facts import Look
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.kpis.data import signed
from lib.ui.plain import escaped
from lib.words import _, integer, percent

_MOST = 12


def draw(look: Look) -> None:
    """A dimension of one's choice: bars, and the same as a table with change and lateness."""
    st.subheader(escaped(_("由什么构成")), anchor=False)
    offered = {"business": _("业务"), "reason": _("原因"), "channel": _("渠道"), "product": _("产品"),
               **({"branch": _("机构")} if look.whole_bank else {})}  # fmt: skip
    by = choice(_("按什么看"), offered, key="by", default="business", segments=True)
    now = [one for one in _read(look, by) if one.received or one.closed]
    if not any(one.received for one in now):
        frames.empty(_("本季没有收到投诉。"))
        return
    names = _names(look, by, now)
    change = facts.changed(now, _read(look, by, before=True)) if look.before else {}
    shown = [one for one in now if one.received][:_MOST]
    clicked = charts.bars(
        finding(now, names, change), [names[one.code] for one in shown], [one.received for one in shown],
        key=f"complaint-parts-{by}", horizontal=True, select=look.leads,
        faint=[names[one.code] for one in shown if one.received < look.small_n],
    )  # fmt: skip
    chosen = next((one.code for one in shown if names[one.code] == clicked), None)
    if picks.picked(f"complaint-parts-{by}", chosen) and chosen is not None:
        facts.lead(look.received(**{by: chosen}))
    if sum(one.received for one in now) < look.small_n:
        st.caption(escaped(_("样本不足，仅供参考。")))
    _table(look, by, now, names, change)


def finding(now: Sequence[Count], names: Mapping[str, str], change: Mapping[str, int]) -> str:
    """Which is the largest, and which grew most against the quarter before."""
    largest, everything = now[0], sum(one.received for one in now)
    share = percent(largest.received / everything)
    said = _("“{name}”最多：{n} 件，占 {share}").format(
        name=names[largest.code], n=integer(largest.received), share=share)  # fmt: skip
    grown = max(change, key=lambda code: change[code], default=None)
    if grown is None or change[grown] <= 0:
        return said
    more = _("；较上季增加最多的是“{name}”（{n}）").format(name=names[grown], n=signed(change[grown], 0))
    return said + more


def _read(look: Look, by: str, *, before: bool = False) -> list[Count]:
    run = look.before if before else look.run
    if run is None:
        return []
    if by == "branch":
        return facts.branches(look.page.scope, look.facts_of(run, "branch"))
    return facts.counts(look.page.scope, look.facts_of(run), by)


def _names(look: Look, by: str, now: Sequence[Count]) -> dict[str, str]:
    """What each code is called; two of one name are told apart by their codes."""
    if by == "branch":
        known = {str(key): title for key, (_code, title) in look.house.branches.items()}
        named = {one.code: known.get(one.code, _("未归属")) for one in now}
    else:
        named = {one.code: look.code_name(by, one.code) for one in now}
    twice = {title for title in named.values() if list(named.values()).count(title) > 1}
    return {code: f"{title} {code}" if title in twice else title for code, title in named.items()}


def _table(
    look: Look, by: str, now: Sequence[Count], names: Mapping[str, str], change: Mapping[str, int]
) -> None:  # fmt: skip
    everything = sum(one.received for one in now)
    rows = [
        {"name": names[one.code], "received": one.received, "share": one.received / everything,
         "change": change.get(one.code), "closed": one.closed, "late": one.late,
         "late_share": one.late / one.received if one.received else None,
         "sample": (_("样本不足"), "context") if one.received < look.small_n else None}
        for one in now
    ]  # fmt: skip
    columns = [
        Column("name", _("名称"), pinned=True), Column("received", _("收到"), "integer"),
        Column("share", _("占比"), "percent"), Column("change", _("较上季"), "integer"),
        Column("closed", _("办结"), "integer"),
        Column("late", _("超过法定期限"), "integer", help=_("本季收到、答复超过法定期限或至今逾期未答复的")),
        Column("late_share", _("超期占比"), "percent"), Column("sample", _("样本"), "badge"),
    ]  # fmt: skip
    chosen = frames.table(rows, columns, key=f"complaint-parts-table-{by}", select=look.leads)
    if picks.picked(f"complaint-parts-table-{by}", chosen) and chosen is not None:
        facts.lead(look.received(**{by: now[chosen].code}))
