"""Appraisal cards as a workbook: one line a KPI of each card within one's scope, with what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from babel.numbers import get_currency_precision
from sqlalchemy import select
from sqlalchemy.orm import aliased

from lib.export.cells import Cell
from lib.export.sheet import KIND, made_by, workbook
from lib.staff.appraisal_period import Period
from lib.staff.appraisal_read import STANDS
from lib.staff.appraisal_rules import LEVELS
from lib.store.models import AppraisalCard, Bank, Branch, Staff
from lib.store.rights import rights
from lib.store.scope import Scope
from lib.store.session import open_session
from lib.words import _, name

PAGE = "appraisal"


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of the standing cards of a `period` (and `level`) within the scope.

    ValueError for an unknown period or level.
    """
    period = Period.parse(query.get("period", ""))
    levels = [level for level in LEVELS if query.get("level", level) == level]
    if not levels:
        raise ValueError(_("不认识的考核对象。"))
    with open_session(scope, PAGE) as session:
        currency = session.scalars(select(Bank.base_currency)).one()
        signer = aliased(Staff)
        cards = session.execute(
            select(AppraisalCard, Branch.name, Staff.name, signer.name)
            .join(Branch, Branch.id == AppraisalCard.branch_id)
            .outerjoin(Staff, Staff.id == AppraisalCard.staff_id)
            .outerjoin(signer, signer.id == AppraisalCard.signed_by)
            .where(STANDS, AppraisalCard.period == str(period), AppraisalCard.level.in_(levels))
            .order_by(AppraisalCard.level, AppraisalCard.branch_id, AppraisalCard.score.desc(), AppraisalCard.id)
        ).all()
    part = 10 ** get_currency_precision(currency)
    lines = (_cells(card, branch, person, signed, line, part) for card, branch, person, signed in cards
             for line in card.lines)  # fmt: skip
    mark = made_by(scope, rights(scope.role, PAGE).extent)
    return f"{_('考核单')}-{period}.xlsx", KIND, workbook(_("考核单"), mark, _headings(), lines)


def _headings() -> list[Cell]:
    return [
        _("考核期"), _("对象"), _("支行"), _("姓名"), _("版本"), _("状态"), _("考核得分"), _("评定等级"),
        _("计入的权重 %"), _("方面"), _("指标"), _("指标值"), _("分子"), _("减去的"), _("分母"), _("人季"),
        _("权重"), _("指标得分"), _("计入得分"), _("是否计入"), _("评语"), _("结果运用"), _("签署人"),
        _("异议理由"), _("裁定说明"),
    ]  # fmt: skip


def _cells(
    card: AppraisalCard, branch: str, person: str | None, signed: str | None, line: dict[str, Any], part: int
) -> list[Cell]:
    def amount(value: Any) -> Cell:
        return value if value is None or line["unit"] != "money" else value / part

    return [
        card.period, name("appraisal_level", card.level), branch, person, card.number,
        name("appraisal_state", card.state), None if card.score is None else card.score / 100,
        name("appraisal_grade", card.grade) if card.grade else None, card.counted,
        name("appraisal_group", line["group"]), name("appraisal_kpi", line["kpi"]), amount(line["value"]),
        amount(line["numerator"]), amount(line["less"]), line["denominator"], line["per"], line["weight"],
        None if line["points"] is None else line["points"] / 100, line["adds"] / 100,
        name("appraisal_line", line["state"]), card.comment,
        name("appraisal_outcome", card.outcome) if card.outcome else None, signed, card.grounds, card.settlement,
    ]  # fmt: skip
