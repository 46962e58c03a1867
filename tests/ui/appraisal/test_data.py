"""From a line to the people behind it: the KPI in the period's last quarter, of this manager or branch."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lib.store.book import rulebook
from lib.store.rights import rights
from lib.ui.appraisal.data import to_people
from lib.ui.page import Page
from tests.cast import NORTH, ZHANG, SmallBank, scope
from tests.staff.cards import MEASURES, appraised, card_of, facts


def page_of(login: str) -> Page:
    who = scope(login)
    right = rights(who.role, "appraisal")
    return Page("appraisal", who, right, date(2026, 11, 29), datetime(2026, 11, 29, tzinfo=UTC), "zh_CN", rulebook())


@pytest.mark.parametrize(
    ("login", "level", "more"),
    [
        ("rm.zhang", "manager", {}),
        ("head.wang", "manager", {"manager": "rm.zhang"}),
        ("crm.zhao", "manager", {"branch": "B1", "manager": "rm.zhang"}),
        ("exec.zhou", "branch", {"branch": "B1"}),
    ],
)
def test_a_line_leads_to_its_people(sqlite_bank: SmallBank, login: str, level: str, more: dict[str, str]) -> None:
    facts("2025Q3", {ZHANG: MEASURES})
    facts("2025Q4", {ZHANG: MEASURES})
    appraised("2025")
    card = card_of(ZHANG if level == "manager" else NORTH, "2025", level)
    to = to_people(page_of(login), card, "churn_rate")
    assert (to.page, to.params) == ("kpis", {"kpi": "churn_rate", "quarter": "2025Q4", "show": "numerator", **more})
