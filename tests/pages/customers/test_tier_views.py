"""The views of 客户分层: each role sees the own scope in each, every figure leads to its people, spans are computed."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from lib.jobs import spans
from lib.store import models as m
from lib.store.bulk import bulk
from lib.ui.tiers.views import VIEWS
from tests.kpi.ten import ten_bank, ten_made
from tests.screen import page, words_of

_ = (ten_bank, ten_made)
ROLES = ("rm.ma", "rm.ni", "head.wang", "crm.zhao", "legal.qian", "exec.zhou")
NORTHERN = {"安甲", "白乙", "陈丙", "丁丁", "易壬"}  # rm.ma's and head.wang's


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("customers/tiers.py", login, locale, **query)


def column(at: AppTest, name: str) -> list[object]:
    return next((list(frame.value[name]) for frame in at.dataframe if name in frame.value), [])


@pytest.mark.parametrize("view", [view.key for view in VIEWS])
@pytest.mark.parametrize("login", ROLES)
def test_every_role_opens_every_view_of_both_kinds(ten_bank: str, login: str, view: str) -> None:
    for kind in ("personal", "corporate"):
        at = opened(login, "en" if kind == "corporate" else "zh_CN", view=view, kind=kind)
        assert not at.error and at.segmented_control(key="choice-view").value == view


def test_only_the_view_chosen_is_worked_out(ten_bank: str) -> None:
    assert not opened("crm.zhao", view="near").metric and opened("crm.zhao").metric
    assert opened("crm.zhao", view="nonsense").metric


def test_development_over_all_quarters_by_customers_or_aum(ten_bank: str) -> None:
    def bars(**query: str) -> dict[str, list[float]]:
        at = opened("crm.zhao", **query)
        spec = next(s for s in (json.loads(c.proto.spec) for c in at.get("plotly_chart")) if len(s["data"]) == 4
                    and len(s["data"][0]["x"]) > 2)  # fmt: skip
        return {trace["name"]: trace["y"] for trace in spec["data"]}

    assert bars()["贵宾"][-1] == 1 and bars()["潜力"][-1] == 4
    assert bars(of="aum")["贵宾"][-1] == pytest.approx(40)  # 万


@pytest.mark.parametrize(("login", "there"), [("crm.zhao", True), ("rm.ma", True), ("rm.ni", False)])
def test_who_is_near_a_line_is_counted_and_listed_within_the_scope(ten_bank: str, login: str, there: bool) -> None:
    at = opened(login, view="near")
    assert ("1 位已在线下观察" in words_of(at)) == there
    people = column(opened(login, show="near:watch:vip"), "name")
    assert people == (["白乙"] if there else [])


def test_distance_to_the_line_stands_beside_the_name(ten_bank: str) -> None:
    at = opened("crm.zhao", show="near:watch:vip")
    assert column(at, "distance_fen") == [100_000] and column(at, "amount_fen") == [400_000]


def test_coverage_leads_to_those_not_reached(ten_bank: str) -> None:
    at = opened("crm.zhao", view="coverage")
    table = next(frame.value for frame in at.dataframe if "covered" in frame.value)
    assert list(table["customers"]) == [1, 4, 2] and list(table["covered"]) == [0, 2, 0]
    assert column(opened("crm.zhao", show="uncovered:potential"), "name") == ["江癸", "何辛"]
    assert column(opened("crm.zhao", show="uncovered:all:rm.ni"), "name") == ["江癸", "何辛", "尔戊"]
    assert "各客户经理" in words_of(opened("head.wang", view="coverage"))
    assert "各客户经理" not in words_of(opened("rm.ma", view="coverage"))


def test_structure_tells_concentration_and_cohorts_with_their_people(ten_bank: str) -> None:
    at = opened("crm.zhao", view="structure")
    tops = next(frame.value for frame in at.dataframe if "top" in frame.value)
    assert list(tops["customers"]) == [1, 1, 1, 2] and tops["share"].iloc[0] == pytest.approx(33.88, abs=0.1)
    years = next(frame.value for frame in at.dataframe if "years" in frame.value)
    assert list(years["years"]) == ["2026 年", "2025 年"] and list(years["opened"]) == [2, 6]
    assert column(opened("crm.zhao", show="top:1"), "name") == ["白乙"]
    assert column(opened("crm.zhao", show="opened:2026:2026"), "name") == ["何辛", "易壬"]


@pytest.mark.parametrize(
    "show", ["tier:potential", "uncovered:all", "opened:2025:2026", "top:20", "near:above:potential"]
)
def test_no_list_names_anybody_beyond_the_own_reach(ten_bank: str, show: str) -> None:
    for login in ("rm.ma", "head.wang"):
        assert set(column(opened(login, show=show), "name")) <= NORTHERN
    assert not set(column(opened("rm.ni", show=show), "name")) & NORTHERN
    leaders = column(opened("exec.zhou", show=show), "name")
    assert not set(leaders) & (NORTHERN | {"江癸", "何辛", "尔戊"})


def test_a_tag_tells_its_rule_its_overlaps_and_its_people(ten_bank: str) -> None:
    with bulk("test") as session:
        run = next(r for r in session.query(m.QuarterRun).order_by(m.QuarterRun.quarter.desc()) if r.state == "open")
        for tag, other, n in (("senior", "", 2), ("steady_investing", "", 4), ("senior", "steady_investing", 2)):
            session.add(m.TagQuarter(quarter=run.quarter, version=run.version, level="bank", branch_id=0, staff_id=0,
                                     kind="personal", tier="mass", tag=tag, other=other, customers=n,
                                     aum_fen=0))  # fmt: skip
    at = opened("crm.zhao", view="tags", tag="senior")
    assert "≥ 60" in words_of(at) and "规则版本 senior" in words_of(at).replace("\\", "")
    overlap = next(frame.value for frame in at.dataframe if "lift" in frame.value)
    assert list(overlap["customers"]) == [2]
    assert "没有客户带规则标签" in words_of(opened("rm.ma", view="tags"))  # nothing was counted of this manager's
    assert opened("crm.zhao", show="tag:senior").subheader[0].value == "老年客户"


def test_quarters_that_are_not_neighbours_are_computed_once_for_everybody(ten_bank: str) -> None:
    runs = opened("crm.zhao", view="moves").selectbox(key="choice-since").options
    assert len(runs) >= 2
    at = opened("rm.ma", view="moves", since="2026Q1")
    assert "还没有算过" in words_of(at) and not at.get("plotly_chart")
    at.button(key="span-begin").click().run()
    assert not at.exception and "还没有算过" not in words_of(at) and "较 2026 年一季度" in words_of(at)
    other = opened("head.wang", view="moves", since="2026Q1")
    assert "还没有算过" not in words_of(other) and other.get("plotly_chart")
    with bulk("test", write=False) as session:
        jobs = [job for job in session.query(m.Job) if job.key.startswith("span")]
    assert [(job.state, job.message) for job in jobs] == [("done", "rm.ma")]


def test_work_left_half_way_says_how_far_it_is(ten_bank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "STEP", 1)
    at = opened("crm.zhao", view="moves", since="2026Q1")
    with monkeypatch.context() as patch:
        patch.setattr(spans, "_sums", lambda *_of: (_ for _ in ()).throw(InterruptedError))
        at.button(key="span-begin").click().run()
    again = opened("rm.ni", view="moves", since="2026Q1")
    assert "已完成 2 步，共 3 步" in words_of(again) and not again.get("plotly_chart")
    again.button(key="span-begin").click().run()
    assert "较 2026 年一季度" in words_of(again)


def test_a_cell_of_far_quarters_leads_to_its_people(ten_bank: str) -> None:
    at = opened("crm.zhao", view="moves", since="2026Q1")
    at.button(key="span-begin").click().run()
    rows = next(frame.value for frame in at.dataframe if "step" in frame.value)
    assert int(rows["customers"].sum()) > 0
    listed = opened("crm.zhao", view="moves", since="2026Q1", show="move:none:potential.off")
    assert "何辛" in column(listed, "name") and "2026 年一季度层级" not in words_of(listed)
    assert "另有" not in words_of(listed)
