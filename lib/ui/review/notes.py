"""会议记录 on the page: notes beside a section, each its author's; a form for one's own."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib import words
from lib.review import notes
from lib.review.notes import NoteForm
from lib.store.models import ReviewNote
from lib.store.quarter import Quarter
from lib.store.reviewed import is_signed
from lib.store.session import StoreSession
from lib.ui import quarters
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped, plain
from lib.words import _, codes, name


def draw(page: Page, session: StoreSession, quarter: Quarter, version: int | None = None) -> None:
    """Every note of the quarter under the name of its section, and a form for another."""
    found = session.execute(notes.of_quarter(quarter)).all()
    if is_signed(session, str(quarter)):
        st.caption(escaped(_("评审已有人签署：会议记录不能再改，新写的作为补充。")))
    for section in codes("review_section"):
        own = [(note, who) for note, who in found if note.section == section]
        if own:
            st.markdown(f"**{escaped(name('review_section', section))}**")
            for note, who in own:
                _note(page, session, note, who)
    if not found:
        st.caption(escaped(_("还没有会议记录。")))
    if page.right.change and notes.may_write(page.scope):
        with st.expander(escaped(_("写一条会议记录")), key="note-new"):
            _write(page, quarter, "")


def beside(page: Page, session: StoreSession, quarter: Quarter, section: str) -> None:
    """The notes beside one section, folded away where there are none; with the form for another."""
    found = session.execute(notes.of_quarter(quarter, section)).all()
    for note, who in found:
        _note(page, session, note, who)
    if page.right.change and notes.may_write(page.scope):
        with st.expander(escaped(_("写一条会议记录")), icon=":material/edit_note:", key=f"note-new-{section}"):
            _write(page, quarter, section)


def _note(page: Page, session: StoreSession, note: ReviewNote, who: str) -> None:
    branches = quarters.house(page.scope).branches
    place = branches[note.branch_id][1] if note.branch_id in branches else _("全行")
    told = [place, who, words.moment(note.created_at), *([_("签署后补充")] if note.addendum else [])]
    with st.container(border=True, key=f"note-{note.id}"):
        st.caption(escaped(" · ".join(told)))
        plain(note.text)
        mine = note.staff_id == page.scope.staff_id and page.right.change
        if mine and not is_signed(session, note.quarter):
            with st.expander(escaped(_("修改")), key=f"note-edit-{note.id}"):
                _edit(page, note)


def _write(page: Page, quarter: Quarter, section: str) -> None:
    form = SaveForm(f"note-{quarter}-{section or 'any'}")
    with form:
        about = section or st.selectbox(
            escaped(_("属于哪一部分")), codes("review_section"), key=form.key("section"), index=None,
            placeholder=_("请选择"), format_func=lambda code: name("review_section", code),
        )  # fmt: skip
        text = st.text_area(escaped(_("会议记录")), key=form.key("text"), max_chars=notes.LONGEST, height=90)
        said = NoteForm(about or "", text)
        _submit(form, page, said, lambda session, _seen: notes.write(session, quarter, said))


def _edit(page: Page, note: ReviewNote) -> None:
    form = SaveForm(f"note-edit-{note.id}", version=note.version, before={"text": note.text})
    with form:
        text = st.text_area(escaped(_("会议记录")), value=note.text, key=form.key("text"), max_chars=notes.LONGEST,
                            height=90)  # fmt: skip
        said = NoteForm(note.section, text)
        _submit(form, page, said, lambda session, seen: notes.edit(session, note.id, seen.version or 0, said))


def _submit(form: SaveForm, page: Page, said: NoteForm, act: Callable[[StoreSession, Seen], object]) -> None:
    def save(seen: Seen) -> None:
        with page.session(write=True) as session:
            act(session, seen)

    form.submit(save, problems=[one.sentence for one in said.problems()], mine={"text": said.text},
                titles={"text": _("会议记录")})  # fmt: skip
