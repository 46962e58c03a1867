"""Files kept with a case or a customer: judged by their content, sealed, never replaced and never taken away."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store import sealedfile
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Attachment, Case
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work import cases
from lib.work.filetype import ALSO_CALLED, DAMAGED, MACROS, MEDIA_TYPES, type_of

_LONGEST_NAME = 120
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What may be kept (rule attachment.limits): size of one file in megabytes, files a case, types by content."""

    megabytes: int
    files: int
    types: tuple[str, ...]


@dataclass(frozen=True)
class Upload:
    """A file as handed in: the name it came with and its content."""

    name: str
    content: bytes


def limits(book: Rulebook, on: date) -> Limits:
    """The limits in force on a day."""
    said = book.value("attachment.limits", on)
    return Limits(said["megabytes"], said["files"], tuple(said["types"]))


def attachments_of(case: Case) -> Select[Attachment]:
    """The files of a case, oldest first, without their content."""
    return _kept_with(case.customer_id, case.id)


def may_attach(scope: Scope, case: Case) -> bool:
    """Whether the scope may add a file: whoever may act on the case, and its first owner."""
    return case.first_owner_id == scope.staff_id or bool(cases.capabilities(scope, case))


def attach(session: StoreSession, number: str, name: str, content: bytes) -> Attachment:
    """Keep a file with a case; the same content again is the same file.

    Raises Refused with a sentence for what is wrong with it, or for one who may not add to the case.
    """
    case = cases.for_change(session, number, None)
    if not may_attach(session.scope, case):
        raise Refused(_("这件事项不由你处理，或所涉及的就是你本人。"))
    kept, fresh = keep(session, case.customer_id, case.id, name, content, _("一件事项最多保存 {n} 个附件。"))
    if fresh:
        cases.record(session, case, "document", text=kept.name)
        session.flush()
    return kept


def keep(
    session: StoreSession, customer_id: int, case_id: int, name: str, content: bytes, full: str
) -> tuple[Attachment, bool]:
    """Keep a file with a case, or with the customer itself (case_id 0), and say whether it is new there.

    The caller holds the case or the customer, so that what is counted stays true. Raises Refused with a sentence for
    what is wrong with the file, with `full` (which names the most as {n}) where there are so many already.
    """
    allowed = limits(rulebook(), today())
    problem = upload_problem(name, content, allowed)
    if problem:
        raise Refused(problem)
    digest = hashlib.sha256(content).hexdigest()
    others = session.scalars(_kept_with(customer_id, case_id)).all()
    known = next((one for one in others if one.digest == digest), None)
    if known is not None:
        return known, False
    if len(others) >= allowed.files:
        raise Refused(full.format(n=allowed.files))
    kind = type_of(content)
    added = Attachment(
        customer_id=customer_id, id=new_id(), case_id=case_id, name=_named(name, kind), media_type=MEDIA_TYPES[kind],
        size=len(content), digest=digest, staff_id=session.scope.staff_id, added_at=business_now(),
    )  # fmt: skip
    sealedfile.keep(session, added, content)
    session.flush()
    return added, True


def _kept_with(customer_id: int, case_id: int) -> Select[Attachment]:
    same = (Attachment.customer_id == customer_id, Attachment.case_id == case_id)
    return select(Attachment).where(*same).order_by(Attachment.added_at, Attachment.id)


def content_of(session: StoreSession, attachment_id: int) -> tuple[Attachment, bytes] | None:
    """A file in clear with its record, ledgered; None out of reach. Needs a session opened for writing."""
    return sealedfile.opened(session, attachment_id)


def upload_problem(name: str, content: bytes, allowed: Limits) -> str | None:
    """Why a file cannot be kept, as a sentence; None if it can."""
    shown = clean_name(name)
    if not content:
        return _("“{name}”是空文件。").format(name=shown)
    if len(content) > allowed.megabytes * _MEGABYTE:
        return _("“{name}”太大，每个文件最大 {n} MB。").format(name=shown, n=allowed.megabytes)
    kind = type_of(content)
    if kind == MACROS:
        return _("“{name}”含有宏，不能保存；请另存为不含宏的文件。").format(name=shown)
    if kind == DAMAGED:
        return _("“{name}”已损坏，无法打开。").format(name=shown)
    if kind not in MEDIA_TYPES or kind not in allowed.types:
        types = _("、").join(allowed.types)
        return _("“{name}”的内容不是可以保存的类型；可以保存：{types}。").format(name=shown, types=types)
    ending = _ending(shown)
    if ending and ALSO_CALLED.get(ending, ending) != kind:
        return _("“{name}”的内容是 {type}，与文件名不符。").format(name=shown, type=kind)
    return None


def clean_name(name: str) -> str:
    """A file's name without folders, invisible or control characters, shortened before its ending."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    shown = " ".join(visible.split()).strip(". ")
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 10:
        return shown[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def _named(name: str, kind: str) -> str:
    """The name kept: one that says no type gets the ending of its content."""
    shown = clean_name(name)
    return shown if _ending(shown) else f"{shown or _('附件')}.{kind}"
