"""Improvement actions (改进措施): given against a root cause, done by their owner with evidence (制度 §六(三), §七)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Action, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work.actions import STATES, end, is_overdue, may_finish, may_give, owners
from lib.work.moves import Problem
from lib.work.steps import refuse, root_causes

__all__ = [
    "STATES", "ActionForm", "change", "drop", "finish", "give", "is_overdue", "listed", "may_finish", "may_give",
    "owners",
]  # fmt: skip
_LONGEST = {"title": 120, "steps": 4000, "expected": 200}


@dataclass(frozen=True)
class ActionForm:
    """What is done against a cause: by whom, until when, to move which KPI. `branch_id` None: the whole bank."""

    title: str
    steps: str
    cause: str
    kpi_key: str
    owner_id: int | None
    due_on: date | None
    expected: str = ""
    branch_id: int | None = None

    def problems(self, on: date, causes: Collection[str], kpis: Collection[str]) -> list[Problem]:
        """What keeps it from being given; empty if nothing does. `causes` and `kpis`: the codes on offer."""
        found = []
        if not self.title.strip():
            found.append(Problem("title", _("请写明措施名称。")))
        if not self.steps.strip():
            found.append(Problem("steps", _("请写明具体步骤。")))
        found += [Problem(field, _("内容太长，最多 {n} 字。").format(n=most))
                  for field, most in _LONGEST.items() if len(getattr(self, field)) > most]  # fmt: skip
        if self.cause not in causes:
            found.append(Problem("cause", _("请选择措施针对的根本原因。")))
        if self.kpi_key not in kpis:
            found.append(Problem("kpi_key", _("请选择措施要改善的指标。")))
        if self.owner_id is None:
            found.append(Problem("owner_id", _("请选择责任人。")))
        if self.due_on is None or self.due_on < on:
            found.append(Problem("due_on", _("完成期限不能早于今天。")))
        return found


def listed(state: str = "", *, cause: str = "", overdue_on: date | None = None) -> Select[Action]:
    """Actions in scope, open ones first and by due day. `overdue_on`: only open ones that were due before this day.

    A measure against a finding is not among them: it is given, done and verified with its finding. Nor is what a
    review decided, which is followed there.
    """
    query = (
        select(Action)
        .where(Action.finding_id.is_(None), Action.quarter.is_(None))
        .order_by(case((Action.state == "open", 0), else_=1), Action.due_on, Action.id)
    )
    if state:
        query = query.where(Action.state == state)
    if cause:
        query = query.where(Action.cause == cause)
    if overdue_on is not None:
        query = query.where(Action.state == "open", Action.due_on < overdue_on)
    return query


def give(session: StoreSession, form: ActionForm) -> Action:
    """Write a new action; Refused for what is wrong with it, or without the right to give it."""
    book = rulebook()
    _check(session, form, book, form.branch_id)
    action = Action(
        id=new_id(), title=form.title.strip(), steps=form.steps.strip(), cause=form.cause, kpi_key=form.kpi_key,
        expected=form.expected.strip() or None, owner_id=form.owner_id, branch_id=form.branch_id, due_on=form.due_on,
        state="open", created_by=session.scope.staff_id, created_at=business_now(), version=1,
    )  # fmt: skip
    session.add(action)
    session.flush()
    return action


def change(session: StoreSession, action_id: int, read_version: int, form: ActionForm) -> Action:
    """Change an open action; its cause and branch stay. Refused as `give` does, Conflict for a stale form."""
    action = _open(session, action_id)
    _check(session, form, rulebook(), action.branch_id, due_before=action.due_on)
    if form.cause != action.cause:
        raise Refused(_("措施针对的原因不能更改；原因变了，请另立措施。"))
    save(session, action, read_version, {
        "title": form.title.strip(), "steps": form.steps.strip(), "kpi_key": form.kpi_key,
        "expected": form.expected.strip() or None, "owner_id": form.owner_id, "due_on": form.due_on,
    })  # fmt: skip
    return action


def finish(session: StoreSession, action_id: int, read_version: int, evidence: str) -> Action:
    """Say that an action is done, with what shows it."""
    action = _open(session, action_id)
    if not may_finish(session.scope, action):
        raise Refused(_("只有责任人、支行负责人和客户关系管理部可以办结这项措施。"))
    return end(session, action, read_version, "done", evidence, _("请写明完成的证据。"))


def drop(session: StoreSession, action_id: int, read_version: int, reason: str) -> Action:
    """Give an action up, with the reason; the owner alone cannot."""
    action = _open(session, action_id)
    if not may_give(session.scope, action.branch_id):
        raise Refused(_("改进措施由支行负责人（本支行）和客户关系管理部下达，由责任人办理。"))
    return end(session, action, read_version, "dropped", reason, _("请写明理由。"))


def _open(session: StoreSession, action_id: int) -> Action:
    which = (Action.id == action_id, Action.finding_id.is_(None), Action.quarter.is_(None))
    action = session.scalars(select(Action).where(*which)).one_or_none()
    if action is None:
        raise Refused(_("没有找到这项措施，或它不在你的范围内。"))
    if action.state != "open":
        raise Refused(_("这项措施已经结束。"))
    return action


def _check(
    session: StoreSession, form: ActionForm, book: Rulebook, branch_id: int | None, due_before: date | None = None
) -> None:
    """`due_before`: a due day that has passed may stay as it is, so that an overdue action can still be changed."""
    if not may_give(session.scope, branch_id):
        raise Refused(_("改进措施由支行负责人（本支行）和客户关系管理部下达，由责任人办理。"))
    on = min(today(), due_before) if due_before is not None and form.due_on == due_before else today()
    refuse(form.problems(on, root_causes(book), [kpi.key for kpi in book.kpis(today())]))
    if form.owner_id not in set(session.scalars(owners(branch_id).with_only_columns(Staff.id))):
        raise Refused(_("此人不能作为这项措施的责任人。"))
