"""What is done about a customer's risk rating (办法 §六): recorded for the rating in force, until a day of review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select

from lib.customers.entry import customer_for_entry
from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Customer, RiskResponse, Staff
from lib.store.session import Refused, StoreSession
from lib.words import _

LONGEST_TEXT = 1000


@dataclass(frozen=True)
class ResponseForm:
    """What is done: codes of rule risk.response_steps, in words, and the day it is looked at again."""

    steps: tuple[str, ...]
    text: str
    review_on: date

    def problems(self, book: Rulebook, on: date) -> list[str]:
        """What keeps it from being recorded, as sentences."""
        found = []
        if not self.steps or not set(self.steps) <= set(step_codes(book, on)):
            found.append(_("请选择至少一项应对办法。"))
        if not self.text.strip() or len(self.text.strip()) > LONGEST_TEXT:
            found.append(_("请写明做了什么，最多 {n} 字。").format(n=LONGEST_TEXT))
        if not on < self.review_on <= latest(book, on):
            found.append(_("复核日须在今天以后、{n} 天以内。").format(n=book.value("risk.response_days", on)))
        return found


def step_codes(book: Rulebook, on: date) -> tuple[str, ...]:
    """The codes of what may be done (rule risk.response_steps)."""
    return tuple(one["code"] for one in book.value("risk.response_steps", on))


def latest(book: Rulebook, on: date) -> date:
    """The last day a response recorded on a day may hold until."""
    return on + timedelta(days=book.value("risk.response_days", on))


def asks_for_one(customer: Customer, book: Rulebook, on: date) -> bool:
    """Whether the rating in force is one of high risk (rules rating.response, risk.high_responses)."""
    response = book.value("rating.response", on).get(customer.risk_rating or "")
    return response in book.value("risk.high_responses", on)


def is_current(row: RiskResponse, customer: Customer, on: date) -> bool:
    """Whether a response speaks of the rating in force, is not older than it, and still holds."""
    rated = customer.risk_rated_on
    return row.rating == customer.risk_rating and row.review_on >= on and (rated is None or row.made_on >= rated)


def responses(ids: Sequence[int]) -> Select:
    """What was recorded, the newest first: the row and by whom as `staff`."""
    r = RiskResponse
    made = select(r, Staff.name.label("staff")).outerjoin(Staff, Staff.id == r.staff_id).where(r.customer_id.in_(ids))
    return made.order_by(r.made_on.desc(), r.id.desc())


def record_response(session: StoreSession, customer_id: int, form: ResponseForm, form_key: str) -> None:
    """Record a response to the rating in force; the same `form_key` writes once.

    Raises Refused with the form's problems, for an unrated customer or one out of reach.
    """
    customer = customer_for_entry(session, customer_id)
    written = select(RiskResponse.id).where(
        RiskResponse.customer_id == customer_id, RiskResponse.form_key == form_key
    )  # fmt: skip
    if session.scalar(written) is not None:
        return
    problems = form.problems(rulebook(), today())
    if problems:
        raise Refused("".join(problems))
    if customer.risk_rating is None:
        raise Refused(_("这位客户还没有风险评级。"))
    session.add(RiskResponse(
        customer_id=customer_id, id=new_id(), made_on=today(), rating=customer.risk_rating, steps=list(form.steps),
        text=form.text.strip(), review_on=form.review_on, staff_id=session.scope.staff_id, form_key=form_key,
    ))  # fmt: skip
    session.flush()
