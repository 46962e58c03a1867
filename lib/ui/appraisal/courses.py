"""The courses: who must take them by when; the department enters and changes them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.staff import training, training_read
from lib.staff.training import CourseForm
from lib.store.models import Course
from lib.store.rights import writable
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, codes, name

_FIELDS = (
    "title",
    "kind",
    "form",
    "hours",
    "posts",
    "since_day",
    "within_days",
    "refresh_months",
    "pass_mark",
    "active",
)


def draw(page: Page, session: StoreSession) -> None:
    """The list, and for who may the forms."""
    found = list(session.scalars(training_read.courses()))
    may = "course" in writable(page.scope.role)
    if may:
        with st.expander(escaped(_("新增课程")), icon=":material/add:", key="course-new"):
            _form(page, None)
    if not found:
        frames.empty(_("还没有课程。由客户关系管理部登记课程之后，到期提醒与完成率才会出现。"))
        return
    chosen = frames.table([_line(course) for course in found], [
        Column("title", _("课程"), pinned=True, width=220), Column("kind", _("类别"), "code", family="course_kind"),
        Column("form", _("形式"), "code", family="course_form"), Column("hours", _("学时"), "integer", width=60),
        Column("posts", _("须参加的岗位"), width=240), Column("terms", _("期限"), width=220),
        Column("active", _("状态"), "badge", width=80), Column("code", _("代码"), width=80),
    ], key="courses", select=may)  # fmt: skip
    if may and chosen is not None:
        st.subheader(escaped(_("修改：{title}").format(title=found[chosen].title)), anchor=False)
        _form(page, found[chosen])


def _line(course: Course) -> dict[str, Any]:
    terms = _("入职后 {n} 天内") if course.kind == "new_staff" else _("入职或开课后 {n} 天内")
    parts = [terms.format(n=course.within_days)]
    if course.refresh_months:
        parts.append(_("每 {n} 个月复训").format(n=course.refresh_months))
    if course.pass_mark:
        parts.append(_("{n} 分合格").format(n=course.pass_mark))
    return {
        "title": course.title, "kind": course.kind, "form": course.form, "hours": course.hours, "code": course.code,
        "posts": _("、").join(name("role", post) for post in posts_of(course)) or _("自愿参加"),
        "terms": _("；").join(parts),
        "active": (_("在用"), "good") if course.active else (_("停用"), "context"),
    }  # fmt: skip


def posts_of(course: Course) -> tuple[str, ...]:
    """The roles that must take a course."""
    return tuple(post for post in course.posts.split("|") if post)


def _form(page: Page, course: Course | None) -> None:
    key, before = f"course-{course.code if course else 'new'}", _before(course)
    with SaveForm(key, version=course.version if course else None, before=before) as form:
        shape = _asked(page, form, course)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                training.save_course(session, course.id if course else None, seen.version or 0, shape)

        form.submit(save, problems=shape.problems(page.book, page.today), done=_("已保存课程。"),
                    mine={field: str(value) for field, value in shape.values().items()},
                    titles={field: name("course_field", field) for field in _FIELDS})  # fmt: skip


def _before(course: Course | None) -> dict[str, str]:
    return {field: str(getattr(course, field)) for field in _FIELDS} if course else {}


def _asked(page: Page, form: SaveForm, course: Course | None) -> CourseForm:
    """The widgets, beginning with what stands."""
    now = course
    kinds, forms, roles = codes("course_kind"), codes("course_form"), codes("role")
    newest = page.book.value("training.new_staff_days", page.today)
    with st.grid("auto", min_column_width=170, gap="small"):
        code = now.code if now else st.text_input(escaped(_("代码")), key=form.key("code"), max_chars=20)
        title = st.text_input(_field("title"), now.title if now else "", key=form.key("title"), max_chars=80)
        kind = st.selectbox(_field("kind"), kinds, kinds.index(now.kind) if now else 0, key=form.key("kind"),
                            format_func=lambda one: name("course_kind", one))  # fmt: skip
        how = st.selectbox(_field("form"), forms, forms.index(now.form) if now else 0, key=form.key("form"),
                           format_func=lambda one: name("course_form", one))  # fmt: skip
        hours = st.number_input(_field("hours"), 1, 200, now.hours if now else 2, key=form.key("hours"))
        since = st.date_input(_field("since_day"), now.since_day if now else page.today, key=form.key("since"))
        within = st.number_input(_field("within_days"), 1, 730, now.within_days if now else newest,
                                 key=form.key("within"))  # fmt: skip
        again = st.number_input(_field("refresh_months"), 1, 120, now.refresh_months if now else None,
                                key=form.key("again"), placeholder=NOTHING)  # fmt: skip
        mark = st.number_input(_field("pass_mark"), 1, 100, now.pass_mark if now else None, key=form.key("mark"),
                               placeholder=NOTHING)  # fmt: skip
    posts = st.multiselect(_field("posts"), roles, posts_of(now) if now else (), key=form.key("posts"),
                           format_func=lambda one: name("role", one), placeholder=_("自愿参加"))  # fmt: skip
    active = st.checkbox(_field("active"), now.active if now else True, key=form.key("active"))
    whole = {"again": None if again is None else int(again), "pass_mark": None if mark is None else int(mark)}
    return CourseForm(str(code), title, kind, how, int(hours), tuple(posts), since, int(within), **whole, active=active)


def _field(code: str) -> str:
    return escaped(name("course_field", code))
