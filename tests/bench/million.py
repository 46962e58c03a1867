"""A bank of a million customers to search, list and work with: a small demonstration bank, very many more people."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert, literal, select, true

from lib.jobs.demo.names import firm_names, person_names
from lib.settings import business_now, today
from lib.store import mask
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.crypto import blind, seal
from lib.store.engine import analyse
from lib.store.functions import days_after
from lib.store.numbers import checked

FIRST, CHUNK = 3_000_000_000, 20_000
BRANCHES, MANAGERS = 200, 2_000
FIRMS = 0.12
_FIRST_STAFF = 500_000


def phone_of(place: int) -> str:
    """The phone of the person added at this place."""
    return f"139{place:08d}"


def grow(customers: int) -> None:
    """Add so many people and firms to the bank of the settings, with one published quarter's facts and tags."""
    rng = np.random.default_rng(11)
    with bulk("bench") as session:
        _organise(session)
    for first in range(0, customers, CHUNK):
        with bulk("bench") as session:
            _people(session, rng, first, min(CHUNK, customers - first))
    with bulk("bench") as session:
        _facts(session)
    with bulk("bench") as session:
        _work(session)
    analyse()


def _organise(session: Any) -> None:
    session.insert(m.Branch, [{"id": _FIRST_STAFF + one, "code": f"X{one:03d}", "name": f"第 {one} 支行"}
                              for one in range(BRANCHES)])  # fmt: skip
    session.insert(m.Staff, [{"id": _FIRST_STAFF + one, "login": f"x{one}", "name": f"经理{one}", "role": "manager",
                              "branch_id": _FIRST_STAFF + one % BRANCHES} for one in range(MANAGERS)])  # fmt: skip


def _people(session: Any, rng: np.random.Generator, first: int, size: int) -> None:
    """A chunk, spread over the managers; every two-thousandth is rm.zhang's."""
    zhang = session.scalars(select(m.Staff).where(m.Staff.login == "rm.zhang")).one()
    genders = np.where(rng.random(size) < 0.5, "M", "F").astype(object)
    born = rng.integers(1940, 2006, size)
    firm = rng.random(size) < FIRMS
    names = person_names(rng, genders, born)
    firms = firm_names(rng, np.where(firm, "wholesale", "retail").astype(object))
    rows = []
    for at in range(size):
        place = first + at
        owner = _FIRST_STAFF + place % MANAGERS
        mine = place % MANAGERS == 0
        rows.append({
            "customer_id": FIRST + place, "number": checked(1_000_000_000 + place), "stage": "customer",
            "kind": "corporate" if firm[at] else "personal", "name": firms[at] if firm[at] else names[at],
            "known_since": date(2015, 1, 1) + timedelta(days=place % 4000), "opened_on": date(2015, 1, 1),
            "phone_masked": mask.phone(phone_of(place)), "phone_sealed": seal(phone_of(place)),
            "phone_hash": blind("phone", phone_of(place)), "tier": "mass",
            "birth_date": None if firm[at] else date(int(born[at]), 1 + place % 12, 1 + place % 28),
            "verified_on": date(2025, 1, 1) + timedelta(days=place % 690),
            "manager_id": zhang.id if mine else owner,
            "branch_id": zhang.branch_id if mine else _FIRST_STAFF + place % BRANCHES,
        })  # fmt: skip
    session.insert(m.Customer, rows)
    session.insert(m.CustomerNumber, [{"number": row["number"], "customer_id": row["customer_id"]} for row in rows])
    session.index_names(((row["customer_id"], row["name"]) for row in rows), fresh=True)


def _facts(session: Any) -> None:
    """The newest published quarter of everybody, made of one of its customers; a tag for one in three."""
    c, q = m.Customer, m.CustomerQuarter
    run = session.execute(
        select(m.QuarterRun.quarter, m.QuarterRun.version)
        .where(m.QuarterRun.state.in_(("open", "closed"))).order_by(m.QuarterRun.quarter.desc())
    ).first()  # fmt: skip
    like = session.scalars(select(q).where(q.quarter == run.quarter, q.version == run.version, q.gone == 0)).first()
    own = {"customer_id": c.customer_id, "branch_id": c.branch_id, "manager_id": c.manager_id, "kind": c.kind,
           "aum_fen": c.customer_id * 7919 % 1_000_000_007, "has_wealth": c.customer_id % 3 % 2,
           "quiet_quarters": c.customer_id % 6}  # fmt: skip
    said = [own.get(name, literal(getattr(like, name), q.__table__.c[name].type)) for name in q.__table__.c.keys()]  # noqa: SIM118
    session.rows(insert(q).from_select(list(q.__table__.c.keys()), select(*said).where(c.customer_id >= FIRST)))
    tag = session.scalars(select(m.CustomerTag)).first()
    names = list(m.CustomerTag.__table__.c.keys())
    more = {"customer_id": c.customer_id}
    row = [more.get(one, literal(getattr(tag, one), m.CustomerTag.__table__.c[one].type)) for one in names]
    thirds = (c.customer_id >= FIRST, c.customer_id % 3 == 0)
    session.rows(insert(m.CustomerTag).from_select(names, select(*row).where(*thirds)))


def _work(session: Any) -> None:
    """A visit of everybody spread over two months, a record to verify, a warning, something maturing of some; and the
    last conversation of every other one."""
    c, item, now = m.Customer, m.DueItem, business_now()
    kinds = {"visit": (1, 60, 5), "refresh": (4, 40, 10), "maturity": (20, 30, 0), "churn": (50, 9, 1)}
    names = ["customer_id", "id", "kind", "subject_key", "due_on", "original_due_on", "state", "owner_id", "branch_id",
             "by_rule", "created_at", "version", "attempts", "value_fen"]  # fmt: skip
    for place, (kind, (every, days, late)) in enumerate(kinds.items(), 1):
        due = days_after(literal(today()), c.customer_id / every % days - late)
        row = [c.customer_id, literal(place), literal(kind), literal(kind), due, due, literal("open"), c.manager_id,
               c.branch_id, true(), literal(now, item.created_at.type), literal(1), literal(0),
               c.customer_id % 1_000 * 1_000_000]  # fmt: skip
        some = (c.customer_id >= FIRST, c.customer_id % every == 0)
        session.rows(insert(item).from_select(names, select(*row).where(*some)))
    talk = m.Contact
    said = [c.customer_id, literal(1), c.manager_id, literal(now - timedelta(days=70), talk.happened_at.type),
            literal("phone"), literal("visit"), literal("reached"), literal(now, talk.created_at.type),
            literal(1)]  # fmt: skip
    names = ["customer_id", "id", "staff_id", "happened_at", "channel", "purpose", "outcome", "created_at", "version"]
    session.rows(insert(talk).from_select(names, select(*said).where(c.customer_id >= FIRST, c.customer_id % 2 == 0)))


if __name__ == "__main__":
    grow(int(sys.argv[1]))
