"""The requests under way on a record of the rulebook, each leading to its approval."""

from __future__ import annotations

import streamlit as st

from lib.settings import bank_day
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.approvals.data import people
from lib.ui.approvals.kinds import matter_of
from lib.words import NOTHING, _, day, name
from lib.work import proposals


def under_way(session: StoreSession, subject: str, subject_key: str | None) -> bool:
    """Draw what is undecided or not in effect yet, as far as the scope reaches; whether there is any."""
    found = session.scalars(proposals.under_way(subject, subject_key)).all()
    asked = people(session, [request.requested_by for request in found])
    for request in found:
        said = _("{matter}：{name}于 {day} 提出修改，{state}。").format(
            matter=matter_of(request), name=asked.get(request.requested_by, NOTHING),
            day=day(bank_day(request.requested_at)), state=name("request_state", request.state),
        )  # fmt: skip
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.text(said)
            frames.link(frames.Link("approvals", {"request": str(request.id)}, _("查看申请")))
    return bool(found)
