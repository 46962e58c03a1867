"""Appraisal cards as read: one's own, a branch's, the bank's, what is disputed, and the versions of one card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from lib.store.functions import as_flag
from lib.store.models import AppraisalCard, Branch, Staff
from lib.store.scope import Scope

_card = AppraisalCard
STANDS = _card.state != "replaced"


def periods() -> Select:
    """The periods that have cards within reach, the latest first; a year stands before its quarters."""
    return select(_card.period).distinct().order_by(_card.period.desc())


def about(scope: Scope) -> ColumnElement[bool]:
    """Cards about this person: a manager's own; those of the branch for its head."""
    mine = and_(_card.level == "manager", _card.staff_id == scope.staff_id)
    if scope.role == "head":
        return or_(mine, and_(_card.level == "branch", _card.branch_id == scope.branch_id))
    return mine


def own(scope: Scope) -> Select[AppraisalCard]:
    """The standing cards about this person, the latest period first."""
    return select(_card).where(STANDS, about(scope)).order_by(_card.period.desc(), _card.level, _card.id)


def listed(period: str, level: str, branch_id: int | None = None) -> Select:
    """The standing cards of a period with whom they are about, the best first, those without a score last."""
    signer = aliased(Staff)
    query = (
        select(
            _card.id, _card.state, _card.score, _card.grade, _card.counted, _card.number, _card.outcome,
            _card.answer_due_on, _card.settle_due_on, _card.ended_how, Branch.name.label("branch"),
            Staff.name.label("person"), Staff.login, signer.name.label("signer"),
        )
        .join(Branch, Branch.id == _card.branch_id)
        .outerjoin(Staff, Staff.id == _card.staff_id)
        .outerjoin(signer, signer.id == _card.signed_by)
        .where(STANDS, _card.period == period, _card.level == level)
    )  # fmt: skip
    if branch_id is not None:
        query = query.where(_card.branch_id == branch_id)
    return query.order_by(_card.score.is_(None), _card.score.desc(), _card.id)


def disputed() -> Select:
    """What waits for a ruling, the soonest due first."""
    return (
        select(
            _card.id, _card.period, _card.level, _card.score, _card.grounds, _card.answered_at, _card.settle_due_on,
            Branch.name.label("branch"), Staff.name.label("person"),
        )
        .join(Branch, Branch.id == _card.branch_id)
        .outerjoin(Staff, Staff.id == _card.staff_id)
        .where(_card.state == "disputed")
        .order_by(_card.settle_due_on, _card.id)
    )  # fmt: skip


def waiting(scope: Scope) -> Select[AppraisalCard]:
    """The cards whose next step is this person's: to answer, to sign, to settle; the oldest first."""
    mine = and_(_card.state == "signed", about(scope))
    waits: list[ColumnElement[bool]] = [mine]
    others = or_(_card.staff_id.is_(None), _card.staff_id != scope.staff_id)
    if scope.role == "head":
        waits.append(and_(_card.state == "computed", _card.level == "manager", others,
                          _card.branch_id == scope.branch_id))  # fmt: skip
    if scope.role == "crm":
        waits.append(and_(_card.state == "computed", _card.level == "branch"))
        waits.append(and_(_card.state == "disputed", _card.signed_by != scope.staff_id))
    return select(_card).where(or_(*waits)).order_by(_card.computed_at, _card.id)


def versions(card: AppraisalCard) -> Select[AppraisalCard]:
    """Every version of a card, the latest first; the earlier ones stay as they were."""
    same = (_card.period == card.period, _card.level == card.level, _card.subject_id == card.subject_id)
    return select(_card).where(*same).order_by(_card.number.desc())


def scores(period: str, level: str) -> Select:
    """The standing scores of a period by card: id, score."""
    return select(_card.id, _card.score).where(STANDS, _card.period == period, _card.level == level,
                                               _card.score.is_not(None))  # fmt: skip


def standing(period: str, level: str, on: date, branch_id: int | None = None) -> Select:
    """One row over the cards of a period: all, computed, signed, disputed, final, late (rulings)."""
    late = and_(_card.state == "disputed", _card.settle_due_on < on)
    counted = {state: _card.state == state for state in ("computed", "signed", "disputed", "final")} | {"late": late}
    sums = [cast(func.coalesce(func.sum(as_flag(what)), 0), BigInteger).label(name) for name, what in counted.items()]
    query = select(func.count().label("all"), *sums).where(STANDS, _card.period == period, _card.level == level)
    return query if branch_id is None else query.where(_card.branch_id == branch_id)


def grades(period: str, level: str, codes: Sequence[str]) -> Select:
    """How many standing cards of a period have each grade: grade, cards; those without one last."""
    place = case(*((_card.grade == code, number) for number, code in enumerate(codes)), else_=len(codes))
    return (
        select(_card.grade, func.count().label("cards")).where(STANDS, _card.period == period, _card.level == level)
        .group_by(_card.grade, place).order_by(place)
    )  # fmt: skip
