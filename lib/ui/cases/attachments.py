"""Files on screen, of a case or a customer: what is kept, and a place to add more."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib import words
from lib.store.models import Attachment
from lib.ui.cases.view import Opened
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _
from lib.work.attachments import Upload, attach, attachments_of, limits, may_attach, upload_problem

_KILO = 1024


def attachments(opened: Opened, page: Page) -> None:
    """The files of a case, each to be saved, and an uploader for who may add some."""
    case = opened.case
    with page.session() as session:
        kept = session.scalars(attachments_of(case)).all()
    if not kept:
        st.caption(escaped(_("还没有附件。")))
    for one in kept:
        file_line(one, opened.person(one.staff_id))
    if not (page.right.change and may_attach(page.scope, case)):
        return
    form = SaveForm(f"attach-{case.number}")
    with form:
        uploads = uploader(form, page)
        problems = problems_of(uploads, page) or ([] if uploads else [_("请选择文件。")])
        form.submit(lambda _seen: _save(page, case.number, uploads), problems=problems, label=_("保存附件"),
                    done=_("附件已保存。"))  # fmt: skip


def uploader(form: SaveForm, page: Page, said: str = "") -> tuple[Upload, ...]:
    """A place to drop files, with what may be dropped said below it; `said` names {types}, {size} and {n}."""
    allowed = limits(page.book, page.today)
    said = said or _("{types}；每个最大 {size} MB，每件事项最多 {n} 个。")
    given: list[UploadedFile] = st.file_uploader(
        escaped(_("附件")), accept_multiple_files=True, key=form.key("files"), max_upload_size=allowed.megabytes,
        help=escaped(said.format(types=_("、").join(allowed.types), size=allowed.megabytes, n=allowed.files)),
    )  # fmt: skip
    return tuple(Upload(one.name, one.getvalue()) for one in given)


def problems_of(uploads: Sequence[Upload], page: Page) -> list[str]:
    """What is wrong with the files dropped, a sentence each."""
    allowed = limits(page.book, page.today)
    found = (upload_problem(one.name, one.content, allowed) for one in uploads)
    return [sentence for sentence in found if sentence]


def size_text(size: int) -> str:
    """A size in bytes as text."""
    if size < _KILO * _KILO:
        return _("{n} KB").format(n=words.integer(max(1, round(size / _KILO))))
    return _("{n} MB").format(n=f"{size / _KILO / _KILO:.1f}")


def file_line(one: Attachment, who: str) -> None:
    """A file to be saved, with its size, who added it and when."""
    told = (size_text(one.size), who, words.moment(one.added_at))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.link_button(escaped(one.name), f"/attachment/{one.id}", type="tertiary", icon=":material/download:",
                       key=f"attachment-{one.id}")  # fmt: skip
        st.caption(escaped(" · ".join(told)), width="content")


def _save(page: Page, number: str, uploads: Sequence[Upload]) -> None:
    with page.session(write=True) as session:
        for one in uploads:
            attach(session, number, one.name, one.content)
