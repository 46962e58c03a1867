"""投诉处理 on screen: what each role sees, and the way of a complaint from the counter to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.settings import business_now, now, settings, today
from lib.store.bulk import bulk
from lib.store.models import Case, MeasureQuarter, QuarterRun
from lib.store.session import open_session
from lib.work.cases import take
from tests.cast import C_OWN, CHEN, LIN, NORTH, OUTSIDER, OWN, SOUTH, SmallBank, case_number_of, number_of, scope
from tests.complaints.conftest import history, registered, stored
from tests.screen import application, page, words_of

__all__ = ["registered"]
PAGE = "../../pages/service/complaints.py"
Registered = Callable[..., str]


def complaints(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    """The page as this person opens it by its address."""
    return page("service/complaints.py", login, locale, **query)


def numbers(at: AppTest) -> set[str]:
    """The case numbers in the queue."""
    return set(at.dataframe[0].value["number"]) if at.dataframe else set()


@pytest.mark.parametrize(
    ("login", "cases"),
    [
        ("rm.zhang", {2001, 2002}),
        ("rm.li", {2002, 2003, 2006}),
        ("head.wang", {2001, 2004, 2006}),
        ("care.chen", {2001, 2002, 2004}),
        ("care.lin", {2002, 2003, 2004}),
        ("crm.zhao", {2001, 2002, 2003, 2004, 2006}),
        ("legal.qian", {2001, 2002, 2003, 2004, 2006}),
    ],
)
def test_each_role_sees_its_open_complaints(sqlite_bank: SmallBank, login: str, cases: set[int]) -> None:
    at = complaints(login)
    assert numbers(at) == {case_number_of(case) for case in cases}
    metrics = {metric.label: metric.value for metric in at.metric}
    assert metrics["未办结"] == str(len(cases))


@pytest.mark.parametrize("login", ["check.sun", "product.he", "admin.wu"])
def test_others_do_not_have_the_page(sqlite_bank: SmallBank, login: str) -> None:
    at = application(login)
    assert "投诉处理" not in words_of(at)
    assert not [one for one in at.dataframe if "complainant" in one.value]


def test_leadership_sees_figures_and_no_case(sqlite_bank: SmallBank) -> None:
    at = complaints("exec.zhou", case=case_number_of(C_OWN))
    assert "还没有季度指标" in words_of(at) and "欧阳小明" not in words_of(at)
    with bulk("figures") as session:
        session.add(QuarterRun(quarter="2026Q2", version=1, state="closed", cutoff="2026-06-30", rules_digest="x",
                               data_version=1, started_at=now(), finished_at=now()))  # fmt: skip
        for level, branch, value in (("bank", 0, 12), ("branch", NORTH, 5), ("branch", SOUTH, 7)):
            session.add(MeasureQuarter(
                quarter="2026Q2", version=1, level=level, measure="complaints_received", branch_id=branch, staff_id=0,
                kind="personal", tier="mass", value=value,
            ))  # fmt: skip
    at = complaints("exec.zhou")
    assert {metric.label: metric.value for metric in at.metric}["投诉受理数"] == "12"
    assert sorted(at.dataframe[0].value["complaints_received"]) == [5, 7]


def test_filters_stand_in_the_address_by_code(sqlite_bank: SmallBank, registered: Registered) -> None:
    late = registered("care.lin", received_at=business_now() - timedelta(days=3))
    assert numbers(complaints("crm.zhao", clock="promise")) == {late}
    assert numbers(complaints("crm.zhao", clock="term")) == set()
    assert numbers(complaints("crm.zhao", state="closed")) == {case_number_of(2005)}
    assert numbers(complaints("crm.zhao", branch=str(SOUTH))) == {case_number_of(case) for case in (2002, 2003)}
    assert numbers(complaints("care.chen", whose="mine")) == {case_number_of(C_OWN)}
    assert len(numbers(complaints("crm.zhao", state="nonsense", clock="x"))) == 6
    at = complaints("crm.zhao")
    at.selectbox(key="choice-business").select("debit_card").run()
    assert numbers(at) == {late} and at.query_params["business"] == "debit_card"


def test_the_most_urgent_comes_first_and_only_overdue_is_said_so(
    sqlite_bank: SmallBank, registered: Registered
) -> None:
    fresh = registered("care.lin")
    late = registered("care.lin", received_at=business_now() - timedelta(days=3))
    rows = complaints("crm.zhao").dataframe[0].value
    assert list(rows["number"][:2]) == [late, fresh]
    assert rows["promise"][0] == ["逾期 2 天"] and rows["promise"][1][0].startswith("剩 23 小时")


def labels(at: AppTest) -> dict[str, str]:
    """The links on the page: what they say and where they lead."""
    return {one.proto.label.replace("\\", ""): one.proto.query_string for one in at.get("page_link")}


def written(*cases: Case) -> None:
    """These cases stand in the bank too."""
    with bulk("more cases") as session:
        session.add_all(cases)
        session.index_cases([(one.id, one.summary or "") for one in cases])


def a_case(id_: int, **values: Any) -> Case:
    """A complaint of the cast's first customer, received in the running week unless said otherwise."""
    given = {
        "kind": "complaint", "state": "accepted", "business": "online_banking", "received_at": business_now(),
        "branch_id": NORTH, "number": f"T261122-{id_:05d}", **values,
    }  # fmt: skip
    return Case(customer_id=OWN, id=id_, customer_kind="personal", channel="online", reason="system", **given)


