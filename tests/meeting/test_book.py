"""The meeting over ten customers whose figures are known by hand: what it says, to whom, and that it adds up."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from sqlalchemy import event

from lib.kpi import kpi_table
from lib.kpi.wording import shown
from lib.meeting.book import KEYS, NoFacts, meeting_of
from lib.meeting.parts import CHARTS, KINDS, Meeting, Section
from lib.meeting.telling import stamped, told
from lib.store.book import rulebook
from lib.store.engine import engine
from lib.store.quarter import Quarter
from lib.store.session import open_session
from lib.words import translate, use_locale
from tests.kpi.ten import CHEN, HE, MA, QIAN, QUARTER, STAFF, WANG, ZHAO, ZHOU
from tests.kpi.ten import ten_customers as ten_customers
from tests.kpi.ten import ten_made as ten_made
from tests.kpi.ten import ten_on_sqlite as ten_on_sqlite
from tests.kpi.test_ten_customers import person

READERS = (MA, WANG, CHEN, ZHAO, QIAN, HE, ZHOU)
NUMBER = re.compile(r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?")
QUARTER_NAME = re.compile(r"\d{4} 年.季度|Q\d \d{4}")


def meeting(who: int = ZHAO, quarter: Quarter = QUARTER) -> Meeting:
    with open_session(person(who), "test") as session:
        return meeting_of(session, quarter)


def section(key: str, who: int = ZHAO) -> Section:
    return next(one for one in meeting(who).sections if one.key == key)


def figures(of: Section, currency: str = "CNY") -> dict[str, dict[str, list[str]]]:
    """Table → first cell of the row → every cell as it is told."""
    return {
        table.key: {str(row.cells[0]): [told(value, column, currency) for value, column in
                                        zip(row.cells, table.columns, strict=True)] for row in table.rows}
        for table in of.tables
    }  # fmt: skip


def test_the_sections_are_those_of_the_meeting_in_their_order(ten_customers: str) -> None:
    assert tuple(one.key for one in meeting().sections) == KEYS


def test_the_scorecard_tells_the_worst_first(ten_on_sqlite: str) -> None:
    lines = figures(section("scorecard"))["scorecard-targets"]
    assert lines["客户流失率"][1:3] == ["25.0%", "≤ 3.0%"] and lines["净推荐值"][1] == "20.0"
    order = list(lines)
    assert order.index("投诉密度（每千万个人客户）") < order.index("客户流失率")
    with open_session(person(ZHAO), "test") as session:
        kpis = {kpi.key: kpi for kpi in rulebook().kpis(QUARTER.end)}
        rows = kpi_table(session, rulebook(), list(kpis), [QUARTER])
    judged = [row for row in rows if row.on_target is not None]
    met = sum(1 for row in judged if row.on_target)
    head = section("scorecard").findings[0]
    assert head.startswith(f"{len(judged)} 项有目标的指标中，达标 {met} 项，未达标 {len(judged) - met} 项")
    assert len(lines) == len(judged)

    for row in judged:
        assert lines[translate(kpis[row.key].title)][1] == shown(row, kpis[row.key], "CNY")


def test_churn_by_hand(ten_on_sqlite: str) -> None:
    found = section("churn")
    assert found.findings[0].startswith("客户流失率 25.0%")
    assert "流失客户数 2" in found.findings[1]
    reasons = figures(found)["churn-reasons-table"]
    assert reasons["合计"][1:] == ["2", "100.0%", reasons["合计"][3], "1.05 万元"]  # D 10 000 yuan, E 500
    assert any("占流失的 50.0%" in one for one in found.findings)  # D's reason of D and E


def test_tiers_by_hand(ten_on_sqlite: str) -> None:
    found = section("tiers")
    standing = figures(found)["tiers-personal-standing"]
    assert [standing[tier][1] for tier in ("贵宾", "潜力", "大众", "合计")] == ["1", "4", "2", "7"]
    assert "个人共 7 位" in "\n".join(found.findings) and "企业共 2 位" in "\n".join(found.findings)
    assert figures(found)["tiers-figures"]["升级率"][1] == "25.0%"  # A and G of eight


def test_the_moves_add_up_to_everybody(ten_on_sqlite: str) -> None:
    found = section("tiers")
    for kind in ("personal", "corporate"):
        moved = next(one for one in found.tables if one.key == f"tiers-{kind}-moved")
        matrix = next(one for one in found.tables if one.key == f"tiers-{kind}-matrix")
        cells = [value for row in matrix.rows for value in row.cells[1:] if isinstance(value, int)]
        assert sum(value for value in moved.rows[0].cells if isinstance(value, int)) == sum(cells)


def test_risk_and_value_by_hand(ten_on_sqlite: str) -> None:
    assert figures(section("risk"))["risk-figures"]["高风险客户应对率"][1] == "33.3%"
    value = figures(section("value"))
    assert value["value-figures"]["新增业务额"][1] == "38.5 万元"
    assert [value["value-sales-table"][one][1] for one in ("存款", "理财", "贷款")] == [
        "5,000.00 元",
        "30 万元",
        "8 万元",
    ]
    assert value["value-groups"]["城北支行"][1] == "78 万元"


def test_satisfaction_by_hand(ten_on_sqlite: str) -> None:
    found = figures(section("satisfaction"))
    assert found["satisfaction-figures"]["客户满意度"][1] == "50.0%"
    assert found["complaints-figures"]["投诉受理数"][1] == "8"
    assert found["complaints-figures"]["承诺答复及时率"][1] == "50.0%"


@pytest.mark.parametrize("who", READERS)
def test_every_table_of_contributions_adds_up(ten_on_sqlite: str, who: int) -> None:
    for one in meeting(who).sections:
        for table in (table for table in one.tables if table.key.endswith("-parts")):
            assert table.rows
            sums: dict[str, list[Fraction]] = {}
            for row in table.rows:
                parts = [Fraction(str(value or 0)) for value in row.cells[4:]]
                if row.cells[0] == "合计":
                    assert sums.pop(str(row.cells[1])) == parts, (table.key, row.cells[1])
                    assert parts[0] + parts[1] == parts[2]
                else:
                    so_far = sums.get(str(row.cells[1]), [Fraction(0)] * 4)
                    sums[str(row.cells[1])] = [a + b for a, b in zip(so_far, parts, strict=True)]
            assert not sums


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("who", READERS)
def test_every_number_in_a_sentence_stands_in_the_data_of_its_section(
    ten_on_sqlite: str, who: int, language: str
) -> None:
    with use_locale(language):
        found = meeting(who)
        for one in found.sections:
            known = numbers_in_data(one, found.currency)
            for said in (*one.findings, *(chart.title for chart in one.charts)):
                missing = [number for number in NUMBER.findall(bare(said)) if number.lstrip("+-") not in known]
                assert not missing, (one.key, said, missing)


def bare(said: str) -> str:
    """Without the names of quarters, and of KPIs that hold a number."""
    return QUARTER_NAME.sub("", said).replace("90 分位", "").replace("90th", "")


def numbers_in_data(of: Section, currency: str) -> set[str]:
    cells = [told(value, column, currency) for table in of.tables for row in table.rows
             for value, column in zip(row.cells, table.columns, strict=True)]  # fmt: skip
    cells += [
        told(value, chart.column, currency) for chart in of.charts for one in chart.series for value in one.values
    ]
    cells += [told(chart.target, chart.column, currency) for chart in of.charts]
    cells += [table.note for table in of.tables]
    return {number.lstrip("+-") for cell in cells for number in NUMBER.findall(cell)}


@pytest.mark.parametrize("who", READERS)
def test_what_is_drawn_is_sound(ten_on_sqlite: str, who: int) -> None:
    found = meeting(who)
    keys = [one.key for part in found.sections for one in (*part.charts, *part.tables)]
    assert len(keys) == len(set(keys))
    for one in found.sections:
        for chart in one.charts:
            assert chart.kind in CHARTS and chart.column.kind in KINDS
            assert all(len(series.values) == len(chart.categories) for series in chart.series)
        for table in one.tables:
            assert all(len(row.cells) == len(table.columns) and row.state in ("", "good", "bad", "grey")
                       for row in table.rows)  # fmt: skip


def test_each_meeting_is_of_its_reader(ten_on_sqlite: str) -> None:
    places = {who: meeting(who).stamp.scope for who in (ZHAO, WANG, MA, CHEN)}
    assert places == {ZHAO: "全行", WANG: "城北支行", MA: "rm.ma管户的客户", CHEN: "我经办的投诉"}
    branch = figures(section("tiers", WANG))["tiers-personal-standing"]
    assert branch["合计"][1] == "4"
    groups = figures(section("value", WANG))["value-groups"]
    assert set(groups) == {"rm.ma", "合计"}
    assert not section("churn", HE).findings and not section("tiers", CHEN).tables


def test_leadership_is_led_to_no_case_and_a_manager_to_nobody_else(ten_on_sqlite: str) -> None:
    for who in (ZHOU, MA):
        for one in meeting(who).sections:
            for table in one.tables:
                for row in table.rows:
                    query = dict(row.way.query) if row.way else {}
                    assert query.get("kpi") != "complaints_received" or "show" not in query or who != ZHOU
                    assert who != MA or "branch" not in query


def test_the_statements_are_bounded(ten_on_sqlite: str) -> None:
    said: list[str] = []

    def seen(*told: object) -> None:
        said.append(str(told[2]))

    event.listen(engine(), "before_cursor_execute", seen)
    try:
        meeting()
    finally:
        event.remove(engine(), "before_cursor_execute", seen)
    assert 5 < len(said) <= 60
    assert not [one for one in said if re.search(r"\bcustomer_quarter\b|\bFROM customer\b", one)]


def test_a_quarter_without_facts_says_so(ten_on_sqlite: str) -> None:
    with open_session(person(ZHAO), "test") as session, pytest.raises(NoFacts, match="没有可读的数据"):
        meeting_of(session, Quarter(2019, 1))
    with open_session(person(ZHAO), "test") as session, pytest.raises(NoFacts):
        meeting_of(session, QUARTER, 99)


def test_the_same_reader_reads_the_same_twice(ten_on_sqlite: str) -> None:
    assert meeting().sections == meeting().sections


def test_the_stamp_says_what_the_figures_are(ten_on_sqlite: str) -> None:
    stamp = meeting().stamp
    assert (stamp.quarter, stamp.closed, stamp.cutoff, stamp.reader) == ("2026Q3", False, "2026-09-30", STAFF[ZHAO][0])
    assert (
        "全行 · 2026 年三季度" in stamped(stamp)
        and "未关账" in stamped(stamp)
        and stamp.rules_digest[:8] in stamped(stamp)
    )
