"""Files kept with a customer itself, not with one of its cases: contracts, certificates, papers of a visit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from lib.customers.entry import customer_for_entry
from lib.store.models import Attachment, Staff
from lib.store.session import StoreSession
from lib.words import _
from lib.work.attachments import keep

_OF_NO_CASE = 0


def files_of(ids: Sequence[int]) -> Select:
    """The files as `Attachment`, the newest first, without their content, and who added each as `staff`."""
    row = Attachment
    kept = select(row, Staff.name.label("staff")).outerjoin(Staff, Staff.id == row.staff_id)
    return kept.where(row.customer_id.in_(ids), row.case_id == _OF_NO_CASE).order_by(row.added_at.desc(), row.id.desc())


def attach_to_customer(session: StoreSession, customer_id: int, name: str, content: bytes) -> Attachment:
    """Keep a file with a customer (rule attachment.limits); the same content again is the same file.

    Raises Refused with a sentence for what is wrong with it, out of reach, or for somebody who is no customer.
    """
    customer_for_entry(session, customer_id)
    kept, _fresh = keep(session, customer_id, _OF_NO_CASE, name, content, _("一位客户最多保存 {n} 个文件。"))
    return kept
