"""The meeting opens with what was decided: figures before and after in their place, what else changed, no causes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from lib.meeting import actions, decided
from lib.meeting.follow import tracks
from lib.meeting.parts import Way
from lib.settings import day_start
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.session import open_session
from tests.cast import NORTH, SOUTH, WANG, ZHANG, SmallBank, filled, scope
from tests.review.sitting import LAST, closed, present, sign

BEFORE, DONE_IN = LAST.shift(-2), LAST.shift(-1)
KPI, MEASURE = "complaints_received", "complaints_received"


@pytest.fixture
def figures(sqlite_bank: SmallBank) -> Iterator[None]:
    """Complaints of three quarters: fewer in the north, more in the south; one action done in the north."""
    counts = {BEFORE: (30, 20), DONE_IN: (25, 22), LAST: (12, 30)}
    with bulk("test") as session:
        for table in (m.Action, m.QuarterRun, m.MeasureQuarter, m.QuarterDefinition):
            session.rows(delete(table))
        for quarter, (north, south) in counts.items():
            cutoff = quarter.end.isoformat()
            session.add(filled(m.QuarterRun, quarter=str(quarter), version=1, state="closed", cutoff=cutoff))
            places = (("bank", 0, north + south), ("branch", NORTH, north), ("branch", SOUTH, south))
            for level, branch, count in places:
                session.add(filled(m.MeasureQuarter, quarter=str(quarter), version=1, level=level, branch_id=branch,
                                   staff_id=0, kind="", tier="", measure=MEASURE, value=count))  # fmt: skip
        session.add(made(1, NORTH, "done", expected_e4=150_000))
        session.add(made(2, SOUTH, "done"))
        session.add(made(3, None, "open", quarter=str(DONE_IN)))
        session.note("action", 3)
    yield


def made(number: int, branch: int | None, state: str, **columns: object) -> m.Action:
    ended = DONE_IN.start + timedelta(days=20)
    return filled(m.Action, **{
        "id": number, "title": f"措施{number}", "owner_id": WANG if branch == NORTH else ZHANG, "branch_id": branch,
        "state": state, "ended_on": ended if state != "open" else None, "kpi_key": KPI, "quarter": str(BEFORE),
        "created_at": day_start(DONE_IN.start), "due_on": DONE_IN.end, **columns,
    })  # type: ignore[no-any-return]  # fmt: skip


def row(login: str, title: str) -> tuple[object, ...]:
    with open_session(scope(login), "review") as session:
        table = actions.section(session, LAST).tables[0]
    return next(one.cells for one in table.rows if one.cells[0] == title)


def test_figures_are_those_of_the_actions_place(figures: None) -> None:
    north, south = row("crm.zhao", "措施1"), row("crm.zhao", "措施2")
    assert north[7:] == (f"30（{BEFORE}）", f"12（{LAST}）", "15", "达到预期")
    assert south[7:] == (f"20（{BEFORE}）", f"30（{LAST}）", None, "变差")
    assert row("head.wang", "措施1")[7:] == north[7:]


def test_what_is_not_done_is_not_judged(figures: None) -> None:
    cells = row("crm.zhao", "措施3")
    assert cells[7] == f"47（{DONE_IN}）" and cells[8] is None and cells[10] is None
    assert str(cells[5]).startswith("逾期")


def test_it_says_how_many_and_that_it_proves_nothing(figures: None) -> None:
    with open_session(scope("crm.zhao"), "review") as session:
        found = actions.section(session, LAST).findings
    assert found[0] == "上季决议 1 项：已完成 0 项，进行中 1 项（逾期 1 项），取消 0 项。"
    assert found[1].endswith("2 项：已完成 2 项，进行中 0 项（逾期 0 项），取消 0 项。")
    assert found[2] == "可比较的 2 项中，指标达到预期 1 项，有改善 0 项，没有变化 0 项，变差 1 项。"
    assert "不说明变化由措施引起" in found[3]


def test_too_early_while_no_whole_quarter_has_passed(figures: None) -> None:
    with open_session(scope("crm.zhao"), "review") as session:
        found = actions.section(session, DONE_IN).findings
        assert found[-1] == "还没有可以比较成效的措施：办结后要过完整一个季度。"


def test_what_else_changed_is_told_beside_it(figures: None) -> None:
    with bulk("test") as session:
        run = session.scalars(select(m.QuarterRun).where(m.QuarterRun.quarter == str(LAST))).one()
        run.version = 2
        for one in session.scalars(select(m.MeasureQuarter).where(m.MeasureQuarter.quarter == str(LAST))):
            one.version = 2
        session.note("quarter_run", 1)
    with open_session(scope("crm.zhao"), "review") as session:
        told = {one.action.id: one.meanwhile for one in tracks(session, session.scalars(select(m.Action)).all(), LAST)}
    assert any("现为第 2 版" in line for line in told[1])
    assert any("措施3" in line for line in told[1])  # the bank's action on the same KPI
    assert not any("措施2" in line for line in told[1])  # the other branch's is none of it
    assert not any("措施1" in line for line in told[3])  # done before the quarter it is compared from had ended


def test_a_kpi_that_is_no_more_and_few_cases_judge_nothing(figures: None) -> None:
    gone = made(4, NORTH, "done", kpi_key="no_such")
    with open_session(scope("crm.zhao"), "review") as session:
        (track,) = tracks(session, [gone], LAST)
    assert (track.kpi, track.outcome.verdict, track.meanwhile) == (None, "unknown", ())


def test_each_leads_to_where_it_is_worked_on() -> None:
    of_review = actions.way(m.Action(id=7, quarter="2026Q1"))
    assert of_review == Way("review", (("view", "decisions"), ("action", "7")))
    assert actions.way(m.Action(id=7, finding_id=3)).page == "satisfaction"
    assert actions.way(m.Action(id=7)).page == "complaints"


def test_decisions_and_signatures_are_sections_of_the_pack(figures: None) -> None:
    with open_session(scope("crm.zhao"), "review") as session:
        assert decided.decisions_section(session, LAST).findings == ("本季评审还没有记录决议。",)
        last = decided.decisions_section(session, DONE_IN)
        assert last.findings[0].startswith("本季评审作出决议 1 项")
        assert last.tables[0].rows[0].cells[7] == f"47（{DONE_IN}）"
        assert decided.signing_section(session, LAST).findings == ("第 1 版还没有登记到会的人。",)
    present([WANG])
    sign("head.wang")
    with open_session(scope("crm.zhao"), "review") as session:
        told = decided.signing_section(session, LAST)
    assert told.tables[0].rows[0].cells[:4] == ("王强", "支行负责人", 1, "同意")


def test_nothing_before_says_so(sqlite_bank: SmallBank) -> None:
    closed()
    first = Quarter(2025, 1)
    with open_session(scope("rm.gao"), "review") as session:
        assert "没有需要跟踪的措施" in actions.section(session, first).findings[0]
        assert "尚未关账" in decided.signing_section(session, first).findings[0]


def test_notes_are_a_section_of_what_the_reader_may_see(sqlite_bank: SmallBank) -> None:
    quarter = Quarter(2025, 4)  # the cast wrote three notes beside it
    seen = {"crm.zhao": 3, "head.wang": 1, "rm.zhang": 0}
    for login, count in seen.items():
        with open_session(scope(login), "review") as session:
            told = decided.notes_section(session, quarter)
        assert sum(len(table.rows) for table in told.tables) == count, login
