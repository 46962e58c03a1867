"""Finding a customer or a case from any page: one box for names, pinyin, and every kind of number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.customers.read import FOUND_AT_MOST, by_numbers, find, identifier
from lib.store.scope import Scope
from lib.store.session import StoreSession, open_session
from lib.ui import nav
from lib.ui.frames import Column, Link, empty, link, table
from lib.ui.plain import escaped
from lib.words import _, integer

_BOX, _TIMES, _RECENT, _WHENCE = "customer-search", "find.searches", "find.recent", "find"
_REMEMBERED, _LONGEST = 8, 60
_CASE = re.compile(r"[A-Z]\d{6}-\d{5}")


def offered(scope: Scope) -> bool:
    """Whether there is anybody for this reader to find."""
    return scope.customers != "none" and nav.reachable("portrait") is not None


def box() -> str:
    """Draw the box; what is typed in it now. Its content is never put into the address: it may be a phone number."""
    times = st.session_state.get(_TIMES, 0)
    typed = st.text_input(
        _("查找客户"),
        type="search",
        key=_BOX + (f"-{times}" if times else ""),
        placeholder=_("姓名、拼音、客户号、手机号、证件号、投诉编号"),
        label_visibility="collapsed",
    )
    return (typed or "").strip()[:_LONGEST]


def results(scope: Scope, typed: str) -> None:
    """What was found: a single customer, or a case by its number, is opened at once."""
    if _CASE.fullmatch(typed.upper()):
        link(Link("complaints", {"case": typed.upper()}, _("打开 {number}").format(number=typed.upper())))
        return
    with open_session(scope, _WHENCE) as session:
        rows = session.execute(find(typed)).all()
    if len(rows) == 1:
        _open(rows[0].number)
    if not rows:
        empty(_("没有找到“{typed}”，或该客户不在你的权限范围内。手机号和证件号须输入完整。").format(typed=typed))
        return
    if len(rows) > FOUND_AT_MOST:
        st.caption(_("找到的客户超过 {n} 位，请再多输入几个字。").format(n=integer(FOUND_AT_MOST)))
    _choose(rows[:FOUND_AT_MOST], "found")
    if identifier(typed) is None:
        link(Link("directory", {"text": typed, "stage": "all"}, _("在客户名单中查看")))


def recent(session: StoreSession) -> None:
    """Whom the reader looked at in this sign-in, so that an empty page is a beginning."""
    numbers: list[str] = st.session_state.get(_RECENT, [])
    rows = {row.number: row for row in session.execute(by_numbers(numbers)).all()} if numbers else {}
    if not rows:
        empty(_("在上方输入姓名、拼音首字母、客户号、手机号或证件号，打开一位客户的画像。"))
        return
    st.caption(_("最近查看"))
    _choose([rows[number] for number in numbers if number in rows], "recent")


def remember(number: str) -> None:
    """Put a customer on top of the recent ones."""
    before = [other for other in st.session_state.get(_RECENT, []) if other != number]
    st.session_state[_RECENT] = [number, *before][:_REMEMBERED]


def _choose(rows: Sequence[Any], key: str) -> None:
    st.caption(escaped(_("点选行首的方框打开画像。")))
    columns = [
        Column("name", _("姓名或名称"), pinned=True),
        Column("number", _("客户号")),
        Column("kind", _("类别"), "code", family="customer_kind"),
        Column("stage", _("阶段"), "code", family="stage"),
        Column("tier", _("层级"), "code", family="tier"),
        Column("phone_masked", _("电话")),
        Column("branch", _("支行")),
        Column("manager", _("客户经理")),
    ]
    chosen = table(rows, columns, key=f"portrait-{key}", select=True)
    if chosen is not None:
        _open(rows[chosen].number)


def _open(number: str) -> None:
    """Lead to the portrait; the box begins empty there."""
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
    portrait = nav.reachable("portrait")
    if portrait is not None:
        st.switch_page(portrait, query_params={"customer": number})
