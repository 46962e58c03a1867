"""The lines of a card: each KPI with its scoring line, what was counted, its points; each leads to the people."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.staff.appraisal_rules import GROUPS
from lib.store.models import AppraisalCard
from lib.ui import charts, frames, picks, quarters
from lib.ui.appraisal.data import points, to_people
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, figure, integer, name, number, translate

Line = dict[str, Any]
_WEAK = 6000  # hundredths: below it the chart names a line


def chart(page: Page, card: AppraisalCard) -> None:
    """The points of each line, the weakest named; what was left out, and why."""
    found = _in_order(card)
    titles = _titles(page, found)
    charts.bars(
        _finding(found, titles), list(titles.values()),
        [None if line["points"] is None else line["points"] / 100 for line in found], key=f"appraisal-points-{card.id}",
        unit=charts.Unit("score"), horizontal=True,
        faint=[titles[line["kpi"]] for line in found if line["state"] != "counted"],
    )  # fmt: skip
    _left_out(found, titles, card)


def draw(page: Page, card: AppraisalCard) -> None:
    """Every line with what was counted; a row leads to the people behind it."""
    found = _in_order(card)
    titles = _titles(page, found)
    rows = [_row(page, line, titles) for line in found]
    chosen = frames.table(rows, _columns(), key=f"appraisal-lines-{card.id}", select=True)
    st.caption(escaped(_("选中一行，看这个指标背后的人；无分母的指标按每位客户经理每季计。")))
    if chosen is not None and picks.picked(f"appraisal-lines-{card.id}", chosen):
        to = to_people(page, card, str(found[chosen]["kpi"]))
        frames.go_to(to.page, **to.params)


def _in_order(card: AppraisalCard) -> list[Line]:
    """The lines by area; within one as the scheme has them."""
    return sorted(card.lines, key=lambda line: GROUPS.index(str(line["group"])))


def _titles(page: Page, found: list[Line]) -> dict[str, str]:
    """The KPIs' own titles; the name in the scheme of one that the catalogue has no more."""
    book = page.book
    return {
        line["kpi"]: translate(book.history("kpi", line["kpi"])[-1].title) if book.has_kpi(line["kpi"])
        else name("appraisal_kpi", line["kpi"])
        for line in found
    }  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column("title", _("指标"), pinned=True, width=130), Column("value", _("指标值"), width=80),
        Column("counted", _("分子 / 分母"), width=100), Column("points", _("指标得分"), width=70),
        Column("weight", _("方案权重"), "integer", width=70), Column("share", _("计入权重"), "percent", width=70),
        Column("adds", _("计入得分"), width=70), Column("line", _("底线 / 目标 / 满分"), width=165),
        Column("group", _("方面"), "code", family="appraisal_group", width=95),
        Column("state", _("状态"), "badge", width=125),
    ]  # fmt: skip


def _row(page: Page, line: Line, titles: dict[str, str]) -> dict[str, Any]:
    counts = line["state"] == "counted"
    currency = quarters.house(page.scope).currency
    ends = [_figure(line[at], line["unit"], currency) for at in ("floor", "target", "ceiling")]
    return {
        "title": titles[line["kpi"]], "value": _figure(line["value"], line["unit"], currency),
        "counted": _counted(line, currency), "points": points(line["points"] if counts else None),
        "weight": line["weight"], "share": line["share"] / 10_000, "adds": points(line["adds"]),
        "line": " / ".join(ends),
        "group": line["group"], "state": _state(line),
    }  # fmt: skip


def _state(line: Line) -> tuple[str, str]:
    if line.get("corrected") and line["state"] == "counted":
        return _("已按裁定更正"), "watch"
    return name("appraisal_line", line["state"]), "good" if line["state"] == "counted" else "context"


def _counted(line: Line, currency: str) -> str:
    """What the figure rests on."""
    if line["numerator"] is None:
        return NOTHING
    over = line["numerator"] - line["less"]
    told = figure(over, "money", currency) if line["unit"] == "money" else integer(over)
    if line["denominator"] is None:
        return told if line["per"] == 1 else _("{n} / {per} 人季").format(n=told, per=line["per"])
    return f"{told} / {integer(line['denominator'])}"


def _left_out(found: list[Line], titles: dict[str, str], card: AppraisalCard) -> None:
    """Which lines do not count, and that their weight is spread over the others."""
    out = [line for line in found if line["state"] != "counted"]
    if not out:
        return
    told = [_("{title}（{why}）").format(title=titles[line["kpi"]], why=_why(line)) for line in out]
    said = _("不计入：{lines}。其权重共 {weight}%，按比例分摊到其余指标。")
    weight = sum(line["weight"] for line in out)
    if card.score is None:
        said = _("不计入：{lines}。其权重共 {weight}%，计入的权重过少，不评分、不评等级。")
    st.caption(escaped(said.format(lines=_("、").join(told), weight=weight)))


def _why(line: Line) -> str:
    if line["state"] == "small":
        return _("只有 {n} 例，不足 {least}").format(n=line["denominator"], least=line["least"])
    return name("appraisal_line", line["state"])


def _finding(found: list[Line], titles: dict[str, str]) -> str:
    counted = [line for line in found if line["state"] == "counted"]
    if not counted:
        return _("没有可以计分的指标")
    worst = min(counted, key=lambda line: line["points"])
    said = _("最需改进：{title} {points} 分") if worst["points"] < _WEAK else _("最低的一项：{title} {points} 分")
    return said.format(title=titles[worst["kpi"]], points=points(worst["points"]))


def _figure(value: float | None, unit: str, currency: str) -> str:
    if value is None:
        return NOTHING
    if unit in ("count", "ratio"):  # a count is one manager's quarter, and may be a part
        return number(value, 0 if float(value).is_integer() and unit == "count" else 2)
    return figure(value, unit, currency)
