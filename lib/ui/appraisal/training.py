"""培训 (办法 §七.1): one's own courses, what is due for whom, sessions and attendance, the courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.kpi import KpiRow, kpi_table
from lib.staff import training, training_read
from lib.staff.duties import listed
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import charts, frames, quarters
from lib.ui.appraisal import courses, sitting
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer, number, percent

_KEYS = ("training_completion", "training_hours")
_EXTENTS = ("branch", "bank")


def draw(page: Page) -> None:
    """One's own training; for who answers for others, theirs too."""
    offered = {"mine": _("我的培训")}
    if page.right.extent in _EXTENTS:
        offered |= {"due": _("到期与完成"), "sessions": _("培训场次")}
    offered["courses"] = _("课程")
    view = choice(_("培训"), offered, key="training", default="due" if page.right.extent == "bank" else "mine",
                  segments=True)  # fmt: skip
    with page.session() as session:
        if view == "due":
            due(page, session)
        elif view == "sessions":
            sitting.draw(page, session)
        elif view == "courses":
            courses.draw(page, session)
        else:
            mine(page, session)


def mine(page: Page, session: StoreSession) -> None:
    """What I must take by when, what I took, and this year's hours."""
    me = page.scope.staff_id
    rows = session.execute(training.due_of(me, page.book, page.today)).all()
    late = sum(1 for row in rows if row.due_on < page.today)
    hours = session.scalars(training_read.hours_of(me, page.today.year)).one()
    frames.cards([
        Card(_("待完成课程"), integer(len(rows)), tone="risk" if late else None,
             note=_("其中逾期 {n} 门").format(n=late) if late else None),
        Card(_("今年学时"), integer(int(hours))),
    ], key="training-mine")  # fmt: skip
    if rows:
        frames.table([_duty(page, row) for row in rows], [
            Column("course", _("课程"), pinned=True, width="large"), Column("due_on", _("应完成"), "day"),
            Column("state", _("状态"), "badge"),
        ], key="training-mine-due")  # fmt: skip
    else:
        ahead = page.book.value("training.ahead_days", page.today)
        st.caption(escaped(_("{n} 天内没有到期的培训。").format(n=ahead)))
    st.subheader(escaped(_("我的培训记录")), anchor=False)
    taken = session.execute(training_read.records_of(me)).all()
    frames.table([{**row._mapping, "result": sitting.outcome(row)} for row in taken], [
        Column("course", _("课程"), pinned=True, width="large"), Column("taken_on", _("日期"), "day"),
        Column("result", _("结果"), "badge"), Column("score", _("成绩"), "integer"),
        Column("hours", _("学时"), "integer"), Column("valid_until", _("复训到期"), "day"),
    ], key="training-mine-records", nothing=_("还没有培训记录；参加培训后由支行负责人或客户关系管理部登记。"),
    )  # fmt: skip


def _duty(page: Page, row: Any) -> dict[str, Any]:
    waiting = _("复训") if row.again else _("待完成")
    waiting = _("复训") if row.again else _("待完成")
    said = (_("逾期"), "risk") if row.due_on < page.today else (waiting, "main")
    return {**row._mapping, "state": said}


@cached(of="facts")
def _figures(session: Session, asked: Sequence[str], by: str, digest: str) -> list[KpiRow]:
    return kpi_table(session, rulebook(), _KEYS, [Quarter.parse(one) for one in asked], by)  # type: ignore[arg-type]


def due(page: Page, session: StoreSession) -> None:
    """Completion of the quarter against its target, by branch, and the open duties of everybody within reach."""
    runs = quarters.runs(page.scope)
    if runs:
        _completion(page, quarters.choose(runs), runs)
    ahead: int = page.book.value("training.ahead_days", page.today)
    branch = page.scope.branch_id if page.right.extent == "branch" else None
    query = listed(page.today, page.today + timedelta(days=ahead), branch_id=branch)
    st.subheader(escaped(_("到期未完成（含 {n} 天内到期）").format(n=ahead)), anchor=False)
    found = frames.page_of(session, query, key="training-due-page", filters=branch)
    named = quarters.house(page.scope).branches
    rows: list[Any] = list(found.rows)
    frames.table(
        [{**_duty(page, row), "branch": named.get(row.branch_id, ("", _("总行")))[1]} for row in rows], [
            Column("staff", _("员工"), pinned=True), Column("course", _("课程"), width="large"),
            Column("due_on", _("应完成"), "day"), Column("state", _("状态"), "badge"), Column("branch", _("支行")),
        ], key="training-due", nothing=_("没有到期未完成的培训。"))  # fmt: skip


def _completion(page: Page, run: quarters.Run, runs: list[quarters.Run]) -> None:
    asked = [str(one.quarter) for one in quarters.up_to(runs, run, 8)]
    rows = _figures(page.scope, tuple(asked), "bank", page.book.digest)
    found = {(row.key, row.quarter): row for row in rows}
    now = found.get(("training_completion", str(run.quarter)))
    hours = found.get(("training_hours", str(run.quarter)))
    if now is None or not now.denominator:
        st.caption(escaped(_("这个季度没有应完成的培训。")))
        return
    trail = [one.value if (one := found.get(("training_completion", quarter))) else None for quarter in asked]
    to = Link("kpis", {"kpi": "training_completion", "quarter": str(run.quarter)}, _("看指标"))
    frames.cards([
        Card(_("培训完成率"), percent(now.value), target=percent(now.target), href=to,
             tone="watch" if now.on_target is False else None, spark=trail, small=now.small,
             note=_("应完成 {due}，已完成 {done}").format(due=integer(now.denominator), done=integer(now.numerator))),
        Card(_("人均学时"), number(hours.value, 1) if hours and hours.value is not None else "–",
             note=words.quarter_name(str(run.quarter))),
    ], key="training-figures")  # fmt: skip
    if page.right.extent == "bank":
        _by_branch(page, run)


def _by_branch(page: Page, run: quarters.Run) -> None:
    rows = [row for row in _figures(page.scope, (str(run.quarter),), "branch", page.book.digest)
            if row.key == "training_completion" and row.denominator]  # fmt: skip
    named = quarters.house(page.scope).branches
    rows.sort(key=lambda row: row.value or 0)
    labels = [named.get(int(row.group), ("", _("总行")))[1] for row in rows][:20]
    if len(labels) < 2:
        return
    missed = sum(1 for row in rows if row.on_target is False)
    title = _("培训完成率：{n} 个机构未达标").format(n=missed) if missed else _("培训完成率：各机构都达标")
    charts.bars(title, labels, [row.value for row in rows][:20], key="training-by-branch", horizontal=True,
                unit=charts.Unit("percent", ""), target=rows[0].target,
                faint=[label for label, row in zip(labels, rows, strict=False) if row.small])  # fmt: skip
