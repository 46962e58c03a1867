"""The KPI table as a file: the page's figures, within the scope, readable by a spreadsheet and harmless in it."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from lib.export import kpis
from lib.store.scope import Scope, scope_of
from lib.words import use_locale
from tests.kpi.ten import CHEN, HE, MA, STAFF, WANG, ZHAO, ten_made, ten_on_sqlite
from tests.kpi.test_ten_customers import EXPECTED

_ = (ten_made, ten_on_sqlite)


def scope(who: int) -> Scope:
    login, role, branch = STAFF[who]
    return scope_of(who, login, login, role, branch)


def sheet(who: int, **query: str) -> list[dict[str, str]]:
    name, kind, content = kpis.make(scope(who), {"quarter": "2026Q3", **query})
    raw = b"".join(content)
    assert name == "季度指标-2026Q3.csv" and kind.startswith("text/csv") and raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def test_every_kpi_of_the_quarters_so_far(ten_on_sqlite: str) -> None:
    lines = {line["指标代码"]: line for line in sheet(ZHAO) if line["季度"] == "2026Q3"}
    assert set(lines) == set(EXPECTED)
    churn, aum = lines["churn_rate"], lines["aum"]
    assert (churn["分子"], churn["分母"], churn["指标值"], churn["目标"]) == ("2", "8", "0.25", "0.03")
    assert (churn["是否达标"], churn["样本不足"], churn["季度状态"]) == ("否", "是", "未结账")
    assert (aum["指标值"], aum["单位"]) == ("4880500.0", "CNY")
    assert {line["季度"] for line in sheet(ZHAO)} == {"2026Q1", "2026Q2", "2026Q3"}


def test_one_kpi_by_branch_and_by_manager(ten_on_sqlite: str) -> None:
    now = [line for line in sheet(ZHAO, kpi="churn_rate", by="branch") if line["季度"] == "2026Q3"]
    assert {line["分组"]: line["分母"] for line in now} == {"城北支行": "4", "城南支行": "4"}
    now = [line for line in sheet(ZHAO, kpi="churn_rate", by="manager", branch="N") if line["季度"] == "2026Q3"]
    assert [line["分组"] for line in now] == ["rm.ma"]


def test_only_the_kpis_chosen_and_the_categories_of_what_was_sold(ten_on_sqlite: str) -> None:
    assert {line["指标代码"] for line in sheet(ZHAO, kpis="aum,churn_rate,nonsense")} == {"aum", "churn_rate"}
    now = [line for line in sheet(ZHAO, kpi="new_business", by="product") if line["季度"] == "2026Q3"]
    assert {line["分组"]: line["指标值"] for line in now} == {
        "存款": "5000.0", "理财": "300000.0", "贷款": "80000.0", "其他产品": "0.0"}  # fmt: skip


def test_the_scope_holds_whatever_is_asked(ten_on_sqlite: str) -> None:
    assert sheet(WANG, kpi="churn_rate", by="branch", branch="S") == []
    assert sheet(MA, kpi="churn_rate", by="manager", manager="rm.ni") == []
    assert {line["指标代码"] for line in sheet(HE)} == {
        "products_per_customer", "repeat_purchase", "new_business", "sales_deposit", "sales_wealth", "sales_loan",
        "new_cards", "business_growth",
    }  # fmt: skip
    assert "churn_rate" not in {line["指标代码"] for line in sheet(CHEN)}


@pytest.mark.parametrize(
    "query",
    [
        {"quarter": "2026"},
        {"quarter": "2031Q1"},
        {"by": "planet"},
        {"format": "exe"},
        {"kpi": "no_such"},
        {"branch": "X"},
        {"manager": "nobody"},
    ],
)
def test_a_bad_question_is_a_sentence(ten_on_sqlite: str, query: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        kpis.make(scope(ZHAO), {"quarter": "2026Q3", **query})


def test_as_a_workbook_and_in_english(ten_on_sqlite: str) -> None:
    with use_locale("en"):
        name, _kind, content = kpis.make(scope(ZHAO), {"quarter": "2026Q3", "kpi": "churn_rate", "format": "xlsx"})
        rows = list(load_workbook(io.BytesIO(b"".join(content))).active.values)
    assert name.endswith("2026Q3.xlsx") and rows[1][:2] == ("2026Q3", "Churn rate") and rows[1][4] == 0.25
