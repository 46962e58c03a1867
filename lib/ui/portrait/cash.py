"""Money in and out: the last twelve months, and the ledger behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.customers import money
from lib.ui import charts
from lib.ui.charts import Unit
from lib.ui.frames import Column, empty, page_of, table
from lib.ui.page import Page
from lib.ui.portrait.subject import Subject
from lib.words import _

_MONTHS = 12
_MILLION = 1_000_000


def draw(page: Page, session: Session, subject: Subject) -> None:
    """The tab of movements."""
    months = last_months(page.today, _MONTHS)
    rows = session.execute(money.cash_flow(subject.ids, months[0], page.today)).all()
    if rows:
        _chart(months, rows, subject.currency)
    else:
        empty(_("最近 12 个月没有交易。"))
    st.subheader(_("交易明细"), anchor=False)
    found = page_of(session, money.transactions(subject.ids), key="portrait-ledger", size=12, filters=subject.ids)
    _ledger(found.rows, subject)


def last_months(today: date, count: int) -> list[date]:
    """First days of the last `count` months, the oldest first, today's month included."""
    index = today.year * 12 + today.month - 1
    return [date(i // 12, i % 12 + 1, 1) for i in range(index - count + 1, index + 1)]


def by_month(months: Sequence[date], rows: Sequence[Any]) -> tuple[list[int], list[int]]:
    """Money in and out of each month in the base currency; a month without a movement is zero."""
    into, out = dict.fromkeys(months, 0), dict.fromkeys(months, 0)
    for row in rows:
        month = date(row.year, row.month, 1)
        into[month] += _in_base(row.in_fen, row.micro)
        out[month] += _in_base(row.out_fen, row.micro)
    return list(into.values()), list(out.values())


def _in_base(fen: int, micro: int | None) -> int:
    return fen if micro is None else fen * micro // _MILLION


def _chart(months: Sequence[date], rows: Sequence[Any], currency: str) -> None:
    into, out = by_month(months, rows)
    net = sum(into) - sum(out)
    gained = _("近 12 个月流入 {into}，流出 {out}，净流入 {net}")
    finding = gained if net >= 0 else _("近 12 个月流入 {into}，流出 {out}，净流出 {net}")
    charts.both_ways(
        finding.format(
            into=words.money(sum(into), currency),
            out=words.money(sum(out), currency),
            net=words.money(abs(net), currency),
        ),
        [f"{month:%Y-%m}" for month in months],
        (_("流入"), into),
        (_("流出"), out),
        key="portrait-cash",
        unit=Unit("money", currency),
    )


def _ledger(rows: Sequence[Any], subject: Subject) -> None:
    currency = subject.currency
    foreign = any(row.currency != currency for row in rows)
    columns = [
        Column("booked_on", _("日期"), "day", pinned=True),
        Column("kind", _("类型"), "code", family="txn_kind"),
        Column("amount_fen", _("金额"), "money", currency=currency),
        *([Column("currency", _("币种"))] if foreign else []),
        Column("balance_fen", _("余额"), "money", currency=currency),
        Column("number_masked", _("账号")),
        *([] if subject.masked else [Column("counterparty", _("对方"))]),
    ]
    table(rows, columns, key="portrait-transactions", nothing=_("没有交易。"))
