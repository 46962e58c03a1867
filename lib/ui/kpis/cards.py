"""All KPIs of a quarter: a finding, one card each by group, or the plain table of all quarters."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib import words
from lib.rulebook import Kpi
from lib.rulebook.kpis import GROUPS
from lib.ui import frames
from lib.ui.frames import Card, Column, Link
from lib.ui.kpis.address import address
from lib.ui.kpis.data import Story, change, counted, provisional, shown, stories, target_text
from lib.ui.kpis.look import Look
from lib.ui.plain import escaped
from lib.ui.tables import height_of
from lib.words import _, name, translate


def draw(look: Look, told: Sequence[Story]) -> None:
    """The overview as cards."""
    st.caption(_("箭头为较上季的变化，绿色向好，橙色向差。"))
    for group in GROUPS:
        section(look, group, [story for story in told if story.kpi.group == group])


def told_of(look: Look, kpis: Sequence[Kpi]) -> list[Story]:
    """The stories of those KPIs that have any figures here."""
    found = {key: story for (key, _group), story in stories(look, kpis).items()}
    return [story for kpi in kpis if (story := found.get(kpi.key)) is not None and not story.silent]


def quiet(kpis: Sequence[Kpi], told: Sequence[Story]) -> None:
    """Which KPIs have no figures here."""
    without = [kpi for kpi in kpis if kpi.key not in {story.kpi.key for story in told}]
    if without:
        titles = _("、").join(translate(kpi.title) for kpi in without)
        st.caption(escaped(_("没有数据的指标：{titles}").format(titles=titles)))


def section(look: Look, group: str, told: Sequence[Story]) -> None:
    """The cards of one group."""
    if told:
        st.subheader(escaped(name("kpi_group", group)), anchor=False)
        frames.cards([card(look, story) for story in told], key=f"kpi-cards-{group}")


def card(look: Look, story: Story) -> Card:
    """One KPI: value, change on last quarter, target, change on last year, n; its definition on hover."""
    kpi, now, currency = story.kpi, story.now, look.house.currency
    moved, better = change(now, story.earlier(1), kpi)
    target = target_text(kpi, now.target if now else None, currency)
    if target and now and now.on_target is not None:
        target += " · " + (_("达标") if now.on_target else _("未达标"))
    return Card(
        translate(kpi.title), shown(now, kpi, currency),
        delta=moved or None, better=better, target=target or None,
        spark=story.values, help=definition(kpi), small=bool(now and now.small),
        tone="watch" if now and now.on_target is False else None, note=_note(look, story),
        href=Link("kpis", address(kpi=kpi.key), _("展开")),
    )  # fmt: skip


def definition(kpi: Kpi) -> str:
    """Formula, trap, source, basis and who answers for it."""
    parts = [translate(kpi.formula), kpi.trap and _("注意：{trap}").format(trap=translate(kpi.trap)),
             _("依据：{source}（{basis}）").format(source=translate(kpi.source), basis=name("basis", kpi.basis)),
             _("负责：{owner}").format(owner=name("role", kpi.owner))]  # fmt: skip
    return "  ".join(part for part in parts if part)


def finding(told: Sequence[Story]) -> str:
    """How many of the KPIs with a target meet it, and which do not."""
    judged = [story for story in told if story.now and story.now.on_target is not None]
    missed = [story for story in judged if story.now and not story.now.on_target]
    if not judged:
        return _("这里的指标都没有目标")
    said = _("有目标的 {n} 项指标中 {met} 项达标").format(n=len(judged), met=len(judged) - len(missed))
    if not missed:
        return said
    return said + _("；未达标：{titles}").format(titles=_("、").join(translate(story.kpi.title) for story in missed))


def comparison(look: Look, told: Sequence[Story]) -> None:
    """All KPIs by quarter, the newest first."""
    quarters = [str(run.quarter) for run in reversed(look.trail)]
    currency = look.house.currency
    rows = [
        {"title": translate(story.kpi.title), "group": name("kpi_group", story.kpi.group),
         "target": target_text(story.kpi, story.now.target if story.now else None, currency),
         **{quarter: _cell(story, quarter, currency) for quarter in quarters}}
        for story in told
    ]  # fmt: skip
    columns = [Column("title", _("指标"), pinned=True), Column("group", _("类别")), Column("target", _("目标")),
               *(Column(quarter, words.quarter_name(quarter), width=112) for quarter in quarters)]  # fmt: skip
    frames.table(rows, columns, key="kpi-comparison", height=height_of(len(rows)))
    st.caption(_("括号内的数字分母不足，仅供参考。"))


def _cell(story: Story, quarter: str, currency: str) -> str:
    row = story.rows.get(quarter)
    text = shown(row, story.kpi, currency)
    return f"({text})" if row is not None and row.small and row.value is not None else text


def _note(look: Look, story: Story) -> str:
    now = story.now
    yearly, _better = change(now, story.earlier(4), story.kpi)
    parts = [_("同比 {change}").format(change=yearly) if yearly else "", counted(now, story.kpi) if now else "",
             provisional(now), _("样本不足") if now and now.small else "",
             _("进行中") if look.run.running else ""]  # fmt: skip
    return " · ".join(part for part in parts if part)
