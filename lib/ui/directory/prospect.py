"""Registering a prospect from the directory: one short form, and a look at who is on record before it is written."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import select

from lib.customers import transfer
from lib.customers.prospects import LONGEST_NOTE, SOURCES, Known, ProspectForm, known_already, register_prospect
from lib.store.models import Branch
from lib.store.prospect import owners_for
from lib.ui import frames
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, codes, name

_FOUND, _NUMBER = "prospect.found", "prospect.number"


def register(page: Page) -> None:
    """The form behind a button, for who may write; leads to the new portrait once it is written."""
    if not page.right.change:
        return
    with st.popover(escaped(_("登记潜在客户")), icon=":material/person_add:"), SaveForm("prospect") as form:
        said = _asked(page, form)
        problems, despite = said.problems(page.now), False
        if not problems:
            problems, despite = _not_twice(page, form, said)
        done = _("已登记潜在客户。")
        if form.submit(lambda _seen: _save(page, said, despite), problems=problems, label=_("登记"), done=done):
            _leave()


def _asked(page: Page, form: SaveForm) -> ProspectForm:
    kinds, sources = ({code: name(one, code) for code in codes(one)} for one in ("customer_kind", SOURCES))
    with st.grid(2, min_column_width=170, gap="small"):
        kind = st.selectbox(escaped(_("种类")), list(kinds), key=form.key("kind"), format_func=kinds.__getitem__)
        called = st.text_input(escaped(_("姓名或名称")), key=form.key("name"), max_chars=120)
        phone = st.text_input(escaped(_("电话")), key=form.key("phone"), max_chars=24)
        identity = st.text_input(escaped(_("证件号或统一社会信用代码（选填）")), key=form.key("identity"), max_chars=24)
        source = st.selectbox(escaped(_("客户来源")), list(sources), index=None, key=form.key("source"),
                              format_func=sources.__getitem__, placeholder=_("请选择"))  # fmt: skip
        referred_by = st.text_input(escaped(_("推荐人的客户号（选填）")), key=form.key("referred_by"), max_chars=20)
        manager = _manager(page, form)
    note = st.text_area(escaped(_("备注")), key=form.key("note"), max_chars=LONGEST_NOTE, height=70)
    return ProspectForm(kind or "", called, phone, manager, source or "", identity, referred_by, note)


def _manager(page: Page, form: SaveForm) -> int | None:
    """Who will look after them: a relationship manager's own, for others one of those they may choose."""
    if page.scope.role == "manager":
        return page.scope.staff_id
    with page.session() as session:
        branches = dict(session.execute(select(Branch.id, Branch.name)).all())
        found = owners_for(page.scope, session.scalars(transfer.managers()).all())
    named = {one.id: _("{name}（{branch}）").format(name=one.name, branch=branches.get(one.branch_id or 0, NOTHING))
             for one in found}  # fmt: skip
    return st.selectbox(escaped(_("客户经理")), list(named), index=None, key=form.key("manager"),
                        format_func=named.__getitem__, placeholder=_("请选择"))  # fmt: skip


def _not_twice(page: Page, form: SaveForm, said: ProspectForm) -> tuple[list[str], bool]:
    """Draw who is on record already; a sentence while that stands in the way, and whether it was ticked off."""
    found, look = _known(page, said)
    if not found:
        return [], False
    with st.container(border=True, gap="xsmall"):
        for one in found:
            _one(one)
        if found[0].certain:
            return [_("已有这位客户，不再重复登记。")], False
        despite = st.checkbox(escaped(_("已核对，不是同一位，仍要登记")), key=form.key(f"despite-{look}"))
    return ([] if despite else [_("可能已有这位客户：请先核对；确是另一位的，勾选后再登记。")]), despite


def _known(page: Page, said: ProspectForm) -> tuple[list[Known], int]:
    """Look once for what was filled in, every look past the scope being ledgered; and which look this is."""
    asked = (page.scope, said.kind, said.name, said.phone, said.identity)
    before, found, look = st.session_state.get(_FOUND, (None, [], 0))
    if before != asked:
        with page.session(write=True) as session:
            found, look = known_already(session, said), look + 1
        st.session_state[_FOUND] = (asked, found, look)
    return found, look


def _one(one: Known) -> None:
    """One within reach with the way there; of any other only that there is one."""
    if one.customer is None:
        said = _("{why}：已有一位客户在册，不在你的权限范围内，请联系客户关系管理部。")
        st.caption(escaped(said.format(why=one.why)))
        return
    said = _("已有这位客户") if one.certain else _("可能已有这位客户")
    told = (said, one.customer.name, one.customer.number, name("stage", one.customer.stage), one.why)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(escaped(" · ".join(told)), width="content")
        frames.link(frames.Link("portrait", {"customer": one.customer.number}, _("打开")))


def _save(page: Page, said: ProspectForm, despite: bool) -> None:
    with page.session(write=True) as session:
        number = register_prospect(session, said, despite=despite)
    st.session_state[_NUMBER] = number


def _leave() -> None:
    st.session_state.pop(_FOUND, None)
    number = st.session_state.pop(_NUMBER, "")
    if number:
        frames.go_to("portrait", customer=number)
