"""The clocks of one case: what its history makes of them, and the due moments to store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from lib.rulebook import Calendar, Rulebook
from lib.settings import bank_day, today
from lib.store.models import Case, CaseEvent
from lib.words import name
from lib.work.clock import Clock, Pause, legal_term, outside_term, promise
from lib.work.moves import kind_of

#: states that end a wait: nothing more is expected from outside once the case was answered or ended
ENDS_WAITING = ("answered", "closed", "withdrawn")


class Clocks(NamedTuple):
    """The clocks a case bears, each with its working; None where it bears no such clock."""

    promise: Clock | None
    legal_term: Clock | None
    outside: Clock | None


def clocks_of(case: Case, events: Sequence[CaseEvent], calendar: Calendar, book: Rulebook) -> Clocks:
    """The promise, the legal term and the term set outside.

    A case received elsewhere (imported) was promised nothing; before the law's date the legal term says so itself.
    """
    borne = kind_of(case.kind, book, today()).clocks
    promised = promise_of(case, events, calendar, book) if "promise" in borne else None
    term = term_of(case, events, case.extension, calendar, book) if "legal_term" in borne else None
    outside = case.outside_due_at and outside_term(case.received_at, case.outside_due_at)
    if promised is not None and case.promise_due_at is None and promised.stopped is None:
        promised = None
    if term is not None and case.legal_due_at is None and term.entry is not None and term.stopped is None:
        term = None
    return Clocks(promised, term, outside or None)


def promise_of(case: Case, events: Sequence[CaseEvent], calendar: Calendar, book: Rulebook) -> Clock:
    """The promise of a case: once, from its receipt."""
    waits = pauses_of("promise", events, case.promise_met_at, book)
    return promise(case.customer_kind, case.complex, case.received_at, calendar, book, waits)


def term_of(case: Case, events: Sequence[CaseEvent], extension: str, calendar: Calendar, book: Rulebook) -> Clock:
    """The running legal term of a case, under an extension it has or would have."""
    waits = pauses_of("legal_term", events, case.answered_at, book)
    return legal_term(term_began(case, events), extension, calendar, book, waits)


def due_moments(case: Case, events: Sequence[CaseEvent], calendar: Calendar, book: Rulebook) -> dict[str, Any]:
    """The columns that store when the case's clocks are due; a clock that stands still is due at no moment."""
    borne = kind_of(case.kind, book, today()).clocks
    promised = promise_of(case, events, calendar, book) if "promise" in borne else None
    term = term_of(case, events, case.extension, calendar, book) if "legal_term" in borne else None
    return {
        "promise_due_at": promised and promised.due_at,
        "legal_due_at": term and term.due_at,
        "clocks_provisional": any(clock.provisional for clock in (promised, term) if clock),
    }


def term_began(case: Case, events: Sequence[CaseEvent]) -> datetime:
    """When the running legal term began: at receipt, or at the last reopening."""
    reopened = [event.at for event in events if event.to_state == "reopened"]
    return max(reopened, default=case.received_at)


def pauses_of(clock: str, events: Sequence[CaseEvent], met_at: datetime | None, book: Rulebook) -> tuple[Pause, ...]:
    """The waits in a history (oldest first) that stop a clock, by the rule of the day each began.

    A clock that was met is stopped by nothing that came after.
    """
    found: list[Pause] = []
    for start, end, code in waits_of(events):
        if met_at is not None:
            if start >= met_at:
                continue
            end = min(end or met_at, met_at)
        if code in book.value("complaint.pause", bank_day(start))[clock]:
            found.append(Pause(start, end, name("waiting_for", code)))
    return tuple(found)


def waits_of(events: Sequence[CaseEvent]) -> list[tuple[datetime, datetime | None, str]]:
    """Each wait in a history: from, until (None: it lasts) and for whom."""
    found: list[tuple[datetime, datetime | None, str]] = []
    begun: tuple[datetime, str] | None = None
    for event in events:
        over = event.kind == "resume" or event.to_state in ENDS_WAITING
        if event.kind == "wait":
            begun = (event.at, str((event.details or {}).get("for", "")))
        elif over and begun is not None:
            found.append((begun[0], event.at, begun[1]))
            begun = None
    return found if begun is None else [*found, (begun[0], None, begun[1])]
