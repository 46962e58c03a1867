"""Gifts on the portrait: what was given, this year's sum against the limit, and the form that records one."""

from __future__ import annotations

import streamlit as st

from lib.customers.gifts import (
    LONGEST_ITEM,
    LONGEST_NOTE,
    GiftForm,
    Limits,
    gifts,
    given_in,
    limits_of,
    record_gift,
)
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import _, codes, money, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The year's sum against the limit, the gifts, the form for who may write."""
    limits = limits_of(page.book, subject.currency, page.today)
    given: int = session.scalars(given_in(subject.ids, page.today.year)).one()
    if limits is None:
        st.warning(_("本行尚未规定以 {currency} 计的馈赠限额，不能登记。").format(currency=escaped(subject.currency)))
    else:
        _sum(given, limits)
    frames.table(session.execute(gifts(subject.ids)).all(), [
        frames.Column("given_on", _("日期"), "day"), frames.Column("item", _("礼品")),
        frames.Column("value_fen", _("价值"), "money", currency=subject.currency),
        frames.Column("occasion", _("场合"), "code", family="gift_occasion"), frames.Column("staff", _("登记人")),
        frames.Column("note", _("备注"), width="large"),
    ], key="portrait-gifts", nothing=_("还没有登记馈赠。"))  # fmt: skip
    if limits is not None:
        folded(page, subject, _("登记馈赠"), lambda: _form(page, subject), key="gift-add", icon="redeem")


def _sum(given: int, limits: Limits) -> None:
    said = escaped(_("今年已馈赠 {given}，年度限额 {yearly}，单次限额 {single}。").format(
        given=money(given, limits.currency), yearly=money(limits.yearly_fen, limits.currency),
        single=money(limits.single_fen, limits.currency)))  # fmt: skip
    st.caption(f":red[{said}]" if given > limits.yearly_fen else said)


def _form(page: Page, subject: Subject) -> None:
    customer, currency = subject.customer, subject.currency
    with SaveForm(f"gift-{customer.number}") as form:
        with st.grid("auto", min_column_width=180, gap="small"):
            item = st.text_input(escaped(_("礼品")), key=form.key("item"), max_chars=LONGEST_ITEM)
            value = st.number_input(f"{escaped(_('价值'))} ({currency})", 0.0, value=None, key=form.key("value"))
            occasion = st.selectbox(escaped(_("场合")), codes("gift_occasion"), index=None, key=form.key("occasion"),
                                    format_func=lambda code: name("gift_occasion", code),
                                    placeholder=_("请选择"))  # fmt: skip
            day = st.date_input(escaped(_("日期")), page.today, max_value=page.today, key=form.key("day"))
        note = st.text_input(escaped(_("备注（超过年度限额须写明理由）")), key=form.key("note"), max_chars=LONGEST_NOTE)
        shape = GiftForm(item, round((value or 0) * 100), occasion or "", day, note)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                record_gift(session, customer.customer_id, shape, seen.once)

        form.submit(save, problems=shape.problems(page.today), label=_("登记这份馈赠"), done=_("已登记馈赠。"))
