"""Complaints as cases: registered, accepted, investigated, answered, followed up, closed; on time or late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.plan import Plan, material
from lib.settings import bank_day
from lib.work.clock import end_of, legal_term, promise

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
CAUSES = {"process_missing": 6, "process_ignored": 9, "process_slow": 14, "communication_missing": 12,
          "communication_unclear": 8, "communication_promise": 2, "people_attitude": 6, "people_skill": 4,
          "people_error": 5, "system_outage": 4, "system_defect": 6, "system_hard": 2, "product_design": 4,
          "product_price": 3, "product_terms": 2, "misunderstanding": 11, "unfounded": 4, "third_party": 2}  # fmt: skip
OWN_CAUSES = ("people", "process", "system", "communication")
FAULTS = {"misunderstanding": "misunderstanding", "unfounded": "unfounded", "third_party": "third_party"}
PRODUCTS = {"deposit": ("DA01", "DT12", "DT36"), "wealth": ("WM1A", "WM2A", "WM3A"), "credit_card": ("CC01",),
            "debit_card": ("CD01",), "personal_loan": ("LP01", "LP02"), "corporate_loan": ("LC01",)}  # fmt: skip
COMPLEX, EXTENDED, WITHDRAWN, REOPENED = 0.09, 0.6, 0.04, 0.03
# Cases passed on carry the number and the term of who passed them on.
PASSED_ON = {"regulator": "JG", "12378": "BY", "12345": "RX"}
OUTSIDE_DAYS = 10


@dataclass(frozen=True)
class Complaint:
    """What is known of a complaint before its course is written: when, by whom, and how it is to end.

    `again`: business and reason of the matter it repeats. `until` stops the course at a state, for a matter that is
    to be found there today; `asks`: a longer term is being asked for then.
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
    asks: str = ""


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


@dataclass(frozen=True)
class Asked:
    """A longer term asked for by an officer: agreed on at a moment, or still waiting (None)."""

    to: str
    at: datetime
    by: int
    agreed_at: datetime | None


@dataclass
class Course:
    """The course of one case: its columns, its events, longer terms asked for, and the case it came from.

    `opened` is the entry in the history of `origin` that will name this case; `review` the columns of a review,
    `paper` the text of a file kept with it.
    """

    said: dict[str, Any]
    events: list[Event] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    origin: Course | None = None
    opened: Event | None = None
    review: dict[str, Any] | None = None
    paper: str = ""

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
    _handle(plan, org, course, one, officer, rng)
    return as_of(course, plan.now, one.until)


def _registered(plan: Plan, one: Complaint, rng: np.random.Generator) -> dict[str, Any]:
    words = material("words")["complaint"]
    shares = BUSINESSES[one.kind]
    business = "online_banking" if one.surge else str(rng.choice(list(shares), p=share(shares)))
    reason = "attitude" if rng.random() < ATTITUDE else str(rng.choice(REASONS[business], p=(0.55, 0.3, 0.15)))
    if one.surge:
        reason = "system"
    if one.again:
        business, reason = one.again
    complex_ = bool(one.asks or rng.random() < COMPLEX)
    channel = str(rng.choice(list(CHANNELS), p=share(CHANNELS)))
    return {
        "kind": "complaint", "customer_kind": one.kind, "business": business,
        "reason": reason, "channel": channel, "product_id": _product(business, rng),
        "complex": complex_, "extension": "none", "summary": str(rng.choice(words["summaries"][business])),
        "demand": str(rng.choice(words["demands"])), "received_at": one.received_at,
        "answer": None, "root_cause": None, "satisfaction": None, "compensation_fen": None, "handler_id": None,
        "promise_met_at": None, "answered_at": None, "closed_at": None, "state": "received", "grounds": None,
        "fault": None, "apology": None, "waiting_for": None, "waiting_since": None, "crisis_since": None,
        "crisis_ended_at": None, "origin_id": None, **_passed_on(channel, one.received_at, rng),
        **_clocks(plan, one.kind, complex_, "none", one.received_at),
    }  # fmt: skip


