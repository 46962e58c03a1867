"""投诉处理 on screen: what each role sees, and the way of a complaint from the counter to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from lib.settings import business_now, now
from lib.store.bulk import bulk
from lib.store.models import MeasureQuarter, QuarterRun
from tests.cast import C_OWN, NORTH, OUTSIDER, SOUTH, SmallBank, case_number_of, number_of
from tests.complaints.conftest import registered
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
    assert not at.dataframe


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
