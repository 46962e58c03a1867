"""离行原因: who was lost and why, by reason, branch, tier and quarter, down to the people; who is still to be asked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.churn.leaving import UNKNOWN, lost_by, lost_people
from lib.kpi import KpiRow, Scene, kpi_table
from lib.kpi.table import level_of
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import charts, frames, picks, quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.churn import asking
from lib.ui.churn.look import Look
from lib.ui.frames import Card, Column, Link, RowLink
from lib.ui.plain import escaped
from lib.words import _, codes, integer, name, percent

_KEYS = ("churn_rate", "lost_aum", "churned_known_reason", "aum_churn")
_TRAIL = 8
Lost = tuple[str, str, str, int, int]


def draw(look: Look, session: StoreSession) -> None:
    """The quarter, its figures, reasons and people; the open questions first where there are any."""
    known = quarters.runs(look.page.scope)
    run = quarters.choose(known)
    quarters.say(run)
    if not look.page.scope.masked_names:
        asking.draw(look, session)
    figures(look, run)
    rows = [row for row in read(look, [run], "") if row[3]]
    if not rows:
        frames.empty(_("这个季度在你的范围内没有流失客户。"))
        return
    by_reason(look, run, rows)
    divided(look, run, known)
    people(look, session, run)


@cached(of="facts")
def _read(session: Session, runs: Sequence[tuple[str, int]], level: str, group: str) -> list[Lost]:
    return [(row.quarter, row.reason, str(row.of), int(row.customers), int(row.aum_fen))
            for row in session.execute(lost_by(runs, level, group))]  # fmt: skip


def read(look: Look, runs: Sequence[quarters.Run], group: str) -> list[Lost]:
    """The lost of some quarters: quarter, reason, group, customers, AUM they had."""
    scope = look.page.scope
    level = level_of(scope, group if group == "branch" else "bank", Scene())
    return _read(scope, tuple((str(run.quarter), run.version) for run in runs), level, group)


@cached(of="facts")
def _kpis(session: Session, quarter: str, digest: str) -> list[KpiRow]:
    return kpi_table(session, rulebook(), _KEYS, [Quarter.parse(quarter)])  # type: ignore[arg-type]


def figures(look: Look, run: quarters.Run) -> None:
    """Number and share, what left with them, how many of the reasons are known; each leads to its KPI."""
    found = {row.key: row for row in _kpis(look.page.scope, str(run.quarter), look.page.book.digest)}
    lost, aum, known = (found.get(key) for key in ("churn_rate", "lost_aum", "churned_known_reason"))

    def to(key: str) -> Link:
        return Link("kpis", {"kpi": key, "quarter": str(run.quarter)}, _("看指标"))

    cards = []
    if lost is not None:
        cards.append(Card(_("流失客户"), integer(lost.numerator), href=to("churn_rate"), target=_target(lost),
                          note=_("占期初客户 {share}").format(share=percent(lost.value))))  # fmt: skip
    if aum is not None:
        cards.append(Card(_("随客户离开的资产"), look.money.text(aum.numerator), href=to("lost_aum"),
                          note=_("按期初资产")))  # fmt: skip
    if known is not None:
        cards.append(
            Card(
                _("原因已知"),
                percent(known.value),
                small=known.small,
                href=to("churned_known_reason"),
                target=_target(known),
                tone="watch" if known.on_target is False else None,
                note=_("{known} / {all} 位").format(known=known.numerator, all=known.denominator),
            )
        )
    frames.cards(cards, key="leaving-cards")


def _target(row: KpiRow) -> str | None:
    return percent(row.target) if row.target is not None else None


def by_reason(look: Look, run: quarters.Run, rows: Sequence[Lost]) -> None:
    """Customers by reason and what they took, the most frequent first; a bar leads to the people."""
    rows = sorted(rows, key=lambda row: (-row[3], row[1]))
    total = sum(row[3] for row in rows)
    told = [row for row in rows if row[1] not in UNKNOWN]
    title = _("{quarter} 流失 {n} 位，原因都未登记").format(quarter=words.quarter_name(str(run.quarter)), n=total)
    if told:
        title = _("已知原因中最多的是{reason}：{n} 位，占流失的 {share}").format(
            reason=name("leaving_reason", told[0][1]), n=integer(told[0][3]),
            share=percent(told[0][3] / total))  # fmt: skip
    labels = [name("leaving_reason", row[1]) for row in rows]
    left, right = st.columns(2)
    with left:
        clicked = charts.bars(title, labels, [row[3] for row in rows], key="leaving-reasons", horizontal=True,
                              select=True, faint=[name("leaving_reason", code) for code in UNKNOWN])  # fmt: skip
    with right:
        charts.bars(_("随之离开的资产，按原因"), labels, [row[4] for row in rows], key="leaving-aum", unit=look.money,
                    horizontal=True)  # fmt: skip
    chosen = next((row[1] for row in rows if name("leaving_reason", row[1]) == clicked), None)
    if picks.picked("leaving-reason", chosen) and chosen:
        picks.show(chosen, "reason")


def divided(look: Look, run: quarters.Run, known: Sequence[quarters.Run]) -> None:
    """The reasons by quarter, branch, tier or kind."""
    offered = {"": _("按季度"), "tier": _("按层级"), "kind": _("按客户类别")}
    if look.page.scope.facts == "bank":
        offered["branch"] = _("按支行")
    by = choice(_("原因分布"), offered, key="lost_by", segments=True)
    runs = quarters.up_to(known, run, _TRAIL) if by == "" else [run]
    rows = read(look, runs, by)
    place = 0 if by == "" else 2
    groups = sorted({str(row[place]) for row in rows})
    if by == "tier":
        groups = [code for code in codes("tier") if code in groups]
    if by == "branch":
        weight = {group: sum(row[3] for row in rows if row[2] == group) for group in groups}
        groups = sorted(groups, key=lambda group: -weight[group])[:12]
    counted = {(str(row[place]), row[1]): row[3] for row in rows}
    reasons = list(dict.fromkeys(row[1] for row in sorted(rows, key=lambda row: -row[3])))
    series = {name("leaving_reason", reason): [counted.get((group, reason), 0) for group in groups]
              for reason in reasons}  # fmt: skip
    titles = [_group(look, by, group) for group in groups]
    charts.stacked_bars(_("流失客户的原因，{by}").format(by=offered[by]), titles, series, key=f"leaving-by-{by}",
                        horizontal=by == "branch")  # fmt: skip


def _group(look: Look, by: str, group: str) -> str:
    if by == "":
        return words.quarter_name(group)
    if by == "branch":
        return look.house.branches.get(int(group), ("", _("未分配")))[1]
    return name("tier" if by == "tier" else "customer_kind", group)


def people(look: Look, session: StoreSession, run: quarters.Run) -> None:
    """The lost of the quarter, of one reason or all, as the reader reaches them now."""
    st.subheader(escaped(_("流失客户")), anchor=False)
    reasons = sorted({row[1] for row in read(look, [run], "")})
    offered = {"": _("全部原因"), **{code: name("leaving_reason", code) for code in reasons}}
    reason = choice(_("离行原因"), offered, key="reason")
    query = lost_people((str(run.quarter), run.version), reason)
    found = frames.page_of(session, query, key="leaving-page", filters=(str(run.quarter), reason))
    masked = look.page.scope.masked_names
    frames.table(found.rows, [
        Column("name", _("客户"), pinned=True, width=100),
        Column("reason", _("离行原因"), "code", family="leaving_reason", width=110),
        Column("aum_fen", _("期初资产"), "money", currency=look.house.currency, width=120),
        *([] if masked else [Column("words", _("客户原话"), width=260)]),
        Column("tier", _("原层级"), "code", family="tier", width=80),
        Column("closed_on", _("离行日期"), "day", width=100),
        Column("manager", _("客户经理"), width=80), Column("branch", _("支行"), width=100),
        Column("number", _("客户号"), width=100),
    ], key="leaving-people", link=RowLink("portrait", "customer", "number"),
        nothing=_("名单是空的：没有这样的客户，或他们现由他人管户。"))  # fmt: skip
