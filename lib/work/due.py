"""Due items: what is to be done for a customer, by whom and until when; the original date always stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from lib.settings import business_now, today
from lib.store.ids import new_id
from lib.store.models import Customer, DueItem
from lib.store.session import Refused, StoreSession, save
from lib.words import _

_LONGEST_TITLE = 200
#: what the bank does of its own accord, and not to who asked to be left alone
_PROACTIVE = ("visit", "care")


def open_items(ids: Sequence[int]) -> Select[DueItem]:
    """What is open for a customer and the records merged into it, the earliest first."""
    return (
        select(DueItem)
        .where(DueItem.customer_id.in_(ids), DueItem.state == "open")
        .order_by(DueItem.due_on, DueItem.id)
    )


def ended_items(customer_id: int) -> Select[DueItem]:
    """What was done or dropped for a customer, the latest first."""
    return (
        select(DueItem)
        .where(DueItem.customer_id == customer_id, DueItem.state != "open")
        .order_by(DueItem.ended_at.desc(), DueItem.id)
    )


def of_owner(staff_id: int) -> Select[DueItem]:
    """What is open for one person to do, the earliest first."""
    return (
        select(DueItem)
        .where(DueItem.owner_id == staff_id, DueItem.state == "open")
        .order_by(DueItem.due_on, DueItem.customer_id, DueItem.id)
    )


def plan(
    session: StoreSession,
    customer_id: int,
    kind: str,
    due_on: date,
    title: str = "",
    owner_id: int | None = None,
    subject_key: str = "",
) -> DueItem:
    """Plan something for a customer, for its manager or for who is named; the same open subject is planned once.

    `subject_key` says what it is about; without one every plan is its own. Raises Refused for a day that has passed,
    a customer out of reach, a visit to one who is not to be contacted, or somebody else's work.
    """
    if due_on < today():
        raise Refused(_("计划日期不能早于今天。"))
    if len(title.strip()) > _LONGEST_TITLE:
        raise Refused(_("待办标题最多 {n} 字。").format(n=_LONGEST_TITLE))
    key = subject_key or str(new_id())
    mine = (DueItem.customer_id == customer_id, DueItem.kind == kind, DueItem.subject_key == key)
    known = session.scalars(select(DueItem).where(*mine)).one_or_none()
    if known is not None:
        return _again(session, known, due_on, title)
    manager, branch = _owner(session, customer_id, kind)
    item = DueItem(
        customer_id=customer_id, id=new_id(), kind=kind, subject_key=key, title=title.strip() or None, due_on=due_on,
        original_due_on=due_on, state="open", owner_id=owner_id or manager, branch_id=branch,
        created_by=session.scope.staff_id, created_at=business_now(), version=1,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item


def _owner(session: StoreSession, customer_id: int, kind: str) -> tuple[int | None, int | None]:
    """Manager and branch of a customer within reach; nobody's when it concerns none."""
    if not customer_id:
        return None, session.scope.branch_id
    c = Customer
    owner = select(c.manager_id, c.branch_id, c.do_not_contact).where(c.customer_id == customer_id)
    row = session.execute(owner).one_or_none()
    if row is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if row.do_not_contact and kind in _PROACTIVE:
        raise Refused(_("客户已声明请勿联系，不安排主动回访。"))
    return row.manager_id, row.branch_id


def _again(session: StoreSession, item: DueItem, due_on: date, title: str) -> DueItem:
    """A subject planned before: an open one keeps its date, an ended one is opened again."""
    if item.state != "open":
        save(session, item, item.version, {
            "state": "open", "due_on": due_on, "title": title.strip() or None, "ended_at": None, "ended_by": None,
            "outcome": None,
        })  # fmt: skip
    return item


def done(session: StoreSession, item: DueItem, read_version: int, outcome: str = "") -> None:
    """It was done; raises Conflict when somebody saved it first, Refused when it is over."""
    _end(session, item, read_version, "done", outcome)


def drop(session: StoreSession, item: DueItem, read_version: int, why: str) -> None:
    """It is not to be done any more, for a reason that stays with it."""
    if not why.strip():
        raise Refused(_("请写明理由。"))
    _end(session, item, read_version, "dropped", why)


def move(session: StoreSession, item: DueItem, read_version: int, due_on: date, why: str) -> None:
    """Another day, for a reason; the original date stays (every completion figure counts by it)."""
    if not why.strip():
        raise Refused(_("请写明理由。"))
    if due_on < today():
        raise Refused(_("计划日期不能早于今天。"))
    _need_open(item)
    save(session, item, read_version, {"due_on": due_on, "outcome": why.strip()})


def _end(session: StoreSession, item: DueItem, read_version: int, state: str, outcome: str) -> None:
    _need_open(item)
    save(session, item, read_version, {
        "state": state, "outcome": outcome.strip() or None, "ended_at": business_now(),
        "ended_by": session.scope.staff_id,
    })  # fmt: skip


def _need_open(item: DueItem) -> None:
    if item.state != "open":
        raise Refused(_("这件待办已经结束。"))
