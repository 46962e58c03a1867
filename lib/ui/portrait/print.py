"""One customer on one sheet of A4: what a manager takes along to a visit; masked numbers only, and on the record."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.customers import money
from lib.settings import now
from lib.store.audit import note_access
from lib.ui import frames
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import paper
from lib.ui.portrait import sheet_parts as told
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, name

PARAMETER = "print"
_STYLE = Path(__file__).with_name("print.css")
_NOTED = "portrait.printed"


def button(subject: Subject) -> None:
    """The way to the sheet, for who sees more than a case."""
    if subject.narrow:
        return
    params = {"customer": subject.customer.number, PARAMETER: "1"}
    frames.link(frames.Link("portrait", params, _("打印一页"), icon=":material/print:"))


def sheet(page: Page, session: Session, subject: Subject) -> None:
    """Draw the sheet with the way back; entered in the access ledger once a sign-in and customer."""
    params = {"customer": subject.customer.number}
    back = frames.Link("portrait", params, _("返回画像"), icon=":material/arrow_back:")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="print-bar"):
        frames.link(back)
        if not subject.narrow:
            st.caption(escaped(_("按 Ctrl+P（Mac 为 ⌘P）打印；打印已记入访问台账。")))
    if subject.narrow:
        frames.empty(_("你因经办投诉而看到这位客户：打印页不对经办岗位开放。"))
        return
    _ledger(page, subject)
    st.html(_STYLE)
    st.html(html(page, session, subject))


def _ledger(page: Page, subject: Subject) -> None:
    noted: set[int] = st.session_state.setdefault(_NOTED, set())
    customer_id = subject.customer.customer_id
    if customer_id in noted:
        return
    with page.session(write=True) as session:
        note_access(session, page.scope, page.key, customer_id, PARAMETER, page.scope.role)
    noted.add(customer_id)


def html(page: Page, session: Session, subject: Subject) -> str:
    """The whole sheet; every text in it is escaped and bounded."""
    held = session.execute(money.holdings(subject.ids, page.today)).all()
    parts = [
        *_who(page, subject),
        told.figures(subject),
        # Who sees people masked reaches no cases and no to-dos: an empty list would say that nothing is open.
        paper.beside(told.quarters(subject), *([] if subject.masked else [told.open_matters(page, session, subject)])),
        paper.beside(told.categories(held), told.maturing(page, held)),
        told.risk(page, subject),
        told.lately(session, subject),
        _foot(page),
    ]
    across = paper.line(_watermark(page), "across")
    return f'<article class="crm-sheet">{across}{"".join(parts)}</article>'


def _who(page: Page, subject: Subject) -> list[str]:
    customer = subject.customer
    tier = name("tier", customer.tier)
    if customer.tier and customer.tier_since:
        tier = _("{tier}（自 {quarter}）").format(tier=tier, quarter=words.quarter_name(customer.tier_since))
    since = customer.opened_on or customer.known_since
    first = [
        _("客户号 {number}").format(number=customer.number), name("customer_kind", customer.kind),
        name("stage", customer.stage), tier,
    ]  # fmt: skip
    second = [
        subject.branch or _("未分配支行"),
        _("客户经理 {name}").format(name=subject.manager) if subject.manager else _("未分配客户经理"),
        _("自 {day} 往来").format(day=words.day(since)),
    ]
    return [f"<h1>{paper.text(customer.name)}</h1>", paper.line(" · ".join(first)),
            paper.line(" · ".join([*second, *_numbers(subject)])), *_marks(page, subject)]  # fmt: skip


def _numbers(subject: Subject) -> list[str]:
    """Masked phone and identity number; none for who may not know who the person is."""
    customer = subject.customer
    if subject.masked:
        return []
    paper_of = _("信用代码 {masked}") if customer.kind == "corporate" else _("证件 {masked}")
    said = ((_("电话 {masked}"), customer.phone_masked), (paper_of, customer.identity_masked))
    return [sentence.format(masked=masked) for sentence, masked in said if masked]


def _marks(page: Page, subject: Subject) -> list[str]:
    """What must not be forgotten, how to reach the customer, and the tags."""
    customer = subject.customer
    marks = [
        *([_("请勿联系")] if customer.do_not_contact else []),
        *([_("不接受自动推荐")] if customer.no_automated_advice else []),
        *([name("special_care", customer.special_care)] if customer.special_care else []),
    ]
    ways = _("偏好渠道：{channel}").format(channel=name("channel", customer.preferred_channel))
    if customer.preferences and not subject.masked:
        ways += _("；{text}").format(text=" ".join(customer.preferences.split()))
    rules = {rule.key: words.translate(rule.title) for rule in page.book.tags(page.today)}
    tags = [rules.get(tag.tag, tag.tag) for tag in subject.tags]
    return [
        *([paper.line(" · ".join(marks), "mark")] if marks else []), paper.line(ways),
        paper.line(_("标签（{n}）：{tags}").format(n=len(tags), tags=_("、").join(tags) or NOTHING)),
    ]  # fmt: skip


def _foot(page: Page) -> str:
    said = _("{mark} · {name}（{role}）打印于 {moment}")
    role = name("role", page.scope.role)
    by = said.format(mark=_watermark(page), name=page.scope.name, role=role, moment=words.moment(now()))
    return f"<footer>{paper.line(by)}</footer>"


def _watermark(page: Page) -> str:
    return _("内部资料，注意保密 · {login}").format(login=page.scope.login)
