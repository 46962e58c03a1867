"""Opens the follow-up of unhappy customers (管理 §5.2): of low answers, and of complaints settled without content.

What staff enter opens its case at once; here are those that came by import, or by a rule that changed. Natural keys
(`survey-<answer>`, the complaint as origin) open each once, however often it runs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import String, cast, exists, literal, select
from sqlalchemy.orm import aliased

from lib.jobs.pulses import one_at_a_time
from lib.satisfaction import unhappy
from lib.satisfaction.rules import unhappy_at_most
from lib.settings import bank_day, business_now, day_start, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.store.numbers import new_case_number
from lib.store.search import case_text
from lib.words import _
from lib.work.moves import ENDED, kind_of
from lib.work.steps import first_clocks

CHUNK = 500
_KEPT = ("customer_kind", "complainant", "channel", "business", "reason", "product_id", "demand", "about_branch_id",
         "about_staff_id")  # fmt: skip
_LISTENED_TO = ("complaint", "suggestion")


def open_unhappy(size: int = CHUNK) -> int:
    """Open what is not open yet, a chunk in each transaction; how many were opened."""
    done = 0
    for some in (_from_answers, _from_cases):
        while True:
            with bulk("unhappy") as session:
                one_at_a_time(session)
                opened = some(session, size)
            done += opened
            if opened < size:
                break
    return done


def _from_answers(session: BulkSession, size: int) -> int:
    s, c = m.SurveyAnswer, m.Customer
    book, on = rulebook(), today()
    since = on - timedelta(days=int(book.value("survey.unhappy_within", on)))
    known = exists().where(
        m.Case.customer_id == s.customer_id,
        m.Case.form_key == literal(unhappy.key_of(0)[:-1], String) + cast(s.id, String),
    )
    wanted = (
        select(s, c).join(c, c.customer_id == s.customer_id)
        .where(s.overall <= unhappy_at_most(book, on), s.answered_on.between(since, on), ~known)
        .order_by(s.customer_id, s.id).limit(size)
    )  # fmt: skip
    rows = session.execute(wanted).all()
    for answer, customer in rows:
        values = {**unhappy.said(answer), "customer_kind": customer.kind, "complainant": customer.name,
                  "complex": False}  # fmt: skip
        _open(session, customer, values, customer.manager_id)
    return len(rows)


def _from_cases(session: BulkSession, size: int) -> int:
    """Complaints and suggestions whose follow-up heard a low score, and that have no case of this kind."""
    case, own, c = m.Case, aliased(m.Case), m.Customer
    book, on = rulebook(), today()
    since = day_start(on - timedelta(days=int(book.value("survey.unhappy_within", on))))
    known = exists().where(own.customer_id == case.customer_id, own.kind == unhappy.KIND, own.origin_id == case.id)
    recent = case.state.not_in(ENDED) | (case.closed_at >= since)
    wanted = (
        select(case, c).join(c, c.customer_id == case.customer_id)
        .where(case.kind.in_(_LISTENED_TO), case.satisfaction <= unhappy_at_most(book, on), recent, ~known)
        .where(case.state.in_(("followed_up", "closed")))
        .order_by(case.customer_id, case.id).limit(size)
    )  # fmt: skip
    rows = session.execute(wanted).all()
    for origin, customer in rows:
        said = _("对{number}的处理不满意：{n} 分。").format(number=origin.number, n=origin.satisfaction)
        values = {one: getattr(origin, one) for one in _KEPT}
        values |= {"summary": said, "complex": origin.complex, "origin_id": origin.id}
        manager = customer.manager_id if customer.manager_id != origin.about_staff_id else None
        case_of = _open(session, customer, values, manager)
        session.add(_event(origin, "opened", details={"number": case_of.number, "kind": unhappy.KIND}))
    return len(rows)


def _open(session: BulkSession, customer: m.Customer, values: dict[str, Any], holder: int | None) -> m.Case:
    """The case with its number and its first events; nobody of the staff registered it."""
    now = business_now()
    letter = kind_of(unhappy.KIND, rulebook(), today()).letter
    number = new_case_number(session, letter, bank_day(now))
    case = m.Case(
        customer_id=customer.customer_id, id=new_id(), number=number, kind=unhappy.KIND, state="received", version=1,
        branch_id=customer.branch_id, manager_id=customer.manager_id, first_owner_id=holder, handler_id=holder,
        received_at=now, created_at=now, extension="none", **values,
        **first_clocks(unhappy.KIND, _Plain(customer.kind), now),
    )  # fmt: skip
    session.add(case)
    session.add(m.CaseNumber(number=number, customer_id=case.customer_id, case_id=case.id))
    session.add(_event(case, "move", to_state="received"))
    if holder is not None:
        session.add(_event(case, "assignment", details={"to": holder}))
    session.flush()
    session.index_cases([(case.id, case_text(vars(case)))], fresh=True)
    session.note("case", 1)
    return case


def _event(case: m.Case, kind: str, **said: Any) -> m.CaseEvent:
    return m.CaseEvent(
        customer_id=case.customer_id, id=new_id(), case_id=case.id, at=business_now(), kind=kind, staff_id=None, **said
    )


class _Plain:
    """What the first clocks depend on: a matter without the complex kind's term."""

    def __init__(self, kind: str) -> None:
        self.customer_kind, self.complex = kind, False
