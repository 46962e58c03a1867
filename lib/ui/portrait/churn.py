"""Why the customer may be about to leave, on the portrait: the score and its strongest reasons, leading to the rest."""

from __future__ import annotations

import streamlit as st

from lib.churn import read
from lib.store.session import StoreSession
from lib.ui import nav
from lib.ui.churn.look import look_of
from lib.ui.frames import Link, link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import _, quarter_name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """A box for who is on the warning list of the newest quarter; nothing for everybody else."""
    latest = subject.latest
    seen = look_of(page) if latest is not None and latest.churn_flag and not subject.narrow else None
    if seen is None or not nav.right(page.scope.role, "churn").see:
        return
    row = session.execute(read.of_customer(seen.run, seen.card, subject.customer.number)).one_or_none()
    if row is None:
        return
    why = seen.explained(row)
    with st.container(border=True, gap="xsmall", key="portrait-churn"):
        head = _("流失预警 {score} 分 · 可能流失 {amount}").format(
            score=why.score, amount=seen.money.text(why.at_risk_fen)
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**:red[{escaped(head)}]**", width="content")
            st.caption(escaped(quarter_name(seen.run.quarter)), width="content")
            link(Link("churn", {"customer": subject.customer.number}, _("理由与个案")))
        _line(_("预警理由"), [one.sentence for one in why.speaks_for])
        _line(_("反面理由"), [one.sentence for one in why.speaks_against])


def _line(title: str, sentences: list[str]) -> None:
    if sentences:
        st.markdown(f":gray[{escaped(title)}]  {escaped(_('；').join(sentences))}")
