"""What the customer has with the bank: AUM by quarter against the tier lines, holdings, accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.customers import money
from lib.store.session import StoreSession
from lib.ui import charts
from lib.ui.charts import Unit
from lib.ui.frames import Column, empty, table
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import peers
from lib.ui.portrait.header import tier_reason
from lib.ui.portrait.subject import Subject
from lib.words import _, name

_SOON = timedelta(days=30)
# A tier line far above the customer would press the curve flat on the axis; those far below lie on one another.
_LINES_FROM, _LINES_TO = 0.12, 1.6


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The tab of assets."""
    _by_quarter(page, subject)
    peers.draw(page, session, subject)
    _holdings(page, session, subject)
    _accounts(page, session, subject)


def _by_quarter(page: Page, subject: Subject) -> None:
    reason = tier_reason(page, subject)
    if reason is None:
        empty(_("还没有季度数据：客户开户后，下一次数据刷新会计算各季的 AUM 与层级。"))
        return
    scheme = subject.scheme(page)
    # The measure the tier lines are drawn on comes first; a firm's is its deposits.
    titles = {scheme.measure: words.translate(scheme.label), "aum_fen": _("月日均 AUM")}
    series = {title: [getattr(fact, field) for fact in subject.facts] for field, title in titles.items()}
    peak = max(abs(value) for values in series.values() for value in values)
    marks = {
        _("{tier}线").format(tier=name("tier", tier.code)): float(tier.line)
        for tier in scheme.tiers
        if tier.line and peak * _LINES_FROM <= tier.line <= peak * _LINES_TO
    }
    charts.lines(
        reason.sentence,
        [fact.quarter for fact in subject.facts],
        series,
        key="portrait-aum",
        unit=Unit("money", subject.currency),
        marks=marks,
        open_last=subject.facts[-1].quarter == subject.running,
    )
    details = st.expander(_("各季明细"), key="portrait-quarters-open", on_change="rerun")
    if not details.open:  # a table nobody looks at is not worth a quarter of the page's time
        return
    with details:
        table(_quarter_rows(subject.facts[::-1]), _quarter_columns(subject.currency), key="portrait-quarters")


def _quarter_rows(facts: Any) -> list[dict[str, Any]]:
    fields = ("deposits_fen", "investments_fen", "loans_fen", "aum_fen", "contribution_fen", "initiated_count", "tier")
    return [{"quarter": words.quarter_name(fact.quarter)} | {f: getattr(fact, f) for f in fields} for fact in facts]


def _quarter_columns(currency: str) -> list[Column]:
    return [
        Column("quarter", _("季度"), pinned=True),
        Column("tier", _("层级"), "code", family="tier"),
        Column("aum_fen", _("AUM"), "money", currency=currency),
        Column("deposits_fen", _("存款"), "money", currency=currency),
        Column("investments_fen", _("投资"), "money", currency=currency),
        Column("loans_fen", _("贷款"), "money", currency=currency),
        Column("contribution_fen", _("利润贡献"), "money", currency=currency),
        Column("initiated_count", _("主动交易（笔）"), "integer"),
    ]


def _holdings(page: Page, session: Session, subject: Subject) -> None:
    rows = session.execute(money.holdings(subject.ids, page.today)).all()
    st.subheader(_("持有产品"), anchor=False)
    soon = [row for row in rows if row.matures_on and page.today <= row.matures_on <= page.today + _SOON]
    if soon:
        names = _("、").join(row.product for row in soon[:3])
        said = _("未来 {days} 天内到期 {n} 笔：{names}。").format(days=_SOON.days, n=len(soon), names=names)
        st.info(escaped(said), icon=":material/event_upcoming:")
    shown = [_holding(page, row) for row in rows]
    columns = [
        Column("product", _("产品"), pinned=True),
        Column("category", _("类别"), "code", family="category"),
        Column("risk_level", _("产品风险"), "code", family="product_risk"),
        *_amount_columns(rows, subject.currency, "amount_fen", _("金额")),
        Column("started_on", _("起始日"), "day"),
        Column("matures_on", _("到期日"), "day"),
        Column("left", _("剩余天数"), "integer"),
    ]
    table(shown, columns, key="portrait-holdings", nothing=_("没有持有中的定期存款或理财产品。"))


def _holding(page: Page, row: Any) -> dict[str, Any]:
    left = (row.matures_on - page.today).days if row.matures_on else None
    return row._asdict() | {"left": left}


def _accounts(page: Page, session: Session, subject: Subject) -> None:
    rows = session.execute(money.accounts(subject.ids)).all()
    st.subheader(_("账户"), anchor=False)
    columns = [
        Column("number_masked", _("账号"), pinned=True),
        Column("category", _("类别"), "code", family="category"),
        Column("product", _("产品")),
        *_amount_columns(rows, subject.currency, "balance_fen", _("最近月末余额")),
        Column("opened_on", _("开户日"), "day"),
        Column("matures_on", _("到期日"), "day"),
        Column("closed_on", _("销户日"), "day"),
    ]
    table(rows, columns, key="portrait-accounts", nothing=_("没有账户。"))


def _amount_columns(rows: Any, currency: str, field: str, title: str) -> list[Column]:
    """The amount, and its currency where not every row is in the bank's own."""
    foreign = any(row.currency != currency for row in rows)
    amount = Column(field, title, "money", currency=currency)
    return [amount, Column("currency", _("币种"))] if foreign else [amount]
