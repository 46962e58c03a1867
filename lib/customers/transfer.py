"""Customers change hands: asked for, approved by the head, carried out for all of them at once (办法 §七.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from lib.settings import today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Assignment, Branch, Case, ChangeRequest, Customer, DueItem, Staff
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes, integer, name
from lib.work import requests
from lib.work.requests import Asked

KINDS = ("transfer", "transfer_by_head", "transfer_across")
REASONS = "transfer_reason"
_LONGEST_NOTE = 2000


def managers() -> Select[Staff]:
    """Who may look after customers: relationship managers still at the bank, by branch and name."""
    staff = Staff
    return select(staff).where(staff.role == "manager", staff.active).order_by(staff.branch_id, staff.name, staff.id)


def owners_of(customer_id: int) -> Select:
    """Who looked after a customer, newest first, with names and what was handed over: the first is the owner now."""
    a = Assignment
    return (
        select(a.since_day, a.until_day, a.reason, a.note, Staff.name.label("manager"), Branch.name.label("branch"))
        .outerjoin(Staff, Staff.id == a.manager_id)
        .outerjoin(Branch, Branch.id == a.branch_id)
        .where(a.customer_id == customer_id)
        .order_by(a.since_day.desc(), a.id.desc())
    )


def numbers_of(manager_id: int) -> Select:
    """The numbers of everybody a manager looks after now, for handing all of them on."""
    mine = (Customer.manager_id == manager_id, Customer.merged_into_id.is_(None))
    return select(Customer.number).where(*mine).order_by(Customer.customer_id)


def ask_transfer(
    session: StoreSession, numbers: Sequence[str], to_manager_id: int, reason: str, note: str
) -> ChangeRequest:
    """Ask that customers of one branch be handed to another manager; `reason` is a code, `note` what to know.

    Raises Refused with a sentence: somebody out of reach, of two branches, with a transfer waiting already, or more
    than one request may hold (rule transfer.most).
    """
    if "customer" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
    if reason not in codes(REASONS):
        raise Refused(_("请选择移交原因。"))
    if len(note.strip()) > _LONGEST_NOTE:
        raise Refused(_("交接说明最多 {n} 字。").format(n=_LONGEST_NOTE))
    receiver = session.scalars(managers().where(Staff.id == to_manager_id)).one_or_none()
    if receiver is None:
        raise Refused(_("接收人须是在职的客户经理。"))
    moving = _moving(session, numbers, receiver)
    _refuse_waiting(session, moving)
    branch = moving[0].branch_id
    one = moving[0] if len(moving) == 1 else None
    along = _with_merged(session, moving)
    owners = {str(customer.customer_id): customer.manager_id for customer in along}
    before = {"owners": owners, "managers": _names(session, set(owners.values())), "branch_id": branch}
    after = {
        "customers": [customer.customer_id for customer in along], "count": len(moving), "reason": reason,
        "manager_id": receiver.id, "manager": receiver.name, "branch_id": receiver.branch_id, "note": note.strip(),
    }  # fmt: skip
    said = name(REASONS, reason) + (_("：{note}").format(note=note.strip()) if note.strip() else "")
    return requests.ask(session, Asked(
        _kind(session, branch, receiver), "customer" if one else "transfer", one.number if one else str(new_id()),
        before, after, said, customer_id=one.customer_id if one else 0, branch_id=branch,
    ))  # fmt: skip


def apply_transfer(session: StoreSession, request: ChangeRequest) -> None:
    """Carry out an accepted transfer: owner, branch, their cases and open work; facts of closed quarters stay.

    Raises Refused, with nothing moved, when one of the customers changed hands or was merged since it was asked for,
    or when the receiver has left.
    """
    after: Any = request.after
    before: Any = request.before
    receiver = session.scalars(managers().where(Staff.id == after["manager_id"])).one_or_none()
    if receiver is None:
        raise Refused(_("接收人须是在职的客户经理。"))
    locked = select(Customer).where(Customer.customer_id.in_(after["customers"])).with_for_update(of=Customer)
    moving = session.scalars(locked.execution_options(populate_existing=True)).all()
    living = [one for one in moving if one.merged_into_id is None]
    owners = {str(one.customer_id): one.manager_id for one in moving}
    moved = owners != before["owners"] or {one.branch_id for one in moving} != {before["branch_id"]}
    if moved or len(living) != after["count"] or len(_with_merged(session, living)) != len(moving):
        raise Refused(_("其中有客户已换了客户经理或已合并，请退回核对。"))
    hand_over(session, moving, receiver.id, receiver.branch_id, reason=after["reason"], note=after["note"])


def hand_over(
    session: StoreSession,
    moving: Sequence[Customer],
    manager_id: int | None,
    branch_id: int | None,
    *,
    reason: str,
    note: str | None,
) -> None:
    """Give customers another owner within a change that is being carried out; a few statements for all of them.

    A record that was merged into another keeps its own history of owners: undoing the merge gives it back.
    """
    day, owner = today(), {"manager_id": manager_id, "branch_id": branch_id}
    ids, givers = [customer.customer_id for customer in moving], {customer.manager_id for customer in moving}
    living = [customer.customer_id for customer in moving if customer.merged_into_id is None]
    open_ = (Assignment.customer_id.in_(living), Assignment.until_day.is_(None))
    for ended in session.scalars(select(Assignment).where(*open_)):
        ended.until_day = day
    for customer in moving:
        save(session, customer, customer.version, owner)
        if customer.merged_into_id is None:
            session.add(Assignment(customer_id=customer.customer_id, id=new_id(), since_day=day, reason=reason,
                                   note=note or None, **owner))  # fmt: skip
    for case in session.scalars(select(Case).where(Case.customer_id.in_(ids))):
        case.manager_id, case.branch_id = manager_id, branch_id
    for item in session.scalars(select(DueItem).where(DueItem.customer_id.in_(ids), DueItem.state == "open")):
        item.branch_id = branch_id
        if item.owner_id in givers:  # what a colleague was asked to do stays theirs
            item.owner_id = manager_id
    session.flush()


def _with_merged(session: StoreSession, moving: Sequence[Customer]) -> list[Customer]:
    """The customers and the records that were merged into them."""
    ids = [customer.customer_id for customer in moving]
    merged = session.scalars(select(Customer).where(Customer.merged_into_id.in_(ids)).order_by(Customer.customer_id))
    return [*moving, *merged]


def count_of(request: ChangeRequest) -> int:
    """How many customers a transfer moves."""
    return int(str(request.after["count"]))


def waiting_transfers(session: StoreSession) -> set[int]:
    """The customers a transfer within reach waits for."""
    row = ChangeRequest
    open_ = select(row.after).where(row.kind.in_(KINDS), row.state.in_(("pending", "returned")))
    found: Any = session.scalars(open_).all()
    return {int(one) for after in found for one in after["customers"]}


def _moving(session: StoreSession, numbers: Sequence[str], receiver: Staff) -> list[Customer]:
    """The customers named, of one branch and not the receiver's already."""
    wanted = sorted(set(numbers))
    most: int = rulebook().value("transfer.most", today())
    if len(wanted) > most:
        raise Refused(_("一次最多移交 {n} 位客户，请分批提出。").format(n=integer(most)))
    living = (Customer.number.in_(wanted), Customer.merged_into_id.is_(None))
    found = session.scalars(select(Customer).where(*living).order_by(Customer.customer_id)).all()
    if not wanted or len(found) != len(wanted) or session.scope.narrow:
        raise Refused(_("其中有客户不在你的范围内。") if len(wanted) > 1 else _("这位客户不在你的范围内。"))
    moving = [customer for customer in found if customer.manager_id != receiver.id]
    if not moving:
        raise Refused(_("这些客户已经由{name}管户。").format(name=receiver.name))
    if len({customer.branch_id for customer in moving}) > 1:
        raise Refused(_("一次只能移交同一支行的客户。"))
    return moving


