"""Complaints for those who see figures and no cases: stored KPIs of the service group, bank and branches."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.kpi import KpiRow, kpi_table, quarters_with_facts
from lib.rulebook import Kpi
from lib.store.book import rulebook
from lib.store.models import Branch
from lib.ui import charts, frames
from lib.ui.cached import cached
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, figure, integer, percent, quarter_name, translate

KEYS = ("complaints_received", "complaints_open", "reply_on_time", "resolved_on_time", "first_time_resolution",
        "repeat_complaints", "timely_as_reported")  # fmt: skip
_QUARTERS = 8


@cached(of="facts")
def stored_figures(session: Session) -> list[KpiRow]:
    """The complaint KPIs of the last quarters, oldest first."""
    quarters = sorted(quarters_with_facts(session)[:_QUARTERS])  # type: ignore[arg-type]
    return kpi_table(session, rulebook(), KEYS, quarters)  # type: ignore[arg-type]


@cached(of="facts")
def figures_by_branch(session: Session, quarter: str) -> list[tuple[str, list[KpiRow]]]:
    """The same of one quarter, branch by branch."""
    quarters = [one for one in quarters_with_facts(session) if str(one) == quarter]  # type: ignore[arg-type]
    names = dict(session.execute(select(Branch.id, Branch.name)).all())
    found: dict[str, list[KpiRow]] = {}
    for row in kpi_table(session, rulebook(), KEYS[:4], quarters, by="branch"):  # type: ignore[arg-type]
        found.setdefault(names.get(int(row.group), str(row.group)), []).append(row)
    return sorted(found.items())


def counts(page: Page) -> None:
    """Cards of the latest quarter, development, branches."""
    rows = stored_figures(page.scope)
    if not rows:
        frames.empty(_("还没有季度指标。季度数据生成后，这里按季度显示投诉的数量与及时率。"))
        return
    latest = max(row.quarter for row in rows)
    running = any(row.running for row in rows if row.quarter == latest)
    said = _("{quarter}，本季尚未结束，数字还会变化。") if running else "{quarter}"
    st.caption(escaped(said.format(quarter=quarter_name(latest))))
    kpis = {key: page.book.kpi(key, page.today) for key in KEYS}
    shown = [row for row in rows if row.quarter == latest and row.value is not None]
    frames.cards([_card(kpis[row.key], row, rows) for row in shown], key="complaint-cards")
    _development(rows)
    _branches(page, latest, kpis)


def _card(kpi: Kpi, row: KpiRow, rows: Sequence[KpiRow]) -> frames.Card:
    value = None if row.value is None else float(row.value)
    return frames.Card(
        translate(kpi.title), figure(value, kpi.unit), small=row.small,
        target=None if row.target is None else figure(row.target, kpi.unit),
        spark=[None if one.value is None else float(one.value) for one in rows if one.key == row.key],
        help=_("{formula}；样本 {n}").format(formula=translate(kpi.formula), n=integer(row.n)),
    )  # fmt: skip


def _development(rows: Sequence[KpiRow]) -> None:
    received = [row for row in rows if row.key == "complaints_received"]
    if len(received) < 2:
        return
    most = max(received, key=lambda row: row.numerator)
    charts.bars(
        _("{quarter}收到的投诉最多，{n} 件").format(quarter=quarter_name(most.quarter), n=integer(most.numerator)),
        [quarter_name(row.quarter) for row in received], [row.numerator for row in received], key="received-bars",
    )  # fmt: skip


def _branches(page: Page, quarter: str, kpis: dict[str, Kpi]) -> None:
    shown = []
    for branch, rows in figures_by_branch(page.scope, quarter):
        of = {row.key: row for row in rows}
        counted = {key: of[key].numerator if key in of else None for key in KEYS[:2]}
        shares = {key: percent(of[key].value) if key in of else percent(None) for key in KEYS[2:4]}
        shown.append({"branch": branch, **counted, **shares})
    columns = [frames.Column("branch", _("机构"), pinned=True)]
    columns += [frames.Column(key, translate(kpis[key].title), "integer") for key in KEYS[:2]]
    columns += [frames.Column(key, translate(kpis[key].title)) for key in KEYS[2:4]]
    st.subheader(escaped(_("各机构")), anchor=False)
    frames.table(shown, columns, key="complaints-by-branch")
