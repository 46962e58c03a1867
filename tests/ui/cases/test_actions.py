"""改进措施 on screen: who gives, who finishes, what is overdue, and the effect in words where its figures are seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.complaints import actions
from lib.complaints.actions import ActionForm
from lib.settings import now, today
from lib.store.bulk import bulk
from lib.store.models import Action, CaseQuarter, QuarterRun
from lib.store.quarter import Quarter, quarters_between
from lib.store.session import open_session
from tests.cast import CHEN, NORTH, WANG, ZHANG, SmallBank, scope
from tests.screen import page, words_of

FORM = ActionForm("缩短排队", "增开一个窗口", "process_slow", "complaints_received", ZHANG, today(), "降三成", NORTH)


def view(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("service/complaints.py", login, locale, view="actions", **query)


@pytest.fixture(autouse=True)
def _only_ours(sqlite_bank: SmallBank) -> Iterator[None]:
    """The cast's own actions out of the way."""
    with bulk("test") as session:
        session.query(Action).delete()
    yield


def given(**changes: Any) -> int:
    with open_session(scope("crm.zhao"), "complaints", write=True) as session:
        return actions.give(session, replace(FORM, **changes)).id


def changed(action_id: int, **values: Any) -> None:
    with bulk("test") as session:
        action = session.get_one(Action, action_id)
        for name, value in values.items():
            setattr(action, name, value)


def stored(action_id: int) -> Action:
    with bulk("look", write=False) as session:
        return session.get_one(Action, action_id)


def listed(at: AppTest) -> list[dict[str, Any]]:
    return [dict(row) for table in at.dataframe for _at, row in table.value.iterrows()]


def field(at: AppTest, kind: str, ending: str) -> Any:
    (found,) = (one for one in at.get(kind) if str(one.key).endswith(ending))
    return found


