"""The ways of looking at 季度指标: what is off target and why, bullets, two periods, every branch, a choice of KPIs."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from lib.store.bulk import bulk
from lib.store.models import SavedView
from tests.kpi.ten import ten_bank, ten_made
from tests.pages.management.test_kpis import figures, frames_of
from tests.screen import page, words_of

_ = (ten_bank, ten_made)
EVERYONE = ("rm.ma", "rm.ni", "head.wang", "care.chen", "crm.zhao", "legal.qian", "product.he", "exec.zhou")
BOARDS = ("", "bullets", "compare", "table")


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("management/kpis.py", login, locale, **query)


def charts(at: AppTest) -> list[dict[str, Any]]:
    found = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    for spec in found:
        go.Figure(spec)  # drawn unchecked for speed: here plotly refuses what it does not know
    return found


def links(at: AppTest) -> dict[str, str]:
    return {f"{one.proto.label}?{one.proto.query_string}": one.proto.query_string for one in at.get("page_link")}


@pytest.mark.parametrize("view", BOARDS)
@pytest.mark.parametrize("login", EVERYONE)
def test_everyone_opens_every_board(ten_bank: str, login: str, view: str) -> None:
    at = opened(login, view=view)
    assert not at.exception and not at.error
    charts(at)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("login", EVERYONE)
@pytest.mark.parametrize("view", ["", "why", "branches"])
def test_everyone_opens_every_view_of_one(ten_bank: str, login: str, view: str, locale: str) -> None:
    kpi = {"care.chen": "reply_on_time", "product.he": "products_per_customer"}.get(login, "active_rate")
    at = opened(login, locale, kpi=kpi, view=view)
    assert not at.exception and not at.error
    charts(at)


@pytest.mark.parametrize(
    ("login", "total", "names"),
    [
        ("crm.zhao", 2.5, {"城北支行", "城南支行"}),
        ("head.wang", None, {"rm.ma"}),
        ("rm.ma", None, {"个人"}),
    ],
)
def test_a_change_taken_apart_adds_up_within_the_own_scope(
    ten_bank: str, login: str, total: float | None, names: set[str]
) -> None:
    at = opened(login, kpi="active_rate", view="why", against="2026Q2")
    table = frames_of(at)[-1]
    parts, whole = table.iloc[:-1], table.iloc[-1]
    assert whole["group"] == "合计" and names <= set(parts["group"]) | {"个人"}
    for column in ("rate", "mix", "total", "gap"):
        assert round(parts[column].sum(), 6) == round(whole[column], 6)
    assert round(whole["rate"] + whole["mix"], 6) == whole["total"]
    assert whole["now"] == pytest.approx(100 * {"crm.zhao": 5 / 8}.get(login, whole["now"] / 100))
    told = figures(opened(login))["活跃率"]
    assert f"{whole['now']:.1f}%" == told


def test_a_branch_leads_to_its_managers_and_a_tier_to_its_people(ten_bank: str) -> None:
    at = opened("crm.zhao", kpi="active_rate", view="why")
    at = chosen(at, 0)
    assert at.query_params["branch"] in ("N", "S") and at.query_params["view"] == "why"
    assert set(frames_of(at)[-1]["group"]) <= {"rm.ma", "rm.ni", "合计"}
    at = chosen(at, 0)
    assert at.query_params["show"] == "rest" and "manager" in at.query_params and "view" not in at.query_params
    at = chosen(opened("rm.ma", kpi="active_rate", view="why", by="tier"), 0)
    assert at.query_params["of_tier"] and at.query_params["show"] == "rest"
    assert "只列：" in words_of(at)


def chosen(at: AppTest, row: int) -> AppTest:
    key = at.dataframe[-1].proto.id.split("-", 2)[2]
    at.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    at.run()
    assert not at.exception
    return at


def test_who_fell_short_is_listed(ten_bank: str) -> None:
    """C kept no activity of the own (interest is none), D left: of MA's four of the opening cohort these two."""
    found = {}
    for side in ("numerator", "rest", "denominator"):
        at = opened("head.wang", kpi="active_rate", show=side)
        lists = [set(frame["name"]) for frame in frames_of(at) if "name" in frame]
        found[side] = lists[0] if lists else set()
    assert found["rest"] and not found["rest"] & found["numerator"]
    assert found["rest"] | found["numerator"] == found["denominator"]


def test_of_one_kind_only(ten_bank: str) -> None:
    at = opened("rm.ni", kpi="aum", show="numerator", of_kind="corporate")
    assert set(frames_of(at)[-1]["name"]) == {"方己公司"}
    at.button(key="kpis-all-kind").click().run()
    assert "of_kind" not in at.query_params and "何辛" in set(frames_of(at)[-1]["name"])


def test_nonsense_as_kind_or_tier_lists_all(ten_bank: str) -> None:
    assert "只列：" not in words_of(opened("rm.ni", kpi="aum", show="numerator", of_kind="x", of_tier="'; drop"))


def test_what_is_off_target_is_told_with_where_and_since_when(ten_bank: str) -> None:
    at = opened("crm.zhao")
    said = words_of(at)
    assert "客户流失率 25\\.0%" in said or "客户流失率 25.0%" in said
    assert "未达标" in said and "与目标相差" in said
    why = [query for query in links(at).values() if "view=why" in query]
    assert any("kpi=churn_rate" in query for query in why)


