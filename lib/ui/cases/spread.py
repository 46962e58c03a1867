"""How long complaints took: every closing of the quarter by its days, with the legal terms marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.complaints.analysis import quantile, within
from lib.ui import frames, picks, theme
from lib.ui.cases import facts
from lib.ui.cases.facts import Look
from lib.ui.figures import Unit, figure, label, layout, scale_for, show, trace, value_axis
from lib.ui.plain import escaped
from lib.words import _, integer, percent

_HALF, _MOST = 0.5, 0.9
_LAST = 99  # the facts tell so many days apart


def draw(look: Look) -> None:
    """The distribution, its median and 90th percentile in words, and those of the quarter before."""
    st.subheader(escaped(_("处理用时")), anchor=False)
    found = facts.days(look.page.scope, look.facts)
    if not found:
        frames.empty(_("本季没有办结的投诉。"))
        return
    terms = _terms(look)
    clicked = _chart(look, finding(found, terms), found, terms)
    if picks.picked("complaint-days", clicked) and clicked is not None:
        facts.lead(look.closed(days=clicked))
    st.caption(escaped(_footnote(look, found)))


def finding(found: Mapping[int, int], terms: list[int]) -> str:
    """Median and 90th percentile, never a mean alone, and the share within the first legal term."""
    said = _("一半的投诉在 {half} 天内办结，九成在 {most} 天内").format(
        half=quantile(found, _HALF), most=quantile(found, _MOST))  # fmt: skip
    share = within(found, terms[0]) if terms else None
    return said + (_("；{n} 天内办结 {share}").format(n=terms[0], share=percent(share)) if share is not None else "")


def _terms(look: Look) -> list[int]:
    """The legal terms in days; none before the law."""
    entry = look.page.book.find("complaint.legal_term", look.run.quarter.end)
    return sorted(set(entry.value.values())) if entry else []


def _chart(look: Look, title: str, found: Mapping[int, int], terms: list[int]) -> str | None:
    last = max([*found, *terms[:1], 10])
    lengths = list(range(last + 1))
    sizes = [found.get(length, 0) for length in lengths]
    scale = scale_for(sizes, Unit())
    late = terms[0] if terms else last
    bars = trace(
        "bar", x=lengths, y=sizes, customdata=[[f"{length:02}", _told(length)] for length in lengths],
        marker={"color": [theme.MAIN if length <= late else theme.WATCH for length in lengths]},
        hovertemplate="%{customdata[1]}  %{y}<extra></extra>",
    )  # fmt: skip
    marked = [term for term in terms if term <= last]
    lines = [{"type": "line", "x0": term + 0.5, "x1": term + 0.5, "yref": "paper", "y0": 0, "y1": 1,
              "line": {"color": theme.TEXT, "width": 1, "dash": "dot"}} for term in marked]  # fmt: skip
    notes = [label(term + 0.5, 1, _("法定 {n} 天").format(n=term), yref="paper", yanchor="bottom") for term in marked]
    axes: dict[str, Any] = {
        "xaxis": {"fixedrange": True, "showgrid": False, "automargin": True, "title": None,
                  "range": [-0.7, last + 0.7], "nticks": 12},
        "yaxis": value_axis(scale), "clickmode": "event+select", "bargap": 0.12,
        "margin": {"l": 4, "r": 12, "t": 24, "b": 4, "pad": 4},
    }  # fmt: skip
    drawing = figure([bars], layout(260, shapes=lines, annotations=notes, **axes))
    alt = _("{n} 件办结的投诉按天数分布").format(n=integer(sum(sizes)))
    return show(title, drawing, "complaint-days", select=look.leads, alt=alt)


def _told(length: int) -> str:
    return (_("{n} 天及以上") if length == _LAST else _("{n} 天")).format(n=length)


def _footnote(look: Look, found: Mapping[int, int]) -> str:
    said = _("从收到到办结的自然天数，n={n}；法定期限计到答复，不计回访。").format(n=integer(sum(found.values())))
    then = facts.days(look.page.scope, look.facts_of(look.before)) if look.before else {}
    if then:
        said += _("上季一半在 {half} 天内，九成在 {most} 天内。").format(
            half=quantile(then, _HALF), most=quantile(then, _MOST))  # fmt: skip
    if sum(found.values()) < look.small_n:
        said += _("样本不足，仅供参考。")
    return said
