"""A morning in the demonstration bank: managers work their lists of today, and a head gives some of it on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from lib.care import today as listing
from lib.jobs.demo.plan import material
from lib.settings import business_now, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.scope import Scope, scope_of
from lib.store.session import Refused, StoreSession, open_session
from lib.work import due
from lib.work.contacts import ContactForm, log_contact
from lib.work.moves import ENDED

#: what becomes of the first on a manager's list, one after the other
_OUTCOMES = ("reached", "not_reached", "follow_up", "reached")
_PROMISED, _GIVEN, _BUSY = 2, 1, 38
_AGO = (9, 3)  # days since a promise was given, and since it was to be kept


def work(scopes: Sequence[Scope]) -> int:
    """Let these managers plan, promise, call and put off; a head gives a customer on. How much was done."""
    done = 0
    for scope in scopes:
        done += _planned(scope) + _promised(scope) + _called(scope)
    return done + (_given(scopes[0]) if scopes else 0)


def _planned(scope: Scope) -> int:
    """Visits planned by hand for the customers with most money, until the list is as long as a busy day's."""
    titles = material("day")["visits"]
    with open_session(scope, "demo") as session:
        listed = {row.customer_id for row in session.execute(_asked(scope, scope.staff_id))}
        c, q = m.Customer, m.CustomerQuarter
        newest = select(func.max(q.quarter)).scalar_subquery()
        mine = (c.manager_id == scope.staff_id, c.stage == "customer", ~c.do_not_contact, c.merged_into_id.is_(None))
        best = (
            select(c.customer_id).join(q, q.customer_id == c.customer_id).where(q.quarter == newest, *mine)
            .order_by(q.aum_fen.desc(), c.customer_id)
        )  # fmt: skip
        wanted = [one for one in session.scalars(best) if one not in listed][: max(0, _BUSY - len(listed))]
    with open_session(scope, "demo", write=True) as session:
        for number, customer_id in enumerate(wanted):
            due.plan(session, customer_id, "visit", today() + timedelta(days=number % 4), titles[number % len(titles)])
    return len(wanted)


def _asked(scope: Scope, owner_id: int) -> Select:
    asked = listing.asked(scope, rulebook(), today(), business_now())
    return listing.people(asked, listing.Wanted(owner_id))


def _list(session: StoreSession, scope: Scope, owner_id: int) -> list[int]:
    """The customers on somebody's list who have no open case, first who comes first."""
    wanted = _asked(scope, owner_id).limit(20)
    ids = [row.customer_id for row in session.execute(wanted)]
    case = m.Case
    running = select(case.customer_id).where(case.customer_id.in_(ids), case.state.not_in(ENDED))
    busy = set(session.scalars(running))
    return [one for one in ids if one not in busy]


def _called(scope: Scope) -> int:
    """The first on the list are called, the next ones put off."""
    words = material("day")["morning"]
    with open_session(scope, "demo") as session:
        ids = _list(session, scope, scope.staff_id)
    done = 0
    ids = ids[_PROMISED:]  # the promises that are overdue stay
    for number, (customer_id, outcome) in enumerate(zip(ids, _OUTCOMES, strict=False)):
        done += _call(scope, customer_id, outcome, number, words)
    for customer_id, why in zip(ids[len(_OUTCOMES) :], words["put_off"], strict=False):
        done += _put_off(scope, customer_id, why)
    return done


def _call(scope: Scope, customer_id: int, outcome: str, number: int, words: dict[str, Any]) -> int:
    try:
        with open_session(scope, "demo", write=True) as session:
            open_ = session.scalars(due.open_items([customer_id])).all()
            about = tuple(one.id for one in open_ if one.owner_id == scope.staff_id and due.by_talking(one)
                          and one.due_on <= today() + timedelta(days=7))  # fmt: skip
            steps = words["steps"]
            next_step = "" if outcome == "not_reached" else steps[(customer_id + number) % len(steps)]
            log_contact(session, customer_id, ContactForm(
                "phone", "visit", outcome, business_now() - timedelta(minutes=5 + 12 * number), next_step,
                words["notes"][number % len(words["notes"])], today() + timedelta(days=7) if next_step else None, about,
            ), f"demo-morning-{customer_id}")  # fmt: skip
    except Refused:
        return 0
    return 1


def _put_off(scope: Scope, customer_id: int, why: str) -> int:
    try:
        with open_session(scope, "demo", write=True) as session:
            for item in session.scalars(due.open_items([customer_id])).all():
                if item.owner_id == scope.staff_id and item.due_on <= today() + timedelta(days=7):
                    due.snooze(session, item, item.version, today() + timedelta(days=1 + customer_id % 3), why)
    except Refused:
        return 0
    return 1


def _promised(scope: Scope) -> int:
    """Promises of last week that were not kept: nobody plans for a day that has passed, so they are written as then."""
    words = material("day")["morning"]
    with open_session(scope, "demo") as session:
        ids = _list(session, scope, scope.staff_id)[-_PROMISED:]
    kept = today() - timedelta(days=_AGO[1])
    at = business_now() - timedelta(days=_AGO[0])
    with bulk("demo") as session:
        for number, customer_id in enumerate(ids):
            what = words["steps"][number % len(words["steps"])]
            contact = m.Contact(
                customer_id=customer_id, id=new_id(), staff_id=scope.staff_id, happened_at=at, channel="phone",
                purpose="visit", outcome="follow_up", next_step=what, note=words["notes"][0], created_at=at,
            )  # fmt: skip
            session.add(contact)
            session.add(m.DueItem(
                customer_id=customer_id, id=new_id(), kind="follow_up", subject_key=f"{contact.id}-0", title=what,
                due_on=kept, original_due_on=kept, state="open", owner_id=scope.staff_id, branch_id=scope.branch_id,
                created_by=scope.staff_id, created_at=at, version=1, contact_id=contact.id,
            ))  # fmt: skip
        session.note("due_item", len(ids))
    return len(ids)


def _given(absent: Scope) -> int:
    """The head gives the work for one customer of a manager who is away to a colleague of the branch."""
    staff = select(m.Staff).where(m.Staff.branch_id == absent.branch_id, m.Staff.active).order_by(m.Staff.id)
    with bulk("demo", write=False) as session:
        people = list(session.scalars(staff))
    head = next((one for one in people if one.role == "head"), None)
    to = next((one for one in people if one.role == "manager" and one.id != absent.staff_id), None)
    if head is None or to is None:
        return 0
    scope = scope_of(head.id, head.login, head.name, head.role, head.branch_id)
    try:
        with open_session(scope, "demo", write=True) as session:
            for customer_id in _list(session, scope, absent.staff_id)[-_GIVEN:]:
                due.give(session, customer_id, to.id, material("day")["morning"]["away"])
    except Refused:
        return 0
    return _GIVEN
