"""One enquiry or breakpoint on screen: head, clock with its working, what it is about, what happened."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib import words
from lib.enquiries.rules import ENQUIRY, field_name
from lib.settings import today
from lib.store.book import calendar, rulebook
from lib.store.models import CaseEvent
from lib.ui import frames
from lib.ui.cases import beside
from lib.ui.cases.attachments import attachments
from lib.ui.cases.view import Opened, handed, tone_of
from lib.ui.enquiries import forms
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.ui.timeline import Entry
from lib.ui.timeline import draw as draw_entries
from lib.words import NOTHING, _, name
from lib.work.causes import cause_title, causes
from lib.work.clock_of import clocks_of
from lib.work.moves import ENDED, state_name
from lib.work.running import standing_of


def one(page: Page, opened: Opened) -> None:
    """The case: head, clock and matter beside what can be done, files, history."""
    _head(opened)
    beside.linked(opened)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _clock(opened, page)
        _matter(opened)
    with right:
        forms.actions(opened, page)
    st.subheader(escaped(_("附件")), anchor=False)
    attachments(opened, page)
    st.subheader(escaped(_("经过")), anchor=False)
    draw_entries([_entry(event, opened) for event in reversed(opened.events)], key="enquiry-history")


def _head(opened: Opened) -> None:
    case = opened.case
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(escaped(case.number), anchor=False, width="content")
        st.badge(escaped(state_name(case.kind, case.state)), color="gray" if case.state in ENDED else "blue")
        st.badge(escaped(name("case_kind", case.kind)), color="gray")
        if case.kind == ENQUIRY and case.outcome:
            st.badge(escaped(name("enquiry_outcome", case.outcome)), color="gray")
        if case.waiting_for:
            st.badge(escaped(name("waiting_for", case.waiting_for)), color="orange")
    who = _("首问责任人 {first} · 处理人 {handler}").format(
        first=opened.person(case.first_owner_id), handler=opened.person(case.handler_id)
    )
    st.caption(escaped(who))


def _clock(opened: Opened, page: Page) -> None:
    """How the clock stands, how its due moment was counted, and by which rule."""
    case = opened.case
    clock = clocks_of(case, opened.events, calendar(), page.book).promise
    stopped = clock is not None and clock.stopped is not None
    ended = case.state in ENDED
    standing = standing_of(case.promise_due_at, case.promise_met_at, ended, page.now, stopped=stopped)
    with st.container(border=True, gap="xsmall", key="enquiry-clock"):
        st.caption(escaped(_("答复时限") if case.kind == ENQUIRY else _("告知客户的时限")))
        text = _("未答复即办结") if standing.state == "none" and ended else standing.text
        st.markdown(f"**:{tone_of(standing)}[{escaped(text)}]**")
        st.caption(escaped(clock.working() if clock else _("这件事项没有这个期限。")))
        if clock is not None and clock.entry is not None:
            basis = _("依据：{title}（{source}），版本 {version}").format(
                title=words.translate(clock.entry.title), source=words.translate(clock.entry.source),
                version=clock.entry.version,
            )  # fmt: skip
            st.caption(escaped(basis))


def _matter(opened: Opened) -> None:
    """Who asked about what, or where the service broke and whom it concerned."""
    case, kind = opened.case, opened.case.kind
    concerned = next((str((event.details or {}).get("concerned", "")) for event in opened.events), "")
    said: dict[str, str | None] = {
        _("客户"): case.complainant or (opened.customer.name if opened.customer else NOTHING),
        field_name(kind, "received_at"): words.moment(case.received_at),
        field_name(kind, "channel"): name("complaint_channel", case.channel),
        field_name(kind, "business"): name("complaint_business", case.business),
        _("中断的环节"): name("breakpoint_step", case.reason) if case.reason else None,
        _("所属机构"): opened.branches.get(case.branch_id or 0),
        _("接待机构") if kind == ENQUIRY else _("发生机构"): opened.branches.get(case.about_branch_id or 0),
        _("涉及产品"): opened.product or None,
        _("根本原因"): cause_title(case.root_cause, causes(rulebook(), today())) if case.root_cause else None,
        _("办结时间"): words.moment(case.closed_at) if case.closed_at else None,
    }
    pairs([(label, value) for label, value in said.items() if value], key="matter")
    if opened.customer is not None:
        frames.link(frames.Link("portrait", {"customer": opened.customer.number}, _("查看客户画像")))
    answer = field_name(kind, "answer") if kind == ENQUIRY else field_name(kind, "told")
    texts = ((field_name(kind, "summary"), case.summary), (answer, case.answer),
             (_("其他受影响客户"), concerned))  # fmt: skip
    for label, text in texts:
        if text:
            with st.container(gap=None):
                st.caption(escaped(label))
                plain(text)


def _entry(event: CaseEvent, opened: Opened) -> Entry:
    """An event in words: what happened, by whom, what was written."""
    kind, told = opened.case.kind, dict(event.details or {})
    return Entry(event.at, _title(event, opened), [opened.person(event.staff_id), *_facts(kind, told)],
                 event.text or "", badge=name("case_event", event.kind), tone=_tone(event))  # fmt: skip


def _title(event: CaseEvent, opened: Opened) -> str:
    kind = opened.case.kind
    if event.kind == "move" and event.to_state:
        before, after = state_name(kind, event.from_state), state_name(kind, event.to_state)
        if event.from_state is None:
            return _("登记")
        if (event.from_state, event.to_state) == ("repaired", "told"):
            return _("核验未通过，继续修复")
        return _("{before} → {after}").format(before=before, after=after)
    if handed(event):
        return _("由{name}处理").format(name=opened.person(handed(event)[-1]))
    if event.kind == "opened":
        number = str((event.details or {}).get("number", ""))
        return _("另立{kind} {number}").format(
            kind=name("case_kind", str((event.details or {}).get("kind"))), number=number
        )
    return name("case_event", event.kind)


def _facts(kind: str, told: dict[str, Any]) -> list[str]:
    """What a step recorded beside its text."""
    said = []
    if told.get("channel"):
        said.append(name("channel", str(told["channel"])))
    if told.get("outcome"):
        said.append(name("enquiry_outcome", str(told["outcome"])))
    if told.get("root_cause"):
        said.append(cause_title(str(told["root_cause"]), causes(rulebook(), today())))
    if told.get("next_step"):
        said.append(_("下一步：{step}").format(step=told["next_step"]))
    if told.get("contacted"):
        said.append(name("contact_outcome", str(told["contacted"])))
    return said


def _tone(event: CaseEvent) -> str:
    return "blue" if event.kind == "move" else "gray"
