"""Service to the customer: one timeline of contacts, cases and life events, and logging a contact in seconds."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.customers.rules import ContactForm
from lib.customers.timeline import KINDS, timeline
from lib.customers.write import log_contact
from lib.ui import timeline as drawing
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Link, empty, page_of
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.ui.timeline import Entry
from lib.words import _, codes, name

_PAGE = 20
_TONES = {"contact": "blue", "case": "orange", "life_event": "violet"}


def draw(page: Page, session: Session, subject: Subject) -> None:
    """The tab of service: the form for those who may write, the timeline for everybody."""
    if not page.right.change:
        happened(session, subject)
        return
    form, list_ = st.columns([2, 3], gap="medium")
    with form:
        contact_form(page, subject)
    with list_:
        happened(session, subject)


def happened(session: Session, subject: Subject) -> None:
    """The timeline, by kinds and pages."""
    # A narrow reader has nothing but cases, and so nothing to choose from.
    kinds = ("case",) if subject.narrow else _kinds()
    query = timeline(subject.ids, kinds)
    found = page_of(session, query, key="portrait-timeline", size=_PAGE, filters=(subject.ids, kinds))
    if not found.rows:
        empty(_("还没有联系、投诉或生活事件的记录。"))
    drawing.draw([entry_of(row, masked=subject.masked) for row in found.rows], key="portrait-happened")


def _kinds() -> tuple[str, ...]:
    titles = kind_titles()
    chosen = st.pills(
        _("显示"),
        KINDS,
        selection_mode="multi",
        format_func=titles.__getitem__,
        key="portrait-kinds",
        label_visibility="collapsed",
    )
    return tuple(chosen) or KINDS


def kind_titles() -> dict[str, str]:
    """What the kinds of the timeline are called."""
    return {"contact": _("联系"), "case": _("投诉与建议"), "life_event": _("生活与节点")}


def entry_of(row: Any, *, masked: bool = False) -> Entry:
    """A row of the timeline in words; `masked` leaves out what somebody wrote, which may say who it is about."""
    common: dict[str, Any] = {
        "badge": kind_titles()[row.kind],
        "tone": _TONES[row.kind],
        "text": "" if masked else row.text or "",
    }
    if row.kind == "life_event":
        return Entry(row.at, name("life_event", row.what), whole_day=True, **common)
    if row.kind == "contact":
        facts = [name("channel", row.by), name("contact_outcome", row.state), row.who]
        if row.more and not masked:
            facts.append(_("下一步：{step}").format(step=row.more))
        return Entry(row.at, name("contact_purpose", row.what), facts, **common)
    facts = [name("complaint_business", row.more), name("complaint_channel", row.by), name("case_state", row.state)]
    title = f"{name('case_kind', row.what)} {row.number}"
    to = Link("complaints", {"case": row.number}, _("打开"))
    return Entry(row.at, title, [*facts, row.who or _("尚无经办人")], to=to, **common)


def contact_form(page: Page, subject: Subject) -> None:
    """Log a contact: channel as the customer prefers, now, reached; the rest is optional."""
    customer = subject.customer
    st.subheader(_("记录一次联系"), anchor=False)
    if customer.do_not_contact:
        st.warning(_("客户已声明请勿联系：只可答复其投诉或来电，不得营销。"))
    with SaveForm(f"contact-{customer.number}") as form:
        shape = _contact_fields(page, customer.preferred_channel, form)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                log_contact(session, customer.customer_id, shape, seen.once)

        problems = [problem.sentence for problem in shape.problems(page.now)]
        form.submit(save, problems=problems, label=_("记录联系"), done=_("已记录这次联系。"))


def _contact_fields(page: Page, preferred: str | None, form: SaveForm) -> ContactForm:
    channels = codes("channel")
    usual = channels.index(preferred) if preferred in channels else 0
    left, right = st.columns(2)
    channel = left.selectbox(
        _title("channel"), channels, usual, format_func=lambda code: name("channel", code), key=form.key("channel")
    )
    purpose = right.selectbox(
        _title("purpose"),
        codes("contact_purpose"),
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
    return ContactForm(channel, purpose, outcome, at.replace(tzinfo=words.SHANGHAI), step, note)


def _title(field: str) -> str:
    return escaped(name("contact_field", field))
