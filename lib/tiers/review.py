"""Tier review: the moves of a quarter as a queue, confirmed or held back by heads and the department (方案 §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Branch, Customer, CustomerQuarter, QuarterRun, Staff, TierDecision
from lib.store.quarter import Quarter
from lib.store.session import Conflict, Refused, StoreSession
from lib.tiers.decisions import locked, need_post
from lib.words import _

#: changes of a quarter that are looked at
MOVES = ("upgraded", "downgraded", "watch")
ACTS = ("confirmed", "held")
STATES = ("open", *ACTS)
_q, _d = CustomerQuarter, TierDecision


@dataclass(frozen=True)
class Queue:
    """Which moves: a published quarter and a kind of customer, one branch of it or all in reach, one change or any."""

    quarter: str
    version: int
    kind: str
    branch_id: int | None = None
    change: str = ""


def moves(queue: Queue, state: str) -> Select:
    """The moves of a queue that are open, confirmed or held (one of STATES), the largest AUM first.

    Decided ones stay, also when a refresh has made the former tier count since; `decided_*` say who and when.
    """
    columns = (
        Customer.customer_id, Customer.number, Customer.name, _q.tier, _q.tier_before, _q.tier_reached, _q.tier_change,
        _q.watch, _q.aum_fen, _q.deposits_fen, _q.score, Branch.name.label("branch"), Staff.name.label("manager"),
        _d.act, _d.tier.label("decided_tier"), _d.tier_before.label("decided_before"), _d.reason, _d.at, _d.staff_id,
        _d.until_day, _d.id.label("decision_id"), _d.version.label("decision_version"),
    )  # fmt: skip
    found = select(*columns).join(Customer, Customer.customer_id == _q.customer_id)
    found = found.outerjoin(_d, _standing(queue.quarter))
    found = found.outerjoin(Branch, Branch.id == Customer.branch_id).outerjoin(Staff, Staff.id == Customer.manager_id)
    return found.where(*_of(queue), *_in_state(queue, state)).order_by(_q.aum_fen.desc(), _q.customer_id.desc())


def counted(queue: Queue, state: str) -> Select:
    """How many moves of a queue are in a state."""
    return select(func.count()).select_from(moves(queue, state).order_by(None).subquery())


def reviewable(session: StoreSession) -> str | None:
    """The quarter whose moves are to be decided: the newest that has ended, else the running one; None without."""
    run = QuarterRun
    found = session.scalars(
        select(run.quarter).where(run.state.in_(("open", "closed"))).distinct().order_by(run.quarter.desc())
    ).all()
    return next((one for one in found if Quarter.parse(one).end < today()), found[0] if found else None)


def decide_move(
    session: StoreSession, customer_id: int, quarter: str, version: int, act: str, reason: str = ""
) -> TierDecision:
    """Confirm a customer's move of the quarter, or hold it back: the former tier then counts for it and for so many
    quarters more (rule tier.hold_quarters), from the next refresh on. A closed quarter stays as it is.

    Raises Refused (another post, out of reach, not a move of that quarter, no reason for a hold), Conflict with who
    decided when somebody was faster.
    """
    need_post(session)
    if act not in ACTS or (act == "held" and not reason.strip()):
        raise Refused(_("暂缓须写明理由。"))
    if quarter != reviewable(session):
        raise Refused(_("只审议最近一个已结束的季度。"))
    locked(session, customer_id)
    _refuse_decided(session, customer_id, quarter)
    fact = session.scalars(select(_q).where(_q.customer_id == customer_id, _q.quarter == quarter).where(
        _q.version == version)).one_or_none()  # fmt: skip
    if fact is None or not is_published(session, quarter, version):
        raise Refused(_("这个季度刚重新计算过，请重新查看。"))
    if fact.tier_change not in MOVES or fact.closed:
        raise Refused(_("这位客户在这个季度没有需要审议的变动。"))
    decision = _decision(session, fact, act, reason)
    session.add(decision)
    session.flush()
    return decision


def hold_until(quarter: str, book: Rulebook, on: date) -> date:
    """The last day on which a hold of a quarter's move counts (rule tier.hold_quarters)."""
    further: int = book.value("tier.hold_quarters", on)
    return Quarter.parse(quarter).shift(further).end


def is_published(session: StoreSession, quarter: str, version: int) -> bool:
    """Whether pages read this version of a quarter."""
    run = QuarterRun
    states = (run.quarter == quarter, run.version == version, run.state.in_(("open", "closed")))
    return session.scalar(select(run.version).where(*states)) is not None


def _decision(session: StoreSession, fact: CustomerQuarter, act: str, reason: str) -> TierDecision:
    quarter = Quarter.parse(fact.quarter)
    held = act == "held"
    return TierDecision(
        customer_id=fact.customer_id, id=new_id(), quarter=fact.quarter, act=act,
        tier=fact.tier_before if held else fact.tier, tier_before=fact.tier_before, since_day=quarter.start,
        until_day=hold_until(fact.quarter, rulebook(), today()) if held else quarter.end, reason=reason.strip(),
        staff_id=session.scope.staff_id, at=business_now(),
    )  # fmt: skip


def _refuse_decided(session: StoreSession, customer_id: int, quarter: str) -> None:
    standing = select(_d).where(_d.customer_id == customer_id, _d.quarter == quarter, _d.act.in_(ACTS))
    first = session.scalars(standing.where(_d.ended_on.is_(None))).first()
    if first is not None:
        raise Conflict({"act": first.act, "staff_id": first.staff_id, "at": first.at}, first.version)


def _standing(quarter: str) -> ColumnElement[bool]:
    """The decision of the review on a customer's move of the quarter, if it was not taken back."""
    return and_(
        _d.customer_id == _q.customer_id, _d.quarter == quarter, _d.act.in_(ACTS), _d.ended_on.is_(None)
    )  # fmt: skip


def _of(queue: Queue) -> list[Any]:
    found = [_q.quarter == queue.quarter, _q.version == queue.version, _q.kind == queue.kind, _q.closed == 0]
    if queue.branch_id is not None:
        found.append(Customer.branch_id == queue.branch_id)
    return found


def _in_state(queue: Queue, state: str) -> list[Any]:
    changes = (queue.change,) if queue.change else MOVES
    if state == "open":
        return [_q.tier_change.in_(changes), _d.id.is_(None)]
    decided: list[Any] = [_d.act == state]
    return [*decided, _q.tier_change == queue.change] if queue.change else decided
