"""How well the score told who would leave, on the bank's own history; or why that is not known."""

from __future__ import annotations

import streamlit as st

from lib.churn.trial import PARTS
from lib.ui import charts, frames
from lib.ui.churn import data
from lib.ui.churn.data import Measured
from lib.ui.churn.look import Look
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.words import _, integer, moment, name, percent, quarter_name


def draw(look: Look) -> None:
    """The last measurement: each part of the history, calibration, and how to read it."""
    found = data.measured(look.page.scope)
    if not found:
        frames.empty(_("还没有检验过。至少两个相连的季度有评分事实后，运行 python -m lib churn evaluate。"))
        return
    whole = found["whole"]
    _standing(look, whole)
    frames.table([_line(found[part]) for part in PARTS if part in found], _columns(), key="churn-trial")
    shown = found.get("test", whole)
    if shown.lost:
        _calibration(look, shown)
    st.caption(escaped(_how_to_read()))


def _standing(look: Look, whole: Measured) -> None:
    said = _("检验于 {at}，规则版本 {version}；以每季当时的事实评分，对照其后一季是否流失。")
    st.caption(escaped(said.format(at=moment(whole.at), version=whole.rule_version)))
    if whole.rule_version != look.page.book.entry("churn.score", look.page.today).version:
        st.warning(escaped(_("评分规则在检验之后改过，这些数字属于以前的规则。")))
    least = look.page.book.value("churn.trial", look.page.today)["least_lost"]
    if whole.lost < least:
        said = _("历史上流失的客户只有 {n} 位（至少 {least} 位才足以判断），以下数字只作记录。")
        st.warning(escaped(said.format(n=integer(whole.lost), least=least)))
    if whole.left_out:
        said = _("未计入（没有留存评分事实，或没有过往可比）：{quarters}")
        named = _("、").join(quarter_name(one) for one in whole.left_out)
        st.caption(escaped(said.format(quarters=named)))


def _line(one: Measured) -> dict[str, object]:
    return {
        "part": name("churn_part", one.part), "quarters": one.quarters, "customers": one.customers, "lost": one.lost,
        "auc": one.auc if one.lost else None, "lift": one.lift if one.lost else None, "flagged": one.flagged,
        "hit": one.flagged_lost / one.flagged if one.flagged else None,
        "found": one.flagged_lost / one.lost if one.lost else None,
    }  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column("part", _("历史"), pinned=True, width=210), Column("auc", "AUC", "number", width=70),
        Column("lift", _("前十分之一提升"), "number", help=_("评分最高的十分之一里的流失率，是全体的几倍")),
        Column("hit", _("名单中流失"), "percent", help=_("在名单上的客户，其后一季流失的占比")),
        Column("found", _("流失者在名单"), "percent", help=_("其后一季流失的客户，事先在名单上的占比")),
        Column("customers", _("客户次"), "integer"), Column("lost", _("流失"), "integer"),
        Column("flagged", _("名单"), "integer"), Column("quarters", _("季数"), "integer"),
    ]  # fmt: skip


def _calibration(look: Look, one: Measured) -> None:
    """How many were lost by tenths of the score, the highest on top."""
    tenths = list(reversed(one.deciles))
    labels = [_("{first}–{last} 分").format(first=group["from"], last=group["to"]) for group in tenths]
    shares = [group["lost"] / group["customers"] for group in tenths]
    title = _("评分最高的一档，其后一季流失 {top}；全体 {all}").format(
        top=percent(shares[0]), all=percent(one.lost / one.customers)
    )
    charts.bars(title, labels, shares, key="churn-calibration", unit=charts.Unit("percent"), horizontal=True)
    st.caption(escaped(_("{part}，按评分从高到低约十等分，同分不拆开").format(part=name("churn_part", one.part))))


def _how_to_read() -> str:
    return _(
        "AUC 是随机取一位后来流失的和一位没有流失的客户，前者评分较高的机会：0.5 等于瞎猜，1 为全对。"
        "评分不是流失概率；调整权重时只看较早季度，最近几季留作检验。"
    )
