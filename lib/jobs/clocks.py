"""Sets the due moments of open complaints: after an import, or again after a change of calendar or rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from lib.rulebook import Calendar, Rulebook
from lib.store import book
from lib.store.bulk import BulkSession, bulk
from lib.store.models import Case, CaseEvent
from lib.words import _, integer
from lib.work.clock import legal_term, promise

SETTLED = ("closed", "withdrawn")
_AT_ONCE = 2000


class Terms(NamedTuple):
    """What the clocks of a case depend on; `start` is its receipt or its last reopening."""

    customer_kind: str
    complex: bool
    extension: str
    start: datetime


def set_clocks(progress: Callable[[str], None] = lambda said: None, *, again: bool = False) -> int:
    """Compute both due moments of open complaints that have none, or of all open ones with `again`.

    Works in chunks, each a transaction; broken off, the next run goes on. Returns how many cases were set. The
    version of a case stays: nobody's edit is outdated by it. Rules: 办法 §五.2 (promise),
    银行业保险业消费投诉处理管理办法 (legal term).
    """
    rules, calendar = book.rulebook(), book.calendar()
    last = done = 0
    while True:
        with bulk("set clocks") as session:
            cases = _next(session, last, again)
            _set(session, cases, rules, calendar)
        if not cases:
            return done
        last, done = cases[-1].id, done + len(cases)
        progress(_("投诉时限：已计算 {n} 件").format(n=integer(done)))


def _next(session: BulkSession, last: int, again: bool) -> Sequence[Any]:
    query = select(Case.id, Case.customer_kind, Case.complex, Case.extension, Case.received_at)
    query = query.where(Case.kind == "complaint", Case.state.not_in(SETTLED), Case.id > last)
    if not again:
        query = query.where(Case.promise_due_at.is_(None))
    return session.execute(query.order_by(Case.id).limit(_AT_ONCE)).all()


def _set(session: BulkSession, cases: Sequence[Any], rules: Rulebook, calendar: Calendar) -> None:
    """One statement for all cases with the same terms: complaints of one day often share them."""
    reopened = _reopened(session, [case.id for case in cases])
    alike: dict[Terms, list[int]] = defaultdict(list)
    for case in cases:
        start = reopened.get(case.id, case.received_at)
        alike[Terms(case.customer_kind, case.complex, case.extension, start)].append(case.id)
    for terms, ids in alike.items():
        values = _due(terms, rules, calendar)
        session.note("case", session.rows(update(Case).where(Case.id.in_(ids)).values(values)))


def _due(terms: Terms, rules: Rulebook, calendar: Calendar) -> dict[str, Any]:
    reply = promise(terms.customer_kind, terms.complex, terms.start, calendar, rules)
    decision = legal_term(terms.start, terms.extension, calendar, rules)
    return {
        "promise_due_at": reply.due_at,
        "legal_due_at": decision.due_at,
        "clocks_provisional": reply.provisional or decision.provisional,
    }


def _reopened(session: BulkSession, ids: list[int]) -> dict[int, datetime]:
    """The last reopening of those cases that were reopened: it starts both clocks anew."""
    event = CaseEvent
    query = select(event.case_id, func.max(event.at)).where(event.case_id.in_(ids), event.to_state == "reopened")
    return {case: at for case, at in session.execute(query.group_by(event.case_id))}