def press(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click().run()
    assert not at.exception
    return at


def test_nothing_yet(sqlite_bank: SmallBank) -> None:
    assert "没有这样的改进措施" in words_of(view("crm.zhao"))


def test_an_overdue_action_says_so(sqlite_bank: SmallBank) -> None:
    late, fine = given(), given(title="另一项")
    changed(late, due_on=today() - timedelta(days=3))
    at = view("head.wang")
    assert {metric.label: metric.value for metric in at.metric} == {"进行中": "2", "逾期": ":red[1]", "已完成": "0"}
    assert [(row["title"], list(row["state"])) for row in listed(at)] == [
        ("缩短排队", ["逾期 3 天"]), ("另一项", ["进行中"])]  # fmt: skip
    assert listed(at)[0]["owner"] == "张伟" and listed(at)[0]["cause"].startswith("流程缺陷 /")
    assert fine


@pytest.mark.parametrize(
    ("login", "forms"),
    [
        ("crm.zhao", {"办结措施", "保存修改", "取消措施", "下达措施"}),
        ("head.wang", {"办结措施", "保存修改", "取消措施", "下达措施"}),
        ("rm.zhang", {"办结措施"}),
        ("legal.qian", set()),
        ("exec.zhou", set()),
    ],
)
def test_what_each_may_do(sqlite_bank: SmallBank, login: str, forms: set[str]) -> None:
    at = view(login, action=str(given()))
    assert "增开一个窗口" in words_of(at)
    assert {button.label for button in at.button} & {"办结措施", "保存修改", "取消措施", "下达措施"} == forms


def test_an_action_out_of_reach_is_not_shown(sqlite_bank: SmallBank) -> None:
    assert "增开一个窗口" not in words_of(view("head.zhu", action=str(given())))


def test_a_head_gives_one_from_a_cause(sqlite_bank: SmallBank) -> None:
    at = view("head.wang", cause="process_slow")
    assert field(at, "selectbox", "-cause").value == "process_slow"
    press(at, "下达措施")
    assert {error.value for error in at.error} == {"请写明措施名称。", "请写明具体步骤。", "请选择责任人。"}
    field(at, "text_input", "-title").set_value("增设柜员")
    field(at, "text_area", "-steps").set_value("午间加派一人")
    field(at, "selectbox", "-owner").set_value(WANG)
    press(at, "下达措施")
    with bulk("look", write=False) as session:
        (action,) = session.query(Action)
    assert (action.title, action.cause, action.owner_id, action.branch_id) == ("增设柜员", "process_slow", WANG, NORTH)
    assert action.due_on == today() + timedelta(days=30)


def test_the_owner_finishes_it_with_evidence(sqlite_bank: SmallBank) -> None:
    action_id = given()
    at = view("rm.zhang", action=str(action_id))
    press(at, "办结措施")
    assert "请写明完成的证据。" in {error.value for error in at.error}
    field(at, "text_area", "-text").set_value("窗口已增开")
    press(at, "办结措施")
    assert (stored(action_id).state, stored(action_id).evidence) == ("done", "窗口已增开")


DONE = date(2026, 3, 4)  # a Wednesday


def figures(before: int, after: int) -> None:
    """Complaints of process_slow in the weeks next to the action, north of the bank; all of them closed."""
    with bulk("figures") as session:
        for quarter in quarters_between(Quarter(2025, 3), Quarter(2026, 2)):
            session.merge(QuarterRun(quarter=str(quarter), version=1, state="closed", cutoff=quarter.end.isoformat(),
                                     rules_digest="x", data_version=1, finished_at=now()))  # fmt: skip
        for week, quarter, n in (("2026-02-23", "2026Q1", before), ("2026-03-09", "2026Q2", after)):
            for level, branch in (("bank", 0), ("branch", NORTH)):
                of = dict(quarter=quarter, version=1, level=level, week=week, branch_id=branch, staff_id=0,
                          kind="personal", late=0)  # fmt: skip
                session.add(CaseQuarter(dimension="channel", code="hotline", received=n, closed=n, **of))
                session.add(CaseQuarter(dimension="cause", code="process_slow", received=0, closed=n, **of))


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("crm.zhao", "完成前 12 周 20 件，完成后 12 周 4 件：明显减少（p"),
        ("exec.zhou", "明显减少"),
        ("head.wang", "明显减少"),
        ("rm.zhang", "看不到这个范围的投诉数字"),
    ],
)
def test_the_effect_is_told_where_its_figures_are_seen(sqlite_bank: SmallBank, login: str, told: str) -> None:
    figures(20, 4)
    action_id = given()
    changed(action_id, state="done", ended_on=DONE, evidence="窗口已增开")
    assert told in words_of(view(login, action=str(action_id)))


def test_the_effect_of_a_bank_wide_action(sqlite_bank: SmallBank) -> None:
    figures(20, 18)
    action_id = given(branch_id=None, owner_id=CHEN)
    changed(action_id, state="done", ended_on=DONE, evidence="已改")
    at = view("crm.zhao", action=str(action_id), action_state="done")
    assert "没有明显减少" in words_of(at) and list(listed(at)[0]["effect"]) == ["没有明显减少"]


def test_the_kpi_then_and_now(sqlite_bank: SmallBank) -> None:
    from lib.store.models import MeasureQuarter

    figures(1, 1)
    with bulk("kpi") as session:
        for quarter, n in (("2025Q4", 30), ("2026Q2", 12)):
            session.add(MeasureQuarter(
                quarter=quarter, version=1, level="branch", measure="complaints_received", branch_id=NORTH, staff_id=0,
                kind="personal", tier="none", value=n,
            ))  # fmt: skip
    action_id = given()
    changed(action_id, created_at=datetime(2026, 1, 15, tzinfo=UTC))
    assert listed(view("crm.zhao"))[0]["kpi"] == "投诉受理数：下达时 30，现在 12"


def test_in_english(sqlite_bank: SmallBank) -> None:
    given()
    at = view("crm.zhao", "en")
    assert "Overdue" in {metric.label for metric in at.metric}
