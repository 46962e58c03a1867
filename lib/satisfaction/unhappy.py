"""The unhappy customer an answer makes: a case of their own, once an answer, followed up until settled (管理 §5.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from lib.satisfaction.rules import DIMENSIONS
from lib.settings import business_now
from lib.store.models import Case, Customer, SurveyAnswer
from lib.store.session import StoreSession
from lib.words import _, name
from lib.work import cases
from lib.work.moves import ENDED
from lib.work.steps import first_clocks

KIND = "unhappy"
#: whence such a case comes, and what it is about; codes of their own among those of complaints
CHANNEL, BUSINESS = "survey", "satisfaction"
#: the reason of a complaint that a dimension stands for
_REASONS = {"attitude": "attitude", "professional": "attitude", "efficiency": "efficiency", "price_fairness": "fees",
            "product_quality": "rules", "service_quality": "attitude", "communication": "disclosure"}  # fmt: skip


def key_of(answer_id: int) -> str:
    """The natural key by which an answer opens its case once."""
    return f"survey-{answer_id}"


def worst(answer: Any) -> str:
    """The dimension with the lowest score; empty where none was asked."""
    scored = [(getattr(answer, one), place, one) for place, one in enumerate(DIMENSIONS)
              if getattr(answer, one) is not None]  # fmt: skip
    return min(scored)[2] if scored else ""


def said(answer: Any) -> dict[str, Any]:
    """What a case says of its answer, whoever opens it."""
    dimension = worst(answer)
    summary = _("满意度 {n} 分（{occasion}）").format(
        n=answer.overall, occasion=name("survey_occasion", answer.occasion))  # fmt: skip
    if dimension:
        summary += _("；最低的是{dimension}").format(dimension=name("survey_dimension", dimension))
    if answer.verbatim:
        summary += _("：{text}").format(text=answer.verbatim)
    return {"channel": CHANNEL, "business": BUSINESS, "reason": _REASONS.get(dimension, "other"), "summary": summary,
            "form_key": key_of(answer.id)}  # fmt: skip


def open_case(session: StoreSession, answer: SurveyAnswer) -> str:
    """The case of a low answer, held by the customer's manager; the number of the one that stands, if one does."""
    standing = session.scalars(select(Case.number).where(*of_answer(answer.customer_id, answer.id))).first()
    if standing is not None:
        return str(standing)
    customer = session.get_one(Customer, answer.customer_id)
    now = business_now()
    values = {**said(answer), "customer_kind": customer.kind, "complainant": customer.name,
              "received_at": now, "complex": False}  # fmt: skip
    values |= first_clocks(KIND, _Plain(customer.kind), now)
    case = cases.enter(session, KIND, answer.customer_id, values, {})
    holder = customer.manager_id or session.scope.staff_id
    cases.record(session, case, "assignment", details={"to": holder})
    cases.change(session, case, {"handler_id": holder})
    session.flush()
    return case.number


def of_answer(customer_id: Any, answer_id: Any) -> tuple[ColumnElement[bool], ...]:
    """The case an answer opened."""
    return Case.customer_id == customer_id, Case.form_key == key_of(answer_id)


def listed(state: str = "open") -> Any:
    """Unhappy customers' cases within reach: open ones by their clock, else the latest first."""
    c = Case
    query = select(c).where(c.kind == KIND)
    if state == "open":
        late = c.promise_met_at.is_(None)
        return query.where(c.state.not_in(ENDED)).order_by(late.desc(), c.promise_due_at, c.customer_id, c.id)
    if state == "ended":
        query = query.where(c.state.in_(ENDED))
    return query.order_by(c.received_at.desc(), c.customer_id, c.id)


def overdue(now: Any) -> ColumnElement[bool]:
    """Those whose promise has run out without a word to the customer."""
    return and_(Case.state.not_in(ENDED), Case.promise_met_at.is_(None), Case.promise_due_at < now)


class _Plain:
    """What the first clocks depend on: a matter without the complex kind's term."""

    def __init__(self, kind: str) -> None:
        self.customer_kind, self.complex = kind, False
