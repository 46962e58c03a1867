"""Which customers' facts may differ from those published: told by the audit trail, so that the rest is copied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, and_, cast, func, literal, or_, select, union_all

from lib.kpi.frame import Frame, data_version
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.ids import ids_within

#: batches that change no customer's facts; after any other everybody is computed anew
HARMLESS = (
    "migrate", "seal", "close", "rule entry", "calendar year", "carry out", "set clocks", "user add", "user disable",
    "user password", "user sessions", "pulses", "unhappy",
)  # fmt: skip
#: A change still open when a version was begun may have an older number than the latest it saw: how far back to count.
OPEN = ids_within(minutes=10)
#: beyond this share of all customers (percent), or this many, everybody is computed anew
SHARE, MOST = 10, 10_000


@dataclass
class Copied:
    """What this refresh did to earlier quarters: (quarter, its former version) → the customers computed anew."""

    anew: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict)


def inputs_of(session: BulkSession, frame: Frame) -> dict[str, object]:
    """What a version is computed from beside rules and day: kept with it, compared before copying."""
    latest = data_version(session)
    return {
        "data": latest,
        "seen": _seen(session, latest),
        "past": [list(one) for one in frame.past],
        "merged": len(frame.merged),
        "rates": dict(frame.rates),
        "kinds": list(frame.kinds),
        "risks": [list(one) for one in session.execute(_risks())],
        "quality": [list(one) for one in session.execute(_quality(frame))],
        "training": _training(session),
    }


def _risks() -> Any:
    """The risk levels of the products: another one changes how their holders stand, without a word of them."""
    p = m.Product
    return select(p.id, p.risk_level).where(p.risk_level.is_not(None)).order_by(p.id)


def _quality(frame: Frame) -> Any:
    """What of the quarter belongs to no customer: checks and measures against findings, how many and how often saved.

    They move sums of branches only; the customers are copied. (Tickets come by import, after which all is anew.)
    """
    c, a = m.ServiceCheck, m.Action
    sums: tuple[tuple[Any, Any], ...] = (
        (c, c.checked_on.between(frame.quarter.start, frame.quarter.end)),
        (a, and_(a.finding_id.is_not(None), a.due_on.between(frame.quarter.start, frame.quarter.end))),
    )
    return union_all(*(
        select(literal(place).label("place"), func.count().label("rows"),
               cast(func.coalesce(func.sum(of.version), 0), BigInteger).label("saved"))
        .select_from(of).where(within) for place, (of, within) in enumerate(sums)
    )).order_by("place")  # fmt: skip


def _training(session: BulkSession) -> list[int]:
    """Counts that grow with every change to courses, training records and staff: those change no customer's facts,
    but the figures of training."""
    found = []
    for table in (m.Course, m.TrainingRecord, m.Staff):
        found += list(session.execute(select(func.count(), func.coalesce(func.sum(table.version), 0))
                                      .select_from(table)).one())  # fmt: skip
    return [int(one) for one in found]


def _seen(session: BulkSession, latest: int) -> int:
    """How many changes of the last minutes before a moment are there; one committed late makes them more."""
    entry = m.AuditEntry
    within = (entry.id > latest - OPEN, entry.id <= latest, entry.table != "refresh")
    return session.scalar(select(func.count()).select_from(entry).where(*within)) or 0


def changed(session: BulkSession, frame: Frame, standing: m.QuarterRun, copied: Copied) -> frozenset[int] | None:
    """The customers to compute anew, everybody else being copied from `standing`; None: everybody.

    Whoever was changed since, who is merged with them or was referred to by them, and who was computed anew in the
    quarters before by this same refresh.
    """
    known: dict[str, Any] | None = standing.inputs
    aside = dict.fromkeys(("past", "plan", "data", "seen", "quality", "training"))
    if known is None or {**known, **aside} != {**inputs_of(session, frame), **aside}:
        return None
    if _seen(session, known["data"]) != known["seen"]:
        return None
    found = _before(frame, known, copied)
    since = _changed_since(session, known["data"]) if found is not None else None
    if found is None or since is None:
        return None
    everyone = frozenset(_with_kin(session, found | since))
    all_customers = (standing.counts or {}).get("customers", 0)
    return everyone if len(everyone) <= min(MOST, max(100, all_customers * SHARE // 100)) else None


def still_from(session: BulkSession, standing: m.QuarterRun, frame: Frame) -> bool:
    """Whether a version was computed from the versions of earlier quarters that are published now, and from the
    checks, measures and training there are now."""
    now = inputs_of(session, frame)
    known: dict[str, Any] | None = standing.inputs
    return known is not None and all(known.get(part) == now[part] for part in ("past", "quality", "training"))


def _before(frame: Frame, known: dict[str, Any], copied: Copied) -> frozenset[int] | None:
    """Who was computed anew in the quarters before; None where one of them was rebuilt as a whole."""
    then = {str(quarter): version for quarter, version in known["past"]}
    found: frozenset[int] = frozenset()
    if set(then) != {quarter for quarter, _version in frame.past}:
        return None
    for quarter, version in frame.past:
        if then[quarter] == version:
            continue
        anew = copied.anew.get((quarter, then[quarter]))
        if anew is None:
            return None
        found |= anew
    return found


def _changed_since(session: BulkSession, latest: int) -> frozenset[int] | None:
    """Whose rows were changed after an entry of the trail; None after a batch that may have changed anybody's."""
    entry = m.AuditEntry
    batches = select(entry.actor).where(entry.id > latest, entry.table == "many").distinct()
    if set(session.scalars(batches)) - set(HARMLESS):
        return None
    later = (entry.id > latest, entry.table != "refresh", entry.customer_id != 0)
    customers = select(entry.customer_id).where(*later).distinct().limit(MOST + 1)
    return frozenset(session.scalars(customers))


def _with_kin(session: BulkSession, customers: frozenset[int]) -> set[int]:
    """These, whoever brought them, and the other records of the same people."""
    c, found = m.Customer, set(customers)
    ids = sorted(customers)
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        row = select(c.referred_by_id, c.merged_into_id, c.merged_with_id).where(c.customer_id.in_(some))
        found |= {one for said in session.execute(row) for one in said if one is not None}
        joined = select(c.customer_id).where(or_(c.merged_into_id.in_(some), c.merged_with_id.in_(some)))
        found |= set(session.scalars(joined))
    return found
