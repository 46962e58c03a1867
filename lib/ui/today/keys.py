"""The keyboard of today: to the next and the one before, the outcome by its number, saving, putting off.

A single key does nothing while somebody types in a field; Streamlit sees to that.
"""

from __future__ import annotations

import streamlit as st

from lib.ui.contacts import OUTCOMES
from lib.ui.plain import escaped
from lib.ui.today.lines import Listing
from lib.ui.today.rows import pick
from lib.words import _, name

NEXT, BEFORE, PUT_OFF = "J", "K", "S"
#: the second also where a button has the focus, which takes Enter for itself
SAVE = ("Ctrl+Enter", "Ctrl+S")


def walking(listing: Listing) -> None:
    """Buttons to the next person and the one before."""
    steps = (("before", BEFORE, _("上一位"), listing.before, ":material/arrow_upward:"),
             ("after", NEXT, _("下一位"), listing.after, ":material/arrow_downward:"))  # fmt: skip
    with st.container(horizontal=True, gap="small", key="today-walking"):
        for key, shortcut, said, number, icon in steps:
            st.button(escaped(said), key=f"today-{key}", icon=icon, shortcut=shortcut, disabled=number is None,
                      type="tertiary", on_click=pick, args=(number or "",))  # fmt: skip


def outcomes(key: str) -> None:
    """The outcomes by their numbers: they set the form's own field. Not drawn, only pressed."""
    with st.container(key="today-keys"):
        for number, outcome in enumerate(OUTCOMES, 1):
            st.button(escaped(name("contact_outcome", outcome)), key=f"today-outcome-{outcome}", shortcut=str(number),
                      on_click=_set, args=(key, outcome))  # fmt: skip


def _set(key: str, outcome: str) -> None:
    st.session_state[key] = outcome


def legend() -> None:
    """Which keys there are; left out on a phone."""
    said = _("键盘：{next} 下一位 · {before} 上一位 · {numbers} 结果 · N 内容 · {save} 或 {too} 保存 · {put_off} 暂缓")
    with st.container(key="today-legend"):
        st.caption(escaped(said.format(next=NEXT, before=BEFORE, numbers=f"1–{len(OUTCOMES)}", save=SAVE[0],
                                       too=SAVE[1], put_off=PUT_OFF)))  # fmt: skip
