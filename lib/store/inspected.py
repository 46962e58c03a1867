"""What a person's session may write of checks and findings: by whom, of which branch; never verified by the doer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from lib.store import models as m
from lib.store.scope import PassesBy, Refused, Scope
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession

QUALITY = (m.ServiceCheck, m.CheckMark, m.Finding, m.FindingStep)


def check_quality(session: StoreSession, row: Any, fresh: bool) -> None:
    """Raises Refused for who may not, PassesBy for what nobody may."""
    if isinstance(row, m.ServiceCheck):
        _check(session.scope, row, fresh)
    elif isinstance(row, m.CheckMark):
        if not any(isinstance(new, m.ServiceCheck) and new.id == row.check_id for new in session.new):
            raise PassesBy("marks are given with their check")
    elif isinstance(row, m.Finding):
        _finding(session, row, fresh)
    elif row.staff_id != session.scope.staff_id:
        raise PassesBy("a step of a finding is written in one's own name")
    elif not _reached(session, row.finding_id):
        raise Refused(_("这个质量问题不在你的范围内。"))


def leads(scope: Scope, branch_id: int | None) -> bool:
    """Whether a scope sees to the quality of a branch (None: of the bank): its head, and the department."""
    return scope.role == "crm" or (scope.role == "head" and branch_id is not None and branch_id == scope.branch_id)


def may_check(scope: Scope, kind: str, branch_id: int | None) -> bool:
    """Whether a scope records a check: the department any, a head the self checks of the own branch."""
    return scope.role == "crm" or (kind == "self" and leads(scope, branch_id))


def _check(scope: Scope, row: m.ServiceCheck, fresh: bool) -> None:
    if not may_check(scope, row.kind, row.branch_id):
        raise Refused(_("检查由客户关系管理部登记；支行负责人登记本支行的自查。"))
    if fresh and row.staff_id != scope.staff_id:
        raise PassesBy("a check is recorded in one's own name")


def _finding(session: StoreSession, row: m.Finding, fresh: bool) -> None:
    scope = session.scope
    if fresh:
        if row.found_by != scope.staff_id or row.state != "open":
            raise PassesBy("a finding begins open, in one's own name")
        if not leads(scope, row.branch_id) and (scope.branch_id is None or row.branch_id != scope.branch_id):
            raise Refused(_("只能登记本支行的质量问题。"))
        return
    if row.verified_by is not None and row.verified_by in (row.done_by, _owner(session, row)):
        raise Refused(_("整改须由办理人以外的人验证。"))
    news = row.verified_by is not None and inspect(row).attrs.verified_by.history.has_changes()
    if news and row.verified_by != scope.staff_id:
        raise PassesBy("a finding is verified in one's own name")
    if not leads(scope, row.branch_id) and not _does(session, row):
        raise Refused(_("质量问题由支行负责人（本支行）和客户关系管理部处理，整改由责任人办理。"))


def _reached(session: StoreSession, finding_id: int) -> bool:
    if any(isinstance(new, m.Finding) and new.id == finding_id for new in session.new):
        return True
    return session.scalar(select(m.Finding.id).where(m.Finding.id == finding_id)) is not None


def _does(session: StoreSession, row: m.Finding) -> bool:
    """Whether the owner of its measure says that it is done, and nothing else."""
    state = (inspect(row).attrs.state.history.deleted or [row.state])[0]
    mine = session.scope.staff_id
    return (state, row.state) == ("acting", "done") and row.done_by == mine and _owner(session, row) == mine


def _owner(session: StoreSession, row: m.Finding) -> int | None:
    if row.action_id is None:
        return None
    return session.scalar(select(m.Action.owner_id).where(m.Action.id == row.action_id))
