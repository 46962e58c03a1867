"""The case of one customer on screen: opening it, where it stands, its next step, what happened."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import select

from lib.churn import write
from lib.churn.steps import standing_of
from lib.settings import bank_day
from lib.store.models import Case, Staff
from lib.store.session import StoreSession
from lib.ui.cases import acting
from lib.ui.churn import forms
from lib.ui.churn.look import Look
from lib.ui.forms import SaveForm, Seen
from lib.ui.plain import escaped
from lib.ui.timeline import Entry
from lib.ui.timeline import draw as draw_entries
from lib.words import NOTHING, _, moment, name
from lib.work import cases
from lib.work.moves import ENDED

_COLOURS = {"kept": "green", "lost": "red", "withdrawn": "gray"}


def draw(look: Look, session: StoreSession, number: str, found: Case | None, *, flagged: bool = False) -> None:
    """The latest case of the customer; a flagged one without an open case may get one."""
    with st.container(border=True, key="churn-case"):
        if found is not None:
            _standing(look, session, found)
        if found is None or found.state in ENDED:
            _open(look, number, flagged=flagged)
            return
        acts = cases.capabilities(look.page.scope, found)
        if look.page.right.change and acts:
            forms.steps(look, session, found)
        else:
            st.caption(_("这件个案由处理人、支行负责人或客户关系管理部推进。"))


def _standing(look: Look, session: StoreSession, found: Case) -> None:
    standing = standing_of(found.state, found.outcome)
    last = bank_day(found.closed_at) if found.closed_at else look.page.today
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{escaped(_('个案 {number}').format(number=found.number))}**", width="content")
        st.badge(escaped(name("churn_state", standing)), color=_COLOURS.get(standing, "blue"))  # type: ignore[arg-type]
    handler = session.get(Staff, found.handler_id) if found.handler_id else None
    said = _("处理人 {who} · 立案 {at} · 已历 {n} 天 · 立案时可能流失 {amount}").format(
        who=handler.name if handler else NOTHING, at=moment(found.received_at),
        n=(last - bank_day(found.received_at)).days, amount=look.money.text(found.at_risk_fen),
    )  # fmt: skip
    st.caption(escaped(said))
    if standing == "lost" and found.root_cause:
        st.caption(escaped(_("流失原因：{reason}").format(reason=name("leaving_reason", found.root_cause))))
    with st.expander(escaped(_("经过")), key=f"churn-history-{found.number}"):
        draw_entries(_history(session, found), key=f"churn-events-{found.number}")


def _open(look: Look, number: str, *, flagged: bool) -> None:
    if not flagged:
        st.caption(_("客户不在最近一季的预警名单上，不需要立案。"))
        return
    if not look.page.right.change:
        st.caption(_("还没有个案。客户经理、支行负责人和客户关系管理部可以立案。"))
        return
    st.caption(_("立案后由客户经理跟进：联系、提出方案、登记挽留结果。"))
    with SaveForm(f"churn-open-{number}") as form:

        def save(seen: Seen) -> None:
            with look.page.session(write=True) as session:
                write.open_case(session, number, seen.once)
            acting.leave()

        form.submit(save, label=_("立案跟进"), done=_("已立案。"))


def _history(session: StoreSession, found: Case) -> list[Entry]:
    events = session.scalars(cases.events_of(found)).all()
    wanted = {event.staff_id for event in events if event.staff_id}
    people = dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted))).all())
    return [forms.entry_of(event, people) for event in reversed(events)]
