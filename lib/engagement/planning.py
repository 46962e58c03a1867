"""Planning and running an event: drafted, changed, opened, held, closed or called off (方案 §4.3, 管理 §2.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lib.engagement.rules import OVER, EventForm, move_problem
from lib.settings import business_now
from lib.store.book import rulebook
from lib.store.guests import runs
from lib.store.ids import new_id
from lib.store.models import Event, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _, name


def plan(session: StoreSession, form: EventForm) -> Event:
    """Keep a new event as a draft of one's own; Refused with the sentences for what is wrong."""
    _check(session, form)
    row = Event(id=new_id(), state="draft", taken=0, waiting=0, owner_id=session.scope.staff_id,
                created_at=business_now(), version=1, branch_id=form.branch_id, **_said(form))  # fmt: skip
    session.add(row)
    session.flush()
    return row


def change(session: StoreSession, event_id: int, read_version: int, form: EventForm) -> None:
    """Change the plan of an event that has not been held; its branch stays."""
    row = mine(session, event_id)
    if row.state not in ("draft", "open"):
        raise Refused(_("活动已举办或取消，不再修改。"))
    _check(session, form, row.taken)
    save(session, row, read_version, _said(form))


def move(session: StoreSession, event_id: int, read_version: int, to: str, why: str = "") -> None:
    """Take an event to its next state by rule event.states; Refused with a sentence where it does not go there."""
    row, now = mine(session, event_id), business_now()
    problem = move_problem(row.state, to, row.starts_at, why, now, rulebook())
    if problem:
        raise Refused(problem)
    ended = {"closed_at": now} if to in OVER else {}
    save(session, row, read_version, {"state": to, "reason": why.strip() or None, **ended})
    session.flush()


def mine(session: StoreSession, event_id: int) -> Event:
    """An event the person runs; Refused for others."""
    row = session.get(Event, event_id)
    if row is None:
        raise Refused(_("没有这项活动，或它不在你的权限范围内。"))
    if not runs(session.scope, row):
        raise Refused(_("活动由支行负责人（本支行）或客户关系管理部管理。"))
    found: Event = row
    return found


def hosts(session: StoreSession, branch_id: int | None) -> dict[int, str]:
    """Who may host: managers and heads of a branch, of all branches and the department for the whole bank's."""
    staff = select(Staff).where(Staff.active, Staff.role.in_(("manager", "head", "crm")))
    if branch_id is not None:
        staff = staff.where(Staff.branch_id == branch_id)
    found = session.scalars(staff.order_by(Staff.role != "head", Staff.name, Staff.id))
    return {one.id: _("{name}（{role}）").format(name=one.name, role=name("role", one.role)) for one in found}


def _check(session: StoreSession, form: EventForm, taken: int = 0) -> None:
    wrong = form.problems(business_now(), rulebook(), taken)
    if wrong:
        raise Refused("".join(one.sentence for one in wrong))
    if form.host_id not in hosts(session, form.branch_id):
        raise Refused(_("主办人须是主办机构在职的客户经理或负责人。"))


def _said(form: EventForm) -> dict[str, Any]:
    return {
        "title": form.title.strip(), "kind": form.kind, "starts_at": form.starts_at, "place": form.place.strip(),
        "seats": form.seats, "cost_fen": form.cost_fen, "topics": form.topics.strip() or None,
        "products": list(form.products), "community": form.community or None, "host_id": form.host_id,
    }  # fmt: skip
