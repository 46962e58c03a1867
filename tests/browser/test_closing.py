"""A quarter from its checks to the freeze, and a correction beside it: what late rows change is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.hands import fill, keyed, press, read_table, rows_of
from tests.browser.person import overflow, settled, sign_in
from tests.browser.server import ROOT

OPEN = "SELECT max(quarter) FROM quarter_run WHERE state = 'open' AND cutoff < (SELECT max(cutoff) FROM quarter_run)"
STATES = "SELECT version, state FROM quarter_run WHERE quarter = ? AND state IN ('open', 'closed', 'corrected')"
LATE = """
import sys
from lib.store.quarter import Quarter
from tests.review.closable import add_late_rows
print(add_late_rows(Quarter.parse(sys.argv[1])))
"""


def test_the_department_closes_a_quarter_corrects_it_and_sees_the_difference(
    page: Page, server: str, own_bank: Path
) -> None:
    ((quarter,),) = rows_of(own_bank, OPEN)
    sign_in(page, server, "crm.zhao", f"/review?view=close&quarter={quarter}")
    close(page, quarter)
    ((version, state),) = rows_of(own_bank, STATES, quarter)
    assert state == "closed"
    expect(page.get_by_test_id("stMain")).to_contain_text("已结账")
    expect(page.get_by_test_id("stMain")).not_to_contain_text("未结账")
    expect(page.get_by_test_id("stMain")).to_contain_text("关账后没有新到的数据。")
    assert overflow(page) == 0

    rows = add_late_rows(own_bank, quarter)
    page.reload()
    settled(page)
    expect(page.get_by_test_id("stMain")).to_contain_text(f"又记录了 {rows} 条属于该季度的数据")
    fill(page, f"correct-{quarter}-reason", "季末流水补录")
    press(page, f"correct-{quarter}-save")
    expect(page.get_by_text("项指标改变").first).to_be_visible()
    assert dict(rows_of(own_bank, STATES, quarter))[version] == "corrected"
    changed = [row for row in read_table(page, "close-difference") if "活跃率" in row.values()]
    assert changed and any("合计" in row.values() for row in changed)
    closed = [set(row.values()) for row in read_table(page, "close-versions")]
    assert any("季末流水补录" in row for row in closed)

    page.get_by_role("link", name=f"第 {version} 版的指标").click()
    settled(page)
    expect(page.get_by_test_id("stMain")).to_contain_text("这是更正前的旧版")
    assert f"version={version}" in page.url and overflow(page) == 0
    sign_in(page, server, "head.wang", f"/review?view=close&quarter={quarter}")
    expect(keyed(page, "close-versions-table")).to_contain_text("季末流水补录")
    expect(keyed(page, f"correct-{quarter}-save")).to_have_count(0)


def close(page: Page, quarter: str) -> None:
    """Press the button, with a word where the checks ask for one."""
    reason = keyed(page, f"close-{quarter}-reason")
    if reason.count():
        fill(page, f"close-{quarter}-reason", "汇报在即，余项已知")
    press(page, f"close-{quarter}-save")
    expect(keyed(page, "close-versions-table")).to_be_visible()
    settled(page)


def add_late_rows(bank: Path, quarter: str) -> int:
    """What the core system sends after the closing."""
    environment = {**os.environ, "CRM_DATABASE_URL": f"sqlite:///{bank}", "CRM_DEMO": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LATE, quarter]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout)
