"""Churn cases of the demonstration bank: managers follow up the most valuable of their flagged customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from lib.churn import write
from lib.churn.steps import StepForm
from lib.jobs.demo.plan import material
from lib.settings import business_now
from lib.store import models as m
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, open_session
from lib.work.contacts import ContactForm

#: how far each of a manager's cases has come, the most valuable customer first
_COURSES = (("contacted", "offered"), ("contacted", "offered", "kept"), ("contacted",), (), ("contacted", "lost"))


def work(scopes: Sequence[Scope]) -> int:
    """Open cases and take their steps in the managers' names; returns how many were opened."""
    return sum(_case(scope, number, course) for scope in scopes
               for number, course in zip(_flagged(scope), _COURSES, strict=False))  # fmt: skip


def _flagged(scope: Scope) -> list[str]:
    """The customers on a manager's warning list that may be contacted, by value at risk."""
    q = m.CustomerQuarter
    newest = select(func.max(q.quarter)).scalar_subquery()
    wanted = (
        select(m.Customer.number)
        .join(q, q.customer_id == m.Customer.customer_id)
        .where(q.quarter == newest, q.churn_flag == 1, m.Customer.manager_id == scope.staff_id)
        .where(m.Customer.do_not_contact.is_(False), m.Customer.no_automated_advice.is_(False))
        .order_by(q.at_risk_fen.desc(), m.Customer.customer_id)
        .limit(len(_COURSES))
    )
    with open_session(scope, "demo") as session:
        return list(session.scalars(wanted))


def _case(scope: Scope, customer: str, course: Sequence[str]) -> int:
    try:
        with open_session(scope, "demo", write=True) as session:
            number = write.open_case(session, customer, f"demo-churn-{customer}")
            for step in course:
                _step(session, number, step)
    except Refused:
        return 0
    return 1


def _step(session: StoreSession, number: str, step: str) -> None:
    case = session.scalars(select(m.Case).where(m.Case.number == number)).one()
    words = material("day")["churn"]
    if step == "contacted":
        spoken = ContactForm("phone", "churn", "reached", business_now() - timedelta(minutes=5), note=words["contact"])
        form = StepForm("contacted", contact=spoken)
    elif step == "offered":
        form = StepForm("offered", offer="service", text=words["offer"])
    else:
        form = StepForm("closed", outcome=step, lost_reason="competitor" if step == "lost" else "")
    write.step(session, number, case.version, form, f"demo-{number}-{case.version}")
