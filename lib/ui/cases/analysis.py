"""投诉分析: a quarter's complaints against target, by cause and dimension, and their time (制度 §六(三), §七)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

import streamlit as st

from lib.store.reveal import SHORTEST_REASON
from lib.store.rights import matrix
from lib.ui import frames, quarters
from lib.ui.cases import facts, heat, pareto, parts, spread
from lib.ui.cases.facts import Look
from lib.ui.frames import Card, Link
from lib.ui.kpis import cards as kpi_cards
from lib.ui.kpis.data import Story, signed, stories
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer

#: which complaints a card leads to: those received in the quarter, or those closed in it
_CLOSED = ("first_time_resolution",)


def analysis(page: Page) -> None:
    """Quarter and branch; below them cards, causes, dimensions, time taken, weeks, and the register as a file."""
    found = quarters.runs(page.scope)
    if not found:
        frames.empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会分析投诉。"))
        return
    look = facts.choose(page, found)
    quarters.say(look.run)
    with frames.loading():
        _cards(look)
        _details(look)
    register(look)


def _details(look: Look) -> None:
    if look.page.scope.facts == "own":
        frames.empty(_("按原因、业务和用时的分析以支行和经办人为单位，你的岗位只看上面的指标。"))
        return
    if not facts.counts(look.page.scope, look.facts, "channel"):
        frames.empty(_("这个季度在你的范围内没有投诉。"))
        return
    if look.leads and look.page.scope.facts != "handled":
        st.caption(
            escaped(_("点击图中的条或表中的行查看投诉。数字按季末的归属统计，名单按现在的归属列出，可能相差几件。"))
        )
    pareto.draw(look)
    parts.draw(look)
    spread.draw(look)
    heat.draw(look)


def _cards(look: Look) -> None:
    """The KPIs of complaints; how many were closed stands beside how many came in."""
    kpis = look.kpis
    found = {key: story for (key, _group), story in stories(kpis, kpis.kpis).items()}
    shown: list[Card] = []
    for kpi in kpis.kpis:
        if kpi.key not in found or found[kpi.key].now is None:
            continue
        shown.append(replace(kpi_cards.card(kpis, found[kpi.key]), href=_href(look, kpi.key)))
        if kpi.key == "complaints_received" and "first_time_resolution" in found:
            shown.append(_closed(look, found["first_time_resolution"]))
    if shown:
        frames.cards(shown, key="complaint-analysis-cards")
    else:
        frames.empty(_("这个季度在你的范围内没有投诉指标。"))


def _closed(look: Look, story: Story) -> Card:
    values = [story.rows[one].denominator if one in story.rows else None for one in story.trail[-12:]]
    now, then = story.now, story.earlier(1)
    change = None
    if now and then and now.denominator is not None and then.denominator:
        change = f"{signed((now.denominator - then.denominator) / then.denominator * 100, 1)}%"
    return Card(
        _("办结投诉数"), integer(now.denominator if now else None), delta=change,
        spark=[None if one is None else float(one) for one in values], help=_("本季办结的投诉，不含撤诉"),
        href=Link("complaints", look.closed()) if look.leads else None,
    )  # fmt: skip


def _href(look: Look, key: str) -> Link:
    """To the cases; for who sees no cases, to the KPI."""
    if look.leads:
        return Link("complaints", look.closed() if key in _CLOSED else look.received())
    branch = look.house.branches.get(look.scene.branch_id or 0)
    params = {"kpi": key, "quarter": str(look.run.quarter)} | ({"branch": branch[0]} if branch else {})
    return Link("kpis", params, _("展开"))


def register(look: Look) -> None:
    """The register of the quarter and of each of its months as files; plain links, as they leave by the front door."""
    if not look.leads:
        return
    st.subheader(escaped(_("登记簿")), anchor=False)
    st.caption(escaped(_("含法律要求登记的各项。证件号与电话脱敏；每次导出记入台账，每页标注导出人与时间。")))
    _links(periods(look), {})
    if look.page.scope.role not in matrix()["reveal"]["roles"]:
        return
    with st.expander(escaped(_("未脱敏导出")), key="register-clear"):
        reason = st.text_input(escaped(_("理由（逐户记入访问台账）")), key="register-reason", max_chars=200)
        if len(reason.strip()) >= SHORTEST_REASON:
            _links(periods(look), {"clear": "1", "reason": reason.strip()})
        else:
            st.caption(escaped(_("写明理由后可下载。")))


def periods(look: Look) -> list[tuple[str, dict[str, str]]]:
    """The quarter and its months as the export's address names them."""
    start = look.run.quarter.start
    months = [f"{start.year}-{start.month + n:02}" for n in range(3)]
    begun = [month for month in months if month <= f"{look.last:%Y-%m}"]
    quarter = str(look.run.quarter)
    return [(quarter, {"quarter": quarter}), *((month, {"month": month}) for month in begun)]


def _links(named: Sequence[tuple[str, dict[str, str]]], more: dict[str, str]) -> None:
    made = (f'<a href="{escape("/export/complaint-register?" + urlencode(params | more))}">'
            f"{escape(_('下载 {period}').format(period=title))}</a>" for title, params in named)  # fmt: skip
    st.html(f'<p class="crm-links">{"".join(made)}</p>')