def tick(at: AppTest, *rows: int) -> AppTest:
    """Tick these rows of the queue."""
    key = at.dataframe[-1].proto.id.split("-", 2)[2]
    at.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    at.run()
    assert not at.exception
    return at


def several(login: str, **query: str) -> AppTest:
    """The queue with boxes to tick."""
    at = complaints(login, **query)
    at.toggle(key="queue-several").set_value(True).run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click().run()
    assert not at.exception
    return at


def test_what_waits_is_shown_once_there_is_any_and_leads_to_it(sqlite_bank: SmallBank) -> None:
    at = complaints("crm.zhao")
    assert {metric.label for metric in at.metric} == {"未办结", "今日到期", "超过承诺", "超过法定期限", "待分派"}
    waits = {text: query for text, query in labels(at).items() if text.endswith("件")}
    assert waits == {"停滞 5 件": "waiting=stuck"}  # the cast's complaints are months old, without a word since
    written(a_case(31, waiting_for="customer"), a_case(32, outside_due_at=business_now() - timedelta(hours=1)))
    also = {"等待客户 1 件": "waiting=customer", "超过转办期限 1 件": "clock=outside"}
    assert also.items() <= labels(complaints("crm.zhao")).items()
    assert numbers(complaints("crm.zhao", waiting="customer")) == {"T261122-00031"}
    rows = complaints("crm.zhao", clock="outside").dataframe[0].value
    assert rows["outside"][0] == ["逾期 1 小时"] and "mark" not in rows


def test_other_kinds_have_their_own_queue_and_counts(sqlite_bank: SmallBank) -> None:
    written(a_case(31, kind="suggestion"), a_case(32, kind="unhappy"))
    at = complaints("crm.zhao", kind="suggestion")
    assert numbers(at) == {"T261122-00031"}
    assert {metric.label: metric.value for metric in at.metric}["未办结"] == "1"
    assert "whose=unassigned&kind=suggestion" in labels(at).values()
    assert len(numbers(complaints("crm.zhao", kind="all"))) == 7


