"""绩效与培训 on screen: everybody sees their own training, heads and the department record a session at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from lib.store.bulk import bulk
from tests.kpi.ten import BASICS, MA, NI, NORTH, ZHAO, ten_bank, ten_made
from tests.screen import application, page, words_of

_ = (ten_bank, ten_made)
VIEWS = {
    "rm.ma": ["mine", "courses"],
    "rm.ni": ["mine", "courses"],
    "care.chen": ["mine", "courses"],
    "product.he": ["mine", "courses"],
    "legal.qian": ["mine", "courses"],
    "head.wang": ["mine", "due", "sessions", "courses"],
    "crm.zhao": ["mine", "due", "sessions", "courses"],
    "exec.zhou": ["mine", "due", "sessions", "courses"],
}


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("management/appraisal.py", login, locale, view="training", **query)


def table(at: AppTest, column: str) -> Any:
    return next((frame.value for frame in at.dataframe if column in frame.value), None)


@pytest.mark.parametrize("login", VIEWS)
def test_each_has_the_views_of_the_post(ten_bank: str, login: str) -> None:
    for view in VIEWS[login]:
        at = opened(login, training=view)
        assert at.get("button_group")[-1].value == view or len(VIEWS[login]) > 1
    assert len(at.get("button_group")[-1].options) == len(VIEWS[login])


def test_the_administrator_has_no_such_page(ten_bank: str) -> None:
    with bulk("admin") as session:
        session.add(m.Staff(id=99, login="admin.wu", name="吴迪", role="admin"))
    with pytest.raises(ValueError, match="navigation page"):
        application("admin.wu").switch_page("../../pages/management/appraisal.py")


def test_ones_own_training(ten_bank: str) -> None:
    at = opened("rm.ni")
    due = table(at, "due_on")
    assert list(due["course"]) == ["课程2"]  # the refresher was taken in October
    records = table(at, "taken_on")
    assert len(records) == 4
    assert "其中逾期 1 门" in words_of(at) or any("1" in metric.value for metric in at.metric)


def test_a_head_sees_the_own_branch(ten_bank: str) -> None:
    due = table(opened("head.wang", training="due"), "staff")
    assert list(due["staff"]) == ["head.wang"]


def test_the_department_sees_everybody_and_the_completion(ten_bank: str) -> None:
    at = opened("crm.zhao", training="due", quarter="2026Q3")
    assert list(table(at, "staff")["staff"]) == ["head.wang", "rm.ni"]
    assert any("25.0%" in metric.value for metric in at.metric)


def test_a_whole_session_is_recorded_from_the_grid(ten_bank: str) -> None:
    with bulk("session") as session:
        session.add(m.TrainingSession(id=500, course_id=BASICS, held_on=m_day(), state="planned", branch_id=NORTH,
                                      created_by=ZHAO))  # fmt: skip
    at = opened("head.wang", training="sessions")
    assert table(at, "course") is not None

    def script() -> None:
        from lib.ui.appraisal import sitting
        from lib.ui.page import open_page

        with open_page("appraisal") as page, page.session() as session:
            sitting.attendance(page, session, 500)

    from tests.screen import script as run

    at = run(script, "head.wang")
    assert not at.exception
    assert any("保存全场" in button.label for button in at.button)


def m_day() -> Any:
    from datetime import date

    return date(2026, 11, 2)


def test_the_department_plans_a_session(ten_bank: str) -> None:
    at = opened("crm.zhao", training="sessions")
    at.selectbox(key="training-new-session-course").select(BASICS)
    at.button(key="training-new-session-save").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        made = session.scalars(select(m.TrainingSession)).one()
        assert (made.course_id, made.branch_id, made.state, made.created_by) == (BASICS, None, "planned", ZHAO)


def test_a_course_is_entered_and_its_faults_told(ten_bank: str) -> None:
    at = opened("crm.zhao", training="courses")
    at.button(key="course-new-save").click().run()
    assert any("代码" in error.value for error in at.error)
    at.text_input(key="course-new-code").set_value("K9")
    at.text_input(key="course-new-title").set_value("反诈")
    at.multiselect(key="course-new-posts").set_value(["manager"])
    at.button(key="course-new-save").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        course = session.scalars(select(m.Course).where(m.Course.code == "K9")).one()
        assert (course.title, course.posts, course.within_days) == ("反诈", "|manager|", 90)


def test_in_english(ten_bank: str) -> None:
    at = opened("crm.zhao", "en", training="due")
    assert "Due and not done" in words_of(at)
    assert {MA, NI} == {11, 12}
