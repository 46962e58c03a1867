"""What is marked on a trail: rules that changed, surges of complaints, actions; and nothing that did not happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from lib.kpi import KpiRow
from lib.kpi.annotations import RULES_OF, action_notes, actions, in_order, rule_notes, surge_notes
from lib.kpi.due import KINDS_OF
from lib.kpi.measures import OF_CUSTOMERS
from lib.rulebook import Rulebook, shipped_rows
from lib.store.bulk import bulk
from lib.store.models import Action
from lib.store.quarter import Quarter
from lib.store.session import open_session
from tests.cast import SmallBank, scope

ROWS = shipped_rows()
BOOK = Rulebook(ROWS)
FIRST, LAST = Quarter.parse("2025Q4"), Quarter.parse("2026Q3")
RULE = {"quarters": 4, "level": 0.01, "at_least": 10}
QUARTERS = ["2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"]


def with_entry(kind: str, key: str, begun: date, **value: Any) -> Rulebook:
    """The shipped book with one more entry of a key, from a day on."""
    last = [row for row in ROWS if (row.kind, row.key) == (kind, key)][-1]
    entry = replace(last, valid_from=begun, value={**last.value, **value}, position=len(ROWS) + 1)
    return Rulebook([*ROWS, entry])


def test_the_shipped_book_marks_nothing_of_these_quarters() -> None:
    for kpi in BOOK.kpis(LAST.end):
        assert rule_notes(BOOK, kpi, FIRST, LAST) == [] or kpi.key == "resolved_on_time"


@pytest.mark.parametrize(
    ("kind", "key", "kpi", "what", "ident"),
    [
        ("kpi", "churn_rate", "churn_rate", "definition", "kpi:churn_rate"),
        ("rule", "target.churn_rate", "churn_rate", "target", "target.churn_rate"),
        ("rule", "churn.lost", "churn_rate", "rule", "churn.lost"),
        ("rule", "activity.initiated_kinds", "churn_rate", "rule", "activity.initiated_kinds"),
        ("rule", "survey.satisfied", "csat", "rule", "survey.satisfied"),
    ],
)
def test_a_change_is_marked_where_it_counts(kind: str, key: str, kpi: str, what: str, ident: str) -> None:
    book = with_entry(kind, key, date(2026, 4, 1))
    (note,) = rule_notes(book, book.kpi(kpi, LAST.end), FIRST, LAST)
    assert (note.quarter, note.kind, note.what, note.key, note.on) == ("2026Q2", "rule", what, ident, date(2026, 4, 1))
    assert rule_notes(book, book.kpi("customers", LAST.end), FIRST, LAST) == []


@pytest.mark.parametrize(
    ("begun", "marked"),
    [(date(2025, 9, 30), False), (date(2025, 10, 1), True), (date(2026, 9, 30), True), (date(2026, 10, 1), False)],
)
def test_only_what_began_within_the_quarters(begun: date, marked: bool) -> None:
    book = with_entry("rule", "churn.lost", begun)
    assert bool(rule_notes(book, book.kpi("churn_rate", LAST.end), FIRST, LAST)) == marked


def test_every_measure_and_rule_named_there_exists() -> None:
    used = {measure for kpi in BOOK.kpis(LAST.end) for measure in kpi.measures}
    assert set(RULES_OF) <= used | set(OF_CUSTOMERS) | set(KINDS_OF)
    assert {key for keys in RULES_OF.values() for key in keys} <= set(BOOK.keys("rule"))


def rows(counts: list[int | None], kpi_key: str, running: bool = False) -> dict[str, KpiRow]:
    kpi = BOOK.kpi(kpi_key, LAST.end)
    found = {}
    for quarter, count in zip(QUARTERS, counts, strict=True):
        if count is not None:
            numerator, denominator = (count, None) if kpi.numerator == "complaints_received" else (1, count)
            found[quarter] = KpiRow(kpi_key, quarter, "", numerator, 0, denominator, 0.1, None, count, False, 1, True,
                                    running and quarter == QUARTERS[-1], None)  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("counts", "marked"),
    [
        ([20, 22, 19, 21, 20, 60], ["2026Q3"]),
        ([20, 22, 19, 21, 20, 24], []),  # chance explains it
        ([20, 22, 19, 21, 70, 21], ["2026Q2"]),
        ([1, 0, 1, 0, 0, 8], []),  # striking, but too few
        ([None, 22, 19, 21, 20, 60], ["2026Q3"]),
        ([20, None, 19, 21, 20, 60], []),  # a quarter is missing before it: nothing to compare with
        ([20, 22, 19, 21, 20, None], []),
    ],
)
@pytest.mark.parametrize("kpi_key", ["complaints_received", "repeat_complaints"])
def test_a_surge_is_more_than_chance(counts: list[int | None], marked: list[str], kpi_key: str) -> None:
    found = surge_notes(BOOK.kpi(kpi_key, LAST.end), rows(counts, kpi_key), QUARTERS, RULE)
    assert [note.quarter for note in found] == marked


def test_a_surge_tells_its_figures() -> None:
    (note,) = surge_notes(BOOK.kpi("complaints_received", LAST.end),
                          rows([20, 22, 19, 21, 20, 60], "complaints_received"), QUARTERS, RULE)  # fmt: skip
    assert (note.count, note.expected) == (60, 20.5)


def test_a_running_quarter_is_never_a_surge_nor_a_kpi_without_complaints() -> None:
    counted = rows([20, 22, 19, 21, 20, 60], "complaints_received", running=True)
    assert surge_notes(BOOK.kpi("complaints_received", LAST.end), counted, QUARTERS, RULE) == []
    assert surge_notes(BOOK.kpi("churn_rate", LAST.end), counted, QUARTERS, RULE) == []


def action(number: int, branch: int | None, **more: Any) -> Action:
    owner = scope("crm.zhao").staff_id
    usual: dict[str, Any] = dict(
        id=number, title=f"措施 {number}", steps="步骤", cause=None, kpi_key="churn_rate", expected=None,
        owner_id=owner, branch_id=branch, due_on=date(2026, 12, 1), state="open", created_by=owner, version=1,
        created_at=datetime(2026, 2, 3, tzinfo=UTC),
    )  # fmt: skip
    return Action(**usual | more)


def test_actions_are_marked_when_given_and_when_they_end(bank: SmallBank) -> None:
    with bulk("actions") as session:
        session.add_all([
            action(9001, None, state="done", ended_on=date(2026, 8, 1)),
            action(9002, 1, kpi_key="csat"),  # of another KPI
            action(9003, None, created_at=datetime(2025, 9, 30, 16, tzinfo=UTC)),  # the first day, in Shanghai
            action(9004, 2, created_at=datetime(2025, 3, 1, tzinfo=UTC), state="dropped",
                   ended_on=date(2025, 12, 31)),
            action(9005, None, created_at=datetime(2026, 9, 30, 16, tzinfo=UTC)),  # after the last day
        ])  # fmt: skip
    with open_session(scope("crm.zhao"), "kpis") as reading:
        found = action_notes(reading.scalars(actions("churn_rate", FIRST, LAST)).all(), FIRST, LAST)
        of_branch = [one.id for one in reading.scalars(actions("churn_rate", FIRST, LAST, 1))]
    said = [(note.key, note.what, note.quarter) for note in in_order(found)]
    assert said == [("9003", "given", "2025Q4"), ("9004", "dropped", "2025Q4"), ("9001", "given", "2026Q1"),
                    ("9001", "done", "2026Q3")]  # fmt: skip
    assert of_branch == [9003, 9001]


def test_actions_of_others_are_not_marked(bank: SmallBank) -> None:
    with bulk("actions") as session:
        session.add_all([action(9001, None), action(9002, 2)])
    with open_session(scope("head.wang"), "kpis") as reading:
        assert reading.scalars(actions("churn_rate", FIRST, LAST)).all() == []
