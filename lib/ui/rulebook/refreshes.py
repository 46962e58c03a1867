"""What refreshes did, quarter by quarter with the moves and their reasons; and what the next one would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.jobs.preview import Preview, preview
from lib.jobs.refresh import MOVES, move_name
from lib.store.models import QuarterRun
from lib.ui import frames
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _

_SHOWN = 40
_FOUND = "rulebook.preview"
#: steps of a version, about: for the bar, which ends when the last is done
_STEPS = 30


def refreshes(page: Page) -> None:
    """The published versions, newest first; the department may look ahead."""
    with page.session() as session:
        run = QuarterRun
        query = select(run).where(run.state.in_(("open", "closed"))).order_by(run.quarter.desc()).limit(_SHOWN)
        rows = [_row(one) for one in session.scalars(query)]
    if not rows:
        frames.empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示每次刷新的结果。"))
        return
    st.caption(escaped(_("每个季度最近一次刷新：重算了多少客户，各种变动多少位。")))
    frames.table(rows, _columns(), key="refreshes")
    if page.scope.role == "crm":
        _ahead()


def _row(run: QuarterRun) -> dict[str, Any]:
    counts = run.counts or {}
    return {
        "quarter": run.quarter, "version": run.version, "state": _state(run), "at": run.finished_at,
        "customers": counts.get("customers"), "anew": counts.get("anew"),
        **{code: counts.get(code) for code in MOVES if code != "kept"},
    }  # fmt: skip


def _state(run: QuarterRun) -> tuple[str, str]:
    return (_("已结账"), "context") if run.state == "closed" else (_("未结账"), "main")


def _columns() -> list[Column]:
    head = [
        Column("quarter", _("季度"), pinned=True), Column("state", _("状态"), "badge"),
        Column("customers", _("客户数"), "integer"), Column("anew", _("重算"), "integer"),
    ]  # fmt: skip
    moves = [Column(code, move_name(code), "integer") for code in MOVES if code != "kept"]
    return [*head, *moves, Column("at", _("完成时间"), "moment"), Column("version", _("版本"), "integer")]


def _ahead() -> None:
    """A button that builds the next version aside and says what it would change."""
    st.subheader(escaped(_("预览下次刷新")), anchor=False)
    st.caption(escaped(_("按现在的数据与口径另行计算，不发布；下次刷新会接着用它，不必重算。")))
    if st.button(escaped(_("开始预览")), key="preview-run", icon=":material/preview:"):
        st.session_state[_FOUND] = _looked_ahead()
    found: list[Preview] | None = st.session_state.get(_FOUND)
    if found is not None:
        _tell(found)


def _looked_ahead() -> list[Preview]:
    bar, done = st.progress(0.0, text=escaped(_("正在计算…"))), 0

    def tell(said: str) -> None:
        nonlocal done
        done += 1
        bar.progress(min(done / _STEPS, 0.95), text=escaped(said))

    found = preview(tell)
    bar.empty()
    return found


def _tell(found: Sequence[Preview]) -> None:
    if not found:
        frames.empty(_("刷新不会改变任何已发布的结果。"))
        return
    for one in found:
        st.markdown(f"**{escaped(one.heading())}**")
        rows = [{"what": said.subject(), "way": said.way(), "customers": said.customers} for said in one.differences]
        columns = [Column("what", _("变动")), Column("way", _("从 → 到"), width="large"),
                   Column("customers", _("客户数"), "integer")]  # fmt: skip
        frames.table(rows, columns, key=f"preview-{one.quarter}",
                     nothing=_("没有人的层级、预警或推荐会改变。"))  # fmt: skip
