"""Files at rest: the content sealed beside its record, opened for one who reaches its case or customer, ledgered."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.store.audit import note_access
from lib.store.crypto import seal_bytes, unseal_bytes
from lib.store.models import Attachment, AttachmentContent
from lib.store.session import StoreSession


class Exchanged(Exception):
    """What is stored as a file's content is another's."""


def keep(session: Session, attachment: Attachment, content: bytes) -> None:
    """Add the record and its content, sealed; both are written with the session's transaction and never changed."""
    session.add(attachment)
    session.add(AttachmentContent(
        customer_id=attachment.customer_id, id=attachment.id, case_id=attachment.case_id,
        sealed=seal_bytes(content),
    ))  # fmt: skip


def opened(session: StoreSession, attachment_id: int) -> tuple[Attachment, bytes] | None:
    """A file in clear with its record, ledgered; None out of reach. Needs a session opened for writing.

    Raises Exchanged when the content is damaged or not the one whose digest was recorded.
    """
    attachment = session.scalars(select(Attachment).where(Attachment.id == attachment_id)).one_or_none()
    if attachment is None:
        return None
    same = (
        AttachmentContent.customer_id == attachment.customer_id,
        AttachmentContent.id == attachment.id,
        AttachmentContent.case_id == attachment.case_id,
    )
    sealed = session.execute(select(AttachmentContent.sealed).where(*same)).scalar_one()
    try:
        content = unseal_bytes(sealed)
    except (InvalidTag, ValueError) as damaged:
        raise Exchanged(f"attachment {attachment_id} cannot be opened") from damaged
    if hashlib.sha256(content).hexdigest() != attachment.digest:
        raise Exchanged(f"attachment {attachment_id} is not what was kept")
    page = session.page if attachment.case_id else "portrait"
    note_access(session, session.scope, page, attachment.customer_id, "attachment", attachment.name)
    return attachment, content
