"""Points of the demonstration bank: earned quarter by quarter as refresh would have booked them, some redeemed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, insert, literal, null, select

from lib.engagement.points.write import RedeemForm, UndoForm, redeem, undo
from lib.jobs.building import whole_bank
from lib.jobs.demo.plan import material
from lib.jobs.facts.rollups import write_point_sums
from lib.jobs.points.booking import add_up, book_points, other_sides
from lib.jobs.runs import frame_of
from lib.kpi.frame import Frame
from lib.settings import business_now, today
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.functions import days_after
from lib.store.points import CUSTOMER, REDEEM, rewards
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import Refused, open_session

_e, _a, _c = m.PointEntry, m.PointAccount, m.Customer
_COLUMNS = ["customer_id", "deed", "account", "kind", "code", "points", "quantity", "booked_on", "expires_on",
            "staff_id", "at"]  # fmt: skip
#: one customer in so many redeems in a quarter, within so many days after it
_ONE_IN, _DAYS = 5, 55
#: redemptions made by the command, and how many of them a head takes back
_BY_HAND, _TAKEN_BACK = 6, 2


def collect() -> None:
    """Book the past of the open quarters, let some redeem, and tell the stored figures of it."""
    frames = list(_frames())
    for frame in frames:
        if frame.end < today():
            for chunk in whole_bank():
                with bulk("demo") as session:
                    book_points(session, frame, chunk)
            with bulk("demo") as session:
                _redeem(session, frame)
    _by_hand()
    for frame in frames:
        with bulk("demo") as session:
            write_point_sums(session, frame)


def _frames() -> Iterator[Frame]:
    """The quarters whose facts are published and open, the oldest first."""
    run = m.QuarterRun
    with bulk("demo", write=False) as session:
        for row in session.scalars(select(run).where(run.state == "open").order_by(run.quarter)).all():
            quarter = Quarter.parse(row.quarter)
            yield replace(frame_of(session, quarter, min(quarter.end, today())), version=row.version)


def _redeem(session: BulkSession, frame: Frame) -> None:
    """Some of those who had enough at the quarter's end redeem in the weeks after, with their manager."""
    had = (
        select(_e.customer_id, func.sum(_e.points).label("points"))
        .where(_e.account == CUSTOMER, _e.booked_on <= literal(frame.end)).group_by(_e.customer_id).subquery("had")
    )  # fmt: skip
    turn = frame.quarter.year * 4 + frame.quarter.number
    day = days_after(literal(frame.end), cast(_c.customer_id % _DAYS, Integer) + 1)
    code, points = _chosen(had.c.points)
    rows = (
        select(_c.customer_id, literal(f"{REDEEM}{frame.quarter}", String), literal(CUSTOMER, String),
               literal("redeem", String), code, points, literal(1), day, cast(null(), _e.expires_on.type),
               _c.manager_id, literal(business_now(), _e.at.type))
        .join(had, had.c.customer_id == _c.customer_id)
        .where((_c.customer_id + turn) % _ONE_IN == 0, _c.stage == "customer", _c.manager_id.is_not(None),
               _c.merged_into_id.is_(None), day <= literal(today()), had.c.points >= _least())
    )  # fmt: skip
    session.rows(insert(_e).from_select(_COLUMNS, rows))
    mine = (_e.deed == f"{REDEEM}{frame.quarter}", _e.account == CUSTOMER)
    other_sides(session, *mine)
    add_up(session, select(_e.customer_id).where(*mine))


def _chosen(has: Any) -> tuple[ColumnElement[str], ColumnElement[int]]:
    """Which reward and its points: one of those within reach that are never out of stock, another for each."""
    known = sorted((one for one in rewards(today()).values() if not one.stock), key=lambda one: -one.price)
    conditions = [and_(has >= one.price, (_c.customer_id // _ONE_IN) % 2 == number % 2)
                  for number, one in enumerate(known[:-1])]  # fmt: skip
    code = case(*((when, literal(one.code, String)) for when, one in zip(conditions, known, strict=False)),
                else_=literal(known[-1].code, String))  # fmt: skip
    points = case(*((when, literal(-one.price)) for when, one in zip(conditions, known, strict=False)),
                  else_=literal(-known[-1].price))  # fmt: skip
    return code, points


def _least() -> int:
    return min(one.price for one in rewards(today()).values())


def _by_hand() -> None:
    """A few redeem today through the form; of the first some are taken back by the head of the branch."""
    rich = (
        select(_c.customer_id, m.Staff).join(_a, _a.customer_id == _c.customer_id)
        .join(m.Staff, m.Staff.id == _c.manager_id).where(_a.balance >= 500, m.Staff.role == "manager", m.Staff.active)
        .order_by(_a.balance.desc(), _c.customer_id).limit(_BY_HAND)
    )  # fmt: skip
    with bulk("demo", write=False) as session:
        found = [(customer, _scope(staff)) for customer, staff in session.execute(rich)]
        heads = {one.branch_id: _scope(one)
                 for one in session.scalars(select(m.Staff).where(m.Staff.role == "head", m.Staff.active))}  # fmt: skip
    said = material("points")
    for number, (customer, scope) in enumerate(found):
        key = f"demo-{number}"
        try:
            with open_session(scope, "demo", write=True) as session:
                redeem(session, customer, RedeemForm("tea_set", 1, said["note"]), key)
            if number < _TAKEN_BACK and scope.branch_id in heads:
                with open_session(heads[scope.branch_id], "demo", write=True) as session:
                    undo(session, customer, f"{REDEEM}{key}", UndoForm(said["taken_back"]))
        except Refused:
            continue


def _scope(staff: m.Staff) -> Scope:
    return scope_of(staff.id, staff.login, staff.name, staff.role, staff.branch_id)
