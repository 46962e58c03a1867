"""The risk rating on the portrait: in force with its response, and what the rule would propose and why (办法 §六)."""

from __future__ import annotations

import streamlit as st

from lib.customers import rating
from lib.customers.info import InfoForm, ask_info
from lib.customers.rating import Proposal
from lib.store.session import StoreSession
from lib.tiers.explain import rule_text
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, day, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The rating in force; for who sees the facts, the proposal with its factors."""
    _in_force(page, subject)
    if subject.masked:
        st.caption(escaped(_("评级的依据含收入等信息，对你的岗位不展示。")))
        return
    of = proposal(page, session, subject)
    _told(subject, of)
    _factors(of)
    different = of.rating is not None and of.rating != subject.customer.risk_rating
    if different and page.right.change:
        _ask(page, subject, of)
    st.caption(escaped(rule_text(of.entry)))


def proposal(page: Page, session: StoreSession, subject: Subject) -> Proposal:
    """What the rule proposes for the customer."""
    credit = session.execute(rating.credit_of(subject.ids)).one()._mapping
    facts = rating.facts_of(subject.customer, subject.facts, dict(credit))
    return rating.propose(subject.customer.kind, facts, page.book, subject.currency, page.today)


def _in_force(page: Page, subject: Subject) -> None:
    customer = subject.customer
    entry = page.book.entry("rating.response", page.today)
    response = entry.value.get(customer.risk_rating or "")
    pairs([
        (_("现行评级"), name("risk_rating", customer.risk_rating)), (_("评定日期"), day(customer.risk_rated_on)),
        (_("应对措施"), name("rating_response", response) if response else NOTHING),
    ], key="rating-now")  # fmt: skip
    st.caption(escaped(_("风险评级说明客户给银行带来的风险，不同于投资者风险承受能力 C1–C5。")))


def _told(subject: Subject, of: Proposal) -> None:
    unknown = _("、").join(name("rating_fact", fact) for fact in of.unknown)
    if of.rating is None:
        st.info(escaped(_("资料不足，规则不给建议；不详：{unknown}。").format(unknown=unknown)))
        return
    said = _("规则建议：{rating}（{score} 分），与现行评级一致。")
    if of.rating != subject.customer.risk_rating:
        said = _("规则建议：{rating}（{score} 分），与现行评级不同。")
    told = said.format(rating=name("risk_rating", of.rating), score=of.score)
    if of.capped is not None:
        told += _("因{fact}不得更优。").format(fact=name("rating_fact", of.capped))
    if unknown:
        told += _("不详而未计入：{unknown}。").format(unknown=unknown)
    st.markdown(escaped(told))


def _factors(of: Proposal) -> None:
    rows = [
        {"what": name("rating_fact", part.fact), "fact": rating.said(part.fact, part.value), "points": part.points,
         "weight": part.weight / 100 if part.value is not None else None}
        for part in of.parts
    ]  # fmt: skip
    frames.table(rows, [
        Column("what", _("评分因素"), width=150), Column("fact", _("现状"), width=260),
        Column("points", _("得分（0–100）"), "integer"),
        Column("weight", _("权重（已知因素内）"), "share"),
    ], key="rating-factors")  # fmt: skip


def _ask(page: Page, subject: Subject, of: Proposal) -> None:
    """The change request for the key field, filled in; the review team agrees as to any other."""
    customer = subject.customer
    title = _("按建议申请改为{rating}").format(rating=name("risk_rating", of.rating))
    box = st.popover(escaped(title), width="content", icon=":material/verified_user:")
    with box, SaveForm(f"rating-{customer.number}-{of.rating}", version=customer.version) as form:
        st.caption(escaped(_("评级是关键字段，由信息复核岗位核对后才生效。")))
        reason = st.text_area(escaped(_("理由")), rating.why(of), key=form.key("reason"), max_chars=2000, height=120)
        form.submit(
            lambda seen: _save(page, subject, of, reason, seen),
            problems=[] if reason.strip() else [_("请写明理由。")],
            label=_("提交复核"), done=_("已提交复核；复核通过后生效。"),
        )  # fmt: skip


def _save(page: Page, subject: Subject, of: Proposal, reason: str, seen: Seen) -> None:
    with page.session(write=True) as session:
        shape = InfoForm(subject.customer.kind, risk_rating=of.rating)
        ask_info(session, subject.customer.number, seen.version or 0, shape, reason)
