"""Care that is due: birthdays by either calendar, festivals, milestones and life events, what matures (制度 §五)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Integer, String, and_, case, cast, func, literal, or_, select, union_all

from lib.jobs.due import making
from lib.jobs.due.making import add, approachable, c, day_of, item, tiers
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import days_after, days_between, greatest, month_and_day
from lib.work import festivals, lunar
from lib.work.birthdays import solar_keys

_KINDS = ("birthday", "festival", "milestone", "life_event", "maturity")
_MILESTONES = ("account_opened", "important_product")
#: days after which a greeting comes too late; and how long an event is worth a call
_GRACE, _RECENT = 2, 30
_AHEAD = 3  # days a call about something that matures is listed before it is due


def write_care_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Greetings of the days to come, calls after an event and before something matures.

    Ended by a conversation about it; missed once the day is over; withdrawn from who left or asked to be left alone.
    """
    done = making.finish(session, chunk, ["birthday", "festival"], "care")
    done += making.finish(session, chunk, ["milestone", "life_event", "maturity"], "milestone", "care")
    done += making.withdraw(session, chunk, _KINDS, approachable())
    done += making.drop(session, chunk, _KINDS[:2], "missed",
                        item.about_on < day_of(frame.cutoff - timedelta(days=_GRACE)))  # fmt: skip
    done += making.drop(session, chunk, ["maturity"], "missed", item.about_on < day_of(frame.cutoff))
    made = _birthdays(session, frame, chunk) + _festivals(session, frame, chunk) + _events(session, frame, chunk)
    return done + made + _maturities(session, frame, chunk)


def _birthdays(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    said = frame.rule("care.birthday")
    born = month_and_day(c.birth_date)
    falls = []
    for day in _days(frame.cutoff, said["ahead_days"]):
        kept = or_(and_(c.lunar_birthday.is_(None), born.in_(solar_keys(day))),
                   c.lunar_birthday.in_(sorted(lunar.keys_kept_on(day))))  # fmt: skip
        falls.append((kept, day_of(day)))
    step = (
        select(c.customer_id.label("of"), case(*falls).label("day"))
        .where(chunk.holds(c.customer_id), approachable(), c.kind == "personal", tiers(said["tiers"]))
        .cte("birthdays").prefix_with("MATERIALIZED")
    )  # fmt: skip
    query = select(*making.made("birthday", step.c.day, step.c.day, about_on=step.c.day))
    return add(session, query.join_from(step, c, c.customer_id == step.c.of).where(step.c.day.is_not(None)))


def _festivals(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    said, done = frame.rule("care.festival"), 0
    known = festivals.between(frame.book, frame.cutoff, frame.cutoff + timedelta(days=said["ahead_days"]), frame.end)
    for place, (code, day) in enumerate(known):
        if code not in said["festivals"]:
            continue
        when = day_of(day)
        key = literal(f"{code}-{day.year}", String)
        query = select(*making.made("festival", when, when, sub=literal(place), key=key, about_on=when,
                                    about=literal(code, String)))  # fmt: skip
        done += add(session, query.where(chunk.holds(c.customer_id), approachable(), tiers(said["tiers"])))
    return done


def _events(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    within: dict[str, int] = frame.rule("care.events")
    event = m.LifeEvent
    place = case(*((event.kind == kind, literal(number)) for number, kind in enumerate(within)))
    days = case(*((event.kind == kind, literal(number)) for kind, number in within.items()))
    recent = event.happened_on.between(day_of(frame.cutoff - timedelta(days=_RECENT)), day_of(frame.cutoff))
    step = (
        select(event.customer_id.label("of"), event.kind.label("what"), event.happened_on.label("day"),
               place.label("place"), days.label("days"))
        .where(chunk.holds(event.customer_id), event.kind.in_(list(within)), recent)
        .distinct().cte("events").prefix_with("MATERIALIZED")
    )  # fmt: skip
    due = greatest(days_after(step.c.day, step.c.days), day_of(frame.cutoff))
    key = step.c.what + "-" + cast(step.c.day, String)
    done = 0
    for kind, of_kind in (("milestone", step.c.what.in_(_MILESTONES)), ("life_event", ~step.c.what.in_(_MILESTONES))):
        query = select(*making.made(kind, step.c.day, due, key=key, sub=step.c.place, about_on=step.c.day,
                                    about=step.c.what))  # fmt: skip
        done += add(session, query.join_from(step, c, c.customer_id == step.c.of).where(of_kind, approachable()))
    return done


def _maturities(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """One item a customer, day and stage: the first stage of the tier that what is left of the time still allows."""
    stages: dict[str, list[int]] = frame.rule("care.maturity_days")
    furthest = max(days for each in stages.values() for days in each) + _AHEAD
    what = _maturing(frame, chunk, frame.cutoff + timedelta(days=furthest))
    left = days_between(day_of(frame.cutoff), what.c.day)
    stage = case(*(
        (and_(c.tier == tier, left > low, left <= days + _AHEAD), literal(days))
        for tier, each in stages.items() for days, low in _windows(each)
    ))  # fmt: skip
    step = (
        select(what, stage.label("stage")).join(c, c.customer_id == what.c.of).where(approachable())
        .cte("maturities").prefix_with("MATERIALIZED")
    )  # fmt: skip
    due = greatest(days_after(step.c.day, -step.c.stage), day_of(frame.cutoff))
    key = cast(step.c.day, String) + "-" + cast(step.c.stage, String)
    product = case((step.c.pieces == 1, step.c.product))
    query = select(*making.made("maturity", step.c.day, due, key=key, sub=cast(step.c.stage, Integer),
                                about_on=step.c.day, product_id=product, value_fen=step.c.amount))  # fmt: skip
    least = frame.money_rule("care.maturity_least", "least")
    wanted = (step.c.stage.is_not(None), step.c.amount >= least, making.none_open("maturity"))
    return add(session, query.join_from(step, c, c.customer_id == step.c.of).where(*wanted))


def _windows(stages: list[int]) -> list[tuple[int, int]]:
    """Each stage with the days left below which the next one takes over."""
    falling = sorted(stages, reverse=True)
    return [(days, following + _AHEAD) for days, following in zip(falling, [*falling[1:], -1 - _AHEAD], strict=True)]


def _maturing(frame: Frame, chunk: Chunk, until: date) -> Any:
    """What a customer has that matures on one day: how much, of which product, in how many pieces."""
    holding, account = m.Holding, m.Account
    soon = (day_of(frame.cutoff), day_of(until))
    parts = union_all(
        select(holding.customer_id.label("of"), holding.matures_on.label("day"), holding.product_id.label("product"),
               frame.in_base(holding.amount_fen, holding.currency).label("amount"))
        .where(chunk.holds(holding.customer_id), holding.matures_on.between(*soon), holding.ended_on.is_(None)),
        select(account.customer_id, account.matures_on, account.product_id,
               frame.in_base(func.coalesce(account.principal_fen, 0), account.currency))
        .where(chunk.holds(account.customer_id), account.matures_on.between(*soon), account.closed_on.is_(None)),
    ).subquery("parts")  # fmt: skip
    return (
        select(parts.c.of, parts.c.day, func.max(parts.c.product).label("product"),
               cast(func.sum(parts.c.amount), m.DueItem.value_fen.type).label("amount"), func.count().label("pieces"))
        .group_by(parts.c.of, parts.c.day).subquery("what")
    )  # fmt: skip


def _days(first: date, ahead: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(ahead + 1)]
