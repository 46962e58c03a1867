"""What stands beside a case: the cases it came from or led to, and the requests that concern it."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.store.models import Case, ChangeRequest
from lib.ui import frames
from lib.ui.cases.view import Opened
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work.moves import state_name


def linked(opened: Opened) -> None:
    """Links both ways between a case and those opened from it; nothing where there are none."""
    if opened.case.origin_id is not None:
        if opened.origin is not None:
            _to(_("来自"), opened.origin)
        else:
            st.caption(escaped(_("由同一客户的另一件事项另立，那一件不在你的范围内。")))
    for one in opened.linked:
        _to(_("由此另立"), one)


def requests(opened: Opened) -> None:
    """The requests on this case, newest first, with how they stand."""
    for one in opened.requests:
        badge = f":{_TONES.get(one.state, 'gray')}-badge[{escaped(name('request_state', one.state))}]"
        st.markdown(f"{badge} {escaped(_told(one, opened))}")


_TONES = {"pending": "blue", "returned": "orange", "accepted": "green"}


def _told(one: ChangeRequest, opened: Opened) -> str:
    said = [name("request_kind", one.kind), _("{name} {at} 申请").format(
        name=opened.person(one.requested_by), at=words.moment(one.requested_at))]  # fmt: skip
    if one.state == "pending":
        said.append(_("等待{role}审批").format(role=name("role", one.stage_role)))
    elif one.decided_at is not None:
        said.append(_("{name} {at} 决定").format(
            name=opened.person(one.decided_by), at=words.moment(one.decided_at)))  # fmt: skip
    return " · ".join(said)


def _to(way: str, case: Case) -> None:
    said = (way, name("case_kind", case.kind), case.number, state_name(case.kind, case.state))
    frames.link(frames.Link("complaints", {"case": case.number}, " ".join(said)))
