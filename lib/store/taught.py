"""What a person may write of training: the department for everybody, a head for the own branch, not for oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lib.store.models import Staff, TrainingRecord, TrainingSession
from lib.store.scope import PassesBy, Refused
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession


def check_training(session: StoreSession, row: TrainingSession | TrainingRecord, fresh: bool) -> None:
    """Raises Refused beyond the own branch, and for a head's own result; PassesBy in somebody else's name."""
    scope = session.scope
    if isinstance(row, TrainingSession):
        if fresh and row.created_by != scope.staff_id:
            raise PassesBy("a session is planned in one's own name")
        if scope.role == "head" and row.branch_id != scope.branch_id:
            raise Refused(_("支行负责人只能安排本支行的培训。"))
        return
    if row.recorded_by != scope.staff_id:
        raise PassesBy("attendance is recorded in one's own name")
    if scope.role != "head":
        return
    if row.staff_id == scope.staff_id:
        raise Refused(_("本人的培训结果由客户关系管理部登记。"))
    if session.scalar(select(Staff.branch_id).where(Staff.id == row.staff_id)) != scope.branch_id:
        raise Refused(_("支行负责人只能登记本支行员工的培训。"))
