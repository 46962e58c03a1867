"""季度评审, actions and decisions: each role sees its own, decides, proves, notes and signs what is its to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.jobs.close import carry_on, order
from lib.review import decisions, notes, signing
from lib.review.decisions import DecisionForm
from lib.review.notes import NoteForm
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from tests.pages.management.test_review import settled
from tests.review.closable import LAST, closable_made, closable_on_sqlite, crm, quiet
from tests.screen import page, words_of

_ = (closable_made, closable_on_sqlite)
TITLE, NOTE = "午间增开柜台", "午间排队是主要不满"
WHO = ("rm.zhang", "head.wang", "care.chen", "product.he", "legal.qian", "exec.zhou", "crm.zhao")


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("management/review.py", login, locale, view="decisions", quarter=str(LAST), **query)


def person(login: str) -> Scope:
    with bulk("test", write=False) as session:
        one = session.scalars(select(m.Staff).where(m.Staff.login == login)).one()
    return scope_of(one.id, one.login, one.name, one.role, one.branch_id)


def decided(quarter_back: int = 1, owner: str = "rm.zhang") -> m.Action:
    """A decision of an earlier review in the branch of rm.zhang."""
    whose = person(owner)
    form = DecisionForm(TITLE, "十一点半起", "churn_rate", whose.staff_id, today() + timedelta(days=9), 0.01, "",
                        whose.branch_id)  # fmt: skip
    with open_session(person("crm.zhao"), "review", write=True) as session:
        return decisions.decide(session, LAST.shift(-quarter_back), form)


def noted() -> None:
    with open_session(person("head.wang"), "review", write=True) as session:
        notes.write(session, LAST, NoteForm("satisfaction", NOTE))


def sitting(*people: str) -> None:
    """The quarter is closed, and these are there."""
    settled()
    order(LAST, crm())
    version = carry_on(LAST, crm(), quiet).version
    with open_session(person("crm.zhao"), "review", write=True) as session:
        signing.record(session, LAST, version, [person(one).staff_id for one in people])


def labels(at: AppTest) -> set[str]:
    return {button.label for button in at.button}


def listed(at: AppTest) -> list[str]:
    return [title for frame in at.dataframe if "title" in frame.value.columns for title in frame.value["title"]]


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("login", WHO)
def test_each_sees_and_may_do_what_is_theirs(closable_on_sqlite: str, login: str) -> None:
    decided()
    noted()
    at = opened(login)
    assert (TITLE in listed(at)) == (login in ("rm.zhang", "head.wang", "legal.qian", "exec.zhou", "crm.zhao"))
    assert (NOTE in words_of(at)) == (login in ("head.wang", "legal.qian", "exec.zhou", "crm.zhao"))
    writes = login in ("head.wang", "exec.zhou", "crm.zhao")
    assert ("记录决议" in labels(at)) == writes
    assert "季度尚未关账，关账后才能签署。" in words_of(at)
    assert not {"签署", "登记到会"} & labels(at)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_it_opens_in_both_languages(closable_on_sqlite: str, locale: str) -> None:
    action = decided()
    said = words_of(opened("crm.zhao", locale, action=str(action.id)))
    assert TITLE in said and ("Last quarter's actions" in said) == (locale == "en")


def test_the_owner_adds_evidence_and_finishes(closable_on_sqlite: str) -> None:
    action = decided()
    at = opened("rm.zhang", action=str(action.id))
    assert "取消决议" not in labels(at) and "保存修改" not in labels(at)
    at.text_area(key=f"decision-prove-{action.id}-text").input("已增开一个窗口")
    press(at, "登记进展")
    assert "已增开一个窗口" in words_of(at)
    at.text_area(key=f"decision-finish-{action.id}-text").input("等候已降")
    press(at, "办结")
    with bulk("look", write=False) as session:
        row = session.get_one(m.Action, action.id)
        assert row.state == "done" and "已增开" in (row.evidence or "") and "等候已降" in (row.evidence or "")


def test_the_department_records_a_decision(closable_on_sqlite: str) -> None:
    at = opened("crm.zhao")
    at.selectbox(key="decision-kpi").select("csat")
    at.run()
    form = f"decision-new-{LAST}-bank-csat"
    at.text_input(key=f"{form}-title").input("回访全覆盖")
    at.text_area(key=f"{form}-steps").input("每周核对")
    at.number_input(key=f"{form}-expected_value").set_value(92.5)
    owner = at.selectbox(key=f"{form}-owner")
    owner.select_index(0)
    press(at, "记录决议")
    assert "回访全覆盖" in listed(at)
    with bulk("look", write=False) as session:
        row = session.scalars(select(m.Action).where(m.Action.title == "回访全覆盖")).one()
        assert (row.quarter, row.expected_e4, row.kpi_key) == (str(LAST), 9250, "csat")


def test_a_form_says_what_is_missing(closable_on_sqlite: str) -> None:
    at = press(opened("head.wang"), "记录决议")
    said = words_of(at)
    assert "请写明决议。" in said and "请选择决议要改善的指标。" in said and "请选择责任人。" in said


def test_who_is_there_signs_for_oneself(closable_on_sqlite: str) -> None:
    sitting("exec.zhou", "head.wang")
    assert "签署" not in labels(opened("crm.zhao")) and "登记到会" in labels(opened("crm.zhao"))
    assert "签署" not in labels(opened("legal.qian"))
    at = press(opened("exec.zhou"), "签署")
    assert "请选择签署意见。" in words_of(at)
    at.radio[0].set_value("agree")
    press(at, "签署")
    assert "签署" not in labels(at)
    with bulk("look", write=False) as session:
        rows = session.scalars(select(m.ReviewSignature).where(m.ReviewSignature.quarter == str(LAST))).all()
        assert {row.staff_id: row.opinion for row in rows} == {
            person("exec.zhou").staff_id: "agree", person("head.wang").staff_id: None,
        }  # fmt: skip
    said = words_of(opened("head.wang"))
    assert "到会 2 人，已签署 1 人" in said and "会议记录不能再改" in said


def test_today_reminds_the_owner_and_leads_here(closable_on_sqlite: str) -> None:
    decided()
    at = page("workbench/today.py", "rm.zhang")
    found = [link for link in at.get("page_link") if "评审决议 1 项" in str(link.proto)]
    assert len(found) == 1 and "review" in str(found[0].proto)
