"""A review from last quarter's actions to the signature: decided, seen by its owner on Today, proved, signed."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.hands import fill, keyed, open_tab, press, read_table, rows_of
from tests.browser.person import overflow, settled, sign_in
from tests.browser.test_closing import OPEN, close

TITLE = "到期客户提前三十日联系"
DECIDED = "SELECT id, expected_e4, state, evidence FROM action WHERE title = ?"
SIGNED = "SELECT opinion, facts_version FROM review_signature WHERE quarter = ? AND signed_at IS NOT NULL"


def test_a_decision_from_the_meeting_to_its_evidence_and_the_signature(page: Page, server: str, own_bank: Path) -> None:
    ((quarter,),) = rows_of(own_bank, OPEN)
    meeting = f"/review?quarter={quarter}&view=decisions"
    sign_in(page, server, "crm.zhao", f"/review?quarter={quarter}&view=close")
    close(page, quarter)
    page.goto(server + meeting)
    settled(page)
    followed = read_table(page, "review-actions")
    assert len(followed) > 3 and any("逾期" in str(row) for row in followed)
    record(page, quarter)
    ((number, expected, state, _evidence),) = rows_of(own_bank, DECIDED, TITLE)
    assert (expected, state) == (9900, "open") and overflow(page) == 0

    form = keyed(page, "review-attendance")
    form.get_by_role("combobox").fill("周国强")
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    settled(page)  # the choice is taken before the button is pressed
    expect(form).to_contain_text("周国强")
    form.get_by_role("button", name="登记到会", exact=True).click()
    expect(page.get_by_text("到会已登记。").first).to_be_visible()
    settled(page)

    sign_in(page, server, "rm.zhang", "/today")
    page.get_by_role("link", name="评审决议").first.click()
    settled(page)
    page.goto(f"{server}{meeting}&action={number}")
    settled(page)
    open_tab(page, "登记进展")
    fill(page, f"decision-prove-{number}-text", "名单已联系一半")
    press(page, f"decision-prove-{number}-save")
    expect(keyed(page, "review-action")).to_contain_text("名单已联系一半")

    sign_in(page, server, "exec.zhou", meeting)
    box = keyed(page, "review-sign")
    box.get_by_text("同意", exact=True).click()
    box.get_by_role("button", name="签署", exact=True).click()
    settled(page)
    expect(keyed(page, "review-sign")).to_have_count(0)
    ((opinion, _version),) = rows_of(own_bank, SIGNED, quarter)
    assert opinion == "agree" and "名单已联系一半" in rows_of(own_bank, DECIDED, TITLE)[0][3]


def record(page: Page, quarter: str) -> None:
    """The decision as the department types it, for branch 1 and its manager."""
    keyed(page, "decision-new").get_by_text("记录一项决议").first.click()
    settled(page)
    box = keyed(page, "decision-branch").get_by_role("combobox")
    box.focus()
    box.press("ArrowDown")
    page.get_by_role("option").nth(1).click()
    settled(page)
    find(page, "decision-kpi", "关怀完成率")
    form = f"decision-new-{quarter}-1-care_completion"
    fill(page, f"{form}-title", TITLE)
    fill(page, f"{form}-steps", "每周一拉到期名单")
    fill(page, f"{form}-expected_value", "99")
    find(page, f"{form}-owner", "张敏")
    press(page, f"{form}-save")
    expect(keyed(page, "decision-new")).to_be_visible()


def find(page: Page, key: str, text: str) -> None:
    """Type into a long list, which is drawn only as far as it is seen, and take the first that is left."""
    keyed(page, key).get_by_role("combobox").fill(text)
    page.get_by_role("option").first.click()
    settled(page)
