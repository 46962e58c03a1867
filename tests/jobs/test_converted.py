"""A prospect that became a customer: counted as new by the next refresh, for who looks after it, and not before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lib.customers.prospects import ProspectForm, make_customer, register_prospect
from lib.jobs.demo import build
from lib.jobs.refresh import refresh
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Customer, CustomerQuarter, QuarterRun, Staff
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session

FORM = ProspectForm("personal", "郑新客", "13911112222", None, "branch", "11010519491231002X")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_counted_from_the_next_refresh_on(engine: str, new_database: Any, entered: Callable[[str], str]) -> None:
    entered(new_database(engine))
    build(customers=60, quarters=2, seed=3, progress=_quiet)
    who = _manager()
    form = ProspectForm(**{**vars(FORM), "manager_id": who.staff_id})
    with open_session(who, "directory", write=True) as session:
        number = register_prospect(session, form)
    refresh(_quiet)
    assert _facts(number) == []
    with open_session(who, "portrait", write=True) as session:
        prospect = session.scalars(select(Customer).where(Customer.number == number)).one()
        make_customer(session, prospect.customer_id, prospect.version, today())
    refresh(_quiet)
    assert _facts(number) == [(str(Quarter.of(today())), 1, who.staff_id, who.branch_id)]


def _quiet(_line: str) -> None:
    return


def _manager() -> Scope:
    with bulk("look", write=False) as session:
        one = session.scalars(select(Staff).where(Staff.login == "rm.zhang")).one()
        return scope_of(one.id, one.login, one.name, one.role, one.branch_id)


def _facts(number: str) -> list[tuple[Any, ...]]:
    """Of the published quarters: the quarter, whether opened in it, manager and branch."""
    q, run = CustomerQuarter, QuarterRun
    published = (run.quarter == q.quarter) & (run.version == q.version) & run.state.in_(("open", "closed"))
    with bulk("look", write=False) as session:
        found = select(q.quarter, q.opened, q.manager_id, q.branch_id).join(run, published)
        found = found.join(Customer, Customer.customer_id == q.customer_id).where(Customer.number == number)
        return [tuple(row) for row in session.execute(found)]
