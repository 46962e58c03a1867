"""What comes beside complaints: unhappy customers followed up on their own track, and suggestions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from lib.jobs.demo.cases import BUSINESSES, Course, Event, as_of, hours, share
from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.plan import Plan, material
from lib.work.clock import promise

#: suggestions for each complaint
SUGGESTIONS = 0.25
_KEPT = ("customer_kind", "channel", "business", "reason", "product_id", "demand", "about_branch_id", "about_staff_id")


def unhappy(plan: Plan, origin: Course, manager: int, rng: np.random.Generator, until: str = "") -> Course | None:
    """The unhappy-customer case a low score opened, held by the customer's manager; None where there was none."""
    low = plan.book.value("unhappy.at_most", plan.today)
    heard = next((e for e in origin.events if e.to == "followed_up" and e.details.get("satisfaction", 9) <= low), None)
    if heard is None:
        return None
    words = material("words")["complaint"]
    opened = Event(heard.at, heard.staff, "opened")
    origin.events.insert(origin.events.index(heard) + 1, opened)
    said = {**_blank(plan, "unhappy", origin.said, heard.at), **{name: origin.said[name] for name in _KEPT}}
    said |= {"summary": words["unhappy"], "first_owner_id": heard.staff}
    course = Course(said, origin=origin, opened=opened)
    course.move(heard.at, heard.staff or manager, None, "received")
    course.events.append(Event(heard.at, heard.staff, "assignment", details={"to": manager},
                               sets={"handler_id": manager}))  # fmt: skip
    begun = heard.at + hours(rng, 2, 20)
    course.move(begun, manager, "received", "investigating")
    settled = begun + hours(rng, 20, 160)
    score = int(np.clip(round(rng.normal(3.9, 0.7)), 3, 5))
    course.move(settled, manager, "investigating", "followed_up", settlement=str(rng.choice(words["settled"])),
                satisfaction=score)  # fmt: skip
    course.move(
        settled + hours(rng, 1, 30), manager, "followed_up", "closed", measure=str(rng.choice(words["measures"]))
    )
    return as_of(course, plan.now, until)


def suggestion(
    plan: Plan, org: Organisation, kind: str, at: datetime, branch: int, manager: int, rng: np.random.Generator
) -> Course:
    """A suggestion: taken in, answered within the promise as a rule, closed with what came of it."""
    words = material("words")["complaint"]
    officer = int(rng.choice(org.officers))
    shares = BUSINESSES[kind]
    said = _blank(plan, "suggestion", {"customer_kind": kind, "complex": False}, at)
    said |= {
        "customer_kind": kind, "business": str(rng.choice(list(shares), p=share(shares))), "reason": "other",
        "channel": str(rng.choice(("suggestion_box", "online", "branch", "email"), p=(0.4, 0.3, 0.2, 0.1))),
        "product_id": None, "summary": str(rng.choice(words["suggestions"])), "demand": None,
        "about_branch_id": branch + 1, "about_staff_id": None, "first_owner_id": manager,
    }  # fmt: skip
    course = Course(said)
    course.move(at, manager, None, "received")
    taken = at + hours(rng, 0.5, 6)
    course.events.append(Event(taken, officer, "assignment", details={"to": officer}, sets={"handler_id": officer}))
    course.move(taken + hours(rng, 0.1, 2), officer, "received", "accepted")
    answered = taken + hours(rng, 3, 30)
    course.move(answered, officer, "accepted", "answered", answer=str(rng.choice(words["thanks"])))
    followed = answered + hours(rng, 20, 90)
    course.move(
        followed, officer, "answered", "followed_up", satisfaction=int(rng.choice((3, 4, 5), p=(0.2, 0.5, 0.3)))
    )
    course.move(
        followed + hours(rng, 1, 20), officer, "followed_up", "closed", measure=str(rng.choice(words["measures"]))
    )
    return as_of(course, plan.now, "")


def _blank(plan: Plan, kind: str, matter: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The columns of a case that bears the promise only."""
    reply = promise(matter["customer_kind"], bool(matter.get("complex")), at, plan.calendar, plan.book)
    empty = (
        "answer", "root_cause", "satisfaction", "compensation_fen", "handler_id", "promise_met_at", "answered_at",
        "closed_at", "grounds", "fault", "apology", "waiting_for", "waiting_since", "crisis_since", "crisis_ended_at",
        "origin_id", "outside_number", "outside_due_at", "legal_due_at",
    )  # fmt: skip
    return {
        "kind": kind, "state": "received", "complex": bool(matter.get("complex")), "extension": "none",
        "received_at": at,
        "promise_due_at": reply.due_at, "clocks_provisional": reply.provisional, **dict.fromkeys(empty),
    }  # fmt: skip


def suggestion_moments(days: list[datetime], rng: np.random.Generator) -> list[tuple[int, datetime]]:
    """For some of the complaints (by place) a suggestion of the same customer, some days before it."""
    chosen = np.flatnonzero(rng.random(len(days)) < SUGGESTIONS)
    return [(int(place), days[place] - timedelta(days=int(rng.integers(1, 25)))) for place in chosen]