def test_words_and_numbers_find_their_case(sqlite_bank: SmallBank) -> None:
    written(a_case(31, summary="手机银行转账失败"), a_case(32, summary="排队太久", state="closed"))
    assert numbers(complaints("crm.zhao", text="转账")) == {"T261122-00031"}
    assert numbers(complaints("crm.zhao", text="T261122-00032")) == {"T261122-00032"}
    at = complaints("crm.zhao")
    at.text_input(key="choice-text").set_value("排队").run()
    assert numbers(at) == set() and at.query_params["text"] == "排队"


def test_a_figure_s_list_holds_its_cases_whatever_their_state(sqlite_bank: SmallBank) -> None:
    """A period is about all its cases, closings about what was closed; a state that is chosen stays chosen."""
    now = business_now()
    written(
        a_case(31, received_at=now - timedelta(days=9), state="closed", closed_at=now - timedelta(days=6)),
        a_case(32, received_at=now - timedelta(days=9)),
        a_case(33, received_at=now - timedelta(days=9), state="withdrawn", closed_at=now - timedelta(days=6)),
    )
    day = str(today() - timedelta(days=9))
    period = {"from": day, "to": day}
    assert numbers(complaints("crm.zhao", **period)) == {"T261122-00031", "T261122-00032", "T261122-00033"}
    assert numbers(complaints("crm.zhao", **period, state="open")) == {"T261122-00032"}
    closed = complaints("crm.zhao", closed_from=day, days="03")
    assert numbers(closed) == {"T261122-00031"} and "用时 3 天" in words_of(closed)
    closed.button(key="drop-closing").click().run()
    assert set(closed.query_params) == set() and len(numbers(closed)) > 1
    rare = complaints("crm.zhao", business="a code of long ago")
    assert numbers(rare) == set() and rare.query_params["business"] == "a code of long ago"


def test_the_way_back_keeps_the_filters(sqlite_bank: SmallBank) -> None:
    at = complaints("crm.zhao", business="card", **{"from": "2026-03-01"})
    at.query_params["case"] = case_number_of(C_OWN)
    at.run()
    assert labels(at)["← 返回列表"] == "business=card&from=2026-03-01"


def test_ticked_cases_are_handed_over_each_on_its_own(sqlite_bank: SmallBank, registered: Registered) -> None:
    mine = registered("crm.zhao", business="fund")
    about_lin = registered("crm.zhao", business="fund", about_staff_id=LIN)
    at = several("crm.zhao", business="fund")
    assert [one.label for one in at.button if one.label.startswith("转交")] == []
    at = tick(at, 0, 1)
    at.selectbox(key="several-assign-to").select_index(people(at).index("林涛（投诉处理专员）"))
    at.text_input(key="several-assign-reason").set_value("统一由林涛处理")
    at = press(at, "转交选中的 2 件")
    assert (stored(mine).handler_id, stored(about_lin).handler_id) == (LIN, None)
    assert "已处理 1 件。" in words_of(at) and "未处理 1 件：" in words_of(at)
    assert list(at.dataframe[0].value["number"]) == [about_lin] and "与此人有关" in at.dataframe[0].value["why"][0]
    assert [event.text for event in history(mine) if event.kind == "assignment"] == ["统一由林涛处理"]
    assert "转交选中的 1 件" not in [one.label for one in at.button]  # nothing is ticked any more


def test_a_case_saved_since_it_was_ticked_is_left_alone(sqlite_bank: SmallBank, registered: Registered) -> None:
    first, second = registered("crm.zhao", business="fund"), registered("crm.zhao", business="fund")
    at = tick(several("crm.zhao", business="fund"), 0, 1)
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        take(session, second)
    at.selectbox(key="several-assign-to").select_index(people(at).index("林涛（投诉处理专员）"))
    at = press(at, "转交选中的 2 件")
    assert (stored(first).handler_id, stored(second).handler_id) == (LIN, CHEN)
    assert "刚被别人更新过" in at.dataframe[0].value["why"][0]


