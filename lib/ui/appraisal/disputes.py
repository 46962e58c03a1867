"""异议: what waits for a ruling, the soonest due first."""

from __future__ import annotations

from typing import Any

from lib.staff import appraisal_read as read
from lib.staff.appraisal_period import Period
from lib.ui import frames
from lib.ui.appraisal.data import PARAM
from lib.ui.frames import Column, RowLink
from lib.ui.page import Page
from lib.words import _, day


def draw(page: Page) -> None:
    """The list, with who disputes and why; a row leads to the card and its ruling."""
    with page.session() as session:
        found = frames.page_of(session, read.disputed(), key="appraisal-disputes")
        if not found.rows:
            frames.empty(_("没有待裁定的异议。被考核人在答复期限内提出的异议会列在这里。"))
            return
        rows = [_row(page, one) for one in found.rows]
    columns = [
        Column("who", _("被考核人"), pinned=True), Column("branch", _("支行")), Column("period", _("考核期")),
        Column("score", _("考核得分"), "number", width=80), Column("due", _("裁定期限"), "badge"),
        Column("grounds", _("异议理由"), width=360), Column("answered_at", _("提出时间"), "moment"),
    ]  # fmt: skip
    frames.table(rows, columns, key="appraisal-disputed", link=RowLink("appraisal", PARAM, "id"))


def _row(page: Page, one: Any) -> dict[str, Any]:
    late = one.settle_due_on is not None and one.settle_due_on < page.today
    return {
        "id": one.id, "who": one.person or one.branch, "branch": one.branch, "period": Period.parse(one.period).title,
        "score": None if one.score is None else round(one.score / 100, 1),
        "due": (day(one.settle_due_on), "risk" if late else "main"), "grounds": one.grounds,
        "answered_at": one.answered_at,
    }  # fmt: skip
