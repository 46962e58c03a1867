"""What people decided about customers' tiers: reading it, and ending a decision before its day."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from lib.settings import today
from lib.store.models import Customer, QuarterRun, Staff, TierDecision
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession, save
from lib.words import _, name

#: acts that make a tier count, as the engine reads them (lib.jobs.facts.sources.decisions)
COUNTING = ("held", "override")
_d = TierDecision


def of_customer(customer_id: int) -> Select:
    """Everything decided about one customer, newest first: the decision with who made it."""
    return (
        select(_d, Staff.name.label("by"))
        .outerjoin(Staff, Staff.id == _d.staff_id)
        .where(_d.customer_id == customer_id)
        .order_by(_d.at.desc(), _d.id.desc())
    )


def in_force(customer_id: int) -> Select[TierDecision]:
    """The decisions that count today, the one that stands first: the latest hold or override."""
    day = today()
    return (
        select(_d)
        .where(
            _d.customer_id == customer_id, _d.act.in_(COUNTING), _d.since_day <= day, _d.until_day >= day,
            or_(_d.ended_on.is_(None), _d.ended_on > day),
        )
        .order_by(_d.at.desc(), _d.id.desc())
    )  # fmt: skip


def end_decision(session: StoreSession, customer_id: int, decision_id: int, read_version: int, reason: str) -> None:
    """End a hold or an override before its day; by a head (own branch) or the department.

    A hold ends for its own quarter too while that is not closed: it then never counted. Anything else counts until
    yesterday: quarters that ended before keep their tier. Refused without a reason, for another post, or where it
    ended already; Conflict when somebody was faster.
    """
    need_post(session)
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    row = session.scalars(select(_d).where(_d.customer_id == customer_id, _d.id == decision_id)).one_or_none()
    if row is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if row.act not in COUNTING or row.ended_on is not None or row.until_day < today():
        raise Refused(_("这项决定已经结束。"))
    save(session, row, read_version, {
        "ended_on": _ends(session, row), "ended_by": session.scope.staff_id, "ended_reason": reason.strip(),
    })  # fmt: skip


def _ends(session: StoreSession, row: TierDecision) -> object:
    closed = select(QuarterRun.quarter).where(QuarterRun.quarter == row.quarter, QuarterRun.state == "closed")
    own_quarter_open = row.act == "held" and session.scalar(closed) is None
    return row.since_day if own_quarter_open else today()


def need_post(session: StoreSession) -> None:
    """Refused for who may not decide on tiers (data/rights.toml)."""
    if "tier_decision" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))


def locked(session: StoreSession, customer_id: int) -> Customer:
    """The customer, locked until the end of the transaction: decisions about one customer are made one by one."""
    wanted = select(Customer).where(Customer.customer_id == customer_id).with_for_update(of=Customer)
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise Refused(_("这位客户不在你的范围内。"))
    return found
