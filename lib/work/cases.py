"""Cases: what matters of every kind share — number, holder, history. A kind adds its states and its clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from lib.settings import bank_day, business_now, today
from lib.store.book import rulebook
from lib.store.casetext import index_case
from lib.store.holder import holder_of, owner_of
from lib.store.ids import new_id
from lib.store.models import Case, CaseEvent, CaseNumber, Staff
from lib.store.numbers import new_case_number
from lib.store.rights import writable
from lib.store.scope import Scope
from lib.store.session import Conflict, Refused, StoreSession, save
from lib.words import _
from lib.work.moves import kind_of


class Taken(Refused):
    """A colleague holds the case now; the message names them."""


def case_by_number(number: str) -> Select[Case]:
    """The case with a human number, if the scope reaches it."""
    return select(Case).where(Case.number == number)


def events_of(case: Case) -> Select[CaseEvent]:
    """The history of a case, oldest first."""
    return (
        select(CaseEvent)
        .where(CaseEvent.customer_id == case.customer_id, CaseEvent.case_id == case.id)
        .order_by(CaseEvent.at, CaseEvent.id)
    )


def capabilities(scope: Scope, case: Case) -> tuple[str, ...]:
    """As what the scope may act on a case: handler | head | crm; as nothing when it is about oneself.

    Whoever has a direct interest may not handle (law: 银行业保险业消费投诉处理管理办法).
    """
    if case.about_staff_id == scope.staff_id:
        return ()
    branches = {case.branch_id, case.about_branch_id} - {None}
    held = {
        "handler": case.handler_id == scope.staff_id,
        "head": scope.role == "head" and scope.branch_id in branches,
        "crm": scope.role == "crm",
    }
    return tuple(name for name, holds in held.items() if holds)


def may_take(scope: Scope, case: Case) -> bool:
    """Whether a case nobody holds may be taken by the scope: its first owner, an officer, the branch, the bank."""
    free = case.handler_id is None and case.about_staff_id != scope.staff_id
    return free and case.closed_at is None and "case" in writable(scope.role)


def registered_under(session: StoreSession, form_key: str) -> Case | None:
    """The case this person registered with this form before, so that a form sent twice writes once.

    One person's registrations queue on their own row of staff: the second sees what the first wrote.
    """
    me = session.scope.staff_id
    session.execute(select(Staff.id).where(Staff.id == me).with_for_update()).all()
    known = select(Case).where(Case.first_owner_id == me, Case.form_key == form_key)
    return session.scalars(known).first()


def enter(session: StoreSession, kind: str, customer_id: int, values: dict[str, Any], details: dict[str, Any]) -> Case:
    """Register a case of a kind for an exactly identified customer: its number, the row, the first event.

    Whoever registers is the first owner (首问负责, 方案 §3.3); nobody holds it yet.
    """
    letter = kind_of(kind, rulebook(), today()).letter
    number = new_case_number(session, letter, bank_day(business_now()))
    manager_id, branch_id = owner_of(session, customer_id)
    case = Case(
        customer_id=customer_id, id=new_id(), number=number, kind=kind, state="received", version=1,
        branch_id=branch_id, manager_id=manager_id, first_owner_id=session.scope.staff_id, **values,
    )  # fmt: skip
    session.add(case)
    session.add(CaseNumber(number=number, customer_id=case.customer_id, case_id=case.id))
    record(session, case, "move", to_state="received", details=details)
    session.flush()
    index_case(session, case, fresh=True)
    return case


def enter_from(session: StoreSession, origin: Case, kind: str, values: dict[str, Any]) -> Case:
    """Open a case of another kind from one within reach, on the same customer and about the same matter."""
    session.registering.add(origin.customer_id)
    same = ("customer_kind", "complex", "complainant", "channel", "business", "reason", "product_id", "about_branch_id",
            "about_staff_id")  # fmt: skip
    said = {field: getattr(origin, field) for field in same}
    case = enter(session, kind, origin.customer_id, {**said, "origin_id": origin.id, **values}, {})
    record(session, origin, "opened", details={"number": case.number, "kind": kind})
    return case


def for_change(session: StoreSession, number: str, read_version: int | None) -> Case:
    """The case, locked until the transaction ends.

    Raises Conflict when it was saved after `read_version` (None: any will do), Taken when it went to a colleague
    out of one's reach, Refused when it never was within it.
    """
    locked = case_by_number(number).with_for_update(of=Case).execution_options(populate_existing=True)
    case = session.scalars(locked).one_or_none()
    if case is None:
        raise _out_of_reach(session, number)
    if read_version is not None and case.version != read_version:
        raise Conflict({"state": case.state, "handler_id": case.handler_id}, case.version)
    return case


def take(session: StoreSession, number: str) -> Case:
    """Become the handler of a case nobody holds; of two who try, one wins and the other gets Taken."""
    case = for_change(session, number, None)
    if case.handler_id is not None:
        raise Taken(_("这件事项已由{name}处理。").format(name=holder_of(session, number)))
    if not may_take(session.scope, case):
        raise Refused(_("这件事项不能由你处理：它已结束，或所涉及的就是你本人。"))
    _hand_over(session, case, session.scope.staff_id, "")
    return case


def assign(session: StoreSession, number: str, read_version: int, staff_id: int, reason: str) -> Case:
    """Give a case to a colleague, traceably; refused for one with a direct interest and for one out of office."""
    case = for_change(session, number, read_version)
    if not capabilities(session.scope, case):
        raise Refused(_("只有处理人、支行负责人和客户关系管理部可以转交。"))
    if case.about_staff_id == staff_id:
        raise Refused(_("所涉事项与此人有关，不能由其处理。"))
    if staff_id not in set(session.scalars(handlers_for(case).with_only_columns(Staff.id))):
        raise Refused(_("此人不能处理这件事项。"))
    _hand_over(session, case, staff_id, reason)
    return case


def handlers_for(case: Case) -> Select[Staff]:
    """Who may be given a case: officers, the department, and the people of the branches it concerns."""
    branches = [branch for branch in (case.branch_id, case.about_branch_id) if branch is not None]
    anywhere = Staff.role.in_(("complaint_officer", "crm"))
    there = Staff.role.in_(("head", "manager")) & Staff.branch_id.in_(branches)
    barred = [one for one in (case.about_staff_id, case.handler_id) if one is not None]
    return (
        select(Staff)
        .where(Staff.active, anywhere | there, Staff.id.not_in(barred))
        .order_by(Staff.role, Staff.name, Staff.id)
    )


def change(session: StoreSession, case: Case, changes: dict[str, Any]) -> None:
    """Save a case that was read by `for_change`."""
    save(session, case, case.version, changes)


def record(
    session: StoreSession,
    case: Case,
    kind: str,
    *,
    at: datetime | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    text: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Append to the history: what happened, who did it, when. `details` by field, empty ones left out."""
    kept = {name: value for name, value in (details or {}).items() if value not in (None, "")}
    session.add(CaseEvent(
        customer_id=case.customer_id, id=new_id(), case_id=case.id, at=at or business_now(),
        staff_id=session.scope.staff_id, kind=kind, from_state=from_state, to_state=to_state,
        text=text.strip() or None, details=kept or None,
    ))  # fmt: skip


def _hand_over(session: StoreSession, case: Case, staff_id: int, reason: str) -> None:
    details = {"from": case.handler_id, "to": staff_id}
    record(session, case, "assignment", text=reason, details=details)
    change(session, case, {"handler_id": staff_id})
    session.flush()


def _out_of_reach(session: StoreSession, number: str) -> Refused:
    holder = holder_of(session, number)
    if holder is None:
        return Refused(_("没有找到这件事项，或它不在你的范围内。"))
    return Taken(_("这件事项已由{name}处理。").format(name=holder))
