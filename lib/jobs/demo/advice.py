"""Recommendations of the demonstration bank, made through the same commands as on the portrait, in managers' names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from lib.products import recommending
from lib.settings import today
from lib.store import models as m
from lib.store.scope import Scope
from lib.store.session import Refused, open_session

_CUSTOMERS = 5
#: what each customer in turn says to what was recommended; None: nothing yet
_SAID = ("accepted", None, "declined", None, "accepted")


def work(scopes: Sequence[Scope]) -> int:
    """Recommend the first suggestion to some customers of each manager; returns how often it was done."""
    return sum(_advise(scope, number, _SAID[place % len(_SAID)])
               for scope in scopes for place, number in enumerate(_customers(scope)))  # fmt: skip


def _customers(scope: Scope) -> list[int]:
    """Personal customers with a questionnaire that holds, those with the most at the bank first."""
    c, q = m.Customer, m.CustomerQuarter
    newest = select(func.max(q.quarter)).scalar_subquery()
    wanted = (
        select(c.customer_id)
        .join(q, q.customer_id == c.customer_id)
        .where(q.quarter == newest, c.manager_id == scope.staff_id, c.kind == "personal", c.stage == "customer")
        .where(c.risk_capacity_until >= today(), c.merged_into_id.is_(None))
        .order_by(q.aum_fen.desc(), c.customer_id)
        .limit(_CUSTOMERS)
    )
    with open_session(scope, "demo") as session:
        return list(session.scalars(wanted))


def _advise(scope: Scope, customer_id: int, said: str | None) -> int:
    try:
        with open_session(scope, "demo", write=True) as session:
            customer = session.get_one(m.Customer, customer_id)
            first = next(iter(recommending.advised(session, customer, today()).advice.suggested), None)
            if first is None:
                return 0
            key = f"demo-advice-{customer_id}"
            made = recommending.recommend(session, customer_id, first.product.id, first.need, key)
            if said is not None and made.outcome == "open":
                recommending.settle(session, made, made.version, said)
    except Refused:
        return 0
    return 1
