"""The complaint register as a workbook: one line a complaint of a month or quarter, masked unless a reason is given."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select

from lib.export.register_columns import cells, titles
from lib.export.register_rows import PAGE, Wanted, entries, read_names
from lib.export.sheet import KIND, made_by, workbook
from lib.store.book import rulebook
from lib.store.models import Bank
from lib.store.quarter import Quarter
from lib.store.reveal import ReasonMissing, may_reveal
from lib.store.scope import Scope
from lib.store.session import Refused, open_session
from lib.words import _

__all__ = ["PAGE", "make"]
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of the complaints in scope received in `month` (2026-10) or `quarter`.

    With `clear=1` and a `reason` identity and phone numbers are in clear and every customer is ledgered. Raises
    Refused for a scope without cases or without the right to clear values, ValueError for a bad period or no reason.
    """
    if scope.cases == "none":
        raise Refused(_("你的岗位只看投诉的汇总数字，不看具体投诉。"))
    called, first, last = period(query)
    reason = query.get("reason", "").strip() if query.get("clear") == "1" else ""
    if query.get("clear") == "1":
        try:
            may_reveal(scope, reason)
        except ReasonMissing:
            raise ValueError(_("导出未脱敏的证件号与电话须写明理由。")) from None
    return f"{_('投诉登记簿')}-{called}.xlsx", KIND, _workbook(scope, Wanted(first, last, reason), called)


def period(query: Mapping[str, str]) -> tuple[str, date, date]:
    """The period as the address names it, its first and its last day; ValueError with a sentence if it names none."""
    if "quarter" in query:
        quarter = Quarter.parse(query["quarter"])
        return str(quarter), quarter.start, quarter.end
    match = _MONTH.fullmatch(query.get("month", ""))
    if match is None:
        raise ValueError(_("请写明月份（如 2026-10）或季度（如 2026Q3）。"))
    year, month = int(match[1]), int(match[2])
    return match[0], date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _workbook(scope: Scope, wanted: Wanted, called: str) -> Iterator[bytes]:
    with open_session(scope, PAGE) as session:
        bank = session.scalars(select(Bank.name)).one()
        names = read_names(session, rulebook(), wanted.last)
    mark = watermark(scope, bank, called, wanted.reason)
    return workbook(_("投诉登记簿"), mark, titles(), (cells(entry) for entry in entries(scope, wanted, names)))


def watermark(scope: Scope, bank: str, called: str, reason: str) -> str:
    """Whose file this is: bank, period, who made it when, how far they reach, and whether it is masked."""
    how = _("未脱敏，理由：{reason}").format(reason=reason) if reason else _("已脱敏")
    said = _("{bank} 投诉登记簿 {period}，{by}，{how}，不得外传")
    return said.format(bank=bank, period=called, by=made_by(scope, scope.cases), how=how)
