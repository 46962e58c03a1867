"""Sign-off (签署): the department records who is there, and each signs for himself the closed version that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from lib.review.notes import hold
from lib.settings import business_now
from lib.store.ids import new_id
from lib.store.models import QuarterRun, ReviewSignature, Staff
from lib.store.quarter import Quarter
from lib.store.reviewed import is_closed
from lib.store.rights import ROLES, writable
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work.moves import Problem
from lib.work.steps import refuse

OPINIONS = ("agree", "remark")
LONGEST = 1000


@dataclass(frozen=True)
class SignForm:
    """With what opinion somebody signs; `remark` is what they hold against it or add."""

    opinion: str
    remark: str = ""

    def problems(self) -> list[Problem]:
        """What keeps it from being signed; empty if nothing does."""
        found = [] if self.opinion in OPINIONS else [Problem("opinion", _("请选择签署意见。"))]
        if self.opinion == "remark" and not self.remark.strip():
            found.append(Problem("remark", _("保留意见须写明内容。")))
        if len(self.remark) > LONGEST:
            found.append(Problem("remark", _("内容太长，最多 {n} 字。").format(n=LONGEST)))
        return found


def invited() -> Select[Staff]:
    """Who may be at a review and sign it."""
    able = [role for role in ROLES if "review_signature" in writable(role)]
    return select(Staff).where(Staff.active, Staff.role.in_(able)).order_by(Staff.role, Staff.branch_id, Staff.id)


def of_quarter(quarter: Quarter) -> Select[ReviewSignature, str]:
    """Who was at the review of a quarter, whichever version, with their names: the latest version first."""
    row = ReviewSignature
    query = select(row, Staff.name).join(Staff, Staff.id == row.staff_id).where(row.quarter == str(quarter))
    return query.order_by(row.facts_version.desc(), row.role, row.staff_id)


def standing(quarter: Quarter) -> Select:
    """The version that stands of a quarter and its state: closed, or open."""
    run = QuarterRun
    there = (run.quarter == str(quarter), run.state.in_(("open", "closed")))
    return select(run.version, run.state).where(*there).order_by(run.version.desc()).limit(1)


def record(session: StoreSession, quarter: Quarter, version: int, present: Sequence[int]) -> int:
    """Record who is at the review of a closed version: who is named is there, who is not and has not signed is not."""
    if session.scope.role != "crm":
        raise Refused(_("到会情况由客户关系管理部登记。"))
    hold(session, quarter)
    if not is_closed(session, str(quarter), version):
        raise Refused(_("只有已关账的季度、现行的一版才能签署。"))
    people = {one.id: one for one in session.scalars(invited())}
    if set(present) - people.keys():
        raise Refused(_("其中有人不能参加评审签署。"))
    row = ReviewSignature
    known = select(row).where(row.quarter == str(quarter), row.facts_version == version)
    rows = {one.staff_id: one for one in session.scalars(known)}
    for staff_id in present:
        if staff_id not in rows:
            session.add(_fresh(session, quarter, version, people[staff_id]))
    moved = [one for one in rows.values() if one.signed_at is None and one.present != (one.staff_id in present)]
    for one in moved:
        save(session, one, one.version, {"present": one.staff_id in present})
    session.flush()
    return len(set(present) - rows.keys()) + len(moved)


def _fresh(session: StoreSession, quarter: Quarter, version: int, person: Staff) -> ReviewSignature:
    return ReviewSignature(
        id=new_id(), quarter=str(quarter), facts_version=version, staff_id=person.id, role=person.role, present=True,
        present_by=session.scope.staff_id, present_at=business_now(), version=1,
    )  # fmt: skip


def mine(session: StoreSession, quarter: Quarter, version: int) -> ReviewSignature | None:
    """One's own line at the review of a version."""
    row = ReviewSignature
    which = (row.quarter == str(quarter), row.facts_version == version, row.staff_id == session.scope.staff_id)
    return session.scalars(select(row).where(*which)).one_or_none()


def sign(session: StoreSession, quarter: Quarter, version: int, read_version: int, form: SignForm) -> ReviewSignature:
    """Sign for oneself the version that stands. Refused for who was not there or has signed; Conflict when stale."""
    refuse(form.problems())
    hold(session, quarter)
    if not is_closed(session, str(quarter), version):
        raise Refused(_("只有已关账的季度、现行的一版才能签署。"))
    row = mine(session, quarter, version)
    if row is None or not row.present:
        raise Refused(_("没有登记到会的人不能签署。"))
    if row.signed_at is not None:
        raise Refused(_("你已经签署过这一版。"))
    said = {"opinion": form.opinion, "remark": form.remark.strip() or None, "signed_at": business_now()}
    save(session, row, read_version, said)
    session.flush()
    return row
