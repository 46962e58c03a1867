"""The tier on the portrait: amount, line and distance, the score with its factors, what would raise it, the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib import words
from lib.customers import read
from lib.store.models import CustomerQuarter
from lib.store.session import StoreSession
from lib.tiers.explain import Explained, explained, line_of, needed, points, rule_text, said
from lib.ui import frames
from lib.ui.frames import Card, Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import decision, rating, responses
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, money, name, quarter_name

_QUARTERS = 12
_MOST_RAISES = 3


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The whole tab: tier, decisions by people, score, history, risk rating."""
    st.subheader(_("层级"), anchor=False)
    of = of_subject(page, session, subject)
    if of is None:
        frames.empty(_("该客户还没有季度数据：第一次季度计算之后，这里会说明层级和评分的由来。"))
    else:
        _cards(of, subject)
        _sentences(of)
    decision.draw(page, session, subject)
    if of is not None:
        st.subheader(_("综合评分"), anchor=False)
        _score(of)
        st.subheader(_("历季层级"), anchor=False)
        history(session, subject, of)
    st.subheader(_("风险评级"), anchor=False)
    rating.draw(page, session, subject)
    if not subject.masked:
        responses.draw(page, session, subject)


def of_subject(page: Page, session: StoreSession, subject: Subject) -> Explained | None:
    """The explanation of the newest quarter; None without facts."""
    latest = subject.latest
    return None if latest is None else explained(session, latest, page.book, subject.currency)


def _cards(of: Explained, subject: Subject) -> None:
    now, currency = of.standing, subject.currency
    watched = _("降级观察第 {n} 季").format(n=now.watch) if now.watch else name("tier_change", now.change)
    own = money(abs(of.above), currency)
    line = (_("高于本层线 {gap}") if of.above >= 0 else _("低于本层线 {gap}")).format(gap=own)
    if not line_of(of.scheme, now.tier):
        line = _("最低层，没有下限")
    to_next = Card(_("距上一层"), NOTHING, note=_("已在最高层级"))
    if of.next_tier and of.missing is not None:
        to_next = Card(_("距{tier}线").format(tier=name("tier", of.next_tier)), money(of.missing, currency))
    frames.cards([
        Card(_("层级"), name("tier", now.tier), tone="watch" if now.watch else None, note=watched),
        Card(words.translate(of.scheme.label), money(now.amount, currency), note=line),
        to_next,
        Card(_("综合评分"), NOTHING if of.stored is None else str(of.stored), unit="/ 100" if of.stored else "",
             note=_("同层内排序，并推荐潜力客户")),
    ], key="tier-why-cards")  # fmt: skip


def _sentences(of: Explained) -> None:
    st.caption(escaped(_("{quarter}的评定").format(quarter=quarter_name(of.quarter))))
    for sentence in of.sentences:
        st.markdown(f"- {escaped(sentence)}")
    st.caption(escaped(rule_text(of.scheme.entry)))


def _score(of: Explained) -> None:
    """Each factor: its fact, points, what it adds and could add; then what would raise the score most."""
    if not of.shares:
        frames.empty(_("这个季度在评分启用之前结账，没有评分。"))
        return
    if of.total != of.stored:
        st.info(escaped(_("评分口径在这次计算之后有变：按现行口径为 {now} 分，下次刷新后更新。").format(now=of.total)))
    rows = [
        {"what": name("score_fact", share.factor.fact), "fact": said(share.factor.fact, share.fact),
         "points": share.points, "adds": points(share.adds), "most": points(share.most),
         "share": share.adds / (of.total * 100) if of.total else None}
        for share in of.shares
    ]  # fmt: skip
    frames.table(rows, [
        Column("what", _("评分因素"), width=150), Column("fact", _("现状"), width=260),
        Column("points", _("得分（0–100）"), "integer"),
        Column("adds", _("计入总分")), Column("most", _("最多可计入")),
        Column("share", _("占总分"), "share"),
    ], key="tier-factors")  # fmt: skip
    if of.raises:
        st.caption(escaped(_("可以提高评分的：")))
        for one in of.raises[:_MOST_RAISES]:
            told = _("{what}，总分加 {n} 分").format(what=needed(one), n=points(one.adds))
            st.markdown(f"- {escaped(told)}")
    st.caption(escaped(rule_text(of.card.entry)))


def history(session: StoreSession, subject: Subject, of: Explained) -> None:
    """Every published quarter: tier, what happened, the line reached, amount and score."""
    facts = session.scalars(read.by_quarter(subject.customer.customer_id, _QUARTERS)).all()
    rows = [_quarter(fact, of.scheme.measure) for fact in facts]
    frames.table(rows, _columns(of, subject.currency), key="tier-history")


def _quarter(fact: CustomerQuarter, measure: str) -> dict[str, Any]:
    tone = {"upgraded": "good", "downgraded": "watch", "watch": "watch"}.get(fact.tier_change, "context")
    return {"quarter": quarter_name(fact.quarter), "tier": fact.tier,
            "change": (name("tier_change", fact.tier_change), tone), "reached": fact.tier_reached,
            "amount": getattr(fact, measure), "score": fact.score, "watch": fact.watch or None}  # fmt: skip


def _columns(of: Explained, currency: str) -> Sequence[Column]:
    return [
        Column("quarter", _("季度")), Column("tier", _("层级"), "code", family="tier"),
        Column("change", _("变动"), "badge"), Column("reached", _("达到的线"), "code", family="tier"),
        Column("amount", words.translate(of.scheme.label), "money", currency=currency),
        Column("score", _("综合评分"), "integer"), Column("watch", _("观察（季）"), "integer"),
    ]  # fmt: skip
