"""Files of the customer on the portrait: drawn, dropped and saved as those of a case are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.customers.files import attach_to_customer, files_of
from lib.store.session import StoreSession
from lib.ui.cases.attachments import file_line, problems_of, uploader
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _
from lib.work.attachments import Upload


def files(page: Page, session: StoreSession, subject: Subject) -> None:
    """The files, each to be saved, and an uploader for who may write; none for masked and narrow readers."""
    if subject.narrow or subject.masked:
        st.caption(escaped(_("文件会说明客户是谁，不向你的岗位开放。")))
        return
    kept = session.execute(files_of(subject.ids)).all()
    if not kept:
        st.caption(escaped(_("还没有文件。")))
    for row in kept:
        file_line(row.Attachment, row.staff or NOTHING)
    folded(page, subject, _("添加文件"), lambda: _form(page, subject), key="file-add", icon="attach_file")


def _form(page: Page, subject: Subject) -> None:
    customer = subject.customer
    with SaveForm(f"file-{customer.number}") as form:
        uploads = uploader(form, page, _("{types}；每个最大 {size} MB，每位客户最多 {n} 个。"))
        problems = problems_of(uploads, page) or ([] if uploads else [_("请选择文件。")])
        form.submit(lambda _seen: _save(page, customer.customer_id, uploads), problems=problems, label=_("保存文件"),
                    done=_("文件已保存。"))  # fmt: skip


def _save(page: Page, customer_id: int, uploads: Sequence[Upload]) -> None:
    with page.session(write=True) as session:
        for one in uploads:
            attach_to_customer(session, customer_id, one.name, one.content)
