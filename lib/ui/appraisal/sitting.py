"""Sessions of training: planned, and the attendance of one recorded for everybody at once."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from lib.staff import training, training_read
from lib.staff.attendance import Seat, record_attendance, seat_problems
from lib.staff.training import SessionForm
from lib.store.models import Course, TrainingSession
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui import frames, quarters
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, day, name

_TONES = {"planned": "main", "held": "good", "cancelled": "context"}


def draw(page: Page, session: StoreSession) -> None:
    """The sessions; one chosen opens its attendance, and for who may, a new one is planned."""
    if page.right.change:
        with st.expander(escaped(_("安排一场培训")), icon=":material/add:", key="training-plan"):
            _plan(page, session)
    found = frames.page_of(session, training_read.sessions(), key="training-sessions-page", size=20)
    rows: list[Any] = list(found.rows)
    if not rows:
        frames.empty(_("还没有培训场次。安排一场之后，在这里登记出席与成绩。"))
        return
    chosen = frames.table(
        [{**row._mapping, "branch": row.branch or _("全行"), "state": (name("training_state", row.state),
                                                                       _TONES[row.state])} for row in rows],
        [
            Column("course", _("课程"), pinned=True, width="large"), Column("held_on", _("日期"), "day"),
            Column("state", _("状态"), "badge"), Column("attended", _("出席"), "integer"),
            Column("passed", _("合格"), "integer"), Column("branch", _("范围")), Column("trainer", _("讲师")),
        ], key="training-sessions", select=True)  # fmt: skip
    if chosen is None:
        st.caption(escaped(_("选一场，登记全场的出席与成绩。")))
        return
    attendance(page, session, rows[chosen].id)


def _plan(page: Page, session: StoreSession) -> None:
    named = {course.id: course.title for course in session.scalars(training_read.courses()) if course.active}
    house = quarters.house(page.scope).branches
    whole = page.right.extent == "bank"
    places: dict[int | None, str] = {None: _("全行"), **{i: title for i, (_code, title) in house.items()}}
    offered = list(places) if whole else [page.scope.branch_id]
    with SaveForm("training-new-session") as form:
        with st.grid("auto", min_column_width=180, gap="small"):
            course = st.selectbox(escaped(_("课程")), list(named), index=None, key=form.key("course"),
                                  format_func=named.__getitem__, placeholder=_("请选择"))  # fmt: skip
            held_on = st.date_input(escaped(_("日期")), page.today, key=form.key("day"))
            branch = st.selectbox(escaped(_("范围")), offered, key=form.key("branch"),
                                  format_func=lambda one: places.get(one, ""))  # fmt: skip
            trainer = st.text_input(escaped(_("讲师")), key=form.key("trainer"), max_chars=training.LONGEST_TITLE)
        shape = SessionForm(course, held_on, branch, trainer)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as inner:
                training.plan_session(inner, shape)

        form.submit(save, problems=shape.problems(), label=_("安排"), done=_("已安排培训。"))


def attendance(page: Page, session: StoreSession, session_id: int) -> None:
    """The whole session as a grid: who was there, with what result."""
    held = session.get_one(TrainingSession, session_id)
    course = session.get_one(Course, held.course_id)
    st.subheader(escaped(_("{course} · {day}").format(course=course.title, day=day(held.held_on))), anchor=False)
    branch = page.scope.branch_id if page.right.extent == "branch" else None
    rows = [row for row in session.execute(training_read.roster(held, branch, page.today))
            if not (page.scope.role == "head" and row.id == page.scope.staff_id)]  # fmt: skip
    if not rows:
        frames.empty(_("没有须参加这门课的员工。"))
        return
    st.caption(escaped(_told(course)))
    may = page.right.change and held.state != "cancelled" and held.held_on <= page.today
    if page.right.change and held.state == "planned":
        st.button(escaped(_("取消这场培训")), key=f"training-cancel-{held.id}", type="tertiary",
                  icon=":material/event_busy:", on_click=_cancel, args=(page, held.id, held.version))  # fmt: skip
    if not may:
        _shown(rows)
        return
    with SaveForm(f"attendance-{session_id}") as form:
        seats = _grid(form, course, rows)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as inner:
                record_attendance(inner, session_id, seats)

        form.submit(save, problems=seat_problems(course, held, seats, page.today), label=_("保存全场"),
                    done=_("已登记出席与成绩。"))  # fmt: skip


def _cancel(page: Page, session_id: int, version: int) -> None:
    try:
        with page.session(write=True) as session:
            training.cancel_session(session, session_id, version)
    except (Conflict, Refused):
        st.toast(escaped(_("刚被别人更新过，请重新查看。")))
    else:
        st.toast(escaped(_("已取消这场培训。")))


def _told(course: Course) -> str:
    parts = [_("{n} 学时").format(n=course.hours)]
    parts.append(_("测试 {n} 分合格").format(n=course.pass_mark) if course.pass_mark else _("出席即完成"))
    if course.refresh_months:
        parts.append(_("每 {n} 个月复训").format(n=course.refresh_months))
    return " · ".join(parts)


def _grid(form: SaveForm, course: Course, rows: list[Any]) -> list[Seat]:
    table = pd.DataFrame({
        "name": [row.name for row in rows], "role": [name("role", row.role) for row in rows],
        "branch": [row.branch or _("总行") for row in rows], "attended": [bool(row.attended) for row in rows],
        "score": pd.array([row.score for row in rows], dtype="Int64"),
    })  # fmt: skip
    config: dict[str, Any] = {
        "name": st.column_config.TextColumn(_("员工"), disabled=True, pinned=True),
        "role": st.column_config.TextColumn(_("岗位"), disabled=True),
        "branch": st.column_config.TextColumn(_("支行"), disabled=True),
        "attended": st.column_config.CheckboxColumn(_("出席")),
        "score": st.column_config.NumberColumn(_("成绩"), min_value=0, max_value=100, step=1),
    }  # fmt: skip
    order = ["name", "attended", *(["score"] if course.pass_mark else []), "role", "branch"]
    edited = st.data_editor(table, key=form.key("grid"), hide_index=True, column_config=config, column_order=order,
                            num_rows="fixed", width="stretch")  # fmt: skip
    said = zip(rows, edited["attended"], edited["score"], strict=True)
    return [Seat(row.id, bool(there), None if pd.isna(score) else int(score), row.version)
            for row, there, score in said]  # fmt: skip


def _shown(rows: list[Any]) -> None:
    frames.table([{**row._mapping, "there": _("出席") if row.attended else "", "post": name("role", row.role)}
                  for row in rows], [
        Column("name", _("员工"), pinned=True), Column("there", _("出席")), Column("score", _("成绩"), "integer"),
        Column("post", _("岗位")), Column("branch", _("支行")),
    ], key="training-seats")  # fmt: skip


def outcome(row: Any) -> tuple[str, str]:
    """What a record came to: passed, not passed, absent."""
    if not row.attended:
        return _("缺席"), "watch"
    return (_("合格"), "good") if row.passed else (_("未合格"), "watch")
