"""One statement, many people: a remembered condition or a compiled query of one never serves another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedInsp

from lib.store import narrow
from lib.store.models import Account, Case, Customer
from lib.store.scope import PassesBy
from lib.store.session import open_session
from tests.cast import SmallBank, scope
from tests.store.test_access import CASE, CUSTOMER, OWNED

other = aliased(Customer)
#: a statement giving ids, and whose rows by hand it must give
STATEMENTS: list[tuple[Callable[[], Select[Any]], dict[str, set[int]]]] = [
    (lambda: select(Customer.customer_id), CUSTOMER),
    (lambda: select(Customer.customer_id).where(Customer.kind.in_(["personal", "corporate"])), CUSTOMER),
    (lambda: select(other.customer_id), CUSTOMER),
    (lambda: select(Account.customer_id), OWNED),
    (lambda: select(Account.customer_id).join(Customer, Customer.customer_id == Account.customer_id), OWNED),
    (lambda: select(Account.customer_id).where(exists().where(Customer.customer_id == Account.customer_id)), OWNED),
    (lambda: select(select(Account.customer_id).group_by(Account.customer_id).subquery().c.customer_id), OWNED),
    (lambda: select(Case.id), CASE),
    (lambda: select(Case.id).where(Case.state != "").order_by(Case.received_at), CASE),
    (lambda: select(func.max(Case.id)).group_by(Case.id), CASE),
]
people = strategies.sampled_from(sorted(CUSTOMER))
statements = strategies.integers(0, len(STATEMENTS) - 1)


def answer(login: str, which: int) -> set[Any]:
    with open_session(scope(login), "test") as session:
        return set(session.scalars(STATEMENTS[which][0]()))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=strategies.lists(strategies.tuples(people, statements), min_size=2, max_size=12))
def test_everyone_gets_their_own_whoever_asked_before(bank: SmallBank, turns: list[tuple[str, int]]) -> None:
    for login, which in turns:
        assert answer(login, which) == STATEMENTS[which][1][login], (login, which)


def test_everyone_gets_their_own_at_the_same_time(bank: SmallBank) -> None:
    turns = [(login, which) for which in range(len(STATEMENTS)) for login in CUSTOMER] * 2
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda turn: answer(*turn), turns))
    assert answers == [STATEMENTS[which][1][login] for login, which in turns]


def test_the_same_session_object_of_a_statement_is_not_changed(bank: SmallBank) -> None:
    statement = select(Customer.customer_id)
    for login in ("crm.zhao", "rm.zhang", "crm.zhao", "rm.li", "admin.wu"):
        with open_session(scope(login), "test") as session:
            assert set(session.scalars(statement)) == CUSTOMER[login]


def test_nested_sessions_keep_their_own_view(bank: SmallBank) -> None:
    with open_session(scope("exec.zhou"), "test") as masked:
        with open_session(scope("crm.zhao"), "test") as clear:
            assert "秦岭" in set(clear.scalars(select(Customer.name)))
        assert set(masked.scalars(select(Customer.name)).all()).isdisjoint({"秦岭"})


def test_an_alias_that_does_not_bind_is_refused_not_leaked(
    sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SQLAlchemy's unfinished index of an alias does to a second thread, for good."""
    monkeypatch.setattr(AliasedInsp, "_adapt_element", lambda _self, element, key=None: element)
    monkeypatch.setattr(narrow, "_ATTEMPTS", 2)
    second = aliased(Customer)
    with open_session(scope("rm.zhang"), "test") as session, pytest.raises(PassesBy):
        session.scalars(select(second.customer_id)).all()


def test_an_alias_whose_index_is_late_binds_in_the_end(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, adapt = [], AliasedInsp._adapt_element

    def late(self: Any, element: Any, key: Any = None) -> Any:
        calls.append(element)
        return element if len(calls) < 3 else adapt(self, element, key)

    monkeypatch.setattr(AliasedInsp, "_adapt_element", late)
    second = aliased(Customer)
    with open_session(scope("rm.zhang"), "test") as session:
        assert set(session.scalars(select(second.customer_id))) == CUSTOMER["rm.zhang"]
