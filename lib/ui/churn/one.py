"""One customer of the warning list: the score with its reasons for and against, and the case that follows from it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.churn import read
from lib.churn.read import Explanation
from lib.churn.reasons import Reason, sentence_of
from lib.churn.steps import KIND
from lib.store.models import Case, Customer
from lib.store.session import StoreSession
from lib.ui import frames, ledgered
from lib.ui.churn import case as one_case
from lib.ui.churn.look import Look
from lib.ui.frames import Column, Link
from lib.ui.plain import escaped
from lib.words import _, name, number, quarter_name
from lib.work.cases import case_by_number


def customer(look: Look, session: StoreSession, asked: str) -> None:
    """The customer with this number, as the newest quarter knows it."""
    row = session.execute(read.of_customer(look.run, look.card, asked)).one_or_none()
    if row is None:
        frames.empty(_("最近一季没有客户号为“{number}”的数据，或该客户不在你的权限范围内。").format(number=asked))
        return
    found = session.scalars(read.case_of(row.customer_id)).first() if look.sees_cases else None
    _whole(look, session, row, found)


def of_case(look: Look, session: StoreSession, asked: str) -> None:
    """The churn case with this number, and its customer."""
    found = session.scalars(case_by_number(asked)).one_or_none() if look.sees_cases else None
    if found is None or found.kind != KIND:
        frames.empty(_("没有找到这件事项，或它不在你的范围内。"))
        return
    theirs = session.get(Customer, found.customer_id)
    known = read.of_customer(look.run, look.card, theirs.number) if theirs else None
    row = session.execute(known).one_or_none() if known is not None else None
    if row is not None:
        _whole(look, session, row, found)
        return
    st.subheader(escaped(theirs.name if theirs else asked), anchor=False)
    one_case.draw(look, session, theirs.number if theirs else "", found)


def _whole(look: Look, session: StoreSession, row: Any, found: Case | None) -> None:
    ledgered.read(look.page, row.customer_id, "churn")
    why = look.explained(row)
    _head(look, row, why)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        reasons(why)
        with st.expander(escaped(_("评分的全部因素")), key="churn-factors"):
            factors(look, why, row)
    with right:
        if look.sees_cases:
            one_case.draw(look, session, row.number, found, flagged=why.flagged)


def _head(look: Look, row: Any, why: Explanation) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(escaped(row.name), anchor=False, width="content")
        st.badge(escaped(_("评分 {n}").format(n=why.score)), color="red" if why.flagged else "gray")
        st.badge(escaped(name("tier", row.tier)), color="gray")
        for flag in ("do_not_contact", "no_automated_advice"):
            if getattr(row, flag):
                st.badge(escaped(name("record_field", flag)), color="orange")
        frames.link(Link("portrait", {"customer": row.number}, _("打开画像")))
    listed = _("在预警名单上") if why.flagged else _("不在预警名单上")
    said = _("{quarter} · {listed}（{line} 分列入）· AUM {aum} · 可能流失 {risk} · {who} · 规则版本 {version}").format(
        quarter=quarter_name(look.run.quarter), listed=listed, line=why.flag_from, aum=look.money.text(why.aum_fen),
        risk=look.money.text(why.at_risk_fen), version=why.version,
        who=" ".join(part for part in (row.branch, row.manager) if part),
    )  # fmt: skip
    st.caption(escaped(said))


def reasons(why: Explanation) -> None:
    """The three strongest reasons for and against, side by side."""
    left, right = st.columns(2)
    with left:
        _side(_("支持预警的理由"), why.speaks_for, "churn-for")
    with right:
        _side(_("不支持预警的理由"), why.speaks_against, "churn-against")


def _side(title: str, found: tuple[Reason, ...], key: str) -> None:
    with st.container(border=True, height="stretch", gap="xsmall", key=key):
        st.markdown(f"**{escaped(title)}**")
        for one in found:
            adds = _("{n} 分，最多 {most} 分").format(n=number(one.adds / 100, 1), most=number(one.most / 100, 1))
            st.markdown(f"{escaped(one.sentence)}  \n:gray[{escaped(adds)}]")
        if not found:
            st.caption(_("没有这样的理由。"))


def factors(look: Look, why: Explanation, row: Any) -> None:
    """Every factor of the score: fact, points, weight, what it adds."""
    rows = [
        {"factor": name("churn_fact", one.factor.fact), "said": sentence_of(one, row._mapping, look.told_in),
         "points": one.points, "weight": one.factor.weight, "adds": one.adds / 100}
        for one in why.shares
    ]  # fmt: skip
    columns = [
        Column("factor", _("因素"), width=170), Column("said", _("事实"), width=330),
        Column("points", _("得分"), "integer", width=60), Column("weight", _("权重"), "integer", width=60),
        Column("adds", _("计入评分"), "number", width=80),
    ]  # fmt: skip
    frames.table(rows, columns, key="churn-shares")
    st.caption(escaped(_("评分 = Σ 权重 × 得分 ÷ 权重合计，向下取整；可能流失 = AUM {aum} × 评分 ÷ 100。").format(
        aum=look.money.text(why.aum_fen))))  # fmt: skip
