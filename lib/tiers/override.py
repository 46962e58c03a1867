"""A tier set by hand: asked for with a reason and an end, counting once another post has agreed (办法 §二.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Bank, ChangeRequest, Customer, CustomerQuarter, QuarterRun, TierDecision
from lib.store.quarter import Quarter
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession, save
from lib.tiers.decisions import COUNTING, locked
from lib.tiers.rules import Scheme, scheme
from lib.words import _, day, name
from lib.work import requests
from lib.work.months import months_later
from lib.work.requests import Asked

BY_MANAGER, BY_HEAD = "tier_override", "tier_override_by_head"
KINDS = (BY_MANAGER, BY_HEAD)


@dataclass(frozen=True)
class OverrideForm:
    """The tier asked for and the last day on which it counts."""

    tier: str
    until: date | None
    reason: str = ""

    def problems(self, of: Scheme, book: Rulebook, on: date) -> list[str]:
        """What keeps it from being asked for on a day, as sentences; empty if nothing does."""
        found = []
        if self.tier not in of.codes:
            found.append(_("请选择层级。"))
        latest = latest_end(book, on)
        if self.until is None or not on < self.until <= latest:
            found.append(_("到期日须在明天与 {day} 之间。").format(day=day(latest)))
        if not self.reason.strip():
            found.append(_("请写明理由。"))
        return found


def latest_end(book: Rulebook, on: date) -> date:
    """The latest day a tier set by hand on a day may count until (rule tier.override_months)."""
    return months_later(on, book.value("tier.override_months", on))


def ask_override(session: StoreSession, number: str, form: OverrideForm) -> ChangeRequest:
    """Ask that a customer's tier be set by hand; a manager's or the department's request goes to the head of the
    branch, a head's to the department.

    Raises Refused with a sentence: out of reach, no customer, a form with problems, one waiting already.
    """
    if "customer" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
    customer = session.scalars(select(Customer).where(Customer.number == number)).one_or_none()
    if customer is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    _need_customer(customer)
    lines = _scheme(session, customer.kind)
    problems = form.problems(lines, rulebook(), today())
    if problems or form.until is None:
        raise Refused(_("；").join(problems))
    _refuse_waiting(session, customer.customer_id)
    by_head = session.scope.role == "head" or customer.branch_id is None
    return requests.ask(session, Asked(
        BY_HEAD if by_head else BY_MANAGER, "customer", customer.number, _before(session, customer, lines),
        {"tier": form.tier, "until": form.until.isoformat()}, form.reason,
        customer_id=customer.customer_id, branch_id=customer.branch_id,
    ))  # fmt: skip


def apply_override(session: StoreSession, request: ChangeRequest) -> None:
    """Carry out an accepted request: the decision counts from today; what counted before is ended by it.

    Raises Refused when the tier moved since it was asked for, the day has passed, or the scheme lost the tier.
    """
    customer = locked(session, request.customer_id)
    _need_customer(customer)
    after: Any = request.after
    until = date.fromisoformat(after["until"])
    if customer.tier != request.before["tier"]:
        raise Refused(_("客户层级在申请之后已经变动，请退回核对。"))
    if after["tier"] not in _scheme(session, customer.kind).codes or until < today():
        raise Refused(_("申请的层级或到期日已不成立，请退回核对。"))
    _replace(session, customer.customer_id)
    session.add(TierDecision(
        customer_id=customer.customer_id, id=new_id(), quarter=str(Quarter.of(today())), act="override",
        tier=after["tier"], tier_before=customer.tier, since_day=today(), until_day=until, reason=request.reason,
        staff_id=session.scope.staff_id, request_id=request.id, at=business_now(),
    ))  # fmt: skip


def scheme_of(session: StoreSession, kind: str) -> Scheme:
    """The tier scheme in force today in the bank's currency."""
    return _scheme(session, kind)


def _scheme(session: StoreSession, kind: str) -> Scheme:
    currency = session.scalars(select(Bank.base_currency)).one_or_none() or "CNY"
    return scheme(rulebook(), kind, currency, today())


def _need_customer(customer: Customer) -> None:
    if customer.stage != "customer" or customer.merged_into_id is not None:
        raise Refused(_("只有在册客户有层级：潜在客户、已离开或已合并的不能人工调整。"))


def _refuse_waiting(session: StoreSession, customer_id: int) -> None:
    """One request at a time, whoever asked."""
    row = ChangeRequest
    waiting = select(row.id).where(
        row.customer_id == customer_id, row.kind.in_(KINDS), row.state.in_(("pending", "returned"))
    )
    if session.scalars(waiting).first() is not None:
        raise Refused(_("同一事项已有一项申请在等待审批。"))


def _before(session: StoreSession, customer: Customer, lines: Scheme) -> dict[str, Any]:
    """What the approver compares with: the tier now and the newest figure the lines are drawn on."""
    q, run = CustomerQuarter, QuarterRun
    fact = session.scalars(
        select(q)
        .join(run, (run.quarter == q.quarter) & (run.version == q.version))
        .where(q.customer_id == customer.customer_id, run.state.in_(("open", "closed")))
        .order_by(q.quarter.desc())
    ).first()
    said = {"about": {"name": customer.name, "kind": customer.kind}, "tier": customer.tier}
    if fact is None:
        return said
    return {**said, "quarter": fact.quarter, "amount": getattr(fact, lines.measure), "aum": fact.aum_fen,
            "watch": fact.watch, "score": fact.score}  # fmt: skip


def _replace(session: StoreSession, customer_id: int) -> None:
    d = TierDecision
    standing = select(d).where(
        d.customer_id == customer_id, d.act.in_(COUNTING), d.until_day >= today(),
        or_(d.ended_on.is_(None), d.ended_on > today()),
    )  # fmt: skip
    for former in session.scalars(standing).all():
        save(session, former, former.version, {
            "ended_on": today(), "ended_by": session.scope.staff_id, "ended_reason": _("由新的人工调整代替"),
        })  # fmt: skip
