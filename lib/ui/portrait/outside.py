"""Facts from outside on the portrait: each with source, basis and consent; one that ended says only that it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib import words
from lib.customers.outside import (
    BASES,
    LONGEST,
    LONGEST_REASON,
    LONGEST_SOURCE,
    SOURCES,
    OutsideForm,
    end_outside,
    ending_problem,
    outside_facts,
    record_outside,
)
from lib.store.models import OutsideFact
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, codes, name


def outside(page: Page, session: StoreSession, subject: Subject) -> None:
    """The facts and the forms for who may write; nothing for readers who do not see who the customer is."""
    if subject.narrow or subject.masked:
        return
    found = session.execute(outside_facts(subject.ids)).all()
    standing = [row for row in found if row.OutsideFact.ended_on is None]
    frames.table([_row(row.OutsideFact, row.staff) for row in standing], [
        frames.Column("learned_on", _("取得日期"), "day"),
        frames.Column("kind", _("来源类别"), "code", family=SOURCES), frames.Column("source", _("来源")),
        frames.Column("content", _("内容"), width="large"),
        frames.Column("basis", _("合法依据"), "code", family=BASES), frames.Column("consent", _("同意日期"), "day"),
        frames.Column("staff", _("登记人")),
    ], key="portrait-outside", nothing=_("没有来自外部的信息。"))  # fmt: skip
    for row in found[len(standing) :]:
        st.caption(escaped(_ended(row.OutsideFact)))
    folded(page, subject, _("登记外部信息"), lambda: _form(page, subject), key="outside-add", icon="travel_explore")
    if standing:
        facts = [row.OutsideFact for row in standing]
        folded(page, subject, _("停用外部信息"), lambda: _end_form(page, subject, facts), key="outside-end",
               icon="block")  # fmt: skip


def _row(fact: OutsideFact, staff: str | None) -> dict[str, Any]:
    return {
        "learned_on": fact.learned_on, "kind": fact.source_kind, "source": fact.source, "content": fact.content,
        "basis": fact.lawful_basis, "consent": fact.consent_on, "staff": staff or NOTHING,
    }  # fmt: skip


def _ended(fact: OutsideFact) -> str:
    said = _("{learned} 取得的一条信息（{kind}）已于 {ended} 停用，内容已删除：{reason}")
    return said.format(learned=words.day(fact.learned_on), kind=name(SOURCES, fact.source_kind),
                       ended=words.day(fact.ended_on), reason=fact.ended_reason or NOTHING)  # fmt: skip


def _form(page: Page, subject: Subject) -> None:
    """Record one: what the law asks for first, then what was learned."""
    customer = subject.customer
    st.caption(escaped(_("没有来源和合法依据的信息不能登记（个人信息保护法第十三条）；购买的信息须有客户同意，"
                         "敏感个人信息须有单独同意。")))  # fmt: skip
    with SaveForm(f"outside-{customer.number}") as form:
        with st.grid("auto", min_column_width=200, gap="small"):
            kind = _choice(_("来源类别"), SOURCES, form.key("kind"))
            source = st.text_input(escaped(_("来源（名称或网址）")), key=form.key("source"), max_chars=LONGEST_SOURCE)
            learned = st.date_input(escaped(_("取得日期")), page.today, max_value=page.today, key=form.key("learned"))
            basis = _choice(_("合法依据"), BASES, form.key("basis"))
            consent = st.date_input(escaped(_("同意日期（以客户同意为依据时）")), None, max_value=page.today,
                                    key=form.key("consent"))  # fmt: skip
        content = st.text_area(escaped(_("内容")), key=form.key("content"), max_chars=LONGEST, height=90)
        shape = OutsideForm(kind, source, basis, content, learned, consent)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                record_outside(session, customer.customer_id, shape)

        form.submit(save, problems=shape.problems(page.today), label=_("登记这条信息"), done=_("已登记外部信息。"))


def _choice(title: str, family: str, key: str) -> str:
    chosen = st.selectbox(escaped(title), codes(family), index=None, key=key, placeholder=_("请选择"),
                          format_func=lambda code: name(family, code))  # fmt: skip
    return chosen or ""


def _end_form(page: Page, subject: Subject, standing: Sequence[OutsideFact]) -> None:
    """End one: its content is erased, what stays is that it was."""
    by_id = {fact.id: fact for fact in standing}
    st.caption(escaped(_("停用后内容立即删除，不能恢复（个人信息保护法第四十七条）。")))
    with SaveForm(f"outside-end-{subject.customer.number}") as form:
        chosen = st.selectbox(escaped(_("外部信息")), list(by_id), format_func=lambda one: _named(by_id[one]),
                              key=form.key("fact"))  # fmt: skip
        reason = st.text_input(escaped(_("停用原因")), key=form.key("reason"), max_chars=LONGEST_REASON)
        ending, problem = by_id[chosen or standing[0].id], ending_problem(reason)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                end_outside(session, ending.customer_id, ending.id, ending.version, reason)

        problems = [problem] if problem else []
        form.submit(save, problems=problems, label=_("停用并删除内容"), done=_("已停用，内容已删除。"))


def _named(fact: OutsideFact) -> str:
    return " · ".join((words.day(fact.learned_on), name(SOURCES, fact.source_kind), fact.source))
