"""季度指标: the KPIs of a quarter against target, from the bank down to its customers (制度 §七, 管理 §8.1)."""

from html import escape

import streamlit as st

from lib.rulebook import Kpi
from lib.ui import picks, quarters
from lib.ui.choices import choice
from lib.ui.frames import empty, loading
from lib.ui.kpis import bulleted, cards, compare, missed, multiples, one, people, picking, why
from lib.ui.kpis.look import Look, choose
from lib.ui.page import open_page
from lib.ui.plain import escaped
from lib.words import _, translate


def main() -> None:
    """The quarter; below it all KPIs, or the one in the address."""
    page = open_page("kpis")
    with page:
        found = quarters.runs(page.scope)
        if not found:
            empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示各项指标。"))
            return
        look = choose(page, found)
        quarters.say(look.run)
        chosen = look.chosen
        with loading():
            if chosen is None:
                all_of_them(look)
            else:
                one_kpi(look, chosen)


def all_of_them(look: Look) -> None:
    """The board: the KPIs chosen, those off target first, then each way of looking."""
    st.markdown(escaped(look.place()))
    up(look)
    views = {"": _("卡片"), "bullets": _("子弹图"), "compare": _("两期对比"), "table": _("对比表")}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        view = choice(_("看法"), views, key="view", segments=True)
        picking.controls(look)
    kpis = picking.chosen(look.kpis)
    told = cards.told_of(look, kpis)
    if not told:
        empty(_("这个季度在你的范围内没有指标数据。"))
        return
    if view == "compare":
        compare.draw(look, [story.kpi for story in told])
    else:
        st.markdown(f"**{escaped(cards.finding(told))}**")
        if view == "":
            missed.draw(look, told)
        {"": cards.draw, "bullets": bulleted.draw, "table": cards.comparison}[view](look, told)
    cards.quiet(kpis, told)
    download(look.export(kpis=st.query_params.get("kpis", "")))


def one_kpi(look: Look, kpi: Kpi) -> None:
    """One KPI: its trail, parts and people; every branch beside the others; or why it changed."""
    picks.back(_("返回全部指标"), "kpi", "show", "by", "view", "against", "span", "of_kind", "of_tier", key="kpis-back")
    st.subheader(escaped(f"{translate(kpi.title)} · {look.place()}"), anchor=False)
    up(look)
    views = {"": _("总览"), "why": _("变化分解")}
    if look.below in kpi.by:
        views["branches"] = _("各支行") if look.below == "branch" else _("各客户经理")
    view = choice(_("看法"), views, key="view", segments=True)
    if view == "branches":
        multiples.draw(look, kpi)
    elif view == "why":
        why.draw(look, kpi, one.story_of(look, kpi))
    else:
        overview(look, kpi)
    by = st.query_params.get("by", look.below)
    download(look.export(kpi=kpi.key, by=by or "bank"))


def overview(look: Look, kpi: Kpi) -> None:
    """Trail, definition, parts one level down, people."""
    story = one.trail(look, kpi)
    one.define(look, kpi, story)
    if story is not None:
        one.parts(look, kpi)
        people.draw(look, kpi, story)


def up(look: Look) -> None:
    """The way back up: from a manager to the branch, from a branch to the bank."""
    facts = look.page.scope.facts
    if facts in ("bank", "branch") and look.scene.staff_id is not None:
        picks.back(_("返回支行"), "manager", "show", key="kpis-up-branch")
    if facts == "bank" and look.scene.branch_id is not None:
        picks.back(_("返回全行"), "branch", "manager", "show", key="kpis-up-bank")


def download(address: str) -> None:
    """The table as a file; a plain link, because the file leaves through the front door and its ledger."""
    table, sheet = escape(address), escape(f"{address}&format=xlsx")
    st.html(f'<p class="crm-links"><a href="{table}">{escape(_("下载 CSV"))}</a>'
            f'<a href="{sheet}">{escape(_("下载 Excel"))}</a></p>')  # fmt: skip


main()
