"""投诉分析 on screen: figures counted by hand, findings in words, and the way from each mark to its cases, by role."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.complaints.analysis import Count
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.models import CaseQuarter
from lib.ui.cases import heat, parts, spread
from tests.kpi.ten import NORTH, QUARTER, SOUTH, ten_bank, ten_made
from tests.screen import page, words_of

_ = (ten_bank, ten_made)
Q3 = {"view": "analysis", "quarter": str(QUARTER)}
FROM, TO = "2026-07-01", "2026-09-30"


def analysis(login: str, **query: str) -> AppTest:
    return page("service/complaints.py", login, **{**Q3, **query})


def cards(at: AppTest) -> dict[str, str]:
    return {metric.label: str(metric.value).split("[")[-1].rstrip("]") for metric in at.metric}


def rows(at: AppTest, column: str) -> list[dict[str, Any]]:
    """The table that has this column."""
    (found,) = (one.value for one in at.dataframe if column in one.value.columns)
    return [dict(row) for _at, row in found.iterrows()]


def tables(at: AppTest) -> list[str]:
    """The keys of the tables whose rows can be chosen."""
    return [one.proto.id.split("-", 2)[2] for one in at.dataframe if one.proto.selection_mode]


def html(at: AppTest) -> str:
    return "".join(one.proto.body for one in at.get("html"))


def pick(at: AppTest, key: str, row: int) -> dict[str, str]:
    """Choose a row of the table whose key begins so; the address it leads to."""
    (name,) = (one for one in tables(at) if one.startswith(f"{key}."))
    at.session_state[name] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    at.run()
    assert not at.exception
    return {name: "".join(value) for name, value in at.query_params.items()}


def test_figures_and_findings(ten_bank: str) -> None:
    at = analysis("crm.zhao")
    shown = cards(at)
    assert (shown["投诉受理数"], shown["办结投诉数"]) == ("8", "3")
    said = words_of(at)
    assert "“存款业务”最多：7 件，占 87.5%" in said
    assert "一半的投诉在 11 天内办结，九成在 21 天内；15 天内办结 66.7%" in said
    assert "最密集的是 2026-07-20 起的一周，“存款业务”2 件" in said
    assert "本季办结的投诉没有登记根本原因" in said
    (deposit, wealth) = rows(at, "late_share")
    assert (deposit["received"], deposit["closed"], deposit["late"]) == (7, 3, 1)
    assert (wealth["received"], wealth["late"]) == (1, 0)


def test_a_row_leads_to_its_cases(ten_bank: str) -> None:
    at = analysis("crm.zhao")
    address = pick(at, "complaint-parts-table-business", 1)
    assert [list(one.value["number"]) for one in at.dataframe if "number" in one.value.columns] == [["T3"]]
    assert address == {"from": FROM, "to": TO, "business": "wealth"}


def test_a_cell_of_the_heat_map_leads_to_its_week(ten_bank: str) -> None:
    address = pick(analysis("crm.zhao"), "complaint-heat-cells", 0)
    assert address == {"from": "2026-07-20", "to": "2026-07-26", "business": "deposit"}


def test_a_week_across_the_quarters_edge_keeps_to_the_quarter(ten_bank: str) -> None:
    at = analysis("crm.zhao")
    place = [str(row["week"])[:10] for row in rows(at, "week")].index("2026-06-29")
    address = pick(at, "complaint-heat-cells", place)
    assert (address["from"], address["to"]) == (FROM, "2026-07-05")


def click(at: AppTest, key: str, code: str) -> dict[str, str]:
    """Choose a mark of a chart; the address it leads to."""
    at.session_state[key] = {"selection": {"points": [{"customdata": [code]}], "point_indices": [0]}}
    at.run()
    assert not at.exception
    return {name: "".join(value) for name, value in at.query_params.items()}


def test_a_bar_leads_to_its_cases(ten_bank: str) -> None:
    closed = {"closed_from": FROM, "closed_to": TO}
    assert click(analysis("crm.zhao"), "complaint-days", "11") == {**closed, "days": "11"}
    assert click(analysis("crm.zhao"), "complaint-parts-business", "理财业务")["business"] == "wealth"
    causes({"process_slow": 20})
    assert click(analysis("crm.zhao"), "complaint-causes", "process_slow") == {**closed, "cause": "process_slow"}


def test_one_branch_of_the_bank(ten_bank: str) -> None:
    at = analysis("crm.zhao", branch=str(SOUTH))
    assert cards(at)["投诉受理数"] == "4"
    assert pick(at, "complaint-parts-table-business", 0)["branch"] == str(SOUTH)


def test_by_branch_only_where_there_are_several(ten_bank: str) -> None:
    bank = analysis("crm.zhao", by="branch")
    assert {row["name"]: row["received"] for row in rows(bank, "late_share")} == {"城北支行": 4, "城南支行": 4}
    assert pick(bank, "complaint-parts-table-branch", 0)["branch"] == str(NORTH)
    head = analysis("head.wang", by="branch")  # no such choice: the first one is shown
    assert {row["name"] for row in rows(head, "late_share")} == {"存款业务", "理财业务"}


@pytest.mark.parametrize(
    ("login", "received", "closed"),
    [("crm.zhao", 8, 3), ("head.wang", 4, 2), ("care.chen", 4, 3), ("legal.qian", 8, 3)],
)
def test_each_sees_the_figures_of_the_scope(ten_bank: str, login: str, received: int, closed: int) -> None:
    at = analysis(login)
    assert sum(row["received"] for row in rows(at, "late_share")) == received
    assert sum(row["closed"] for row in rows(at, "late_share")) == closed


def test_an_officers_marks_lead_to_what_they_handle(ten_bank: str) -> None:
    assert pick(analysis("care.chen"), "complaint-parts-table-business", 0)["whose"] == "mine"


def test_a_heads_marks_lead_to_the_branch(ten_bank: str) -> None:
    assert pick(analysis("head.wang"), "complaint-parts-table-business", 0)["branch"] == str(NORTH)


def test_leadership_sees_figures_and_no_way_to_a_case(ten_bank: str) -> None:
    at = analysis("exec.zhou")
    assert cards(at)["投诉受理数"] == "8" and rows(at, "late_share")
    assert tables(at) == [] and tables(analysis("crm.zhao")) != []
    assert "登记簿" not in words_of(at) and "complaint-register" not in html(at)
    assert {place for place, _query in links_of(at)} == {"kpis"}


def test_a_manager_sees_their_own_figures_and_is_told_why_no_more(ten_bank: str) -> None:
    at = analysis("rm.ma")
    assert cards(at)["投诉受理数"] == "4" and "你的岗位只看上面的指标" in words_of(at)


def causes(found: dict[str, int]) -> None:
    """Give the closings of the quarter these causes."""
    with bulk("causes") as session:
        for row in session.query(CaseQuarter).filter(CaseQuarter.dimension == "cause", CaseQuarter.level == "bank"):
            session.delete(row)
        session.flush()
        for code, closed in found.items():
            session.add(CaseQuarter(
                quarter=str(QUARTER), version=1, level="bank", dimension="cause", code=code, week="2026-07-06",
                branch_id=0, staff_id=0, kind="personal", received=0, closed=closed, late=0,
            ))  # fmt: skip


def test_the_pareto_names_the_vital_few_and_leads_to_an_action(ten_bank: str) -> None:
    causes({"process_slow": 60, "people_error": 25, "third_party": 15, "none": 4})
    at = analysis("crm.zhao")
    said = words_of(at)
    assert "3 个原因中 2 个占已定因投诉的 85.0%" in said and "另有 4 件办结时没有登记根本原因" in said
    links = links_of(at)
    assert ("complaints", "view=actions&cause=process_slow") in links
    assert ("complaints", "view=actions&cause=third_party") not in links
    assert not [query for _page, query in links_of(analysis("exec.zhou")) if "actions" in query]


def test_one_cause_alone(ten_bank: str) -> None:
    causes({"process_slow": 90, "people_error": 10})
    assert "一项就占已定因投诉的 90.0%" in words_of(analysis("crm.zhao"))


def links_of(at: AppTest) -> set[tuple[str, str]]:
    """Page and query of every link."""
    found = (one.proto for one in at.get("page_link"))
    return {(proto.page.split("/")[-1], proto.query_string) for proto in found}


def test_the_register_is_offered_for_the_quarter_and_its_months(ten_bank: str) -> None:
    drawn = html(analysis("head.wang"))
    for address in ("quarter=2026Q3", "month=2026-07", "month=2026-08", "month=2026-09"):
        assert f"complaint-register?{address}" in drawn
    assert "clear=1" not in drawn


def test_in_clear_only_with_a_reason(ten_bank: str) -> None:
    at = analysis("head.wang")
    at.text_input(key="register-reason").set_value("监管").run()
    assert "clear=1" not in html(at)
    at.text_input(key="register-reason").set_value("监管检查").run()
    assert "clear=1&amp;reason=%E7%9B%91" in html(at)


def test_in_english(ten_bank: str) -> None:
    at = page("service/complaints.py", "crm.zhao", "en", **Q3)
    assert "Half of the complaints were closed within 11 days" in words_of(at)


def test_a_quarter_without_facts_says_so(ten_bank: str) -> None:
    with bulk("none") as session:
        session.query(m.QuarterRun).delete()
    assert "还没有季度数据" in words_of(analysis("crm.zhao"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"a": 2, "b": 5}, "“甲”最多：6 件，占 60.0%；较上季增加最多的是“乙”（+5）"),
        ({"a": -2, "b": 0}, "“甲”最多：6 件，占 60.0%"),
        ({}, "“甲”最多：6 件，占 60.0%"),
    ],
)
def test_the_finding_of_the_parts(change: dict[str, int], expected: str) -> None:
    now = [Count("a", 6, 0, 0), Count("b", 4, 0, 0)]
    assert parts.finding(now, {"a": "甲", "b": "乙"}, change) == expected


def test_the_finding_of_the_days_before_the_law() -> None:
    assert spread.finding({3: 1, 40: 1}, []) == "一半的投诉在 3 天内办结，九成在 40 天内"


def test_the_densest_cell_of_two_is_the_later() -> None:
    assert "2026-07-06" in heat.finding({("2026-06-29", "deposit"): 2, ("2026-07-06", "deposit"): 2})
