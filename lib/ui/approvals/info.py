"""A change of key fields on the approvals page: before and after, and the full number for who checks it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.customers import info
from lib.store.models import ChangeRequest
from lib.store.reveal import ReasonMissing, reveal_asked
from lib.store.session import Refused
from lib.ui import frames, nav
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import NOTHING, _, name

_SHOWN = "approvals.shown"


def key_fields(request: ChangeRequest, page: Page) -> None:
    """Whose record it is, each field as it is and as it would be; the way to the customer for who may go there."""
    about: Any = request.before["about"]
    kind = name("customer_kind", about["kind"])
    pairs([(_("客户"), about["name"]), (_("客户号"), request.subject_key), (_("种类"), kind)], key="request-matter")
    rows = [
        {"what": name("key_field", field), "before": _shown(field, before), "after": _shown(field, after)}
        for field, before, after in info.fields_of(request)
    ]
    columns = [frames.Column("what", _("字段")), frames.Column("before", _("现在")),
               frames.Column("after", _("修改后"))]  # fmt: skip
    frames.table(rows, columns, key="request-change")
    if nav.right(page.scope.role, "portrait").extent not in ("", "requests"):
        frames.link(frames.Link("portrait", {"customer": request.subject_key}, _("查看客户画像")))
    asked = [field for field in info.said_fields(request)[1] if field in info.PROTECTED]
    turn = (request.state, request.stage_role) == ("pending", page.scope.role)
    if asked and turn and request.requested_by != page.scope.staff_id:
        _clear(request, asked, page)


def _shown(field: str, value: str | None) -> str:
    if not value:
        return NOTHING
    return name("risk_rating", value) if field == "risk_rating" else value


def _clear(request: ChangeRequest, asked: list[str], page: Page) -> None:
    """The numbers in full, to be compared with the paper; with a reason, once, on the record."""
    with st.expander(escaped(_("核对完整号码"))):
        st.caption(escaped(_("查看完整号码会记入访问台账：谁、何时、为何。")))
        with st.form("request-clear", border=False):
            reason = st.text_input(escaped(_("理由")), key="request-clear-reason", max_chars=200)
            if st.form_submit_button(escaped(_("显示完整号码")), key="request-clear-now"):
                _show(request, asked, reason, page)
        told = st.session_state.pop(_SHOWN, None)
        if told:
            frames.table(told, [frames.Column("what", _("字段")), frames.Column("before", _("现在")),
                                frames.Column("after", _("修改后"))], key="request-clear-values")  # fmt: skip
            st.caption(escaped(_("只显示这一次；查看已记入访问台账。")))


def _show(request: ChangeRequest, asked: list[str], reason: str, page: Page) -> None:
    try:
        with page.session(write=True) as session:
            st.session_state[_SHOWN] = [
                {"what": name("key_field", field),
                 **{side: reveal_asked(session, request, side, field, reason) or NOTHING
                    for side in ("before", "after")}}
                for field in asked
            ]  # fmt: skip
    except ReasonMissing:
        st.error(escaped(_("请写明理由，至少 4 个字。")))
    except Refused as refused:
        st.error(escaped(refused))
