"""季度评审, the meeting on screen: each role reads its own, section by section or all, and links lead behind it."""

from __future__ import annotations

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from lib.meeting.book import KEYS, meeting_of
from lib.meeting.parts import Column, Row, Section, Table, Way
from lib.store.session import open_session
from lib.ui.review import parts, sheets
from tests.kpi.ten import QUARTER, ZHAO, ten_bank, ten_made
from tests.kpi.test_ten_customers import person
from tests.screen import page, words_of

_ = (ten_bank, ten_made)
ROLES = {
    "rm.ma": "rm.ma管户的客户", "head.wang": "城北支行", "care.chen": "我经办的投诉", "crm.zhao": "全行",
    "legal.qian": "全行", "product.he": "产品汇总", "exec.zhou": "全行",
}  # fmt: skip


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("management/review.py", login, locale, **query)


def html_of(at: AppTest) -> str:
    return unescape("\n".join(str(one.proto.body) for one in at.get("html")))


def headers(at: AppTest) -> list[str]:
    return [str(one.value) for one in at.header]


@pytest.mark.parametrize("login", ROLES)
def test_each_role_reads_the_whole_meeting_of_its_own(ten_bank: str, login: str) -> None:
    at = opened(login)
    assert len(headers(at)) == len(KEYS) and headers(at)[0].startswith("1 ")
    assert ROLES[login] in words_of(at) and "第 1 版" in words_of(at)


def test_what_is_drawn_is_what_was_computed(ten_bank: str) -> None:
    said = html_of(opened("crm.zhao"))
    with open_session(person(ZHAO), "test") as session:
        found = meeting_of(session, QUARTER)
    for one in found.sections:
        for sentence in one.findings:
            assert sentence.split("；", maxsplit=1)[0] in said
        for table in one.tables:
            assert table.title in said


@pytest.mark.parametrize("key", KEYS)
def test_one_section_at_a_time_with_the_way_on(ten_bank: str, key: str) -> None:
    at = opened("crm.zhao", section=key)
    (header,) = headers(at)
    assert header.startswith(f"{KEYS.index(key) + 1} ")
    assert "crm-index" not in html_of(at).replace(".crm-index", "")


def test_an_unknown_section_is_the_whole(ten_bank: str) -> None:
    assert len(headers(opened("crm.zhao", section="nonsense"))) == len(KEYS)


def test_the_closing_is_the_other_view(ten_bank: str) -> None:
    assert not headers(opened("crm.zhao", view="close"))


def test_where_nothing_is_known_a_sentence_stands(ten_bank: str) -> None:
    assert "数据导入并刷新后会自动写出" in words_of(opened("product.he", section="churn"))


def test_in_english_no_chinese_of_ours_is_left(ten_bank: str) -> None:
    at = opened("crm.zhao", "en", section="churn")
    assert headers(at) == ["6 Churn"] and "Churn rate 25.0%" in html_of(at) and "版本" not in words_of(at)


def test_a_name_leads_behind_the_figure(ten_bank: str) -> None:
    said = html_of(opened("crm.zhao", section="off_target"))
    assert "/kpis?quarter=2026Q3&kpi=churn_rate&branch=N&show=numerator" in said


def test_what_people_fill_in_has_its_forms_and_every_section_its_notes(ten_bank: str) -> None:
    keys = {str(one.key) for one in opened("crm.zhao").button}
    assert {f"note-{QUARTER}-{key}-save" for key in KEYS} <= keys
    assert not any("note-2026" in (one.key or "") for one in opened("rm.ma").button)


def test_the_first_clause_of_a_finding_carries_the_weight() -> None:
    assert parts.findings(["甲 1；乙 <2>"]) == (
        '<ul class="crm-findings"><li class="large"><b>甲 1</b>；乙 &lt;2&gt;</li></ul>'
    )


def test_a_table_escapes_what_data_says_and_sets_figures_right() -> None:
    columns = (Column("组"), Column("数", "integer"), Column("差", "number", 1, "个百分点", signed=True))
    rows = (Row(("<b>甲</b>", 1200, 0.3), "bad", Way("kpis", (("a", "b&c"),))), Row(("乙", None, -0.3), "grey"))
    said = sheets.html(Table("t", "题", columns, rows, "注"), "CNY")
    assert "&lt;b&gt;甲&lt;/b&gt;" in said and "<b>" not in said
    assert '<td class="figure">1,200</td><td class="figure">+0.3 个百分点</td>' in said
    assert '<td class="figure">–</td><td class="figure">-0.3 个百分点</td>' in said
    assert 'aria-label="不利"' in said and '<tr class="quiet">' in said and "href" not in said  # no page to go to


def test_findings_stand_with_their_charts_only_where_there_are_many() -> None:
    few = Section("s", "题", ("甲 1；多", "乙"))
    assert parts._own(few) == {}
