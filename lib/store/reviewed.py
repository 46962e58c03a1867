"""What a person may write of a review meeting: decisions by who leads, notes and signatures in one's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from lib.store.models import Action, QuarterRun, ReviewNote, ReviewSignature
from lib.store.scope import PassesBy, Refused, Scope
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession

_SIGNS = ("opinion", "remark", "signed_at")


def may_decide(scope: Scope, branch_id: int | None) -> bool:
    """Whether a scope decides in the review, for a branch or (None) the bank: the department, the leadership, a head
    for the own branch."""
    return scope.role in ("crm", "leadership") or (
        scope.role == "head" and branch_id is not None and branch_id == scope.branch_id
    )


def check_decided(session: StoreSession, row: Action, fresh: bool) -> None:
    """A decision is given by who decides, ended by them or its owner; nobody opens again what has ended."""
    owner = (_before(row, "owner_id") or [row.owner_id])[0]
    decides = may_decide(session.scope, row.branch_id)
    if not decides and (fresh or owner != session.scope.staff_id):
        raise Refused(_("决议由支行负责人（本支行）、客户关系管理部和行领导记录，由责任人办理。"))
    if fresh and row.state != "open":
        raise PassesBy("a decision begins open")
    if not fresh and (_before(row, "state") or [row.state])[0] != "open":
        raise PassesBy("what has ended stays as it ended")


def check_note(session: StoreSession, row: ReviewNote, fresh: bool) -> None:
    """A note is written and edited in one's own name; after signing it stands, and only an addendum is added."""
    scope = session.scope
    if row.staff_id != scope.staff_id:
        raise Refused(_("只能修改自己写的会议记录。"))
    if scope.role == "head" and row.branch_id != scope.branch_id:
        raise Refused(_("支行负责人只能为本支行写会议记录。"))
    signed = is_signed(session, row.quarter)
    if not fresh and signed:
        raise Refused(_("评审已有人签署，会议记录不能再改；请另写补充。"))
    if fresh and row.addendum != signed:
        raise PassesBy("what is written after signing is an addendum, and nothing else is")


def check_signature(session: StoreSession, row: ReviewSignature, fresh: bool) -> None:
    """The department says who is there; each signs for himself, once, the closed version that stands."""
    scope, signs = session.scope, [name for name in _SIGNS if _before(row, name) is not None]
    if fresh:
        if scope.role != "crm" or row.present_by != scope.staff_id:
            raise Refused(_("到会情况由客户关系管理部登记。"))
        if row.signed_at is not None:
            raise PassesBy("who is there has not signed yet")
        return
    if (_before(row, "signed_at") or [row.signed_at])[0] is not None:
        raise PassesBy("what was signed stands")
    if _before(row, "present") is not None and scope.role != "crm":
        raise Refused(_("到会情况由客户关系管理部登记。"))
    if signs:
        if row.staff_id != scope.staff_id:
            raise Refused(_("只能由本人签署，不能代签。"))
        if not row.present:
            raise Refused(_("没有登记到会的人不能签署。"))
        if not is_closed(session, row.quarter, row.facts_version):
            raise Refused(_("只有已关账的季度、现行的一版才能签署。"))


def is_signed(session: StoreSession, quarter: str) -> bool:
    """Whether somebody has signed a quarter's review, whichever version."""
    row = ReviewSignature
    signed = select(row.id).where(row.quarter == quarter, row.signed_at.is_not(None)).limit(1)
    return session.scalar(signed) is not None


def is_closed(session: StoreSession, quarter: str, version: int) -> bool:
    """Whether this version of a quarter is closed and the one that stands."""
    run = QuarterRun
    stands = (run.quarter == quarter, run.version == version, run.state == "closed")
    return session.scalar(select(run.version).where(*stands)) is not None


def _before(row: Any, name: str) -> list[Any] | None:
    """What a column held before this change; None where it is not changed. A list, since it may have held nothing."""
    history = inspect(row).attrs[name].history
    if not history.has_changes():
        return None
    return list(history.deleted) or [None]
