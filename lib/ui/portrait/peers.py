"""The customer beside customers alike: medians of the same tier, and what they hold that this one does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib import words
from lib.customers import money, peers
from lib.store.models import PeerQuarter
from lib.store.session import StoreSession
from lib.store.suitability import Sold, capacity_valid, investor_of, unfit
from lib.ui import charts, frames
from lib.ui.charts import Unit
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, name

_NAMED = 3


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The comparison by quarter and by category; a sentence where there are too few customers alike."""
    latest = subject.latest
    if latest is None:
        return
    st.subheader(_("与同类客户比较"), anchor=False)
    quarters = [fact.quarter for fact in subject.facts]
    rows = session.scalars(peers.peers(latest, quarters)).all()
    groups = peers.nearest(rows, peers.band_of(latest))
    newest = groups.get(latest.quarter)
    if newest is None:
        least = words.integer(page.book.value("peers.least", page.today))
        frames.empty(_("同类客户不足 {n} 位，不作比较，以免推知个人。").format(n=least))
        return
    _by_quarter(subject, groups, said_group(newest))
    _by_category(page, session, subject, newest)


def said_group(group: PeerQuarter) -> str:
    """Who is compared with: tier, band, how many."""
    said = [name("tier", group.tier)]
    if group.band != peers.ALL:
        said.append(name("age_band" if group.kind == "personal" else "industry", group.band))
    return _("{group}（{n} 位）").format(group=" · ".join(said), n=words.integer(group.customers))


def _by_quarter(subject: Subject, groups: dict[str, PeerQuarter], said: str) -> None:
    titles = {"aum_fen": _("月日均 AUM"), "contribution_fen": _("利润贡献"), "initiated_count": _("主动交易（笔）")}
    field = st.segmented_control(
        _("比较什么"), list(titles), default="aum_fen", format_func=titles.__getitem__, key="portrait-peers-what",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    field = field or "aum_fen"
    mine = [getattr(fact, field) for fact in subject.facts]
    theirs = [getattr(groups[fact.quarter], field) if fact.quarter in groups else None for fact in subject.facts]
    unit = charts.COUNT if field == "initiated_count" else Unit("money", subject.currency)
    charts.lines(
        _finding(titles[field], mine[-1], theirs[-1], unit, said),
        [fact.quarter for fact in subject.facts],
        {_("这位客户"): mine, _("同类中位"): theirs},
        key="portrait-peers",
        unit=unit,
        open_last=subject.facts[-1].quarter == subject.running,
    )


def _finding(title: str, mine: int, theirs: int | None, unit: Unit, said: str) -> str:
    if theirs is None or mine == theirs:
        return _("{title} {mine}，与同类客户中位相同；同类：{group}").format(
            title=title, mine=unit.text(mine), group=said
        )
    sentence = (
        _("{title} {mine}，高于同类客户中位 {theirs}；同类：{group}")
        if mine > theirs
        else _("{title} {mine}，低于同类客户中位 {theirs}；同类：{group}")
    )
    return sentence.format(title=title, mine=unit.text(mine), theirs=unit.text(theirs), group=said)


def _by_category(page: Page, session: StoreSession, subject: Subject, group: PeerQuarter) -> None:
    """What customers alike hold; products only where advice is welcome, and only those that fit."""
    customer, latest = subject.customer, subject.latest
    advised = not (customer.no_automated_advice or customer.do_not_contact or subject.masked)
    on_sale: Sequence[Any] = session.execute(money.on_sale(customer.kind)).all() if advised else []
    rows = [
        {
            "category": name("category", one),
            "share": share,
            "held": _("是") if getattr(latest, f"has_{one}") else _("否"),
            "products": _suited(page, subject, one, on_sale) if not getattr(latest, f"has_{one}") else "",
        }
        for one, share in peers.shares(group).items()
    ]
    columns = [
        frames.Column("category", _("品类"), pinned=True),
        frames.Column("share", _("同类持有（%）"), "integer"),
        frames.Column("held", _("已持有")),
        *([frames.Column("products", _("适合介绍的产品"))] if advised else []),
    ]
    frames.table(rows, columns, key="portrait-alike")
    if not advised and not subject.masked:
        said = (
            _("客户不接受自动推荐：不列产品。") if customer.no_automated_advice else _("客户已声明请勿联系：不列产品。")
        )
        st.caption(escaped(said))


def _suited(page: Page, subject: Subject, category: str, on_sale: Sequence[Any]) -> str:
    customer = subject.customer
    whom = investor_of(customer)
    of = [one for one in on_sale if one.category == category]
    fit = [one.name for one in of if unfit(_sold(one), whom, page.today) is None]
    if of and not fit:
        tested = capacity_valid(whom.capacity, whom.until, page.today)
        return NOTHING if customer.kind != "personal" or tested else _("须先有有效的风险测评")
    return _("、").join(fit[:_NAMED])


def _sold(one: Any) -> Sold:
    return Sold(one.name, one.risk_level, None, one.age_from, one.age_below)
