"""Service to the customer: the timeline of all that happened, by groups and periods, and logging a contact."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.customers.timeline import GROUPS, KINDS, timeline
from lib.store.quarter import Quarter
from lib.ui import timeline as drawing
from lib.ui.care import last
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import empty, page_of
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.entries import entry_of, group_titles
from lib.ui.portrait.subject import Subject
from lib.words import _, codes, name
from lib.work.contacts import ContactForm, log_contact

_PAGE = 20
_YEARS = 10


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
    """Log a contact: channel as the customer prefers, now, reached; the rest is optional."""
    customer = subject.customer
    st.subheader(_("记录一次联系"), anchor=False)
    if customer.do_not_contact:
        st.warning(_("客户已声明请勿联系：只可答复其投诉或来电，不得营销。"))
    with SaveForm(f"contact-{customer.number}") as form:
        shape = contact_fields(page, customer.preferred_channel, form)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                log_contact(session, customer.customer_id, shape, seen.once)

        problems = [problem.sentence for problem in shape.problems(page.now)]
        form.submit(save, problems=problems, label=_("记录联系"), done=_("已记录这次联系。"))


def contact_fields(page: Page, preferred: str | None, form: SaveForm, purpose: str = "visit") -> ContactForm:
    """The widgets of one conversation within a form, and what they say; `purpose` is what stands there at first."""
    channels = codes("channel")
    usual = channels.index(preferred) if preferred in channels else 0
    left, right = st.columns(2)
    channel = left.selectbox(
        _title("channel"), channels, usual, format_func=lambda code: name("channel", code), key=form.key("channel")
    )
    chosen = right.selectbox(
        _title("purpose"),
        codes("contact_purpose"),
        codes("contact_purpose").index(purpose),
        format_func=lambda code: name("contact_purpose", code),
        key=form.key("purpose"),
    )
    outcome = left.selectbox(
        _title("outcome"),
        codes("contact_outcome"),
        format_func=lambda code: name("contact_outcome", code),
        key=form.key("outcome"),
    )
    now = page.now.astimezone(words.SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)
    at = right.datetime_input(_title("happened_at"), now, max_value=now, key=form.key("happened_at"))
    note = st.text_area(_title("note"), key=form.key("note"), height=90)
    step = st.text_input(_title("next_step"), key=form.key("next_step"))
    return ContactForm(channel, chosen, outcome, at.replace(tzinfo=words.SHANGHAI), step, note)


def _title(field: str) -> str:
    return escaped(name("contact_field", field))
