"""The last message to a customer, said where another is about to be written, so that nobody doubles."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from lib.care.messages import last_of
from lib.ui.plain import escaped
from lib.words import _, day, name


def told(session: Session, ids: Sequence[int]) -> None:
    """One quiet line; nothing where none was ever sent."""
    row = session.scalars(last_of(ids)).one_or_none()
    if row is None:
        return
    said = _("最近一条消息：{occasion} · {channel} · {day} · {state}").format(
        occasion=name("message_occasion", row.occasion), channel=name("channel", row.channel), day=day(row.send_on),
        state=name("message_state", row.state),
    )  # fmt: skip
    st.caption(escaped(said))
