"""Why customers left (离行原因): recorded in their words, asked for where unknown, told by reason (制度 §七)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select

from lib.churn.steps import lost_reasons
from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import Branch, Customer, CustomerQuarter, DueItem, ProfileQuarter, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work.due import done

#: how a loss showed where nobody knows why: the account was closed, or nothing happened any more
UNKNOWN = ("closed", "dormant")
#: of profile_quarter: the lost of a quarter by reason, by their tier before; AUM is what they had at the opening
DIMENSION = "lost_reason"
#: kind of the due item that asks
ASK = "leaving"
LONGEST_WORDS = 1000
_q = CustomerQuarter


@dataclass(frozen=True)
class LeavingForm:
    """Why a customer left: a code of rule churn.lost_reasons, and free words (private text)."""

    reason: str
    words: str = ""

    def problems(self, book: Rulebook, on: date) -> list[str]:
        """What keeps it from being recorded, as sentences; `other` says nothing without words."""
        found = [] if self.reason in lost_reasons(book, on) else [_("请选择离行原因。")]
        if self.reason == "other" and not self.words.strip():
            found.append(_("选择“其他”时，请写明原因。"))
        if len(self.words.strip()) > LONGEST_WORDS:
            found.append(_("内容太长，最多 {n} 字。").format(n=LONGEST_WORDS))
        return found


def may_be_asked(customer: Customer, lost: bool) -> bool:
    """Whether a reason for leaving belongs to this customer: gone, or lost by the rule in the newest quarter."""
    return customer.stage == "former" or customer.closed_on is not None or lost


def reason_known(customer: Customer) -> bool:
    """Whether somebody said why."""
    return customer.leaving_reason is not None and customer.leaving_reason not in UNKNOWN


def record_reason(session: StoreSession, number: str, read_version: int, form: LeavingForm) -> None:
    """Keep why a customer left, in the name of the session's person, and settle what asked for it.

    Raises Refused with the form's problems, for a customer out of reach, and for one who has not left; Conflict when
    the customer was saved since.
    """
    problems = form.problems(rulebook(), today())
    if problems:
        raise Refused("".join(problems))
    customer = session.scalars(select(Customer).where(Customer.number == number)).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if not may_be_asked(customer, is_lost(session, customer.customer_id)):
        raise Refused(_("这位客户没有离行，也没有被认定为流失。"))
    save(session, customer, read_version, said(session, form))
    mine = (DueItem.customer_id == customer.customer_id, DueItem.kind == ASK, DueItem.state == "open")
    for item in session.scalars(select(DueItem).where(*mine)):
        done(session, item, item.version)


def said(session: StoreSession, form: LeavingForm) -> dict[str, Any]:
    """The columns of the customer that keep a reason."""
    return {"leaving_reason": form.reason, "leaving_words": form.words.strip() or None, "leaving_said_on": today(),
            "leaving_said_by": session.scope.staff_id}  # fmt: skip


def is_lost(session: StoreSession, customer_id: int) -> bool:
    """Whether the customer's newest quarter counts the customer as gone."""
    newest = select(_q.gone).where(_q.customer_id == customer_id).order_by(_q.quarter.desc(), _q.version.desc())
    return bool(session.scalar(newest.limit(1)))


def lost_by(runs: Sequence[tuple[str, int]], level: str, group: str, within: Sequence[Any] = ()) -> Select:
    """Rows `quarter, reason, of, customers, aum_fen` of what was lost in published quarters (quarter and version).

    `level` is that of stored figures; `of` is the `group`: "" (nothing), branch, manager, tier or kind.
    """
    p = ProfileQuarter
    by: Any = {"branch": p.branch_id, "manager": p.staff_id, "tier": p.tier, "kind": p.kind}.get(group, p.level)
    these = or_(*(and_(p.quarter == quarter, p.version == version) for quarter, version in runs))
    sums = (_sum(p.customers).label("customers"), _sum(p.aum_fen).label("aum_fen"))
    return (
        select(p.quarter, p.bucket.label("reason"), by.label("of"), *sums)
        .where(these, p.dimension == DIMENSION, p.level == level, *within)
        .group_by(p.quarter, p.bucket, by)
        .order_by(p.quarter, p.bucket, by)
    )


def lost_people(run: tuple[str, int], reason: str = "", within: Sequence[Any] = ()) -> Select:
    """The customers lost in a published quarter (for a reason), the largest first, with what was said of it."""
    c = Customer
    tier = func.coalesce(_q.tier_before, _q.tier).label("tier")
    return (
        select(
            c.number, c.name, _q.kind, tier, _q.lost_reason.label("reason"), c.leaving_words.label("words"),
            _q.opening_aum_fen.label("aum_fen"), c.closed_on, Branch.name.label("branch"), Staff.name.label("manager"),
        )
        .join(c, c.customer_id == _q.customer_id)
        .outerjoin(Branch, Branch.id == c.branch_id)
        .outerjoin(Staff, Staff.id == c.manager_id)
        .where(_q.quarter == run[0], _q.version == run[1], _q.lost == 1, *within)
        .where(_q.lost_reason == reason if reason else _q.lost_reason.is_not(None))
        .order_by(_q.opening_aum_fen.desc(), _q.customer_id)
    )  # fmt: skip


def to_ask() -> Select:
    """The open items that ask for a reason, the earliest first, with the customer, whose they are and what they left
    with."""
    c, i = Customer, DueItem
    return (
        select(c.number, c.name, c.kind, c.tier, c.closed_on, i.due_on, i.value_fen.label("aum_fen"), i.attempts,
               Staff.name.label("manager"))
        .join(c, c.customer_id == i.customer_id)
        .outerjoin(Staff, Staff.id == i.owner_id)
        .where(i.kind == ASK, i.state == "open")
        .order_by(i.due_on, i.customer_id)
    )  # fmt: skip


def unknown(reason: Any) -> ColumnElement[int]:
    """1 for a reason that only says how the loss showed."""
    return case((reason.in_(UNKNOWN), 1), else_=0)


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)
