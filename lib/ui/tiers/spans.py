"""Quarters that are not neighbours: whether their movements stand, and computing them while the reader looks on."""

from __future__ import annotations

import streamlit as st

from lib.jobs import spans
from lib.jobs.spans import Span
from lib.ui.plain import escaped
from lib.ui.quarters import Run
from lib.ui.tiers.look import Look
from lib.words import _, integer, quarter_name


def span_of(look: Look, since: Run) -> Span:
    """The two quarters in their published versions."""
    return Span(str(since.quarter), since.version, str(look.run.quarter), look.run.version)


def ready(look: Look, since: Run) -> bool:
    """Whether the movements since this quarter are stored."""
    return look.neighbours(since) or spans.standing(span_of(look, since)).ready


def offer(look: Look, since: Run) -> None:
    """Says that nobody has looked at these two quarters yet, and does the work when asked; it may be left."""
    span = span_of(look, since)
    began = spans.standing(span)
    told = {"then": quarter_name(span.since), "now": quarter_name(span.quarter)}
    with st.container(border=True):
        st.markdown(escaped(_("{then}与 {now}之间的变动还没有算过。").format(**told)))
        st.caption(escaped(_("相邻季度随每次重算存好，其他组合第一次看时算一次，算好后人人可看。"
                             "可以中途离开，再来时接着算。")))  # fmt: skip
        if began.done:
            st.caption(_("已完成 {done} 步，共 {steps} 步。").format(
                done=integer(began.done), steps=integer(began.steps)))  # fmt: skip
        label = _("接着算") if began.done else _("计算这两个季度之间的变动")
        if st.button(label, icon=":material/calculate:", type="primary", key="span-begin"):
            _work(look, span)


def _work(look: Look, span: Span) -> None:
    bar = st.progress(0.0, text=_("正在计算…"))
    for step in spans.compute(span, look.page.scope):
        bar.progress(step.share, text=_("正在计算：{done} / {steps} 步").format(
            done=integer(step.done), steps=integer(step.steps)))  # fmt: skip
    st.rerun()
