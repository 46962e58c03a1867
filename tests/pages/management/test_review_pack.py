"""The pack's links on the meeting's page: of the quarter looked at, for everybody who reads the meeting."""

from __future__ import annotations

from html import unescape

import pytest

from tests.kpi.ten import ten_bank, ten_made
from tests.screen import page

_ = (ten_bank, ten_made)


@pytest.mark.parametrize("login", ["crm.zhao", "head.wang", "exec.zhou"])
def test_slides_and_workbook_are_a_click_away(ten_bank: str, login: str) -> None:
    at = page("management/review.py", login, quarter="2026Q3")
    said = unescape("\n".join(str(one.proto.body) for one in at.get("html")))
    assert "/export/review-pack?format=pptx&quarter=2026Q3" in said
    assert "/export/review-pack?format=xlsx&quarter=2026Q3" in said
