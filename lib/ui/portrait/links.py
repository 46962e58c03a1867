"""Links on the portrait: opened in a new tab, the site shown beside them; added and ended by who may write."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib import words
from lib.customers.links import LONGEST, LONGEST_TITLE, add_link, end_link, host_of, link_problem, links
from lib.settings import bank_day
from lib.store.models import CustomerLink
from lib.store.session import StoreSession
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The standing links, the forms for who may write."""
    found = session.execute(links(subject.ids)).all()
    for row in found:
        _link(row.CustomerLink, row.staff)
    if not found:
        st.caption(escaped(_("还没有链接。")))
    folded(page, subject, _("添加链接"), lambda: _add_form(page, subject), key="link-add", icon="add_link")
    if found:
        standing = [row.CustomerLink for row in found]
        folded(page, subject, _("结束链接"), lambda: _end_form(page, subject, standing), key="link-end",
               icon="link_off")  # fmt: skip


def _link(link: CustomerLink, staff: str | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.link_button(escaped(link.title), link.address, icon=":material/open_in_new:")
        day = words.day(bank_day(link.added_at))
        told = (host_of(link.address), _("{name}添加于 {day}").format(name=staff or NOTHING, day=day))
        st.caption(escaped(" · ".join(told)))


def _add_form(page: Page, subject: Subject) -> None:
    customer = subject.customer
    with SaveForm(f"link-{customer.number}") as form:
        title = st.text_input(escaped(_("链接名称")), key=form.key("title"), max_chars=LONGEST_TITLE)
        address = st.text_input(escaped(_("网址")), key=form.key("address"), max_chars=LONGEST, placeholder="https://")
        problem = link_problem(title, address)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                add_link(session, customer.customer_id, title, address)

        form.submit(save, problems=[problem] if problem else [], done=_("已添加链接。"))


def _end_form(page: Page, subject: Subject, standing: Sequence[CustomerLink]) -> None:
    by_id = {link.id: link for link in standing}
    with SaveForm(f"link-end-{subject.customer.number}") as form:
        chosen = st.selectbox(escaped(_("链接名称")), list(by_id), format_func=lambda one: by_id[one].title,
                              key=form.key("link"))  # fmt: skip
        ending = by_id[chosen or standing[0].id]

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                end_link(session, ending.customer_id, ending.id, ending.version)

        form.submit(save, label=_("结束链接"), done=_("已结束链接，记录保留。"))
