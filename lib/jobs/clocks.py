"""Sets the due moments of open cases: after an import, or again after a change of calendar or rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import or_, select, update

from lib.rulebook import Calendar, Rulebook
from lib.settings import today
from lib.store import book
from lib.store.bulk import BulkSession, bulk
from lib.store.models import Case, CaseEvent
from lib.words import _, integer
from lib.work.clock_of import ENDS_WAITING, Terms, terms_of
from lib.work.moves import ENDED, kinds

_AT_ONCE = 2000


def set_clocks(progress: Callable[[str], None] = lambda said: None, *, again: bool = False) -> int:
    """Compute the due moments of open cases that have none, or of all open ones with `again`.

    Works in chunks, each a transaction; broken off, the next run goes on. Returns how many cases were set. The
    version of a case stays: nobody's edit is outdated by it. Rules: 办法 §五.2 (promise, once from receipt),
    银行业保险业消费投诉处理管理办法 (legal term, anew from a reopening).
    """
    rules, calendar = book.rulebook(), book.calendar()
    last = done = 0
    while True:
        with bulk("set clocks") as session:
            cases = _next(session, last, [code for code, kind in kinds(rules, today()).items() if kind.clocks], again)
            _set(session, cases, rules, calendar)
        if not cases:
            return done
        last, done = cases[-1].id, done + len(cases)
        progress(_("投诉时限：已计算 {n} 件").format(n=integer(done)))


def _next(session: BulkSession, last: int, known: list[str], again: bool) -> Sequence[Any]:
    query = select(
        Case.customer_id, Case.id, Case.kind, Case.customer_kind, Case.complex, Case.extension, Case.received_at,
        Case.promise_met_at, Case.answered_at,
    ).where(Case.kind.in_(known), Case.state.not_in(ENDED), Case.id > last)  # fmt: skip
    if not again:
        query = query.where(Case.promise_due_at.is_(None))
    return session.execute(query.order_by(Case.id).limit(_AT_ONCE)).all()


def _set(session: BulkSession, cases: Sequence[Any], rules: Rulebook, calendar: Calendar) -> None:
    """One statement for all cases with the same terms: complaints of one day often share them."""
    events = _events(session, cases)
    alike: dict[Terms, list[int]] = defaultdict(list)
    for case in cases:
        alike[terms_of(case, events[case.id], rules)].append(case.id)
    for terms, ids in alike.items():
        values = terms.due_moments(calendar, rules)
        session.note("case", session.rows(update(Case).where(Case.id.in_(ids)).values(values)))


def _events(session: BulkSession, cases: Sequence[Any]) -> dict[int, list[CaseEvent]]:
    """What clocks depend on in the histories of cases, oldest first: waits and their ends, reopenings."""
    event = CaseEvent
    matters = or_(event.kind.in_(("wait", "resume")), event.to_state.in_(("reopened", *ENDS_WAITING)))
    # The customer is said too: the index of a history begins with it.
    of_these = (event.customer_id.in_({case.customer_id for case in cases}),
                event.case_id.in_([case.id for case in cases]))  # fmt: skip
    found: dict[int, list[CaseEvent]] = defaultdict(list)
    for one in session.scalars(select(event).where(*of_these, matters).order_by(event.at, event.id)):
        found[one.case_id].append(one)
    return found
