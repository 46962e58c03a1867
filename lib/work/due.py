"""Due items: what is to be done for a customer, by whom and until when; the original date always stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from lib.settings import business_now, today
from lib.store.deputies import hand_back, lend
from lib.store.ids import new_id
from lib.store.models import Customer, DueItem
from lib.store.session import Refused, StoreSession, save
from lib.words import _

_LONGEST_TITLE = 200
#: what the bank does of its own accord, and not to who asked to be left alone
PROACTIVE = ("visit", "meeting", "care", "churn", "maturity", "milestone", "birthday", "festival", "life_event",
             "check", "event", "leaving")  # fmt: skip
#: items without a title of their own that a conversation ends: any that reached the customer, or one for a purpose
ENDED_BY: dict[str, tuple[str, ...]] = {
    "visit": (), "churn": (), "check": (), "event": (), "meeting": ("meeting",), "birthday": ("care",),
    "festival": ("care",), "milestone": ("milestone", "care"), "life_event": ("milestone", "care"),
    "maturity": ("milestone",),
}  # fmt: skip

_OTHERWISE = ("refresh", "duplicate", "capacity", "suitability", "leaving")


def by_talking(item: DueItem) -> bool:
    """Whether a conversation is what an item asks for; others are done at the desk, by a questionnaire, by checking."""
    return item.kind not in _OTHERWISE


def open_items(ids: Sequence[int]) -> Select[DueItem]:
    """What is open for a customer and the records merged into it, the earliest first."""
    standing = (DueItem.customer_id.in_(ids), DueItem.state == "open")
    return select(DueItem).where(*standing).order_by(DueItem.due_on, DueItem.id)


def ended_items(customer_id: int) -> Select[DueItem]:
    """What was done or dropped for a customer, the latest first."""
    over = (DueItem.customer_id == customer_id, DueItem.state != "open")
    return select(DueItem).where(*over).order_by(DueItem.ended_at.desc(), DueItem.id)


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
    contact_id: int | None = None,
    about: str | None = None,
    about_on: date | None = None,
) -> DueItem:
    """Plan something for a customer, for its manager or for who is named; the same open subject is planned once.

    `subject_key` says what it is about; without one every plan is its own. `about` and `about_on` tell what a
    sentence of its reason is made of. Raises Refused for a day that has passed,
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
        contact_id=contact_id, about=about, about_on=about_on,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item


def _owner(session: StoreSession, customer_id: int, kind: str) -> tuple[int | None, int | None]:
    """Manager and branch of a customer within reach; nobody's when it concerns none."""
    if not customer_id:
        return None, session.scope.branch_id
    c = Customer
    owner = select(c.manager_id, c.deputy_id, c.branch_id, c.do_not_contact).where(c.customer_id == customer_id)
    row = session.execute(owner).one_or_none()
    if row is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if row.do_not_contact and kind in PROACTIVE:
        raise Refused(_("客户已声明请勿联系，不安排主动回访。"))
    me = session.scope.staff_id
    return (me if row.deputy_id == me else row.manager_id), row.branch_id


def _again(session: StoreSession, item: DueItem, due_on: date, title: str) -> DueItem:
    """A subject planned before: an open one keeps its date, an ended one is opened again."""
    if item.state != "open":
        save(session, item, item.version, {
            "state": "open", "due_on": due_on, "title": title.strip() or None, "ended_at": None, "ended_by": None,
            "outcome": None,
        })  # fmt: skip
    return item


def done(
    session: StoreSession, item: DueItem, read_version: int, outcome: str = "", contact_id: int | None = None
) -> None:
    """It was done, by a conversation or otherwise; raises Conflict when somebody saved it first, Refused when over."""
    _end(session, item, read_version, "done", outcome, contact_id)


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


def snooze(session: StoreSession, item: DueItem, read_version: int, until: date, why: str) -> None:
    """Show it again on a later day, for a reason; it stays due when it was."""
    if not why.strip():
        raise Refused(_("请写明理由。"))
    if until <= today():
        raise Refused(_("暂缓须到今天以后的日子。"))
    _need_open(item)
    save(session, item, read_version, {"snoozed_until": until, "snooze_reason": why.strip()[:_LONGEST_TITLE]})


def wake(session: StoreSession, item: DueItem, read_version: int) -> None:
    """Show at once what was put off."""
    _need_open(item)
    save(session, item, read_version, {"snoozed_until": None, "snooze_reason": None})


def give(session: StoreSession, customer_id: int, staff_id: int, why: str) -> int:
    """Give what is open for a customer to a manager of the branch, who stands in meanwhile; back to the own manager
    ends that. Returns how many items moved.

    Raises Refused without a reason, for posts other than the branch's head and the department, and for who is no
    manager of the branch.
    """
    if not why.strip():
        raise Refused(_("请写明理由。"))
    lend(session, customer_id, staff_id)
    moved = 0
    for item in session.scalars(open_items([customer_id])):
        if item.owner_id != staff_id:
            save(session, item, item.version, {"owner_id": staff_id, "outcome": why.strip()[:_LONGEST_TITLE]})
            moved += 1
    session.flush()
    return moved


def attempted(session: StoreSession, item: DueItem, again_on: date) -> None:
    """Somebody tried and reached nobody: it is not done, and is shown again on a later day."""
    why = _("未联系上")
    save(session, item, item.version, {
        "attempts": item.attempts + 1, "snoozed_until": again_on, "snooze_reason": why,
    })  # fmt: skip


def _end(
    session: StoreSession, item: DueItem, read_version: int, state: str, outcome: str, contact_id: int | None = None
) -> None:
    _need_open(item)
    said = {"contact_id": contact_id} if contact_id is not None else {}
    save(session, item, read_version, said | {
        "state": state, "outcome": outcome.strip() or None, "ended_at": business_now(),
        "ended_by": session.scope.staff_id,
    })  # fmt: skip
    session.flush()
    if item.customer_id:
        hand_back(session, item.customer_id)


def _need_open(item: DueItem) -> None:
    if item.state != "open":
        raise Refused(_("这件待办已经结束。"))
