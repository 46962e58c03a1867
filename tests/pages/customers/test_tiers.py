"""客户分层 on screen: the figures are the stored ones, each sees the own scope, every bar leads to its customers."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from lib.store.bulk import bulk
from tests.kpi.ten import ten_bank, ten_made
from tests.screen import application, page, words_of

_ = (ten_bank, ten_made)
PAGE = "../../pages/customers/tiers.py"
ROLES = {
    "rm.ma": ["0", "1", "2", "1"],
    "head.wang": ["0", "1", "2", "1"],
    "crm.zhao": ["0", "1", "4", "2"],
    "legal.qian": ["0", "1", "4", "2"],
    "exec.zhou": ["0", "1", "4", "2"],
}


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("customers/tiers.py", login, locale, **query)


def names(at: AppTest) -> list[str]:
    return next((list(frame.value["name"]) for frame in at.dataframe if "name" in frame.value), [])


@pytest.mark.parametrize("login", ROLES)
def test_each_sees_the_tiers_of_the_own_scope(ten_bank: str, login: str) -> None:
    at = opened(login)
    assert [metric.value for metric in at.metric] == ROLES[login]
    assert ("各支行" in words_of(at)) == (login not in ("rm.ma", "head.wang"))


@pytest.mark.parametrize("login", ["care.chen", "product.he"])
def test_posts_without_the_page_cannot_open_it(ten_bank: str, login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page(PAGE)


def test_in_english_and_for_firms(ten_bank: str) -> None:
    at = opened("crm.zhao", "en", kind="corporate")
    assert [metric.value for metric in at.metric] == ["0", "0", "2", "0"]
    assert "Over the quarters" in words_of(at)


def test_change_share_and_line_are_told(ten_bank: str) -> None:
    at = opened("crm.zhao")
    assert [metric.delta.replace("\\", "") for metric in at.metric] == [
        "+0 较上季",
        "-1 较上季",
        "+3 较上季",
        "-1 较上季",
    ]
    table = at.dataframe[0].value
    assert list(table["customers"]) == [0, 1, 4, 2] and list(table["watch"]) == [0, 1, 0, 0]
    assert list(table["aum_fen"]) == [0, 400_000, 760_000, 20_500]
    assert "暂定" in words_of(at) and "tier.personal@always" in words_of(at).replace("\\", "")


def test_movements_have_the_watch_as_a_row_and_column_of_its_own(ten_bank: str) -> None:
    at = opened("crm.zhao", view="moves")
    assert "较上季：升级 1 · 降级 1 · 降级观察 1 · 观察解除 0 · 新进入 2 · 已离开 1" in words_of(at)
    steps = at.dataframe[0].value
    assert sorted(zip([one[0] for one in steps["step"]], steps["before"], steps["tier"], strict=True)) == sorted([
        ("升级", "大众", "潜力"), ("降级", "贵宾（观察）", "潜力"), ("降级观察", "贵宾", "贵宾（观察）"),
        ("新进入", "原非客户", "潜力"), ("新进入", "原非客户", "大众"), ("已离开", "大众", "已离开"),
    ])  # fmt: skip
    heat, flow = (json.loads(chart.proto.spec)["data"][0] for chart in at.get("plotly_chart"))
    assert heat["x"] == ["高净值", "贵宾", "潜力", "大众", "降级观察", "已离开"]
    assert heat["z"][4] == [None, None, 1, None, None, None]  # who was on watch fell
    assert sum(flow["link"]["value"]) == 6


@pytest.mark.parametrize(
    ("show", "people"),
    [
        ("tier:potential", ["江癸", "陈丙", "何辛", "安甲"]),
        ("watch:vip", ["白乙"]),
        ("move:vip:potential", ["陈丙"]),
        ("move:vip.watch:potential.off", ["陈丙"]),
        ("move:vip.off:potential", []),
        ("move:vip.off:vip.watch", ["白乙"]),
        ("move:none:mass.off", ["易壬"]),
        ("move:mass:none", ["丁丁"]),
        ("bucket:age_band:36_59", ["白乙", "江癸", "陈丙", "何辛", "安甲", "易壬", "尔戊"]),
    ],
)
def test_every_figure_leads_to_its_customers(ten_bank: str, show: str, people: list[str]) -> None:
    at = opened("crm.zhao", show=show)
    assert names(at) == people and not at.metric
    assert "另有" not in words_of(at)


def test_who_was_handed_over_since_is_counted_but_not_listed(ten_bank: str) -> None:
    at = opened("rm.ni", kind="corporate", show="tier:growth")
    assert names(at) == ["方己公司"] and "另有 1 位现由他人管户" in words_of(at)


def test_leaders_see_masked_names(ten_bank: str) -> None:
    assert names(opened("exec.zhou", show="watch:vip")) != ["白乙"]


@pytest.mark.parametrize(
    "show",
    [
        "tier:none",
        "tier:strategic",
        "bucket:name:x",
        "bucket:industry:retail",
        "move:a:b",
        "x",
        "near:up:vip",
        "near:below:mass",
        "uncovered:x",
        "uncovered:vip:nobody",
        "opened:1:2",
        "opened:2030:2031",
        "top:3",
        "tag:x",
        "proposed:vip",
        "move:vip.up:mass",
        "top:１",
    ],
)
def test_nonsense_in_the_address_is_the_overview(ten_bank: str, show: str) -> None:
    assert opened("crm.zhao", show=show, branch="no", by="zzz").metric


def test_back_from_the_list(ten_bank: str) -> None:
    at = opened("crm.zhao", show="watch:vip")
    at.button(key="tiers-back").click().run()
    assert at.metric and "show" not in at.query_params


def test_the_charts_hold_the_same_figures(ten_bank: str) -> None:
    specs = [json.loads(chart.proto.spec) for chart in opened("crm.zhao").get("plotly_chart")]
    assert specs[0]["data"][0]["x"] == [0, 1, 4, 2]
    assert [trace["x"][0] for trace in specs[1]["data"]] == pytest.approx([0, 1 / 7, 4 / 7, 2 / 7])


def test_without_facts_or_customers_it_says_so(ten_bank: str) -> None:
    assert "没有这类客户" in words_of(opened("rm.ma", kind="corporate"))
    with bulk("empty") as session:
        for run in session.query(m.QuarterRun):
            session.delete(run)
    assert "还没有季度数据" in words_of(opened("crm.zhao"))