def _product(business: str, rng: np.random.Generator) -> int | None:
    """The product concerned, for businesses that are about one: ids are places in the list, from 1."""
    codes = [product["code"] for product in material("bank")["product"]]
    fitting = [codes.index(code) + 1 for code in PRODUCTS.get(business, ()) if code in codes]
    return int(rng.choice(fitting)) if fitting else None


def _passed_on(channel: str, at: datetime, rng: np.random.Generator) -> dict[str, Any]:
    """Number and term of a case that came from outside."""
    if channel not in PASSED_ON:
        return {"outside_number": None, "outside_due_at": None}
    number = f"{PASSED_ON[channel]}{at + timedelta(hours=8):%Y%m%d}{int(rng.integers(1000, 9999))}"
    return {"outside_number": number, "outside_due_at": end_of(bank_day(at) + timedelta(days=OUTSIDE_DAYS))}


def _clocks(plan: Plan, kind: str, complex_: bool, extension: str, at: datetime) -> dict[str, Any]:
    reply = promise(kind, complex_, at, plan.calendar, plan.book)
    term = legal_term(at, extension, plan.calendar, plan.book)
    return {
        "promise_due_at": reply.due_at,
        "legal_due_at": term.due_at,
        "clocks_provisional": reply.provisional or term.provisional,
    }


def _handle(
    plan: Plan, org: Organisation, course: Course, one: Complaint, officer: int, rng: np.random.Generator
) -> None:
    words, said = material("words")["complaint"], course.said
    accepted = one.received_at + hours(rng, 0.4, 5)
    taken = accepted - hours(rng, 0.05, 0.3)
    course.events.append(Event(taken, officer, "assignment", details={"to": officer}, sets={"handler_id": officer}))
    course.move(accepted, officer, "received", "accepted")
    investigated = accepted + hours(rng, 0.5, 9)
    course.move(investigated, officer, "accepted", "investigating")
    replied = _reply_at(said, one, rng)
    report = str(rng.choice(words["progress"]))
    course.events.append(Event(replied, officer, "progress", text=report, details={"substantive": True}))
    if not one.until and rng.random() < WITHDRAWN:
        at = max(replied, investigated) + hours(rng, 20, 140)
        course.move(at, officer, "investigating", "withdrawn", str(rng.choice(words["withdrawn"])))
        return
    after, due = _extend(plan, org, course, one, officer, rng)
    after = max(after, replied, investigated)
    closed = _answer(course, one, officer, after, due, one.very_late, rng)
    if one.until == "reopened" or (not one.until and rng.random() < REOPENED):
        again = closed + hours(rng, 72, 90 if one.until else 360)
        course.move(again, officer, "closed", "reopened", str(rng.choice(words["reopened"])))
        due = legal_term(again, "none", plan.calendar, plan.book).due_at or again
        course.events[-1].sets = {"legal_due_at": due, "extension": "none"}
        investigated = again + hours(rng, 4, 20)
        course.move(investigated, officer, "reopened", "investigating")
        _answer(course, one, officer, investigated, due, False, rng)


