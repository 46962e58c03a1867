"""Several customers at once: ticked in the directory, then tagged, visited by plan, or handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.customers import marks, refresh
from lib.ui import frames, one_by_one
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import owners
from lib.words import _, codes, name
from lib.work import due

_KEY = "directory"


def several(page: Page) -> bool:
    """Whether rows are ticked instead of opened."""
    return page.right.change and st.toggle(escaped(_("批量处理")), key="directory-several")


def ticked(page: Page, found: Sequence[Any], rows: Sequence[dict[str, Any]], shown: list[frames.Column]) -> None:
    """The list with boxes to tick, what is done with the ticked, and what became of the last."""
    one_by_one.told(_KEY, _("已处理 {n} 位客户。"), _("未处理 {n} 位客户："), _("客户号"))
    key = f"directory-ticked-{one_by_one.round_of(_KEY)}"
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


def _tag(page: Page, wanted: Sequence[Any]) -> None:
    with SaveForm("directory-tag") as form:
        with st.grid(3, min_column_width=160, gap="small"):
            tag = st.text_input(escaped(_("标签")), key=form.key("tag"), max_chars=marks.LONGEST)
            family = st.selectbox(escaped(_("类别")), codes("tag_family"), key=form.key("family"),
                                  format_func=lambda code: name("tag_family", code))  # fmt: skip
            why = st.text_input(escaped(_("依据")), key=form.key("why"), max_chars=200)
        problem = marks.tag_problem(tag, family, why)
        save = one_by_one.doing(
            page, _KEY, wanted, lambda session, one: marks.set_tag(session, one.customer_id, tag, family, why)
        )
        label = _("给 {n} 位客户打标签").format(n=len(wanted))
        form.submit(save, problems=[problem] if problem else [], label=label, done=_("已逐一处理，结果见列表上方。"))


def _visit(page: Page, wanted: Sequence[Any]) -> None:
    with SaveForm("directory-visit") as form:
        with st.grid(2, min_column_width=200, gap="small"):
            day = st.date_input(escaped(_("计划日期")), page.today, min_value=page.today, key=form.key("day"))
            title = st.text_input(escaped(_("事由")), key=form.key("title"), max_chars=100)
        problems = [] if title.strip() else [_("请填写事由。")]
        save = one_by_one.doing(
            page, _KEY, wanted, lambda session, one: due.plan(session, one.customer_id, "visit", day, title)
        )
        label = _("给 {n} 位客户安排回访").format(n=len(wanted))
        form.submit(save, problems=problems, label=label, done=_("已逐一处理，结果见列表上方。"))


def _remind(page: Page, wanted: Sequence[Any]) -> None:
    """Ask each customer's manager to verify the information: on their list, with the day it is due."""
    st.caption(escaped(_("列入各客户经理的待办；已在待办中的保持不变。")))
    with SaveForm("directory-remind") as form:
        save = one_by_one.doing(page, _KEY, wanted, lambda session, one: refresh.remind(session, one.customer_id))
        label = _("提醒核实 {n} 位客户的信息").format(n=len(wanted))
        form.submit(save, label=label, done=_("已逐一处理，结果见列表上方。"))
