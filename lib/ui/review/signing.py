"""签署 on the page: who is there, recorded by the department, and each one's own signature."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.meeting.decided import signing_sentences
from lib.review import signing
from lib.review.signing import OPINIONS, SignForm
from lib.store.models import ReviewSignature
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer, name

Rows = list[tuple[ReviewSignature, str]]


def draw(page: Page, session: StoreSession, quarter: Quarter, version: int | None = None) -> None:
    """The tenth part of the meeting; `version` is only looked at, what is signed is the version that stands."""
    stands, there = _standing(session, quarter), [one for one in _rows(session, quarter) if one[0].present]
    for sentence in signing_sentences([row for row, _who in there], stands):
        st.markdown(escaped(sentence))
    if there:
        _list(there)
    sign(page, session, quarter)


def sign(page: Page, session: StoreSession, quarter: Quarter) -> None:
    """The forms: who is there, for the department; one's own signature under the version that stands."""
    stands = _standing(session, quarter)
    if stands is None or stands[1] != "closed":
        return
    if page.scope.role == "crm" and page.right.change:
        _attendance(page, session, quarter, stands[0], _rows(session, quarter))
    _mine(page, session, quarter, stands[0])


def _rows(session: StoreSession, quarter: Quarter) -> Rows:
    return [(row, who) for row, who in session.execute(signing.of_quarter(quarter))]


def _standing(session: StoreSession, quarter: Quarter) -> tuple[int, str] | None:
    found = session.execute(signing.standing(quarter)).one_or_none()
    return None if found is None else (int(found[0]), str(found[1]))


def _list(there: Rows) -> None:
    lines = [
        {"who": who, "role": name("role", row.role), "version": _("第 {n} 版").format(n=integer(row.facts_version)),
         "opinion": (name("review_opinion", row.opinion), "good" if row.opinion == "agree" else "watch")
         if row.opinion else (_("未签署"), "context"),
         "remark": row.remark, "at": words.moment(row.signed_at) if row.signed_at else None}
        for row, who in there
    ]  # fmt: skip
    columns = [
        Column("who", _("姓名"), pinned=True), Column("role", _("岗位")), Column("version", _("版本")),
        Column("opinion", _("意见"), "badge"), Column("remark", _("说明")), Column("at", _("签署时间")),
    ]  # fmt: skip
    frames.table(lines, columns, key="review-signatures")


def _attendance(page: Page, session: StoreSession, quarter: Quarter, version: int, rows: Rows) -> None:
    """Who is there; who has signed stays."""
    people = {one.id: _("{name}（{role}）").format(name=one.name, role=name("role", one.role))
              for one in session.scalars(signing.invited())}  # fmt: skip
    of_version = [row for row, _who in rows if row.facts_version == version]
    signed = {row.staff_id for row in of_version if row.signed_at is not None}
    now = [row.staff_id for row in of_version if row.present and row.staff_id in people]
    with st.expander(escaped(_("登记到会")), expanded=not now, key="review-attendance"):
        form = SaveForm(f"present-{quarter}-{version}")
        with form:
            chosen = st.multiselect(escaped(_("到会的人")), list(people), default=now, key=form.key("people"),
                                    format_func=people.__getitem__, placeholder=_("请选择"))  # fmt: skip

            def save(_seen: Seen) -> None:
                with page.session(write=True) as write:
                    signing.record(write, quarter, version, [*{*chosen, *signed}])

            form.submit(save, label=_("登记到会"), done=_("到会已登记。"))


def _mine(page: Page, session: StoreSession, quarter: Quarter, version: int) -> None:
    row = signing.mine(session, quarter, version)
    if row is None or not row.present or row.signed_at is not None:
        return
    with st.container(border=True, key="review-sign"):
        st.markdown(f"**{escaped(_('你的签署：第 {n} 版').format(n=integer(version)))}**")
        form = SaveForm(f"sign-{quarter}-{version}", version=row.version)
        with form:
            named = {code: name("review_opinion", code) for code in OPINIONS}
            opinion = st.radio(escaped(_("签署意见")), OPINIONS, index=None, key=form.key("opinion"), horizontal=True,
                               format_func=named.__getitem__)  # fmt: skip
            remark = st.text_area(escaped(_("说明")), key=form.key("remark"), max_chars=signing.LONGEST, height=80)
            said = SignForm(opinion or "", remark)

            def save(seen: Seen) -> None:
                with page.session(write=True) as write:
                    signing.sign(write, quarter, version, seen.version or 0, said)

            form.submit(save, problems=[one.sentence for one in said.problems()], label=_("签署"), done=_("已签署。"))
