"""Service to the customer: the timeline of all that happened, by groups and periods, and logging a contact."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st
from sqlalchemy.orm import Session

from lib.customers.timeline import GROUPS, KINDS, timeline
from lib.store.quarter import Quarter
from lib.ui import timeline as drawing
from lib.ui.care import last
from lib.ui.contacts import Occasion, contact_fields
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import empty, page_of
from lib.ui.page import Page
from lib.ui.portrait.entries import entry_of, group_titles
from lib.ui.portrait.subject import Subject
from lib.words import _, name
from lib.work.contacts import log_contact
from lib.work.due import by_talking

_PAGE = 20
_YEARS = 10
_NEAR = timedelta(days=14)  # what is due so soon may be what one speaks about


def draw(page: Page, session: Session, subject: Subject) -> None:
    """The tab of service: the form for those who may write, the timeline for everybody."""
    if not page.right.change:
        happened(page, session, subject)
        return
    form, list_ = st.columns([2, 3], gap="medium")
    with form:
        contact_form(page, subject)
        last.told(session, subject.ids)
    with list_:
        happened(page, session, subject)


def happened(page: Page, session: Session, subject: Subject) -> None:
    """The timeline, by groups, periods and pages."""
    # A narrow reader has nothing but cases, and so nothing to choose from.
    kinds, first, last = (("case",), None, None) if subject.narrow else _chosen(page)
    query = timeline(subject.ids, kinds, first, last)
    told = (subject.ids, kinds, first, last)
    found = page_of(session, query, key="portrait-timeline", size=_PAGE, filters=told)
    if not found.rows:
        everything = subject.narrow or (kinds == KINDS and first is None)
        empty(_("还没有任何往来记录。") if everything else _("所选类别和时间内没有记录。"))
    entries = [entry_of(row, subject.currency, masked=subject.masked) for row in found.rows]
    drawing.draw(entries, key="portrait-happened")


def _chosen(page: Page) -> tuple[tuple[str, ...], date | None, date | None]:
    """The kinds and the days chosen; what was chosen stays for the next customer."""
    titles, periods = group_titles(), _periods(page.today)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        groups = st.pills(
            _("显示"), list(GROUPS), selection_mode="multi", format_func=titles.__getitem__, key="portrait-kinds",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        period = st.selectbox(
            _("时间"), list(periods), format_func=lambda code: periods[code][0], key="portrait-period",
            label_visibility="collapsed", width=150, persist_state="session",
        )  # fmt: skip
    kinds = tuple(kind for group in GROUPS if group in groups for kind in GROUPS[group])
    _title, first, last = periods.get(period, periods["all"])
    return kinds or KINDS, first, last


def _periods(today: date) -> dict[str, tuple[str, date | None, date | None]]:
    """The periods to choose from: title, first and last day; the last years one by one, the same for everybody."""
    return {
        "all": (_("全部时间"), None, None),
        "quarter": (_("本季度"), Quarter.of(today).start, None),
        "year": (_("近 12 个月"), today - timedelta(days=365), None),
        **{
            str(year): (_("{year} 年").format(year=year), date(year, 1, 1), date(year, 12, 31))
            for year in range(today.year, today.year - _YEARS, -1)
        },
    }


def contact_form(page: Page, subject: Subject) -> None:
    """Log a contact: channel as the customer prefers, now, reached, about what is due; the rest is optional."""
    customer = subject.customer
    st.subheader(_("记录一次联系"), anchor=False)
    if customer.do_not_contact:
        st.warning(_("客户已声明请勿联系：只可答复其投诉或来电，不得营销。"))
    with SaveForm(f"contact-{customer.number}") as form:
        shape = contact_fields(page, form, _begun(page, subject))

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                log_contact(session, customer.customer_id, shape, seen.once)

        problems = [problem.sentence for problem in shape.problems(page.now)]
        form.submit(save, problems=problems, label=_("记录联系"), done=_("已记录这次联系。"))


def _begun(page: Page, subject: Subject) -> Occasion:
    """What the form begins with: what a conversation can end of what is open, meant where it is due."""
    ending = [item for item in subject.due if by_talking(item) and item.due_on <= page.today + _NEAR]
    items = {item.id: item.title or name("due_kind", item.kind) for item in ending}
    about = tuple(item.id for item in ending if item.due_on <= page.today)
    corporate = subject.customer.kind == "corporate"
    return Occasion(subject.customer.preferred_channel, "visit", items, about, meeting=corporate)
