"""Complaints as cases: registered, accepted, investigated, answered, followed up, closed; on time or late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.plan import Plan, material
from lib.work.clock import legal_term, promise

BUSINESSES = {
    "personal": {"deposit": 12, "personal_loan": 9, "credit_card": 20, "debit_card": 12, "payment": 10, "wealth": 12,
                 "fund": 3, "insurance": 5, "online_banking": 10, "credit_report": 3, "fees": 8, "collection": 3,
                 "other": 4},
    "corporate": {"deposit": 15, "corporate_loan": 30, "payment": 25, "online_banking": 15, "fees": 10, "other": 5},
}  # fmt: skip
REASONS = {
    "deposit": ("rules", "disclosure", "error"), "personal_loan": ("efficiency", "rules", "contract"),
    "corporate_loan": ("efficiency", "rules", "contract"), "credit_card": ("fees", "disclosure", "error"),
    "debit_card": ("rules", "security", "efficiency"), "payment": ("efficiency", "system", "error"),
    "wealth": ("sales", "disclosure", "contract"), "fund": ("sales", "disclosure", "error"),
    "insurance": ("sales", "disclosure", "contract"), "online_banking": ("system", "security", "efficiency"),
    "credit_report": ("error", "privacy", "rules"), "fees": ("fees", "disclosure", "contract"),
    "collection": ("collection", "privacy", "attitude"), "other": ("attitude", "queue", "other"),
}  # fmt: skip
ATTITUDE = 0.15
CHANNELS = {"hotline": 44, "branch": 20, "online": 18, "email": 5, "12378": 4, "12345": 3, "regulator": 4,
            "suggestion_box": 1, "letter": 1}  # fmt: skip
CAUSES = {"process": 28, "communication": 22, "people": 14, "system": 12, "product": 8, "misunderstanding": 12,
          "unfounded": 4}  # fmt: skip
OWN_CAUSES = ("people", "process", "system")
COMPLEX, WITHDRAWN, REOPENED = 0.09, 0.04, 0.03


@dataclass(frozen=True)
class Complaint:
    """What is known of a complaint before its course is written: when, by whom, and how it is to end.

    `again`: business and reason of the matter it repeats. `until` stops the course at a state, for a matter that is
    to be found there today.
    """

    received_at: datetime
    kind: str
    late: bool
    very_late: bool
    content: int
    surge: bool
    staff: int
    again: tuple[str, str] | None = None
    until: str = ""


@dataclass
class Event:
    """One entry of a case's history: `details` keeps what a form recorded, `sets` what else the case then says."""

    at: datetime
    staff: int | None
    kind: str
    start: str | None = None
    to: str | None = None
    text: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    sets: dict[str, Any] = field(default_factory=dict)


@dataclass
class Course:
    """The course of one case: its columns, and its events."""

    said: dict[str, Any]
    events: list[Event] = field(default_factory=list)

    def move(
        self, at: datetime, staff: int, start: str | None, to: str, text: str | None = None, **details: Any
    ) -> None:
        """Add a move from one state to the next."""
        self.events.append(Event(at, staff, "move", start, to, text, details))


def run_course(plan: Plan, org: Organisation, one: Complaint, rng: np.random.Generator) -> Course:
    """Write the course of a complaint up to the plan's `now`, by the rules and the calendar in force."""
    said = _registered(plan, one, rng)
    course = Course(said)
    officer = int(rng.choice(org.officers))
    said["first_owner_id"] = first = one.staff if rng.random() < 0.6 else officer
    course.move(one.received_at, first, None, "received")
    _handle(plan, course, one, officer, rng)
    return _as_of(course, plan.now, one.until)


