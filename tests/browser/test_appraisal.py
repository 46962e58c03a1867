"""A card from the head's signature to the ruling: three people, each in a browser of their own doing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from lib.words import name
from tests.browser.hands import choose, fill, keyed, press, rows_of
from tests.browser.person import sign_in

COMMENT = "回访按期完成率要提高，请把到期回访排进周计划"
GROUNDS = "有一次视频回访登记在下一季度，未计入"
RULING = "核对联系记录，补计一次"
_LATEST = """
    select a.id, a.lines from appraisal_card a join staff s on s.id = a.staff_id
    where s.login = 'rm.zhang' and a.state <> 'replaced' and a.period like '%Q%' order by a.period desc limit 1
"""
_STANDS = (
    "select number, state, score, ended_how from appraisal_card where period = ? and subject_id = ? order by number"
)


def test_head_signs_person_disputes_department_settles(page: Page, server: str, own_bank: Path) -> None:
    card, _lines = rows_of(own_bank, _LATEST)[0]
    period, subject, score = rows_of(
        own_bank, "select period, subject_id, score from appraisal_card where id = ?", card
    )[0]
    path = f"/appraisal?card={card}"

    sign_in(page, server, "head.wang", path)
    expect(page.get_by_text(name("appraisal_state", "computed"), exact=True).first).to_be_visible()
    fill(page, f"appraisal-signed-{card}-comment", COMMENT)
    press(page, f"appraisal-signed-{card}-save")
    expect(page.get_by_text(COMMENT).first).to_be_visible()

    sign_in(page, server, "rm.zhang", "/appraisal")
    expect(page.get_by_text(COMMENT).first).to_be_visible()
    page.get_by_role("radio", name="提出异议").click()
    fill(page, f"appraisal-disputed-{card}-grounds", GROUNDS)
    press(page, f"appraisal-disputed-{card}-save")
    expect(page.get_by_text(GROUNDS).first).to_be_visible()

    sign_in(page, server, "crm.zhao", "/appraisal?view=disputes")
    expect(keyed(page, "choice-view")).to_be_visible()
    sign_in(page, server, "crm.zhao", path)
    page.get_by_role("radio", name="采纳并更正").click()
    form = f"appraisal-replaced-{card}"
    choose(page, f"{form}-kpi", name("appraisal_kpi", "visit_completion"))
    fill(page, f"{form}-numerator", "1")
    fill(page, f"{form}-settlement", RULING)
    press(page, f"{form}-save")
    expect(page.get_by_text(name("appraisal_end", "corrected")).first).to_be_visible()

    found = rows_of(own_bank, _STANDS, period, subject)
    assert [(number, state, how) for number, state, _score, how in found] == [
        (1, "replaced", "corrected"), (2, "final", "corrected"),
    ]  # fmt: skip
    assert found[0][2] == score and found[1][2] != score, "the old version is left as it was"
