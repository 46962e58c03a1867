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


class Terms(NamedTuple):
    """What the clocks of a case depend on: cases of the same terms are due at the same moments.

    `began` is the beginning of the running legal term; the promise begins with the receipt, once.
    """

    kind: str
    customer_kind: str
    complex: bool
    extension: str
    received_at: datetime
    began: datetime
    promise_pauses: tuple[Pause, ...]
    term_pauses: tuple[Pause, ...]

    def promise(self, calendar: Calendar, book: Rulebook) -> Clock | None:
        """The promise; None for a kind that makes none."""
        kind = kind_of(self.kind, book, today())
        if "promise" not in kind.clocks:
            return None
        pauses = self.promise_pauses
        return promise(self.customer_kind, self.complex, self.received_at, calendar, book, pauses, kind.promise)

    def legal_term(self, calendar: Calendar, book: Rulebook) -> Clock | None:
        """The legal term; None for a kind that bears none."""
        if "legal_term" not in kind_of(self.kind, book, today()).clocks:
            return None
        return legal_term(self.began, self.extension, calendar, book, self.term_pauses)

    def due_moments(self, calendar: Calendar, book: Rulebook) -> dict[str, Any]:
        """The columns that store when the clocks are due; one that stands still is due at no moment."""
        promised, term = self.promise(calendar, book), self.legal_term(calendar, book)
        return {
            "promise_due_at": promised and promised.due_at,
            "legal_due_at": term and term.due_at,
            "clocks_provisional": any(clock.provisional for clock in (promised, term) if clock),
        }


def terms_of(case: Case, events: Sequence[CaseEvent], book: Rulebook) -> Terms:
    """The terms of a case with its history, oldest first."""
    return Terms(
        case.kind, case.customer_kind, case.complex, case.extension, case.received_at, term_began(case, events),
        pauses_of("promise", events, case.promise_met_at, book),
        pauses_of("legal_term", events, case.answered_at, book),
    )  # fmt: skip


def clocks_of(case: Case, events: Sequence[CaseEvent], calendar: Calendar, book: Rulebook) -> Clocks:
    """The promise, the legal term and the term set outside.

    A case received elsewhere (imported) was promised nothing; before the law's date the legal term says so itself.
    """
    terms = terms_of(case, events, book)
    promised, term = terms.promise(calendar, book), terms.legal_term(calendar, book)
    if promised is not None and case.promise_due_at is None and promised.stopped is None:
        promised = None
    if term is not None and case.legal_due_at is None and term.entry is not None and term.stopped is None:
        term = None
    outside = outside_term(case.received_at, case.outside_due_at) if case.outside_due_at else None
    return Clocks(promised, term, outside)


def dues_moved(case: Case, events: Sequence[CaseEvent], calendar: Calendar, book: Rulebook) -> dict[str, Any]:
    """The due moments to store after a wait began or ended; nothing where the rule lets it stop no clock."""
    terms = terms_of(case, events, book)
    return terms.due_moments(calendar, book) if terms.promise_pauses or terms.term_pauses else {}


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
