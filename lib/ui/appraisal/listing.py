"""本支行 and 全行: the cards of a period with how far they are, the spread of grades, and the way to each card."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.staff import appraisal_read as read
from lib.staff.appraisal_rules import LEVELS
from lib.store.session import StoreSession
from lib.ui import charts, frames, quarters
from lib.ui.appraisal.data import PARAM, badge, choose_period, periods
from lib.ui.choices import choice
from lib.ui.frames import Card, Column, RowLink
from lib.ui.page import Page
from lib.words import _, integer, name

_GRADE_TONES = {"excellent": "good", "good": "main", "fair": "main", "poor": "watch"}


def branch(page: Page) -> None:
    """The managers of one's branch."""
    _draw(page, "manager", page.scope.branch_id)


def bank(page: Page) -> None:
    """Branches or managers of the whole bank; managers of one branch, where one is chosen."""
    level = choice(_("看谁"), {one: name("appraisal_level", one) for one in reversed(LEVELS)}, key="level",
                   default="branch", segments=True)  # fmt: skip
    branch_id = None
    if level == "manager":
        known = quarters.house(page.scope).branches
        named = {"": _("全部支行"), **dict(known.values())}
        code = choice(_("支行"), named, key="at_branch")
        branch_id = next((key for key, (one, _title) in known.items() if one == code), None)
    _draw(page, level, branch_id)


def _draw(page: Page, level: str, branch_id: int | None) -> None:
    found = periods(page.scope)
    if not found:
        frames.empty(_("还没有考核单。季度结束并刷新数据之后，运行 python -m lib appraise 2026Q3 计算。"))
        return
    period = choose_period(found)
    with page.session() as session:
        _standing(page, session, period, level, branch_id)
        if branch_id is None:
            _grades(page, session, period, level)
        _cards(page, session, period, level, branch_id)
    frames.download(_("下载 Excel"), "appraisal", period=period, level=level)


def _standing(page: Page, session: StoreSession, period: str, level: str, branch_id: int | None) -> None:
    row = session.execute(read.standing(period, level, page.today, branch_id)).one()
    frames.cards([
        Card(_("考核单"), integer(row.all)), Card(name("appraisal_state", "computed"), integer(row.computed)),
        Card(name("appraisal_state", "signed"), integer(row.signed)),
        Card(name("appraisal_state", "disputed"), integer(row.disputed), tone="risk" if row.late else None,
             note=_("{n} 件裁定逾期").format(n=row.late) if row.late else None),
        Card(name("appraisal_state", "final"), integer(row.final)),
    ], key="appraisal-standing")  # fmt: skip


def _grades(page: Page, session: StoreSession, period: str, level: str) -> None:
    codes = [str(one["code"]) for one in page.book.value("appraisal.grades", page.today)]
    rows = session.execute(read.grades(period, level, codes)).all()
    named = [name("appraisal_grade", grade) if grade else _("未评等级") for grade, _n in rows]
    tones = {name("appraisal_grade", code): tone for code, tone in _GRADE_TONES.items()} | {_("未评等级"): "context"}
    counts = [int(n) for _grade, n in rows]
    if not counts:
        return
    most = named[counts.index(max(counts))]
    said = _("{n} 张考核单，{grade}最多").format(n=integer(sum(counts)), grade=most)
    charts.bars(said, named, counts, key=f"appraisal-grades-{level}", horizontal=True, tones=tones)


def _cards(page: Page, session: StoreSession, period: str, level: str, branch_id: int | None) -> None:
    query = read.listed(period, level, branch_id)
    found = frames.page_of(session, query, key="appraisal-list", filters=(period, level, branch_id))
    rows = [_row(one) for one in found.rows]
    who = Column("person" if level == "manager" else "branch", name("appraisal_level", level), pinned=True)
    columns = [
        who, *([Column("branch", _("支行"))] if level == "manager" and branch_id is None else []),
        Column("score", _("考核得分"), "number", width=80),
        Column("grade", _("评定等级"), "code", family="appraisal_grade"),
        Column("state", _("状态"), "badge"), Column("counted", _("计入的权重"), "percent", width=110),
        Column("outcome", _("结果运用"), "code", family="appraisal_outcome"), Column("signer", _("签署人")),
        Column("number", _("版本"), "integer", width=60),
    ]  # fmt: skip
    nothing = _("这一期没有考核单。")
    frames.table(rows, columns, key="appraisal-cards", link=RowLink("appraisal", PARAM, "id"), nothing=nothing)
    if found.rows:
        st.caption(_("选中一行打开考核单。"))


def _row(one: Any) -> dict[str, Any]:
    said = dict(one._mapping)
    score = said["score"]
    return said | {"score": None if score is None else round(score / 100, 1), "state": badge(one.state),
                   "counted": one.counted / 100}  # fmt: skip