def _refuse_waiting(session: StoreSession, moving: Sequence[Customer]) -> None:
    waiting = waiting_transfers(session)
    held = [customer.number for customer in moving if customer.customer_id in waiting]
    if held:
        said = _("其中 {n} 位客户已有移交申请在等待审批，例如 {number}。")
        raise Refused(said.format(n=integer(len(held)), number=held[0]))


def _kind(session: StoreSession, branch: int | None, receiver: Staff) -> str:
    """By whom it must be agreed to: who asks does not decide, and another branch needs the department too."""
    if session.scope.role == "head" or branch is None:
        return "transfer_by_head"
    across = receiver.branch_id != branch and session.scope.role != "crm"
    return "transfer_across" if across else "transfer"


def _names(session: StoreSession, ids: set[int | None]) -> dict[str, str]:
    known = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_([one for one in ids if one])))
    return {str(one): said for one, said in known}


def followers(customer_ids: Sequence[int]) -> Select:
    """How many open cases and open due items go along: columns cases, items."""
    cases = select(func.count(Case.id)).where(
        Case.customer_id.in_(customer_ids), Case.state.not_in(("closed", "withdrawn"))
    )
    items = select(func.count(DueItem.id)).where(DueItem.customer_id.in_(customer_ids), DueItem.state == "open")
    return select(cases.scalar_subquery().label("cases"), items.scalar_subquery().label("items"))
