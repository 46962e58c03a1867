"""The stock on a day: who holds what risk with which capacity, as expressions for job and page alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, String, and_, case, func, literal, or_, select

from lib.settings import day_end
from lib.store.functions import as_flag, years_between
from lib.store.models import CapacityTest, Customer, Holding

#: capacity of who never answered a questionnaire
NONE = "none"
_c, _h = Customer, Holding


def held_after(after: date) -> ColumnElement[bool]:
    """Whether a wealth position is held on the day before `after`."""
    ended = func.coalesce(_h.ended_on, _h.matures_on, literal(after, Date))
    return and_(_h.category == "wealth", _h.started_on < after, ended >= after)


class Tests:
    """What customers' questionnaires said on a day: outer joins and the columns they give.

    The last one answered by then; of who has none on record at all, what stands on the customer.
    """

    def __init__(self, day: date) -> None:
        t = CapacityTest
        place = func.row_number().over(partition_by=t.customer_id, order_by=(t.answered_at.desc(), t.id.desc()))
        numbered = (
            select(t.customer_id, t.level, t.valid_until, place.label("place"))
            .where(t.answered_at < day_end(day))
            .subquery("numbered")
        )
        self.last = select(*numbered.c).where(numbered.c.place == 1).subquery("last_test")
        self.any = select(t.customer_id).distinct().subquery("tested")
        untested = self.any.c.customer_id.is_(None)
        self.level = func.coalesce(self.last.c.level, case((untested, _c.risk_capacity)), literal(NONE, String))
        self.until: Any = func.coalesce(self.last.c.valid_until, case((untested, _c.risk_capacity_until)))
        self.valid = as_flag(and_(self.level != NONE, self.until >= literal(day, Date)))

    def join(self, query: Any) -> Any:
        """The query, which selects from the customer, with the questionnaires beside each."""
        return query.outerjoin(self.last, self.last.c.customer_id == _c.customer_id).outerjoin(
            self.any, self.any.c.customer_id == _c.customer_id
        )


def senior_on(day: date, age: int) -> ColumnElement[int]:
    """1 for a person of at least so many full years on a day."""
    return as_flag(
        and_(_c.kind == "personal", _c.birth_date.is_not(None), years_between(_c.birth_date, literal(day)) >= age)
    )


def rank_of(level: Any) -> ColumnElement[int]:
    """The number of a risk level R1-R5 or capacity C1-C5; 0 for anything else."""
    found: ColumnElement[int] = case(
        *((or_(level == f"R{n}", level == f"C{n}"), literal(n)) for n in range(1, 6)), else_=literal(0)
    )
    return found