def test_leadership_is_led_to_no_list_it_may_not_see(ten_bank: str) -> None:
    lists = [query for query in links(opened("exec.zhou")).values() if "show=" in query]
    assert lists and not any("kpi=reply_on_time" in query or "kpi=repeat_complaints" in query for query in lists)
    of_items = [query for query in lists if "kpi=visit_completion" in query or "kpi=care_completion" in query]
    assert not of_items


def test_every_line_of_the_bullets_is_a_figure_of_the_cards(ten_bank: str) -> None:
    drawn = [line for spec in charts(opened("crm.zhao", view="bullets")) for line in spec["data"][0]["customdata"]]
    told = figures(opened("crm.zhao"))
    assert {name: text for _key, name, text in drawn} == {k: v for k, v in told.items() if v != "–"}


def test_two_periods_side_by_side(ten_bank: str) -> None:
    at = opened("crm.zhao", view="compare", against="2026Q2")
    table = frames_of(at)[0].set_index("title")
    assert table.loc["客户数", "now"] == "9" or table.loc["客户数", "now"] == "(9)"
    counted = words_of(at)
    better, worse = (sum(list(badge) == [word] for badge in table["state"]) for word in ("变好", "变差"))
    assert f"{better} 项变好" in counted and f"{worse} 项变差" in counted
    at = chosen(at, list(frames_of(at)[0]["title"]).index("活跃率"))
    assert (at.query_params["kpi"], at.query_params["view"]) == ("active_rate", "why")


@pytest.mark.parametrize("query", [{"span": "year"}, {"span": "to_date"}, {"against": "1999Q1"}, {"span": "no"}])
@pytest.mark.parametrize("view", ["compare", "why"])
def test_periods_without_figures_are_said_to_be_so(ten_bank: str, view: str, query: dict[str, str]) -> None:
    more = {"kpi": "active_rate"} if view == "why" else {}
    at = opened("crm.zhao", view=view, **more, **query)
    assert not at.exception and not at.error


def test_small_multiples_share_one_axis(ten_bank: str) -> None:
    at = opened("crm.zhao", kpi="active_rate", view="branches")
    ranges = [spec["layout"]["yaxis"]["range"] for spec in charts(at)]
    assert len(ranges) == 2 and ranges[0] == ranges[1]
    assert {"branch=N", "branch=S"} <= {part for query in links(at).values() for part in query.split("&")}


def test_a_head_sees_no_other_branch(ten_bank: str) -> None:
    for view in ("why", "branches"):
        at = opened("head.wang", kpi="active_rate", view=view, branch="S")
        assert "rm.ni" not in words_of(at) + str(frames_of(at)) and "城南" not in words_of(at)


def test_the_choice_of_kpis_is_in_the_address(ten_bank: str) -> None:
    at = opened("exec.zhou", kpis="aum,churn_rate,nonsense")
    assert set(figures(at)) == {"管理资产（AUM）", "客户流失率"}
    table = frames_of(opened("exec.zhou", kpis="aum,churn_rate", view="table"))[0]
    assert set(table["title"]) == {"管理资产（AUM）", "客户流失率"}
    assert "kpis=aum%2Cchurn_rate" in str([one.proto.body for one in at.get("html")])
    assert len(figures(opened("exec.zhou", kpis="nonsense"))) > 10


def test_kpis_are_chosen_and_kept_under_a_name(ten_bank: str) -> None:
    at = opened("exec.zhou")
    at.session_state["kpis-choose"] = True
    at.run()
    at.multiselect(key="kpis-chosen").set_value(["csat", "aum"]).run()
    assert at.query_params["kpis"] == "csat,aum" and set(figures(at)) == {"客户满意度", "管理资产（AUM）"}
    at.session_state["views-kpis"] = True
    at.run()
    at.text_input(key="view-new-kpis-name").set_value("晨会看板")
    next(button for button in at.button if button.label == "保存筛选").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        kept = session.query(SavedView).filter(SavedView.page == "kpis").all()
        assert [(view.name, view.query) for view in kept] == [("晨会看板", {"kpis": "csat,aum"})]
    at.session_state["kpis-choose"] = True
    at.run()
    assert set(at.multiselect(key="kpis-chosen").value) == {"csat", "aum"}
    at.multiselect(key="kpis-chosen").set_value([]).run()
    assert "kpis" not in at.query_params


def test_the_trail_marks_what_was_missed(ten_bank: str) -> None:
    at = opened("crm.zhao", kpi="churn_rate")
    (trail, *_more) = charts(at)
    marks = trail["data"][0]["marker"]["color"]
    assert marks[-1] != marks[0] or len(set(marks)) == 1
    assert "虚线为目标" in words_of(at) and "橙点未达标" in words_of(at)


@pytest.mark.parametrize("login", ["crm.zhao", "product.he"])
def test_new_business_by_product_category(ten_bank: str, login: str) -> None:
    table = frames_of(opened(login, kpi="new_business", by="product"))[0]
    assert dict(zip(table["group"], table["value"], strict=True)) == {
        "存款": 5_000, "理财": 300_000, "贷款": 80_000, "其他产品": 0}  # fmt: skip
    parts = frames_of(opened(login, kpi="new_business", view="why", by="product"))[-1]
    assert list(parts["group"])[-1] == "合计" and parts["total"].iloc[-1] == round(parts["total"].iloc[:-1].sum(), 6)


def test_what_nobody_has_taken_is_a_line_of_its_own(ten_bank: str) -> None:
    parts = frames_of(opened("crm.zhao", kpi="complaints_received", view="why", by="handler"))[-1]
    assert {"care.chen", "未归属"} <= set(parts["group"])
