"""Service checks written: a mystery visit, an internal check or a self check with its marks; and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.inspected import may_check
from lib.store.models import CheckMark, ServiceCheck
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work.check_form import KINDS, form_of, form_version
from lib.work.moves import Problem
from lib.work.steps import refuse

_LONGEST = {"inspector": 80, "summary": 2000}
_NOTE = 200


@dataclass(frozen=True)
class CheckForm:
    """A check as it is entered: `marks` by item, None where the item did not apply; `notes` by item."""

    kind: str
    branch_id: int | None
    checked_on: date | None
    marks: Mapping[str, int | None]
    inspector: str = ""
    summary: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def problems(self, on: date, book: Rulebook) -> list[Problem]:
        """What keeps it from being recorded; empty if nothing does."""
        found = []
        if self.kind not in KINDS:
            return [Problem("kind", _("请选择检查的种类。"))]
        if self.branch_id is None:
            found.append(Problem("branch_id", _("请选择受检支行。")))
        if self.checked_on is None or self.checked_on > on:
            found.append(Problem("checked_on", _("检查日期不能晚于今天。")))
        found += [Problem(name, _("内容太长，最多 {n} 字。").format(n=most))
                  for name, most in _LONGEST.items() if len(getattr(self, name)) > most]  # fmt: skip
        if any(len(note) > _NOTE for note in self.notes.values()):
            found.append(Problem("notes", _("内容太长，最多 {n} 字。").format(n=_NOTE)))
        return found + self._mark_problems(book, self.checked_on or on)

    def _mark_problems(self, book: Rulebook, on: date) -> list[Problem]:
        most = {item.code: item.points for item in form_of(book, self.kind, on)}
        if any(code not in most for code in self.marks):
            return [Problem("marks", _("检查表在这一天没有其中的某一项，请重新打开表单。"))]
        if all(points is None for points in self.marks.values()):
            return [Problem("marks", _("至少一项须打分。"))]
        if any(points is not None and not 0 <= points <= most[code] for code, points in self.marks.items()):
            return [Problem("marks", _("每项得分须在零与该项满分之间。"))]
        return []


def record(session: StoreSession, form: CheckForm) -> ServiceCheck:
    """Write a check with its marks; Refused for what is wrong with it, or without the right to record it."""
    book = rulebook()
    refuse(form.problems(today(), book))
    assert form.branch_id is not None and form.checked_on is not None
    if not may_check(session.scope, form.kind, form.branch_id):
        raise Refused(_("检查由客户关系管理部登记；支行负责人登记本支行的自查。"))
    check = ServiceCheck(
        id=new_id(), kind=form.kind, branch_id=form.branch_id, checked_on=form.checked_on, version=1,
        inspector=form.inspector.strip() or None, summary=form.summary.strip() or None,
        form=form_version(book, form.kind, form.checked_on), staff_id=session.scope.staff_id,
        created_at=business_now(),
    )  # fmt: skip
    session.add(check)
    for item in form_of(book, form.kind, form.checked_on):
        points = form.marks.get(item.code)
        if points is not None:
            note = form.notes.get(item.code, "").strip() or None
            session.add(CheckMark(check_id=check.id, item=item.code, points=points, most=item.points, note=note))
    session.flush()
    return check


def void(session: StoreSession, check_id: int, read_version: int, reason: str) -> None:
    """Take a wrong check back, with the reason: it counts nowhere any more, and stays readable."""
    check = session.scalars(select(ServiceCheck).where(ServiceCheck.id == check_id)).one_or_none()
    if check is None or not may_check(session.scope, check.kind, check.branch_id):
        raise Refused(_("检查由客户关系管理部登记；支行负责人登记本支行的自查。"))
    if check.voided_on is not None:
        raise Refused(_("这次检查已经作废。"))
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    save(session, check, read_version, {"voided_on": today(), "void_reason": reason.strip()[:_NOTE]})
    session.flush()
