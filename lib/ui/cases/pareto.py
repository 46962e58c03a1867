"""Root causes of what was closed in a quarter as a Pareto chart: the vital few, and what is done about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.complaints import analysis
from lib.complaints.analysis import Step
from lib.ui import frames, picks, theme
from lib.ui.cases.facts import Look, counts, lead
from lib.ui.figures import Unit, figure, label, layout, name_axis, show, spoken, trace
from lib.ui.plain import escaped
from lib.words import _, integer, percent

_MOST = 12
UNKNOWN = "none"


def draw(look: Look) -> None:
    """The chart, how many closed complaints have no cause, and the way to an action against the largest."""
    st.subheader(escaped(_("根本原因")), anchor=False)
    found = {one.code: one.closed for one in counts(look.page.scope, look.facts, analysis.CAUSE)}
    unknown = found.pop(UNKNOWN, 0)
    steps = analysis.pareto(list(found.items()))
    if not steps:
        frames.empty(_("本季办结的投诉没有登记根本原因。") if unknown else _("本季没有办结的投诉。"))
        return
    few = analysis.vital_few(steps, look.page.book.value("complaint.pareto_percent", look.run.quarter.end) / 100)
    chosen = _chart(look, finding(look, steps, few), steps[:_MOST])
    if picks.picked("complaint-causes", chosen) and chosen is not None:
        lead(look.closed(cause=chosen))
    if sum(step.count for step in steps) < look.small_n:
        st.caption(escaped(_("样本不足，仅供参考。")))
    if unknown:
        st.caption(escaped(_("另有 {n} 件办结时没有登记根本原因，不在图中。").format(n=integer(unknown))))
        if look.leads:
            told = _("查看没有原因的 {n} 件").format(n=integer(unknown))
            frames.link(frames.Link("complaints", look.closed(cause=UNKNOWN), told))
    _actions(look, few)


def finding(look: Look, steps: Sequence[Step], few: Sequence[Step]) -> str:
    """How many causes make most of the complaints, and which is the largest."""
    largest = look.code_name(analysis.CAUSE, few[0].code)
    if len(few) == 1:
        return _("“{cause}”一项就占已定因投诉的 {share}").format(cause=largest, share=percent(few[0].share))
    return _("{all} 个原因中 {n} 个占已定因投诉的 {share}，最多的是“{cause}”").format(
        all=len(steps), n=len(few), share=percent(few[-1].cumulative), cause=largest)  # fmt: skip


def _chart(look: Look, title: str, steps: Sequence[Step]) -> str | None:
    names = [look.code_name(analysis.CAUSE, step.code) for step in steps]
    sizes = [step.count for step in steps]
    bars = trace(
        "bar", orientation="h", y=names, x=sizes, customdata=[step.code for step in steps],
        marker={"color": theme.MAIN, "opacity": [0.35 if size < look.small_n else 1.0 for size in sizes]},
        text=[integer(size) for size in sizes],
        textposition="outside", cliponaxis=False, hovertemplate="%{y}  %{text}<extra></extra>",
    )  # fmt: skip
    line = trace(
        "scatter", mode="lines+markers+text", y=names, x=[step.cumulative for step in steps], xaxis="x2",
        line={"color": theme.WATCH, "width": 2}, marker={"size": 6}, customdata=[step.code for step in steps],
        text=[f"  {percent(step.cumulative, 0)}" for step in steps], textposition="middle right", cliponaxis=False,
        hovertemplate="%{y}  %{x:.0%}<extra></extra>",
    )  # fmt: skip
    axes: dict[str, Any] = {
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, 1.2 * max(sizes)], "domain": [0, 0.58]},
        "xaxis2": {"visible": False, "fixedrange": True, "range": [-0.05, 1.35], "domain": [0.62, 1], "anchor": "y"},
        "yaxis": name_axis(names, autorange="reversed"),
        "clickmode": "event+select",
        "margin": {"l": 4, "r": 12, "t": 28, "b": 4, "pad": 4},
    }  # fmt: skip
    note = label(0.62, 1, _("累计占比"), xref="paper", yref="paper", xanchor="left", yanchor="bottom")
    drawing = figure([bars, line], layout(max(150, 34 * len(names) + 50), annotations=[note], **axes))
    return show(title, drawing, "complaint-causes", select=look.leads, alt=spoken(names, sizes, Unit()))


def _actions(look: Look, few: Sequence[Step]) -> None:
    """A way to an improvement action against each of the vital few, for who may give one."""
    if not (look.page.right.change and look.page.scope.role in ("head", "crm")):
        return
    with st.container(horizontal=True, gap="small"):
        for step in few[:3]:
            told = _("制定措施：{cause}").format(cause=look.code_name(analysis.CAUSE, step.code))
            frames.link(frames.Link("complaints", {"view": "actions", "cause": step.code}, told))