def _extend(
    plan: Plan, org: Organisation, course: Course, one: Complaint, officer: int, rng: np.random.Generator
) -> tuple[datetime, datetime]:
    """Longer terms asked for and agreed on; returns the moment to go on from and the legal due moment by then."""
    due: datetime = course.said["legal_due_at"]
    after = one.received_at
    wanted = {"complex": ("complex",), "specially_complex": ("complex", "specially_complex")}.get(one.asks, ())
    if not wanted and not one.until and course.said["complex"] and rng.random() < EXTENDED:
        wanted = ("complex",)
    for to in wanted:
        asked = due - timedelta(days=float(rng.uniform(3, 6)))
        agreed = None if to == one.asks else asked + hours(rng, 3, 26)
        course.asked.append(Asked(to, asked, officer, agreed))
        if agreed is None:
            break
        due = legal_term(one.received_at, to, plan.calendar, plan.book).due_at or due
        sets = {"extension": to, "legal_due_at": due}
        course.events.append(Event(agreed, approver(org, to), "extension", details={"extension": to}, sets=sets))
        course.events.append(Event(agreed + hours(rng, 1, 5), officer, "progress",
                                   text=material("words")["complaint"]["notice"], details={"notice": to}))  # fmt: skip
        after = max(after, agreed)
    return after, due


def approver(org: Organisation, to: str) -> int:
    """Who agrees to a longer term: the department, and leadership to the longest (rule approval.stages)."""
    return org.by_login["exec.zhou"] if to == "specially_complex" else org.crm


def _answer(
    course: Course, one: Complaint, officer: int, after: datetime, due: datetime, late: bool, rng: np.random.Generator
) -> datetime:
    """Answer, follow up and close; returns when it was closed."""
    words = material("words")["complaint"]
    # A matter that is wanted in a certain state must have come there by today.
    slow = 0.2 if one.until else 1.0
    answered = after + hours(rng, 18, 250 * slow)
    if late:
        answered = max(due, after) + hours(rng, 12, 290)
    elif answered > due > after:
        answered = after + (due - after) * float(rng.uniform(0.4, 0.95))
    causes = {**CAUSES, "system_outage": 160} if one.surge else CAUSES
    cause = str(rng.choice(list(causes), p=share(causes)))
    own = cause.split("_")[0] in OWN_CAUSES
    said = {"answer": str(rng.choice(words["answers"])), "fault": FAULTS.get(cause, "own")}
    if own:
        said["apology"] = "written" if rng.random() < 0.2 else "oral"
    course.move(answered, officer, "investigating", "answered", **said)
    if own and rng.random() < 0.3:
        course.events[-1].details["compensation_fen"] = int(rng.integers(1, 60)) * 5_000
    followed = answered + hours(rng, 20, 130 * slow)
    asked = rng.random() < 0.93
    heard: dict[str, Any] = {"satisfaction": one.content} if asked else {"not_asked_reason": words["unanswered"]}
    course.move(followed, officer, "answered", "followed_up", None, **heard)
    closed = followed + hours(rng, 1, 60)
    course.move(closed, officer, "followed_up", "closed", root_cause=cause, measure=str(rng.choice(words["measures"])))
    return closed


def _reply_at(said: dict[str, Any], one: Complaint, rng: np.random.Generator) -> datetime:
    """The first substantive reply: within the promise, or after it."""
    due: datetime = said["promise_due_at"]
    if one.late:
        return due + hours(rng, 2, 90)
    return one.received_at + (due - one.received_at) * float(rng.uniform(0.25, 0.95))


def as_of(course: Course, now: datetime, until: str) -> Course:
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
        told = {name: value for name, value in event.details.items() if name in said and event.kind == "move"}
        said.update(told | event.sets)
    course.events = kept
    course.asked = [asked for asked in course.asked if asked.at <= now]
    return course


def _enter(said: dict[str, Any], state: str, at: datetime) -> None:
    said["state"] = state
    if state == "answered":
        said["answered_at"] = at
    if state in ("answered", "followed_up"):
        said["promise_met_at"] = said["promise_met_at"] or at
    if state in ("closed", "withdrawn"):
        said["closed_at"] = at
    if state == "reopened":
        said.update(answered_at=None, closed_at=None)


def hours(rng: np.random.Generator, least: float, most: float) -> timedelta:
    return timedelta(seconds=int(3600 * rng.uniform(least, most)))


def share(weights: dict[str, int]) -> list[float]:
    total = sum(weights.values())
    return [weight / total for weight in weights.values()]
