"""改进措施: what is done against the causes of complaints, by whom and until when, and whether it worked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from sqlalchemy import select

from lib import words
from lib.complaints import actions, effect
from lib.complaints.effect import Effect
from lib.store.models import Action, Staff
from lib.ui import frames, picks, quarters
from lib.ui.cases import action_figures, action_forms
from lib.ui.cases.action_figures import Moved
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.words import _, codes, figure, integer, name, translate
from lib.work.causes import cause_title, causes

_MOST = 200
_TONES = {"fewer": "good", "more": "watch", "unsettled": "watch"}


def actions_view(page: Page) -> None:
    """Cards, the list, the action chosen, and for heads and the department a form to give one."""
    with page.session() as session:
        everything = session.scalars(actions.listed().limit(_MOST)).all()
        people = dict(session.execute(select(Staff.id, Staff.name)).all())
    _cards(page, everything)
    states = {"": _("全部"), **{code: name("action_state", code) for code in codes("action_state")}}
    state = choice(_("状态"), states, key="action_state", default="open", segments=True)
    shown = [one for one in everything if not state or one.state == state]
    effects, moved = action_figures.effects(page, shown), action_figures.moved(page, shown)
    _list(page, shown, people, effects, moved)
    _chosen(page, everything, people)
    cause = st.query_params.get("cause", "")
    if page.right.change and (actions.may_give(page.scope, page.scope.branch_id)):
        with st.expander(escaped(_("下达一项措施")), expanded=bool(cause), key="action-give"):
            action_forms.give(page, cause)


def _cards(page: Page, everything: Sequence[Action]) -> None:
    late = sum(actions.is_overdue(one, page.today) for one in everything)
    count = {state: sum(one.state == state for one in everything) for state in actions.STATES}
    frames.cards([
        Card(_("进行中"), integer(count["open"])),
        Card(_("逾期"), integer(late), tone="risk" if late else None),
        Card(_("已完成"), integer(count["done"])),
    ], key="action-cards")  # fmt: skip


def _list(
    page: Page, shown: Sequence[Action], people: dict[int, str], effects: dict[int, Effect], moved: dict[int, Moved]
) -> None:
    if not shown:
        frames.empty(_("没有这样的改进措施。措施从主要的根本原因出发，由支行负责人和客户关系管理部下达。"))
        return
    house, known = quarters.house(page.scope), causes(page.book, page.today)
    rows = [
        {"title": one.title, "state": _state(one, page), "due_on": one.due_on, "owner": people.get(one.owner_id, ""),
         "cause": cause_title(one.cause, known), "place": _place(one, house.branches),
         "kpi": _kpi(page, one, moved.get(one.id), house.currency), "effect": _verdict(one, effects.get(one.id))}
        for one in shown
    ]  # fmt: skip
    columns = [
        Column("title", _("措施"), pinned=True), Column("state", _("状态"), "badge"),
        Column("due_on", _("完成期限"), "day"), Column("owner", _("责任人")), Column("cause", _("针对的根本原因")),
        Column("place", _("适用范围")), Column("kpi", _("要改善的指标")), Column("effect", _("成效"), "badge"),
    ]  # fmt: skip
    chosen = frames.table(rows, columns, key="actions", select=True)
    if picks.picked("actions", chosen) and chosen is not None:
        picks.show(str(shown[chosen].id), "action")


def _chosen(page: Page, everything: Sequence[Action], people: dict[int, str]) -> None:
    """The action in the address: everything about it, its effect in words, and what may be done with it."""
    asked = st.query_params.get("action", "")
    action = next((one for one in everything if str(one.id) == asked), None)
    if action is None:
        return
    with st.container(border=True):
        st.subheader(escaped(action.title), anchor=False)
        _details(page, action, people)
        _forms(page, action)


def _details(page: Page, action: Action, people: dict[int, str]) -> None:
    house = quarters.house(page.scope)
    moved = action_figures.moved(page, [action]).get(action.id)
    pairs([
        (_("状态"), _state(action, page)[0]), (_("责任人"), people.get(action.owner_id)),
        (_("完成期限"), words.day(action.due_on)), (_("适用范围"), _place(action, house.branches)),
        (_("针对的根本原因"), cause_title(action.cause, causes(page.book, page.today))),
        (_("要改善的指标"), _kpi(page, action, moved, house.currency)), (_("预期效果"), action.expected),
        (_("下达"), f"{people.get(action.created_by, '')} {words.moment(action.created_at)}"),
    ], key="action-pairs")  # fmt: skip
    st.caption(escaped(_("具体步骤")))
    plain(action.steps)
    if action.evidence:
        ended = _("完成的证据") if action.state == "done" else _("取消的理由")
        st.caption(escaped(f"{ended} · {words.day(action.ended_on)}"))
        plain(action.evidence)
    if action.state == "done":
        found = action_figures.effects(page, [action]).get(action.id)
        told = effect.sentence(found) if found else _("成效按支行统计，你的岗位看不到这个范围的投诉数字。")
        of_branch = found is not None and action.branch_id is None and page.scope.facts == "branch"
        title = _("在本支行的成效") if of_branch else _("成效")
        st.markdown(f"**{escaped(title)}** {escaped(told)}")
    if page.scope.cases != "none" and action.cause:
        address = {"kind": "complaint", "state": "all", "cause": action.cause}
        frames.link(Link("complaints", address, _("查看这个原因的投诉")))


def _forms(page: Page, action: Action) -> None:
    if not page.right.change or not actions.may_finish(page.scope, action):
        return
    gives = actions.may_give(page.scope, action.branch_id)
    titles = [_("办结"), *([_("修改"), _("取消")] if gives else [])]
    tabs = st.tabs([escaped(title) for title in titles])
    with tabs[0]:
        action_forms.finish(page, action)
    if gives:
        with tabs[1]:
            action_forms.change(page, action)
        with tabs[2]:
            action_forms.drop(page, action)


def _state(action: Action, page: Page) -> tuple[str, str]:
    if actions.is_overdue(action, page.today):
        days = (page.today - action.due_on).days
        return _("逾期 {d} 天").format(d=days), "risk"
    return name("action_state", action.state), "good" if action.state == "done" else "context"


def _place(action: Action, branches: dict[int, tuple[str, str]]) -> str:
    return branches[action.branch_id][1] if action.branch_id in branches else _("全行")


def _kpi(page: Page, action: Action, moved: Moved | None, currency: str) -> str:
    """The KPI's name with its value then and now."""
    known = {kpi.key: kpi for kpi in page.book.kpis(page.today)}
    kpi = known.get(action.kpi_key or "")
    if kpi is None:
        return action.kpi_key or ""
    values = [figure(None if row is None or row.value is None else float(row.value), kpi.unit, currency)
              for row in ((moved.then, moved.now) if moved else (None, None))]  # fmt: skip
    return _("{kpi}：下达时 {then}，现在 {now}").format(kpi=translate(kpi.title), then=values[0], now=values[1])


def _verdict(action: Action, found: Effect | None) -> tuple[str, str] | None:
    if action.state != "done" or found is None:
        return None
    return name("action_effect", found.verdict), _TONES.get(found.verdict, "context")
