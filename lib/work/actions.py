"""Improvement actions (改进措施) whatever they came from: who gives, owns and ends them, and when one is overdue."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select

from lib.settings import today
from lib.store.models import Action, Staff
from lib.store.rights import ROLES, writable
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, save

STATES = ("open", "done", "dropped")


def may_give(scope: Scope, branch_id: int | None) -> bool:
    """Whether a scope gives, changes and drops actions of a branch (None: the bank): its head, and the department."""
    return scope.role == "crm" or (scope.role == "head" and branch_id is not None and branch_id == scope.branch_id)


def may_finish(scope: Scope, action: Action) -> bool:
    """Whether a scope may say that an action is done: its owner, and who could have given it."""
    return action.state == "open" and (action.owner_id == scope.staff_id or may_give(scope, action.branch_id))


def owners(branch_id: int | None) -> Select[Staff]:
    """Who may own an action: people of its branch who write actions, officers and the department."""
    able = [role for role in ROLES if "action" in writable(role)]
    there: ColumnElement[bool] = Staff.role.in_(("complaint_officer", "crm"))
    if branch_id is not None:
        there = or_(there, Staff.branch_id == branch_id)
    return select(Staff).where(Staff.active, Staff.role.in_(able), there).order_by(Staff.role, Staff.name, Staff.id)


def is_overdue(action: Action, on: date) -> bool:
    """Whether an open action is past its due day."""
    return action.state == "open" and action.due_on < on


def end(session: StoreSession, action: Action, read_version: int, state: str, said: str, ask: str) -> Action:
    """End an action with what shows it or why; `ask` is the sentence for who says nothing."""
    if not said.strip():
        raise Refused(ask)
    save(session, action, read_version, {"state": state, "ended_on": today(), "evidence": said.strip()})
    return action
