"""A tier line from proposal to the matrix: what-if, two reviews, the refresh, and the people who moved."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.hands import agree, fill, keyed, press, read_table, rows_of
from tests.browser.person import overflow, settled, sign_in
from tests.browser.server import ROOT

RULE = "tier.personal"
OPEN = "SELECT max(quarter) FROM quarter_run WHERE state = 'open'"
VIPS = (
    "SELECT count(*) FROM customer_quarter q JOIN quarter_run r ON r.quarter = q.quarter AND r.version = q.version"
    f" WHERE r.state = 'open' AND q.quarter = ({OPEN}) AND q.kind = 'personal' AND q.closed = 0 AND q.tier = 'vip'"
)


def test_a_line_is_lowered_and_the_matrix_shows_who_moved(page: Page, server: str, own_bank: Path) -> None:
    told = propose(page, server)
    assert told > 0
    for login in ("check.sun", "legal.qian"):
        sign_in(page, server, login, "/approvals")
        agree(page, "个人客户分层")
        expect(page.get_by_text("试算").first).to_be_visible()
    expect(keyed(page, "request-head")).to_contain_text("生效时间")
    ((before,),) = rows_of(own_bank, VIPS)
    refresh(own_bank)
    ((after,),) = rows_of(own_bank, VIPS)
    assert after - before == told, "the refresh did what the what-if said"
    sign_in(page, server, "crm.zhao", "/tiers?view=moves&quarter=" + rows_of(own_bank, OPEN)[0][0])
    settled(page)
    steps = [set(row.values()) for row in read_table(page, "tier-steps")]
    assert any({"潜力", "贵宾"} <= row and any("升级" in cell for cell in row) for row in steps), steps
    assert overflow(page) == 0
    sign_in(page, server, "rm.zhang", f"/rulebook?rule={RULE}")
    expect(page.get_by_test_id("stMain")).to_contain_text("20 万元")


def propose(page: Page, server: str) -> int:
    """The department lowers the VIP line from today on; how many customers the what-if says would go up."""
    sign_in(page, server, "crm.zhao", f"/rulebook?rule={RULE}&edit=yes")
    fill(page, "rule-vip-CNY", "200000")
    press(page, "rule-check")
    expect(page.get_by_text("个算例与新口径不符").first).to_be_visible()
    boxes = page.locator("[class*='st-key-rule-restate-'] label")
    for place in range(boxes.count()):
        boxes.nth(place).click()
        settled(page)
    press(page, "what-if-run")
    card = keyed(page, "what-if-cards").get_by_test_id("stMetric").first.inner_text()
    fill(page, "propose-tier-personal-reason", "行办公会决定，自今日起调整贵宾线")
    press(page, "propose-tier-personal-save")
    expect(page.get_by_text("已提交审批").first).to_be_visible()
    found = re.search(r"(\d+)", card.replace(",", ""))
    assert found is not None, card
    return int(found.group(1))


def refresh(bank: Path) -> None:
    """What the night does."""
    environment = {**os.environ, "CRM_DATABASE_URL": f"sqlite:///{bank}", "CRM_DEMO": "1"}
    command = [sys.executable, "-m", "lib", "refresh"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
