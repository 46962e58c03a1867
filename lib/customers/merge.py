"""Two records of one person or firm: the one points to the other, reads follow, and undoing is one action."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lib.store.models import Case, ChangeRequest, Customer, DueItem
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession, save
from lib.words import _, name
from lib.work import requests
from lib.work.requests import Asked

MERGE, UNMERGE = "merge", "unmerge"
KINDS = (MERGE, UNMERGE)
#: what the reviewer compares; protected ones by their mask
COMPARED = ("number", "name", "kind", "stage", "identity_masked", "phone_masked", "birth_date", "gender", "address",
            "legal_representative", "industry", "opened_on", "tier")  # fmt: skip


def ask_merge(session: StoreSession, winner_number: str, loser_number: str, reason: str) -> ChangeRequest:
    """Ask that one record (`loser`) be merged into another, for the review team to check.

    Raises Refused with a sentence: one of them out of reach, merged already, of another kind, or the same.
    """
    _need_writing(session)
    winner, loser = _living(session, winner_number), _living(session, loser_number)
    _refuse(problem(winner, loser))
    joined = _joined(session, loser.customer_id)
    owners = {str(one.customer_id): [one.manager_id, one.branch_id] for one in (loser, *joined)}
    before = {"winner": _told(winner), "loser": _told(loser), "owners": owners}
    after = {"customers": [loser.customer_id, winner.customer_id, *(one.customer_id for one in joined)],
             "winner_id": winner.customer_id, "winner": winner.number}  # fmt: skip
    return requests.ask(session, Asked(
        MERGE, "customer", loser.number, before, after, reason, customer_id=loser.customer_id,
        branch_id=loser.branch_id,
    ))  # fmt: skip


def apply_merge(session: StoreSession, request: ChangeRequest) -> None:
    """Carry out an accepted merge: pointer and owner of the loser, and whatever was merged into it before.

    Accounts, contacts, cases and tags stay where they are. Raises Refused when either was merged, or the owner of
    the loser changed, since it was asked for.
    """
    after: Any = request.after
    before: Any = request.before
    found = _locked(session, after["customers"])
    loser, winner = found[request.customer_id], found[after["winner_id"]]
    joined = _joined(session, loser.customer_id)
    _refuse(problem(winner, loser))
    owners = {str(one.customer_id): [one.manager_id, one.branch_id] for one in (loser, *joined)}
    if owners != before["owners"]:
        raise Refused(_("这条记录在申请之后换了客户经理或又有合并，请退回核对。"))
    for one in (loser, *joined):
        save(session, one, one.version, {
            "merged_into_id": winner.customer_id, "manager_id": winner.manager_id, "branch_id": winner.branch_id,
            **({"merged_with_id": winner.customer_id} if one is loser else {}),
        })  # fmt: skip
        _own(session, one.customer_id, winner.manager_id, winner.branch_id)


def ask_unmerge(session: StoreSession, loser_number: str, reason: str) -> ChangeRequest:
    """Ask that a merge be undone: everything reads as before it. Raises Refused for a record that is not merged."""
    _need_writing(session)
    loser = _customer(session, loser_number)
    if loser.merged_into_id is None:
        raise Refused(_("这条记录没有合并到别的客户。"))
    row = ChangeRequest
    made = select(row).where(row.customer_id == loser.customer_id, row.kind == MERGE, row.state == "accepted")
    merge = session.scalars(made.order_by(row.id.desc())).first()
    winner = session.scalars(select(Customer).where(Customer.customer_id == loser.merged_into_id)).one_or_none()
    if merge is None or winner is None:
        raise Refused(_("没有找到这次合并的申请。"))
    tree = _tree(session, loser)
    owners: Any = merge.before["owners"]
    back = {str(one): owners.get(str(one), owners[str(loser.customer_id)]) for one in tree}
    after = {"customers": tree, "owners": back}
    return requests.ask(session, Asked(
        UNMERGE, "customer", loser.number, {"winner": _told(winner), "loser": _told(loser)}, after, reason,
        customer_id=loser.customer_id, branch_id=loser.branch_id,
    ))  # fmt: skip


def apply_unmerge(session: StoreSession, request: ChangeRequest) -> None:
    """Undo a merge: the record, and what had been merged into it, stand by themselves again with their owners.

    Raises Refused when it is not merged any more, or more was merged into it since.
    """
    after: Any = request.after
    found = _locked(session, after["customers"])
    loser = found[request.customer_id]
    if loser.merged_into_id is None or sorted(_tree(session, loser)) != sorted(after["customers"]):
        raise Refused(_("合并的情况在申请之后又有变化，请退回核对。"))
    for one in found.values():
        manager, branch = after["owners"][str(one.customer_id)]
        own = one.customer_id == loser.customer_id
        save(session, one, one.version, {
            "merged_into_id": None if own else loser.customer_id, "manager_id": manager, "branch_id": branch,
            **({"merged_with_id": None} if own else {}),
        })  # fmt: skip
        _own(session, one.customer_id, manager, branch)


def problem(winner: Customer, loser: Customer) -> str | None:
    """Why these two cannot be merged so, as a sentence; None if they can."""
    if winner.customer_id == loser.customer_id:
        return _("请选择两条不同的记录。")
    if winner.merged_into_id is not None or loser.merged_into_id is not None:
        return _("其中一条记录已经合并，请打开合并后的客户再申请。")
    if winner.kind != loser.kind:
        return _("个人与企业不能合并。")
    if winner.stage in ("outsider", "prospect") and loser.stage in ("customer", "former"):
        return _("请反过来合并：保留已开户的客户号。")
    return None


def _own(session: StoreSession, customer_id: int, manager_id: int | None, branch_id: int | None) -> None:
    """Cases and open work of a record belong to who looks after it now."""
    for case in session.scalars(select(Case).where(Case.customer_id == customer_id)):
        case.manager_id, case.branch_id = manager_id, branch_id
    mine = (DueItem.customer_id == customer_id, DueItem.state == "open")
    for item in session.scalars(select(DueItem).where(*mine)):
        item.owner_id, item.branch_id = manager_id, branch_id
    session.flush()


def _joined(session: StoreSession, customer_id: int) -> list[Customer]:
    """All records merged into one."""
    return list(session.scalars(select(Customer).where(Customer.merged_into_id == customer_id)))


def _tree(session: StoreSession, loser: Customer) -> list[int]:
    """A merged record and those that were merged into it, directly or one through another, before it was."""
    merged = select(Customer.customer_id, Customer.merged_with_id).where(
        Customer.merged_into_id == loser.merged_into_id
    )
    partners = dict(session.execute(merged).all())
    tree = [loser.customer_id]
    for known in tree:  # grows while it is walked
        tree += [one for one, partner in partners.items() if partner == known and one not in tree]
    return tree


def _locked(session: StoreSession, ids: list[int]) -> dict[int, Customer]:
    wanted = select(Customer).where(Customer.customer_id.in_(ids)).order_by(Customer.customer_id)
    locked = wanted.with_for_update(of=Customer).execution_options(populate_existing=True)
    return {one.customer_id: one for one in session.scalars(locked)}


def _told(customer: Customer) -> dict[str, str | None]:
    """What the reviewer compares of a record."""
    said = {field: getattr(customer, field) for field in COMPARED}
    return {field: None if value is None else str(value) for field, value in said.items()}


def _living(session: StoreSession, number: str) -> Customer:
    customer = _customer(session, number)
    if customer.merged_into_id is not None:
        raise Refused(_("其中一条记录已经合并，请打开合并后的客户再申请。"))
    return customer


def _customer(session: StoreSession, number: str) -> Customer:
    found = session.scalars(select(Customer).where(Customer.number == number.strip().upper())).one_or_none()
    if found is None or session.scope.narrow:
        raise Refused(_("没有客户号为“{number}”的客户，或该客户不在你的权限范围内。").format(number=number))
    return found


def _need_writing(session: StoreSession) -> None:
    if "customer" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))


def _refuse(sentence: str | None) -> None:
    if sentence is not None:
        raise Refused(sentence)
