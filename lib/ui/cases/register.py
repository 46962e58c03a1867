"""Registering a complaint or suggestion: who it is from, then one short form, then a look at likely duplicates."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import select

from lib.complaints.rules import KINDS
from lib.complaints.write import Registration, register
from lib.store.models import Branch, Staff
from lib.ui import choices, frames
from lib.ui.cases import whom
from lib.ui.cases.attachments import problems_of
from lib.ui.cases.register_fields import About, asked
from lib.ui.cases.twice import not_twice
from lib.ui.cases.whom import Whom
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name

_NUMBER = "register.number"
_SPEAKERS = ("self", "agent", "heir", "representative")


def registration(page: Page) -> None:
    """The whole registration; leaves for the new case once it is written."""
    st.subheader(escaped(_("登记投诉与建议")), anchor=False)
    with st.container(horizontal=True, gap="medium"):
        kinds = {code: name("case_kind", code) for code in KINDS}
        kind = choices.choice(_("种类"), kinds, key="kind", default="complaint", segments=True)
        who = whom.who()
    with st.grid(3, min_column_width=220, gap="small"):
        known = whom.customer(page) if who == "customer" else Whom(None, who)
        about = _about(page, _("被投诉机构") if kind == "complaint" else _("涉及机构"))
        speaker = _speaker() if kind == "complaint" else "self"
    if known is None:
        st.caption(escaped(_("先找到客户；不是本行客户的，选“非本行个人”或“非本行单位”。")))
        return
    whom.shown(known)
    _form(page, kind, known, about, speaker)


def _form(page: Page, kind: str, whose: Whom, about: About, speaker: str) -> None:
    form = SaveForm(f"register-{whose.known.number if whose.known else whose.kind}")
    with form:
        said = asked(form, page, kind, whose, about, speaker)
        problems = [problem.sentence for problem in said.problems(page.now, page.book)]
        problems += problems_of(said.uploads, page)
        if not problems:
            problems = not_twice(form, page, said, whose.known)
        if form.submit(lambda seen: _save(page, said, seen), problems=problems, label=_("登记"), done=_("已登记。")):
            _leave()


def _about(page: Page, label: str) -> About:
    """The branch it is about, and its people to choose from."""
    with page.session() as session:
        branches = dict(session.execute(select(Branch.id, Branch.name).order_by(Branch.code)).all())
        options: list[int | None] = [None, *branches]
        own = options.index(page.scope.branch_id) if page.scope.branch_id in branches else 0
        chosen = st.selectbox(escaped(label), options, index=own, key="register-branch",
                              format_func=lambda one: branches[one] if one else _("不针对机构"))  # fmt: skip
        people = select(Staff).where(Staff.branch_id == chosen, Staff.active).order_by(Staff.name)
        return About(chosen, tuple(session.scalars(people)) if chosen is not None else ())


def _speaker() -> str:
    named = {"self": name("complainant_relation", "self"), **{one: name("party_role", one) for one in _SPEAKERS[1:]}}
    return str(st.selectbox(escaped(name("complaint_field", "relation")), _SPEAKERS, key="register-speaker",
                            format_func=named.__getitem__))  # fmt: skip


def _save(page: Page, said: Registration, seen: Seen) -> None:
    with page.session(write=True) as session:
        st.session_state[_NUMBER] = register(session, said, seen.once)


def _leave() -> None:
    whom.forget()
    number = st.session_state.pop(_NUMBER, "")
    if number:
        frames.go_to("complaints", case=number)