def test_ticked_cases_are_taken(sqlite_bank: SmallBank, registered: Registered) -> None:
    free, held = registered("rm.li", business="fund"), registered("care.chen", business="fund", hold=True)
    at = tick(several("care.chen", business="fund"), 0, 1)
    at = press(at, "由我处理（2 件）")
    assert stored(free).handler_id == stored(held).handler_id == CHEN
    assert list(at.dataframe[0].value["number"]) == [held] and "已处理 1 件。" in words_of(at)


def test_who_may_not_change_ticks_nothing(sqlite_bank: SmallBank) -> None:
    assert not complaints("legal.qian").toggle and complaints("rm.zhang").toggle


def people(at: AppTest) -> list[str]:
    return list(at.selectbox(key="several-assign-to").options)


def as_of(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bank's business day."""
    monkeypatch.setenv("CRM_AS_OF", day)
    settings.cache_clear()


def test_a_surge_stands_above_the_queue_and_leads_to_its_cases(
    sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_of("2026-11-18", monkeypatch)
    noon = business_now() - timedelta(hours=12)
    before = [a_case(100 + week, received_at=noon - timedelta(weeks=week), state="closed") for week in range(1, 14)]
    written(*before, *(a_case(200 + one, received_at=noon) for one in range(9)))
    at = complaints("crm.zhao")
    line = next(label for label in labels(at) if label.startswith("电子银行：本周 9 件，以往同期平均 1.0 件"))
    query = dict(one.split("=") for one in labels(at)[line].split("&"))
    assert numbers(complaints("crm.zhao", **query)) == {f"T261122-{200 + one:05d}" for one in range(9)}
    assert "投诉激增" in words_of(complaints("head.wang")) and "投诉激增" in words_of(complaints("care.lin"))
    for login in ("rm.zhang", "head.zhu", "legal.qian"):
        assert "投诉激增" not in words_of(complaints(login)), login


def test_the_end_of_the_calendar_is_told(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    as_of("2026-11-22", monkeypatch)
    assert any("日历只到 2026 年底" in warning.value for warning in complaints("care.chen").warning)
    as_of("2026-06-01", monkeypatch)
    assert not complaints("care.chen").warning


def test_the_views_of_the_page_by_right(sqlite_bank: SmallBank) -> None:
    assert complaints("crm.zhao").segmented_control(key="choice-view").options == ["队列", "分析", "改进措施"]
    assert complaints("exec.zhou").segmented_control(key="choice-view").options == ["概览", "分析", "改进措施"]
    register = {"＋ 登记投诉": "register=1", "＋ 登记建议": "register=1&kind=suggestion"}
    assert register.items() <= labels(complaints("rm.zhang")).items()
    assert not register.keys() & labels(complaints("legal.qian")).keys()
    for login in ("crm.zhao", "exec.zhou", "care.chen"):
        assert "待分派" not in {metric.label for metric in complaints(login, view="analysis").metric}
    assert "待分派" not in words_of(complaints("exec.zhou", view="actions"))


def test_in_english(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = complaints("care.chen", "en")
    assert at.title[0].value == "Complaints" and {"Open", "Unassigned"} <= {metric.label for metric in at.metric}
    assert not _chinese(at.dataframe[0].value[["promise", "term", "state"]].to_string())
    at = complaints("care.chen", "en", case=number)
    data = {"欧阳小明", "陈静", "城北支行", "被多收了年费", "退回年费"}
    left = words_of(at)
    for word in data:
        left = left.replace(word, "")
    assert not _chinese(left), _chinese(left)
    at = complaints("care.chen", "en", register="1", customer=number_of(OUTSIDER))
    labels = [one.label for kind in ("text_input", "selectbox", "text_area", "checkbox") for one in at.get(kind)]
    assert len(labels) > 8 and not _chinese(" ".join(labels))


def _chinese(text: str) -> list[str]:
    return [line for line in text.splitlines() if any("\u3400" <= letter <= "\u9fff" for letter in line)]
