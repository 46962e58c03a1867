"""Notes beside the sections of a quarter's review, each its author's; once the review is signed they stand."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from lib.settings import business_now
from lib.store.ids import new_id
from lib.store.models import QuarterRun, ReviewNote, Staff
from lib.store.quarter import Quarter
from lib.store.reviewed import is_signed
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes
from lib.work.moves import Problem
from lib.work.steps import refuse

LONGEST = 2000
WRITERS = ("crm", "head", "leadership")


@dataclass(frozen=True)
class NoteForm:
    """What somebody notes beside a section."""

    section: str
    text: str

    def problems(self) -> list[Problem]:
        """What keeps it from being written; empty if nothing does."""
        found = [] if self.text.strip() else [Problem("text", _("请写明要记录的内容。"))]
        if len(self.text) > LONGEST:
            found.append(Problem("text", _("内容太长，最多 {n} 字。").format(n=LONGEST)))
        if self.section not in codes("review_section"):
            found.append(Problem("section", _("请选择记录属于哪一部分。")))
        return found


def may_write(scope: Scope) -> bool:
    """Whether a scope writes notes: the department and the leadership for the bank, a head for the own branch."""
    return scope.role in WRITERS


def of_quarter(quarter: Quarter, section: str = "") -> Select[ReviewNote, str]:
    """Notes of a quarter in scope with their authors' names, the oldest first."""
    note = ReviewNote
    query = select(note, Staff.name).join(Staff, Staff.id == note.staff_id).where(note.quarter == str(quarter))
    if section:
        query = query.where(note.section == section)
    return query.order_by(note.created_at, note.id)


def write(session: StoreSession, quarter: Quarter, form: NoteForm) -> ReviewNote:
    """Write a note; after somebody has signed it is an addendum."""
    refuse(form.problems())
    if not may_write(session.scope):
        raise Refused(_("会议记录由客户关系管理部、行领导和支行负责人（本支行）填写。"))
    hold(session, quarter)
    scope = session.scope
    note = ReviewNote(
        id=new_id(), quarter=str(quarter), section=form.section, text=form.text.strip(), staff_id=scope.staff_id,
        branch_id=scope.branch_id if scope.role == "head" else None, created_at=business_now(),
        addendum=is_signed(session, str(quarter)), version=1,
    )  # fmt: skip
    session.add(note)
    session.flush()
    return note


def edit(session: StoreSession, note_id: int, read_version: int, form: NoteForm) -> ReviewNote:
    """Say one's own note otherwise, until the review is signed. Conflict for a stale form."""
    refuse(form.problems())
    note = session.scalars(select(ReviewNote).where(ReviewNote.id == note_id)).one_or_none()
    if note is None:
        raise Refused(_("没有找到这条会议记录，或它不在你的范围内。"))
    hold(session, Quarter.parse(note.quarter))
    save(session, note, read_version, {"text": form.text.strip()})
    session.flush()
    return note


def hold(session: StoreSession, quarter: Quarter) -> None:
    """Let nobody sign this quarter, or write beside it, until this transaction ends."""
    run = QuarterRun
    rows = select(run).where(run.quarter == str(quarter)).order_by(run.version).with_for_update(of=run)
    session.scalars(rows.execution_options(populate_existing=True)).all()