def _registered(plan: Plan, one: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    words = material("words")["complaint"]
    shares = BUSINESSES[one.kind]
    business = "online_banking" if one.surge else str(rng.choice(list(shares), p=_share(shares)))
    reason = "attitude" if rng.random() < ATTITUDE else str(rng.choice(REASONS[business], p=(0.55, 0.3, 0.15)))
    if one.surge:
        reason = "system"
    if one.again:
        business, reason = one.again
    complex_ = bool(rng.random() < COMPLEX)
    extension = "complex" if complex_ and rng.random() < 0.7 else "none"
    return {
        "kind": "complaint", "customer_kind": one.kind, "business": business,
        "reason": reason, "channel": str(rng.choice(list(CHANNELS), p=_share(CHANNELS))),
        "complex": complex_, "extension": extension, "summary": str(rng.choice(words["summaries"][business])),
        "demand": str(rng.choice(words["demands"])), "received_at": one.received_at,
        "answer": None, "root_cause": None, "satisfaction": None, "compensation_fen": None, "handler_id": None,
        "promise_met_at": None, "answered_at": None, "closed_at": None, "state": "received",
        **_clocks(plan, one.kind, complex_, extension, one.received_at),
    }  # fmt: skip


def _clocks(plan: Plan, kind: str, complex_: bool, extension: str, at: datetime) -> dict[str, Any]:
    reply = promise(kind, complex_, at, plan.calendar, plan.book)
    term = legal_term(at, extension, plan.calendar, plan.book)
    return {
        "promise_due_at": reply.due_at,
        "legal_due_at": term.due_at,
        "clocks_provisional": reply.provisional or term.provisional,
    }


def _handle(plan: Plan, course: Course, one: Complaint, officer: int, rng: np.random.Generator) -> None:
    words, said = material("words")["complaint"], course.said
    accepted = one.received_at + _hours(rng, 0.4, 5)
    taken = accepted - _hours(rng, 0.05, 0.3)
    course.events.append(Event(taken, officer, "assignment", details={"to": officer}, sets={"handler_id": officer}))
    course.move(accepted, officer, "received", "accepted")
    investigated = accepted + _hours(rng, 0.5, 9)
    course.move(investigated, officer, "accepted", "investigating")
    replied = _reply_at(said, one, rng)
    report = str(rng.choice(words["progress"]))
    course.events.append(Event(replied, officer, "progress", text=report, details={"substantive": True}))
    if not one.until and rng.random() < WITHDRAWN:
        at = max(replied, investigated) + _hours(rng, 20, 140)
        course.move(at, officer, "investigating", "withdrawn", str(rng.choice(words["withdrawn"])))
        return
    closed = _answer(course, one, officer, max(replied, investigated), said["legal_due_at"], one.very_late, rng)
    if one.until == "reopened" or (not one.until and rng.random() < REOPENED):
        again = closed + _hours(rng, 72, 90 if one.until else 360)
        course.move(again, officer, "closed", "reopened", str(rng.choice(words["reopened"])))
        due = legal_term(again, "none", plan.calendar, plan.book).due_at
        course.events[-1].sets = {"legal_due_at": due, "extension": "none"}
        investigated = again + _hours(rng, 4, 20)
        course.move(investigated, officer, "reopened", "investigating")
        _answer(course, one, officer, investigated, due or again, False, rng)


def _answer(
    course: Course, one: Complaint, officer: int, after: datetime, due: datetime, late: bool, rng: np.random.Generator
) -> datetime:
    """Answer, follow up and close; returns when it was closed."""
    words = material("words")["complaint"]
    # A matter that is wanted in a certain state must have come there by today.
    slow = 0.2 if one.until else 1.0
    answered = after + _hours(rng, 18, 250 * slow)
    if late:
        answered = max(due, after) + _hours(rng, 12, 290)
    elif answered > due > after:
        answered = after + (due - after) * float(rng.uniform(0.4, 0.95))
    text = str(rng.choice(words["answers"]))
    course.move(answered, officer, "investigating", "answered", answer=text)
    followed = answered + _hours(rng, 20, 130 * slow)
    asked = rng.random() < 0.93
    said = {"satisfaction": one.content} if asked else {"not_asked_reason": words["unanswered"]}
    course.move(followed, officer, "answered", "followed_up", None, **said)
    closed = followed + _hours(rng, 1, 60)
    causes = {**CAUSES, "system": 160} if one.surge else CAUSES
    cause, measure = str(rng.choice(list(causes), p=_share(causes))), str(rng.choice(words["measures"]))
    course.move(closed, officer, "followed_up", "closed", root_cause=cause, measure=measure)
    if cause in OWN_CAUSES and rng.random() < 0.3:
        course.events[-1].sets["compensation_fen"] = int(rng.integers(1, 60)) * 5_000
    return closed


def _reply_at(said: dict[str, Any], one: Complaint, rng: np.random.Generator) -> datetime:
    """The first substantive reply: within the promise, or after it."""
    due: datetime = said["promise_due_at"]
    if one.late:
        return due + _hours(rng, 2, 90)
    return one.received_at + (due - one.received_at) * float(rng.uniform(0.25, 0.95))


def _as_of(course: Course, now: datetime, until: str) -> Course:
    """Forget what lies ahead, or beyond the state it is to stand in, and let the columns say what remains."""
    said, kept = course.said, list[Event]()
    for event in sorted(course.events, key=lambda event: event.at):
        there = kept and until == said["state"]
        if event.at > now or (there and (event.kind == "move" or until == "received")):
            break
        kept.append(event)
        if event.kind == "progress" and said["promise_met_at"] is None:
            said["promise_met_at"] = event.at
        if event.to:
            _enter(said, event.to, event.at)
        said.update({name: value for name, value in event.details.items() if name in said} | event.sets)
    course.events = kept
    return course


def _enter(said: dict[str, Any], state: str, at: datetime) -> None:
    said["state"] = state
    if state == "answered":
        said["answered_at"] = at
        said["promise_met_at"] = said["promise_met_at"] or at
    if state in ("closed", "withdrawn"):
        said["closed_at"] = at
    if state == "reopened":
        said.update(answered_at=None, closed_at=None)


def _hours(rng: np.random.Generator, least: float, most: float) -> timedelta:
    return timedelta(seconds=int(3600 * rng.uniform(least, most)))


def _share(weights: dict[str, int]) -> list[float]:
    total = sum(weights.values())
    return [weight / total for weight in weights.values()]
