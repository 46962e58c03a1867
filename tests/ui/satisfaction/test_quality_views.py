"""Service quality on screen: who sees what, a check recorded and read with its working, a finding to its end, times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.settings import settings, today
from lib.store.bulk import bulk
from lib.store.models import Action, CheckMark, Finding, QuarterRun, ServiceCheck, WaitQuarter
from tests.cast import CHEN, NORTH, SOUTH, ZHANG, SmallBank
from tests.satisfaction.test_findings import FORM, found, road, stored
from tests.screen import application, page, words_of


def view(login: str, code: str = "checks", locale: str = "zh_CN", **query: str) -> AppTest:
    """A view as this person opens it by its address."""
    return page("service/satisfaction.py", login, locale, view=code, **query)


def column(at: AppTest, name: str) -> list[Any]:
    """A column of the first table that has it."""
    return next((list(one.value[name]) for one in at.dataframe if name in one.value), [])


def widget(at: AppTest, kind: str, start: str) -> Any:
    """The widget whose key begins so."""
    return next(one for one in at.get(kind) if str(one.key).startswith(start))


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("code", ["checks", "findings", "waits"])
@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "care.chen", "crm.zhao", "exec.zhou"])
def test_every_view_draws_for_everybody_who_has_the_page(
    sqlite_bank: SmallBank, login: str, code: str, locale: str
) -> None:  # fmt: skip
    assert not view(login, code, locale).exception


@pytest.mark.parametrize("login", ["check.sun", "legal.qian", "product.he", "admin.wu"])
def test_others_do_not_have_the_page(sqlite_bank: SmallBank, login: str) -> None:
    at = application(login)
    with pytest.raises(ValueError, match="satisfaction"):
        at.switch_page("../../pages/service/satisfaction.py")


@pytest.mark.parametrize(
    ("login", "branches"),
    [("rm.zhang", {"城北支行"}), ("head.zhu", {"城南支行"}), ("crm.zhao", {"城北支行", "城南支行"}),
     ("exec.zhou", {"城北支行", "城南支行"}), ("care.chen", set())],
)  # fmt: skip
def test_checks_are_those_of_ones_branch(sqlite_bank: SmallBank, login: str, branches: set[str]) -> None:
    at = view(login)
    assert set(column(at, "branch")) == branches or login == "care.chen"
    if login == "care.chen":
        assert not [one for one in at.dataframe if "checked_on" in one.value]


@pytest.mark.parametrize(
    ("login", "titles"),
    [("rm.zhang", 1), ("head.wang", 1), ("rm.li", 1), ("care.chen", 1), ("crm.zhao", 3), ("exec.zhou", 3)],
)
def test_findings_are_those_one_reaches(sqlite_bank: SmallBank, login: str, titles: int) -> None:
    assert len(column(view(login, "findings"), "title")) == titles


def test_a_check_is_recorded_and_read_with_its_working(sqlite_bank: SmallBank) -> None:
    at = view("crm.zhao")
    at.selectbox(key="check-new-branch").set_value(NORTH).run()
    for item, points in (("greeting", 6), ("manner", 10)):
        widget(at, "number_input", f"check-new-mystery-{today()}-{item}").set_value(points)
    widget(at, "button", f"check-new-mystery-{today()}-save").click().run()
    assert not at.exception and not at.error
    with bulk("look", write=False) as session:
        check = session.scalars(select(ServiceCheck).where(ServiceCheck.checked_on == today())).one()
        marks = dict(
            session.execute(select(CheckMark.item, CheckMark.points).where(CheckMark.check_id == check.id)).all()
        )
    assert marks == {"greeting": 6, "manner": 10} and check.branch_id == NORTH
    at = view("head.wang", check=str(check.id))
    metrics = {metric.label: metric.value for metric in at.metric}
    assert "72.7%" in metrics["得分率"] and "未达合格线" in metrics["结论"] and "16 ÷ 22" in words_of(at)
    assert sorted(int(one) for one in column(at, "points") if str(one).replace(".", "").isdigit()) == [6, 10]
    assert "城北支行" in words_of(at) and "没有这次检查" in words_of(view("head.zhu", check=str(check.id)))


def test_an_empty_form_says_what_is_missing(sqlite_bank: SmallBank) -> None:
    at = view("crm.zhao")
    widget(at, "button", f"check-new-mystery-{today()}-save").click().run()
    assert {"请选择受检支行。", "至少一项须打分。"} <= {error.value for error in at.error}


def test_who_may_not_record_has_no_form(sqlite_bank: SmallBank) -> None:
    for login in ("rm.zhang", "exec.zhou", "care.chen"):
        assert not [one for one in view(login).get("expander") if "登记一次检查" in one.label], login
    kinds = view("head.wang").selectbox(key="check-new-kind").options
    assert kinds == ["支行自查"]


def test_a_finding_goes_to_its_end_on_screen(sqlite_bank: SmallBank) -> None:
    one = found()
    at = view("head.wang", "findings", finding=str(one))
    widget(at, "selectbox", f"finding-cause_found-{one}").set_value("process_slow")
    widget(at, "button", f"finding-cause_found-{one}").click().run()
    at = view("head.wang", "findings", finding=str(one))
    widget(at, "text_area", f"finding-acting-{one}").set_value("每窗安排应答")
    widget(at, "selectbox", f"finding-acting-{one}").set_value(ZHANG)
    widget(at, "button", f"finding-acting-{one}").click().run()
    at = view("rm.zhang", "findings", finding=str(one))
    widget(at, "text_area", f"finding-done-{one}").set_value("监控回看")
    widget(at, "button", f"finding-done-{one}").click().run()
    assert stored(one).state == "done"
    at = view("rm.zhang", "findings", finding=str(one))
    assert not [button for button in at.button if str(button.key).startswith("finding-verified")]
    assert "办理人以外" in words_of(at)
    at = view("head.wang", "findings", finding=str(one))
    widget(at, "text_area", f"finding-verified-{one}").set_value("复查合格")
    widget(at, "button", f"finding-verified-{one}").click().run()
    assert stored(one).state == "verified"
    said = words_of(view("crm.zhao", "findings", finding=str(one)))
    assert "验证通过" in said and "复查合格" in said and "监控回看" in said


def test_an_overdue_measure_is_said_here_and_on_today(sqlite_bank: SmallBank) -> None:
    one = found()
    road(one, 2)
    with bulk("test") as session:
        session.get_one(Action, stored(one).action_id).due_on = today() - timedelta(days=3)
    at = view("head.wang", "findings", late="yes")
    assert FORM.title in column(at, "title")
    with bulk("test") as session:
        session.get_one(Action, stored(one).action_id).due_on = today()
    assert FORM.title not in column(view("head.wang", "findings", late="yes"), "title")
    with bulk("test") as session:
        session.get_one(Action, stored(one).action_id).due_on = today() - timedelta(days=3)
    said = [link.label for link in application("rm.zhang").get("page_link")]
    assert any("质量整改 1 项（逾期 1）" in label for label in said), said


def test_a_manager_registers_what_is_found_in_the_branch(sqlite_bank: SmallBank) -> None:
    at = view("rm.zhang", "findings")
    widget(at, "text_input", "finding-new--").set_value("叫号屏不亮")
    widget(at, "button", "finding-new--").click().run()
    assert not at.error
    with bulk("look", write=False) as session:
        finding = session.scalars(select(Finding).where(Finding.title == "叫号屏不亮")).one()
    assert (finding.branch_id, finding.found_by, finding.source) == (NORTH, ZHANG, "daily")


def test_an_officer_sees_only_the_findings_of_own_measures(sqlite_bank: SmallBank) -> None:
    at = view("care.chen", "findings")
    assert at.get("expander") == [] or not [one for one in at.get("expander") if "登记" in one.label]
    assert "没有这个质量问题" in words_of(view("care.chen", "findings", finding="1"))
    assert CHEN and "办理经过" in words_of(view("care.chen", "findings", finding="2"))


@pytest.fixture
def times(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two branches' waits of one quarter: nine of one minute and one of forty; one of five."""
    monkeypatch.setenv("CRM_AS_OF", "2026-03-31")
    settings.cache_clear()
    with bulk("test") as session:
        run = session.scalars(select(QuarterRun)).one()
        run.quarter, run.version, run.state, run.cutoff = "2026Q1", 1, "open", "2026-03-31"
        for row in session.scalars(select(WaitQuarter)):
            session.delete(row)
        session.flush()
        for level, branch, minutes, counted in (
            ("branch", NORTH, 1, 9), ("branch", NORTH, 40, 1), ("branch", SOUTH, 5, 1),
            ("bank", 0, 1, 9), ("bank", 0, 40, 1), ("bank", 0, 5, 1),
        ):  # fmt: skip
            session.add(WaitQuarter(quarter="2026Q1", version=1, level=level, branch_id=branch, time="waiting",
                                    business="cash", minutes=minutes, counted=counted))  # fmt: skip


@pytest.mark.parametrize(
    ("login", "tail", "n"),
    [("crm.zhao", "5 分钟", 11), ("exec.zhou", "5 分钟", 11), ("head.wang", "1 分钟", 10), ("rm.zhang", "1 分钟", 10),
     ("head.zhu", "5 分钟", 1)],
)  # fmt: skip
def test_times_are_told_of_what_one_reaches(times: None, login: str, tail: str, n: int) -> None:
    at = view(login, "waits")
    metrics = {metric.label: metric.value for metric in at.metric}
    assert tail in metrics["等候时间"] and f"n={n}" in words_of(at)


def test_the_share_beyond_the_promise_is_of_those_called(times: None) -> None:
    assert "11 笔中 9.1% 超过 15 分钟" in words_of(view("crm.zhao", "waits"))
