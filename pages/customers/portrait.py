"""客户画像: find a customer and see one page of everything the reader may know (方案 §2.1)."""

import streamlit as st

from lib.store.session import StoreSession
from lib.ui import find
from lib.ui.frames import empty
from lib.ui.page import Page, open_page
from lib.ui.portrait import (
    advice,
    assets,
    cash,
    churn,
    convert,
    due,
    header,
    history,
    leaving,
    matters,
    merge,
    owners,
    profile,
    records,
    reveal,
    service,
    special,
    standards,
    steps,
    tier,
)
from lib.ui.portrait import print as printing
from lib.ui.portrait.subject import Subject, subject_of
from lib.words import _


def main() -> None:
    """The customer asked for, or where to begin."""
    page = open_page("portrait")
    with page, page.session() as session:
        if page.scope.customers == "none":
            empty(_("信息复核岗位只处理提交复核的申请，客户画像不对该岗位开放。"))
            return
        number = st.query_params.get("customer", "")
        if number:
            one_customer(page, session, number)
        else:
            find.recent(session)


def one_customer(page: Page, session: StoreSession, number: str) -> None:
    """The portrait of one customer, as wide as the reader's view."""
    subject = subject_of(page, session, number)
    if subject is None:
        empty(_("没有客户号为“{number}”的客户，或该客户不在你的权限范围内。").format(number=number))
        return
    find.remember(subject.customer.number)
    merge.told(subject, number)
    if printing.PARAMETER in st.query_params:
        printing.sheet(page, session, subject)
        return
    header.title(page, subject)
    convert.stage_form(page, subject)
    printing.button(subject)
    reveal.buttons(page, subject)
    matters.draw(page, session, subject)
    if subject.narrow:
        st.info(_("你因经办投诉而看到这位客户：仅身份信息和相关投诉。"))
        profile.draw(page, subject)
        service.happened(page, session, subject)
        return
    special.draw(page, subject)
    churn.draw(page, session, subject)
    leaving.draw(page, subject)
    steps.draw(page, session, subject)
    header.figures(page, session, subject)
    tabs(page, session, subject)


def tabs(page: Page, session: StoreSession, subject: Subject) -> None:
    """Only the open tab is read and drawn."""
    titles = [_("资产"), _("收支"), _("需求与产品"), _("层级与评级"), _("服务记录"), _("关系与记录"), _("资料")]
    shown = st.tabs(titles, key="portrait-tab", on_change="rerun")
    holdings, movements, advised, standing, contacts, kept, particulars = shown
    if holdings.open:
        with holdings:
            assets.draw(page, session, subject)
    if movements.open:
        with movements:
            cash.draw(page, session, subject)
    if advised.open:
        with advised:
            advice.draw(page, session, subject)
    if standing.open:
        with standing:
            tier.draw(page, session, subject)
    if contacts.open:
        with contacts:
            if not subject.masked:
                st.subheader(_("待办"), anchor=False)
                due.planned(page, session, subject)
                standards.draw(page, session, subject)
            service.draw(page, session, subject)
    if kept.open:
        with kept:
            records.draw(page, session, subject)
    if particulars.open:
        with particulars:
            profile.draw(page, subject)
            history.history(page, session, subject)
            if not subject.masked:
                st.subheader(_("管户经过"), anchor=False)
                owners.owners(page, session, subject)
                st.subheader(_("重复与合并"), anchor=False)
                merge.duplicates(page, session, subject)


main()
