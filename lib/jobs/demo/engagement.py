"""Events, communities and referrals of the demonstration bank: events past with who came, others to come.

What lies behind us is written as it was then: a command plans nothing for a day that has passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from lib.customers.marks import end_tag, set_tag
from lib.engagement import referrals
from lib.engagement.attending import tick
from lib.engagement.communities import JoinForm
from lib.engagement.rules import Community, communities
from lib.jobs.demo.plan import material
from lib.settings import BANK_ZONE, business_now, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.scope import Scope
from lib.store.session import Refused, open_session

_BRANCHES, _MEMBERS, _REWARDS = 3, 5, 2
#: of ten guests so many ask for a seat
_ASKED_FOR = 8


def work(managers: Sequence[Scope], heads: Sequence[Scope], crm: Sequence[Scope]) -> int:
    """Write the events of the first branches and of the bank, and let managers do the rest; not twice into one bank."""
    with bulk("demo", write=False) as session:
        if session.scalar(select(m.Event.id).limit(1)) is not None:
            return 0
    done = 0
    for said in material("engagement")["event"]:
        owners = crm[:1] if said["whose"] == "bank" else heads[:_BRANCHES]
        done += sum(_event(said, scope, place) for place, scope in enumerate(owners))
    for number, scope in enumerate(managers):
        done += _communities(scope, number) + _rewards(scope, number)
    return done


def _event(said: dict[str, Any], scope: Scope, place: int) -> int:
    """One event with its guests, in the name of who runs it; what was held a while ago is closed."""
    day = today() + timedelta(days=said["days"] + 2 * place)
    starts = datetime.combine(day, time(said["at"]), BANK_ZONE)
    state = said.get("state", "closed")
    guests = _guests(said, scope)
    event = m.Event(
        id=new_id(), title=said["title"], kind=said["kind"], starts_at=starts, place=said["place"],
        seats=said["seats"], cost_fen=said["cost_yuan"] * 100, topics=said["topics"], products=[],
        community=said["community"] or None, state=state, host_id=scope.staff_id, owner_id=scope.staff_id,
        branch_id=scope.branch_id, created_at=min(starts, business_now()) - timedelta(days=25), version=1,
        reason=material("engagement")["cancelled"] if state == "cancelled" else None,
        closed_at=starts + timedelta(days=2) if state in ("closed", "cancelled") else None,
    )  # fmt: skip
    rows = [_invitation(said, event, scope, customer_id, at) for at, customer_id in enumerate(guests)]
    event.taken = sum(row["registered_at"] is not None for row in rows)
    event.waiting = sum(row["state"] == "waiting" for row in rows)
    with bulk("demo") as session:
        session.add(event)
        session.flush()
        session.insert(m.Invitation, rows)
        session.note("event", 1)
    return 1 + (_tick(scope, event, said, rows) if state == "held" else 0)


def _guests(said: dict[str, Any], scope: Scope) -> list[int]:
    """Customers of who runs it who were with the bank before and may be asked; spread, and always the same ones."""
    c = m.Customer
    kind = "corporate" if said.get("corporate") else "personal"
    mine = (c.stage == "customer", c.kind == kind, c.do_not_contact.is_(False), c.merged_into_id.is_(None),
            c.opened_on < today() - timedelta(days=400))  # fmt: skip
    with open_session(scope, "demo") as session:
        ids = list(session.scalars(select(c.customer_id).where(*mine).order_by(c.customer_id)))
    salt = len(said["title"]) * 7 + said["seats"]
    return sorted(ids, key=lambda one: ((one * 7919 + salt * 104_729) % 10_007, one))[: said["guests"]]


def _invitation(said: dict[str, Any], event: m.Event, scope: Scope, customer_id: int, at: int) -> dict[str, Any]:
    """Most of those asked for a seat until none is free; then they wait; a few decline, some never answer."""
    asked = at % 10 < _ASKED_FOR
    seated = asked and at // 10 * _ASKED_FOR + at % 10 < event.seats
    invited = event.created_at + timedelta(days=1, minutes=at)
    over = said.get("state", "closed") == "closed"
    came = seated and over and (at * 37) % 100 < said["came"]
    state = "attended" if came else "registered" if seated else "declined" if at % 10 == _ASKED_FOR else "invited"
    waits = asked and not seated and event.state == "open" and at % 3 == 0
    return {
        "customer_id": customer_id, "event_id": event.id, "state": "waiting" if waits else state,
        "invited_at": invited, "staff_id": scope.staff_id, "version": 1,
        "registered_at": invited + timedelta(days=2) if seated else None,
        "waiting_at": invited + timedelta(days=3) if waits else None,
        "ticked_at": event.starts_at if came else None, "note": None,
    }  # fmt: skip


def _tick(scope: Scope, event: m.Event, said: dict[str, Any], rows: Sequence[dict[str, Any]]) -> int:
    """Who came to what was just held is ticked by the command, so that managers have them to call."""
    came = {row["customer_id"]: True for at, row in enumerate(rows)
            if row["registered_at"] is not None and (at * 37) % 100 < said["came"]}  # fmt: skip
    with open_session(scope, "demo", write=True) as session:
        return len(tick(session, event.id, came).came)


def _communities(scope: Scope, number: int) -> int:
    """A manager's customers join, some quarters ago or now; one has left again."""
    known = list(communities(rulebook(), today()).values())
    c, done = m.Customer, 0
    mine = select(c.customer_id).where(c.manager_id == scope.staff_id, c.stage == "customer",
                                       c.merged_into_id.is_(None)).order_by(c.customer_id.desc())  # fmt: skip
    with open_session(scope, "demo") as session:
        ids = list(session.scalars(mine.limit(_MEMBERS * len(known) * 2)))
    for place, customer_id in enumerate(ids[number % 2 :: 2]):
        community = known[(place + number) % len(known)]
        done += _join(scope, community, customer_id, today() - timedelta(days=(place * 61 + number * 17) % 640))
    return done


def _join(scope: Scope, community: Community, customer_id: int, day: date) -> int:
    words = material("engagement")
    try:
        with open_session(scope, "demo", write=True) as session:
            form = JoinForm(day, "branch", words["joined"])
            set_tag(session, customer_id, community.name, community.family, form.evidence())
            if customer_id % 13 == 0:
                end_tag(session, customer_id, community.name, words["left"])
    except Refused:
        return 0
    with bulk("demo") as session:  # they joined when they agreed
        session.get_one(m.CustomerTag, (customer_id, community.name)).since_day = day
    return 1


def _rewards(scope: Scope, number: int) -> int:
    """Some rewards are given, one is declined, the others are still owed."""
    r, done = m.Referral, 0
    with open_session(scope, "demo") as session:
        wanted = (
            select(r).where(r.became_on.is_not(None), r.state == "open").order_by(r.became_on.desc(), r.referred_id)
        )
        rows = [(one.customer_id, one.referred_id, one.version) for one in session.scalars(wanted.limit(_REWARDS + 1))]
    for place, (referrer, referred, version) in enumerate(rows):
        try:
            with open_session(scope, "demo", write=True) as session:
                if place == 0 and number == 0:
                    referrals.decline(session, referrer, referred, version, material("engagement")["declined"])
                else:
                    referrals.give(session, referrer, referred, version, "gift")
        except Refused:
            continue
        done += 1
    return done
