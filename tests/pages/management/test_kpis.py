"""季度指标 on screen: the figures are kpi_table's, each sees the own scope, and every figure leads to its people."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.kpi import KpiRow
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.ui.kpis.data import change, shown, signed
from tests.kpi.ten import QUARTER, ten_bank, ten_made
from tests.kpi.test_ten_customers import EXPECTED
from tests.screen import page, words_of

_ = (ten_bank, ten_made)
PAGE = "../../pages/management/kpis.py"
ROLES = {
    "rm.ma": {"客户数": "4"},
    "head.wang": {"客户数": "4", "投诉密度（每千家网点）": "4,000"},
    "care.chen": {"投诉受理数": "4"},
    "crm.zhao": {"客户数": "9", "客户流失率": "25.0%", "净推荐值": "20.0", "新增业务额": "38.5 万元"},
    "legal.qian": {"客户数": "9"},
    "product.he": {"户均产品类数": "2.00"},
    "exec.zhou": {"客户数": "9"},
}


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("management/kpis.py", login, locale, **query)


def figures(at: AppTest) -> dict[str, str]:
    """Card title → figure, without the marks of colour and escaping."""
    found = {}
    for metric in at.metric:
        text = metric.value.replace("\\", "")
        found[metric.label.replace("\\", "")] = text[text.index("[") + 1 : -1] if text.startswith(":") else text
    return found


def frames_of(at: AppTest) -> list[Any]:
    return [frame.value for frame in at.dataframe]


@pytest.mark.parametrize("login", ROLES)
def test_each_sees_the_figures_of_the_own_scope(ten_bank: str, login: str) -> None:
    found = figures(opened(login))
    assert {title: found[title] for title in ROLES[login]} == ROLES[login]


def test_who_has_no_right_is_not_served(ten_bank: str) -> None:
    found = figures(opened("product.he"))
    sales = {"新增业务额：存款", "新增业务额：理财", "新增业务额：贷款", "新发卡", "新增业务占期初资产"}
    assert set(found) == {"户均产品类数", "续购率", "新增业务额", *sales}
    assert set(figures(opened("care.chen"))) <= {
        rulebook().kpi(key, QUARTER.end).title
        for key in ("complaints_received", "reply_on_time", "resolved_on_time", "first_time_resolution",
                    "repeat_complaints", "complaints_open", "extended_terms")
    }  # fmt: skip


def test_every_card_shows_what_was_counted_by_hand(ten_bank: str) -> None:
    at = opened("crm.zhao")
    found = figures(at)
    for key, (numerator, less, denominator) in EXPECTED.items():
        kpi = rulebook().kpi(key, QUARTER.end)
        value = kpi.value(numerator, less, denominator or 0)
        row = KpiRow(key, "2026Q3", "", numerator, less, denominator, value, None, 0, False, 1, False, False, None)
        assert found[kpi.title] == shown(row, kpi, "CNY")
    assert "样本不足" in words_of(at) and "n=8" in words_of(at)


def test_in_english(ten_bank: str) -> None:
    at = opened("crm.zhao", "en")
    assert figures(at)["Churn rate"] == "25.0%"
    assert "KPIs with a target meet it" in words_of(at)


def test_down_from_the_bank_to_the_customers(ten_bank: str) -> None:
    branches = frames_of(opened("crm.zhao", kpi="churn_rate"))[0]
    assert sorted(branches["group"]) == ["城北支行", "城南支行"] and list(branches["n"]) == [4, 4]
    managers = frames_of(opened("crm.zhao", kpi="churn_rate", branch="N"))[0]
    assert list(managers["group"]) == ["rm.ma"]
    people = frames_of(opened("crm.zhao", kpi="churn_rate", branch="N", manager="rm.ma", show="numerator"))[-1]
    assert list(people["name"]) == ["丁丁"]


def test_choosing_a_row_goes_down_one_level(ten_bank: str) -> None:
    at = opened("crm.zhao", kpi="churn_rate")
    key = at.dataframe[0].proto.id.split("-", 2)[2]
    assert key.startswith("kpi-table-churn_rate-branch")
    at.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at.run()
    first = {"城北支行": "N", "城南支行": "S"}[frames_of(opened("crm.zhao", kpi="churn_rate"))[0]["group"][0]]
    assert at.query_params["branch"] == first


@pytest.mark.parametrize(
    ("login", "kpi", "side", "names"),
    [
        ("rm.ma", "aum", "numerator", ["白乙", "陈丙", "安甲", "易壬"]),
        ("head.wang", "contacts", "numerator", ["安甲", "陈丙"]),
        ("rm.ni", "upgrade_rate", "numerator", []),  # G is MA's now
        ("head.wang", "csat", "numerator", ["白乙", "安甲"]),
    ],
)
def test_lists_hold_whom_one_reaches_now(ten_bank: str, login: str, kpi: str, side: str, names: list[str]) -> None:
    at = opened(login, kpi=kpi, show=side)
    lists = [frame for frame in frames_of(at) if "name" in frame]
    assert [list(frame["name"]) for frame in lists] == ([names] if names else [])
    assert ("另有 1 条" in words_of(at)) == (not names)


def test_lists_of_customers_begin_with_a_branch(ten_bank: str) -> None:
    at = opened("crm.zhao", kpi="aum", show="numerator")
    assert "请先在上面选一个支行" in words_of(at)


def test_complaints_lead_to_their_cases(ten_bank: str) -> None:
    cases = frames_of(opened("care.chen", kpi="reply_on_time", show="denominator"))[-1]
    assert list(cases["number"]) == ["T3", "T2", "T6", "T1"]
    leader = opened("exec.zhou", kpi="reply_on_time", show="denominator")
    assert "只看投诉的汇总数字" in words_of(leader)


@pytest.mark.parametrize(
    ("login", "query", "staff"),
    [
        ("crm.zhao", {"branch": "S"}, ["rm.ni", "rm.ni"]),
        ("head.wang", {}, ["head.wang", "rm.ma"]),
        ("rm.ma", {}, ["rm.ma"]),
        ("rm.ni", {}, ["rm.ni", "rm.ni"]),
    ],
)
def test_training_leads_to_who_has_to_take_it(
    ten_bank: str, login: str, query: dict[str, str], staff: list[str]
) -> None:  # fmt: skip
    at = opened(login, kpi="training_completion", show="denominator", **query)
    assert list(frames_of(at)[-1]["staff"]) == staff


def test_the_trail_carries_the_target(ten_bank: str) -> None:
    at = opened("crm.zhao", kpi="active_rate")
    chart = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert chart["data"][0]["y"][-1] == 5 / 8
    assert chart["layout"]["shapes"][0]["y0"] == 0.6


def test_a_running_quarter_is_marked(ten_bank: str) -> None:
    assert "进行中" in words_of(opened("crm.zhao", quarter="2026Q4"))
    assert "未结账" in words_of(opened("crm.zhao", quarter="2026Q3"))


def test_the_plain_table_holds_every_quarter(ten_bank: str) -> None:
    table = frames_of(opened("crm.zhao", view="table"))[0]
    churn = table[table["title"] == "客户流失率"].iloc[0]
    assert churn["2026Q3"] == "(25.0%)" and "2026Q1" in table


def test_nonsense_in_the_address_is_the_overview(ten_bank: str) -> None:
    at = opened("rm.ma", kpi="no_such", branch="S", manager="rm.ni", quarter="1999Q9")
    assert figures(at)["客户数"] == "4"


def test_before_the_first_refresh_it_says_so(ten_bank: str) -> None:
    with bulk("empty") as session:
        for run in session.query(m.QuarterRun):
            session.delete(run)
    assert "还没有季度数据" in words_of(opened("crm.zhao"))


def test_the_way_down_leads_up_again(ten_bank: str) -> None:
    at = opened("crm.zhao", kpi="churn_rate", branch="N", manager="rm.ma")
    at.button(key="kpis-up-branch").click().run()
    assert "manager" not in at.query_params and at.query_params["branch"] == "N"


def test_differences_are_told_by_unit() -> None:
    assert [signed(0.04, 1), signed(-0.04, 1), signed(-2.5, 1)] == ["±0.0", "±0.0", "-2.5"]
    assert change(None, None, rulebook_kpi()) == ("", None)


def rulebook_kpi() -> Any:
    from lib.rulebook import Rulebook, shipped_rows

    return Rulebook(shipped_rows()).kpi("churn_rate", QUARTER.end)
