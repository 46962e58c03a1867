"""Several customers at once: ticked in the directory, then tagged, visited by plan, or handed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.customers import marks, refresh
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import owners
from lib.words import _, codes, name
from lib.work import due

_OUTCOME, _ROUND = "customers.outcome", "customers.round"
#: what is done with one of the ticked customers, in a transaction of its own
Act = Callable[[StoreSession, Any], object]


@dataclass(frozen=True)
class Outcome:
    """What became of the ticked customers: how many are done, and of the others who and why not."""

    done: int
    left: tuple[tuple[str, str], ...]


def several(page: Page) -> bool:
    """Whether rows are ticked instead of opened."""
    return page.right.change and st.toggle(escaped(_("批量处理")), key="directory-several")


def ticked(page: Page, found: Sequence[Any], rows: Sequence[dict[str, Any]], shown: list[frames.Column]) -> None:
    """The list with boxes to tick, what is done with the ticked, and what became of the last."""
    told()
    key = f"directory-ticked-{st.session_state.get(_ROUND, 0)}"
    wanted = [found[at] for at in frames.checklist(rows, shown, key=key, by="number")]
    if not wanted:
        st.caption(escaped(_("勾选左侧的方框，再选择要做的事。")))
        return
    st.caption(escaped(_("已勾选 {n} 位客户。").format(n=len(wanted))))
    titles = [_("打标签"), _("安排回访"), _("提醒核实信息"), _("申请移交")]
    tag, visit, remind, transfer = st.tabs([escaped(title) for title in titles])
    with tag:
        _tag(page, wanted)
    with visit:
        _visit(page, wanted)
    with remind:
        _remind(page, wanted)
    with transfer, page.session() as session:
        key = f"transfer-several-{len(wanted)}-{wanted[0].number}"
        owners.ask(page, session, [one.number for one in wanted], key=key)


def told() -> None:
    """What the last action did and did not do; said once."""
    outcome: Outcome | None = st.session_state.pop(_OUTCOME, None)
    if outcome is None:
        return
    if outcome.done:
        st.success(escaped(_("已处理 {n} 位客户。").format(n=outcome.done)))
    if outcome.left:
        st.warning(escaped(_("未处理 {n} 位客户：").format(n=len(outcome.left))))
        columns = [frames.Column("number", _("客户号"), width=125), frames.Column("why", _("原因"))]
        frames.table([{"number": number, "why": why} for number, why in outcome.left], columns, key="directory-left")


def each(page: Page, wanted: Sequence[Any], act: Act) -> Outcome:
    """Do it with every customer in turn: one that is refused holds none of the others."""
    left = []
    for one in wanted:
        try:
            with page.session(write=True) as session:
                act(session, one)
        except Conflict:
            left.append((one.number, _("刚被别人更新过，请重新查看。")))
        except Refused as refused:
            left.append((one.number, str(refused)))
    return Outcome(len(wanted) - len(left), tuple(left))


def _tag(page: Page, wanted: Sequence[Any]) -> None:
    with SaveForm("directory-tag") as form:
        with st.grid(3, min_column_width=160, gap="small"):
            tag = st.text_input(escaped(_("标签")), key=form.key("tag"), max_chars=marks.LONGEST)
            family = st.selectbox(escaped(_("类别")), codes("tag_family"), key=form.key("family"),
                                  format_func=lambda code: name("tag_family", code))  # fmt: skip
            why = st.text_input(escaped(_("依据")), key=form.key("why"), max_chars=200)
        problem = marks.tag_problem(tag, family, why)
        save = _doing(page, wanted, lambda session, one: marks.set_tag(session, one.customer_id, tag, family, why))
        label = _("给 {n} 位客户打标签").format(n=len(wanted))
        form.submit(save, problems=[problem] if problem else [], label=label, done=_("已逐一处理，结果见列表上方。"))


def _visit(page: Page, wanted: Sequence[Any]) -> None:
    with SaveForm("directory-visit") as form:
        with st.grid(2, min_column_width=200, gap="small"):
            day = st.date_input(escaped(_("计划日期")), page.today, min_value=page.today, key=form.key("day"))
            title = st.text_input(escaped(_("事由")), key=form.key("title"), max_chars=100)
        problems = [] if title.strip() else [_("请填写事由。")]
        save = _doing(page, wanted, lambda session, one: due.plan(session, one.customer_id, "visit", day, title))
        label = _("给 {n} 位客户安排回访").format(n=len(wanted))
        form.submit(save, problems=problems, label=label, done=_("已逐一处理，结果见列表上方。"))


def _remind(page: Page, wanted: Sequence[Any]) -> None:
    """Ask each customer's manager to verify the information: on their list, with the day it is due."""
    st.caption(escaped(_("列入各客户经理的待办；已在待办中的保持不变。")))
    with SaveForm("directory-remind") as form:
        save = _doing(page, wanted, lambda session, one: refresh.remind(session, one.customer_id))
        label = _("提醒核实 {n} 位客户的信息").format(n=len(wanted))
        form.submit(save, label=label, done=_("已逐一处理，结果见列表上方。"))


def _doing(page: Page, wanted: Sequence[Any], act: Act) -> Callable[[object], None]:
    def save(_seen: object) -> None:
        st.session_state[_OUTCOME] = each(page, wanted, act)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1

    return save
