"""One case as opened: everything its page shows, its head, and its clocks with their working."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy import select

from lib.complaints import crisis
from lib.complaints.extension import notice_due
from lib.complaints.review import reviews_of
from lib.store.book import calendar
from lib.store.models import (
    Bank,
    Branch,
    Case,
    CaseEvent,
    CaseParty,
    CaseReview,
    ChangeRequest,
    Customer,
    Product,
    Staff,
)
from lib.store.session import StoreSession
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, moment, name
from lib.work.cases import case_by_number, events_of, handlers_for
from lib.work.clock import Clock
from lib.work.clock_of import clocks_of
from lib.work.moves import ENDED, kind_of
from lib.work.requests import requests_on
from lib.work.running import Standing, standing_of


@dataclass(frozen=True)
class Opened:
    """A case with everything its page shows; `customer` is None where only the case is within reach.

    `origin` is the case it came from, `linked` those that came from it, as far as the scope reaches.
    """

    case: Case
    events: Sequence[CaseEvent]
    customer: Customer | None
    staff: dict[int, str]
    branches: dict[int, str]
    handlers: Sequence[Staff]
    parties: Sequence[CaseParty]
    reviews: Sequence[CaseReview]
    requests: Sequence[ChangeRequest]
    origin: Case | None
    linked: Sequence[Case]
    product: str
    currency: str

    def person(self, staff_id: int | None) -> str:
        """A colleague's name."""
        return self.staff.get(staff_id, NOTHING) if staff_id is not None else NOTHING


def read_case(session: StoreSession, number: str) -> Opened | None:
    """The case with this number and what belongs to it; None outside the scope."""
    case = session.scalars(case_by_number(number)).one_or_none()
    if case is None:
        return None
    events = session.scalars(events_of(case)).all()
    reviews = session.scalars(reviews_of(case)).all()
    requests = session.scalars(requests_on("case", number)).all()
    same = Case.customer_id == case.customer_id
    origin = select(Case).where(same, Case.id == (case.origin_id or 0))
    linked = select(Case).where(same, Case.origin_id == case.id).order_by(Case.received_at, Case.id)
    party = select(CaseParty).where(CaseParty.customer_id == case.customer_id, CaseParty.case_id == case.id)
    branch = select(Branch.id, Branch.name).where(Branch.id.in_([case.branch_id or 0, case.about_branch_id or 0]))
    return Opened(
        case, events, session.get(Customer, case.customer_id), _people(session, case, events, requests),
        dict(session.execute(branch).all()), session.scalars(handlers_for(case)).all(),
        session.scalars(party.order_by(CaseParty.role, CaseParty.id)).all(), reviews, requests,
        session.scalars(origin).one_or_none(), session.scalars(linked).all(), _product(session, case),
        session.scalar(select(Bank.base_currency)) or "CNY",
    )  # fmt: skip


def _people(
    session: StoreSession, case: Case, events: Sequence[CaseEvent], requests: Sequence[ChangeRequest]
) -> dict[int, str]:
    involved = {case.handler_id, case.first_owner_id, case.about_staff_id, *(event.staff_id for event in events)}
    involved |= {to for event in events for to in handed(event)}
    involved |= {one for request in requests for one in (request.requested_by, request.decided_by)}
    wanted = [one for one in involved if one is not None]
    return dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted))).all())


def _product(session: StoreSession, case: Case) -> str:
    named = select(Product.name).where(Product.id == (case.product_id or 0))
    return (session.scalar(named) or "") if case.product_id else ""


def handed(event: CaseEvent) -> list[int]:
    """From whom and to whom an assignment went."""
    if event.kind != "assignment":
        return []
    details = event.details or {}
    return [int(str(details[end])) for end in ("from", "to") if details.get(end)]


def head(opened: Opened) -> None:
    """Number, kind and state; what is out of the ordinary as badges, what must be done at once in red."""
    case = opened.case
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(escaped(case.number), anchor=False, width="content")
        st.badge(escaped(name("case_state", case.state)), color="gray" if case.state in ENDED else "blue")
        st.badge(escaped(name("case_kind", case.kind)), color="gray")
        st.badge(escaped(name("customer_kind", case.customer_kind)), color="gray")
        if crisis.runs(case):
            st.badge(escaped(_("危机")), color="red", icon=":material/warning:")
        if case.waiting_for:
            since = _("自 {at}").format(at=moment(case.waiting_since))
            st.badge(escaped(name("waiting_for", case.waiting_for)), color="orange", help=escaped(since))
        if case.complex:
            st.badge(escaped(_("复杂事项")), color="orange")
        if case.clocks_provisional:
            st.badge(escaped(_("推定日历")), color="orange", help=escaped(_("期限落在日历未载明的年份，载入后重算")))
    told = notice_due(case, opened.events)
    if told is not None:
        said = _("法定期限已延长（{extension}），依法须告知投诉人，尚未登记告知。")
        st.error(escaped(said.format(extension=name("extension", told))))


def clocks(opened: Opened, page: Page) -> None:
    """The clocks of the case's kind: how each stands, and how its due moment was counted."""
    case = opened.case
    found = clocks_of(case, opened.events, calendar(), page.book)
    ended, answered = case.state in ENDED, case.answered_at
    shown = [(_("承诺答复"), found.promise, case.promise_due_at, case.promise_met_at)]
    if "legal_term" in kind_of(case.kind, page.book, page.today).clocks:
        shown.append((_("法定期限"), found.legal_term, case.legal_due_at, answered))
    if found.outside is not None:
        shown.append((_("转办时限"), found.outside, case.outside_due_at, answered))
    with st.grid(len(shown), min_column_width=280, gap="small", key="clocks"):
        for title, clock, due_at, met_at in shown:
            stopped = clock is not None and clock.stopped is not None
            _clock(title, clock, standing_of(due_at, met_at, ended, page.now, stopped=stopped))


def _clock(title: str, clock: Clock | None, standing: Standing) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.caption(escaped(title))
        st.markdown(f"**:{tone_of(standing)}[{escaped(standing.text)}]**")
        st.caption(escaped(clock.working() if clock else _("这件事项没有这个期限。")))


def tone_of(standing: Standing) -> str:
    """The colour of a clock: red only once it is overdue."""
    return {"overdue": "red", "missed": "orange", "met": "green", "running": "blue"}.get(standing.state, "gray")
