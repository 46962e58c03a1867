"""An investor's capacity C1-C5 follows from a questionnaire: the two columns change with one appended, in no other way.

Law: 金融机构产品适当性管理办法. The level is worked out again from the answers by rule capacity.questionnaire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from lib.settings import bank_day, business_now
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.questionnaire import result_of, unanswered
from lib.store.scope import PassesBy, Refused
from lib.words import _

if TYPE_CHECKING:
    from lib.store.session import StoreSession

#: what a questionnaire writes of its customer
COLUMNS = frozenset({"risk_capacity", "risk_capacity_until"})


def append_test(session: StoreSession, customer: m.Customer, test: m.CapacityTest) -> None:
    """Append a questionnaire of a customer within reach, and let its level hold for the customer until its last day.

    Raises Refused for a firm and where the scope may not write the customer, PassesBy for a test that does not say
    what its answers come to. `customer` was read and locked by the caller.
    """
    session.flush()  # what else was changed is judged without the release
    session.released[customer.customer_id] = COLUMNS
    try:
        session.add(test)
        customer.risk_capacity, customer.risk_capacity_until = test.level, test.valid_until
        session.flush()
    finally:
        session.released.clear()


def check_test(session: StoreSession, row: m.CapacityTest) -> None:
    """A questionnaire is written in one's own name, of a person, and says what its answers come to."""
    if row.staff_id != session.scope.staff_id:
        raise PassesBy("a questionnaire is taken in one's own name")
    now = business_now()
    if row.answered_at > now or row.valid_until < bank_day(row.answered_at):
        raise PassesBy("a questionnaire is answered now, and valid from then on")
    rule = rulebook().entry("capacity.questionnaire", bank_day(row.answered_at))
    if unanswered(row.answers, rule.value):
        raise Refused(_("测评每一题都须作答。"))
    found = result_of(row.answers, rule.value)
    if (row.level, row.score, row.rule_version) != (found.level, found.score, rule.version):
        raise PassesBy("the level of a questionnaire follows from its answers")
    if not any(_same(customer, row) for customer in session.dirty):
        raise PassesBy("a questionnaire is written together with the capacity it gives")


def check_capacity(session: StoreSession, row: m.Customer, fresh: bool) -> None:
    """The capacity of a customer changes with a questionnaire appended in the same transaction, and to what it says."""
    state: Any = inspect(row)
    changed = [column for column in sorted(COLUMNS) if state.attrs[column].history.has_changes()]
    if fresh:
        changed = [column for column in changed if getattr(row, column) is not None]
    if not changed:
        return
    if fresh or not any(isinstance(new, m.CapacityTest) and _same(row, new) for new in session.new):
        raise PassesBy(f"customer.{changed[0]} follows from a questionnaire")


def _same(customer: Any, test: m.CapacityTest) -> bool:
    """Whether a customer's capacity is what a questionnaire of theirs says."""
    return isinstance(customer, m.Customer) and (
        customer.customer_id, customer.kind, customer.risk_capacity, customer.risk_capacity_until,
    ) == (test.customer_id, "personal", test.level, test.valid_until)  # fmt: skip
