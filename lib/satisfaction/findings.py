"""Findings (质量问题) written: registered, their cause found, a measure given, done, and verified by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select

from lib.satisfaction.finding_steps import At, FindingForm, StepForm
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.inspected import leads
from lib.store.models import Action, Finding, FindingStep, Staff
from lib.store.rights import ROLES, writable
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work.steps import refuse, root_causes

#: the KPI a measure against a finding is meant to move
KPI = "mystery_score"
_TITLE = 120


def register(session: StoreSession, form: FindingForm) -> Finding:
    """Write a new finding; Refused for what is wrong with it, or for a branch that is not one's own."""
    refuse(form.problems())
    finding = Finding(
        id=new_id(), title=form.title.strip(), detail=form.detail.strip() or None, source=form.source,
        check_id=form.check_id, item=form.item or None, branch_id=form.branch_id, found_on=today(),
        found_by=session.scope.staff_id, state="open", reopened=0, created_at=business_now(), version=1,
    )  # fmt: skip
    session.add(finding)
    _record(session, finding, "found", form.detail)
    session.flush()
    return finding


def step(session: StoreSession, finding_id: int, read_version: int, form: StepForm) -> Finding:
    """Take one step of rule finding.moves. Refused with the form's problems, Conflict when the form is stale."""
    finding = _found(session, finding_id)
    action = measure_of(session, finding)
    book = rulebook()
    refuse(form.problems(at(session.scope, finding, action), book, today(), root_causes(book)))
    changes: dict[str, Any] = {"state": form.to}
    if form.to == "cause_found":
        changes["root_cause"] = form.root_cause
    elif form.to == "acting":
        changes |= {"action_id": _give(session, finding, form), "done_by": None}
    elif form.to == "done":
        changes["done_by"] = session.scope.staff_id
    elif form.to == "verified":
        changes |= {"verified_by": session.scope.staff_id, "verified_on": today()}
    elif form.to == "reopened":
        changes |= {"reopened": finding.reopened + 1, "verified_by": None, "verified_on": None}
    save(session, finding, read_version, changes)
    if form.to == "done" and action is not None:
        ended = {"state": "done", "ended_on": today(), "evidence": form.evidence.strip()}
        save(session, action, action.version, ended)
    _record(session, finding, form.to, form.text())
    session.flush()
    return finding


def change_measure(
    session: StoreSession, finding_id: int, read_version: int, owner_id: int | None, due_on: date | None, reason: str
) -> None:
    """Another owner or day for the present measure, with the reason. `read_version` is that of the measure."""
    finding = _found(session, finding_id)
    action = measure_of(session, finding)
    if finding.state != "acting" or action is None or not leads(session.scope, finding.branch_id):
        raise Refused(_("质量问题由支行负责人（本支行）和客户关系管理部处理，整改由责任人办理。"))
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    if due_on is None or (due_on != action.due_on and due_on < today()):
        raise Refused(_("完成期限不能早于今天。"))
    _check_owner(session, finding, owner_id)
    save(session, action, read_version, {"owner_id": owner_id, "due_on": due_on})
    _record(session, finding, "changed", reason)
    session.flush()


def at(scope: Scope, finding: Finding, action: Action | None) -> At:
    """Where a finding stands for somebody."""
    owns = action is not None and action.owner_id == scope.staff_id
    held = ["handler"] if owns else []
    if leads(scope, finding.branch_id):
        held.append("crm" if scope.role == "crm" else "head")
    return At(finding.state, tuple(held), did_it=owns or finding.done_by == scope.staff_id)


def measure_of(session: StoreSession, finding: Finding) -> Action | None:
    """The present measure of a finding, if it has one."""
    if finding.action_id is None:
        return None
    return session.scalars(select(Action).where(Action.id == finding.action_id)).one_or_none()


def owners(branch_id: int | None) -> Select[Staff]:
    """Who may own a measure: people of the branch who write actions, officers and the department."""
    able = [role for role in ROLES if {"action", "finding"} <= writable(role)]
    there = or_(Staff.role.in_(("complaint_officer", "crm")), Staff.branch_id == branch_id)
    return select(Staff).where(Staff.active, Staff.role.in_(able), there).order_by(Staff.role, Staff.name, Staff.id)


def _give(session: StoreSession, finding: Finding, form: StepForm) -> int:
    """The measure is an improvement action of this finding."""
    _check_owner(session, finding, form.owner_id)
    action = Action(
        id=new_id(), title=finding.title[:_TITLE], steps=form.measure.strip(), cause=finding.root_cause, kpi_key=KPI,
        owner_id=form.owner_id, branch_id=finding.branch_id, due_on=form.due_on, state="open",
        created_by=session.scope.staff_id, created_at=business_now(), finding_id=finding.id, version=1,
    )  # fmt: skip
    session.add(action)
    session.flush()
    return action.id


def _check_owner(session: StoreSession, finding: Finding, owner_id: int | None) -> None:
    if owner_id not in set(session.scalars(owners(finding.branch_id).with_only_columns(Staff.id))):
        raise Refused(_("此人不能作为这项措施的责任人。"))


def _found(session: StoreSession, finding_id: int) -> Finding:
    finding = session.scalars(select(Finding).where(Finding.id == finding_id)).one_or_none()
    if finding is None:
        raise Refused(_("这个质量问题不在你的范围内。"))
    return finding


def _record(session: StoreSession, finding: Finding, act: str, note: str) -> None:
    session.add(FindingStep(
        id=new_id(), finding_id=finding.id, at=business_now(), staff_id=session.scope.staff_id, act=act,
        note=note.strip() or None,
    ))  # fmt: skip
