"""Which matters the page shows: complaints and suggestions, enquiries, or service breakpoints; by address."""

from __future__ import annotations

import streamlit as st

from lib.enquiries.rules import KINDS
from lib.ui.frames import Link, link
from lib.ui.plain import escaped
from lib.words import _, name

_KEY, _COMPLAINTS = "matters", "complaint"


def asked() -> str:
    """The kind the address asks for; empty for complaints and what belongs to them."""
    kind = st.query_params.get("kind", "")
    return kind if kind in KINDS else ""


def choice(*, may_register: bool) -> str:
    """The choice above the list, beside the way to register; another kind begins with its own filters."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        _choice()
        if may_register and asked():
            to_register(asked())
    return asked()


def _choice() -> None:
    now = asked() or _COMPLAINTS
    named = {_COMPLAINTS: _("投诉与建议"), **{one: name("case_kind", one) for one in KINDS}}
    if st.session_state.get(_KEY) != now:
        st.session_state[_KEY] = now  # the address changed under the widget: a link, or Back
    st.segmented_control(
        escaped(_("事项")), list(named), required=True, key=_KEY, label_visibility="collapsed", on_change=_turn,
        format_func=lambda one: escaped(named[one]),
    )  # fmt: skip


def to_register(kind: str) -> None:
    """The way to register one of a kind."""
    said = _("＋ 登记咨询") if kind == KINDS[0] else _("＋ 登记服务断点")
    link(Link("complaints", {"register": "1", "kind": kind}, said))


def _turn() -> None:
    chosen = st.session_state[_KEY]
    st.query_params.from_dict({} if chosen == _COMPLAINTS else {"kind": chosen})
