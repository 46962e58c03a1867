"""One case on screen: head, clocks with their working, what it is about, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy import select

from lib import words
from lib.store.book import calendar
from lib.store.models import Branch, Case, CaseEvent, Customer, Staff
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.words import NOTHING, _, name
from lib.work.cases import case_by_number, events_of, handlers_for
from lib.work.clock import Clock
from lib.work.clock_of import clocks_of
from lib.work.moves import ENDED
from lib.work.running import Standing, standing_of

#: what a form recorded with an event, as families of `lib.words.name` where it is a code
_CODED = {"root_cause": "root_cause", "relation": "complainant_relation"}


@dataclass(frozen=True)
class Opened:
    """A case with everything its page shows; `customer` is None where only the case is within reach."""

    case: Case
    events: Sequence[CaseEvent]
    customer: Customer | None
    staff: dict[int, str]
    branches: dict[int, str]
    handlers: Sequence[Staff]

    def person(self, staff_id: int | None) -> str:
        """A colleague's name."""
        return self.staff.get(staff_id, NOTHING) if staff_id is not None else NOTHING


def read_case(session: StoreSession, number: str) -> Opened | None:
    """The case with this number and what belongs to it; None outside the scope."""
    case = session.scalars(case_by_number(number)).one_or_none()
    if case is None:
        return None
    events = session.scalars(events_of(case)).all()
    involved = {case.handler_id, case.first_owner_id, case.about_staff_id, *(event.staff_id for event in events)}
    involved |= {to for event in events for to in _handed(event)}
    wanted = [one for one in involved if one is not None]
    staff = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))
    branches = session.execute(
        select(Branch.id, Branch.name).where(Branch.id.in_([case.branch_id or 0, case.about_branch_id or 0]))
    )
    return Opened(
        case, events, session.get(Customer, case.customer_id), dict(staff.all()), dict(branches.all()),
        session.scalars(handlers_for(case)).all(),
    )  # fmt: skip


def head(opened: Opened) -> None:
    """Number, state and what it is about."""
    case = opened.case
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(escaped(case.number), anchor=False, width="content")
        st.badge(escaped(name("case_state", case.state)), color="gray" if case.state in ENDED else "blue")
        st.badge(escaped(name("customer_kind", case.customer_kind)), color="gray")
        if case.complex:
            st.badge(escaped(_("复杂事项")), color="orange")
        if case.clocks_provisional:
            st.badge(escaped(_("推定日历")), color="orange", help=escaped(_("期限落在日历未载明的年份，载入后重算")))


def clocks(opened: Opened, page: Page) -> None:
    """Both clocks: how they stand, and how the due moment was counted."""
    case = opened.case
    promised, term, _outside = clocks_of(case, opened.events, calendar(), page.book)
    ended = case.state in ENDED
    with st.grid(2, min_column_width=300, gap="small", key="clocks"):
        _clock(_("承诺答复"), promised, standing_of(case.promise_due_at, case.promise_met_at, ended, page.now))
        _clock(_("法定期限"), term, standing_of(case.legal_due_at, case.answered_at, ended, page.now))


def _clock(title: str, clock: Clock | None, standing: Standing) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.caption(escaped(title))
        st.markdown(f"**:{tone_of(standing)}[{escaped(standing.text)}]**")
        st.caption(escaped(clock.working() if clock else _("这件投诉没有这个期限。")))


def tone_of(standing: Standing) -> str:
    """The colour of a clock: red only once it is overdue."""
    return {"overdue": "red", "missed": "orange", "met": "green", "running": "blue"}.get(standing.state, "gray")


def matter(opened: Opened) -> None:
    """Who complains about what, and what they ask for."""
    case = opened.case
    about = [opened.branches.get(case.about_branch_id or 0, ""), opened.staff.get(case.about_staff_id or 0, "")]
    said = {
        _("投诉人"): case.complainant or (opened.customer.name if opened.customer else NOTHING),
        _("收到时间"): words.moment(case.received_at),
        _("渠道"): name("complaint_channel", case.channel),
        _("业务"): name("complaint_business", case.business),
        _("原因"): name("complaint_reason", case.reason),
        _("被投诉机构与人员"): " ".join(one for one in about if one) or NOTHING,
        _("所属机构"): opened.branches.get(case.branch_id or 0, NOTHING),
        _("处理人"): opened.person(case.handler_id),
        _("首问责任人"): opened.person(case.first_owner_id),
    }
    later = {
        _("转办编号"): case.outside_number,
        _("延期"): name("extension", case.extension) if case.extension != "none" else None,
        _("满意度"): _("{n} 分").format(n=case.satisfaction) if case.satisfaction else None,
        _("根本原因"): name("root_cause", case.root_cause) if case.root_cause else None,
        _("来源所报是否按时"): name("timely", case.timely_as_reported) if case.timely_as_reported else None,
        _("办结时间"): words.moment(case.closed_at) if case.closed_at else None,
    }
    pairs([*said.items(), *((label, value) for label, value in later.items() if value)], key="matter")
    if opened.customer is not None:
        frames.link(frames.Link("portrait", {"customer": opened.customer.number}, _("查看客户画像")))
    for label, text in ((_("投诉内容"), case.summary), (_("投诉请求"), case.demand), (_("最近一次答复"), case.answer)):
        if text:
            with st.container(gap=None):
                st.caption(escaped(label))
                plain(text)


def history(opened: Opened) -> None:
    """Everything that happened, latest first."""
    st.subheader(escaped(_("经过")), anchor=False)
    if not opened.events:
        st.caption(escaped(_("没有记录。导入的投诉只有来源给出的内容。")))
    for event in reversed(opened.events):
        with st.container(border=True, gap=None):
            st.caption(escaped(" · ".join((words.moment(event.at), opened.person(event.staff_id)))))
            plain("\n".join((_what(event, opened), *_recorded(event))))


def _what(event: CaseEvent, opened: Opened) -> str:
    if event.kind == "move" and event.from_state:
        states = (name("case_state", event.from_state), name("case_state", event.to_state))
        return _("{before} → {after}").format(before=states[0], after=states[1])
    if event.kind == "move":
        return name("case_state", event.to_state)
    if event.kind == "assignment" and _handed(event):
        return _("由{name}处理").format(name=opened.person(_handed(event)[-1]))
    return name("case_event", event.kind)


def _recorded(event: CaseEvent) -> list[str]:
    """The words of an event: its text and what its form recorded, one line each."""
    details = {} if event.kind == "assignment" else event.details or {}
    lines = [event.text] if event.text else []
    for field, value in details.items():
        if field == "substantive":
            lines.append(_("已作实质答复，承诺时限到此为止。"))
            continue
        said = name(_CODED[field], str(value)) if field in _CODED else str(value)
        lines.append(_("{field}：{value}").format(field=name("complaint_field", field), value=said))
    return lines


def _handed(event: CaseEvent) -> list[int]:
    details = event.details or {}
    return [int(str(details[end])) for end in ("from", "to") if details.get(end)]
