"""Movements between any two quarters, computed on demand and then stored beside those between neighbours.

In steps of some managers each; a step's rows and its mark commit together, so that work left half way goes on where it
stopped and two who begin it at once share it. Sums only, no names: whoever may see the tiers page may begin it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lib.jobs.facts.rollups import add_managers, sum_up
from lib.settings import now
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.functions import as_flag
from lib.store.quarter import Quarter
from lib.store.rights import rights
from lib.store.scope import Refused, Scope
from lib.words import _

STEP = 20_000  # customers a step
_LAST = "sums"
_NONE = "none"


@dataclass(frozen=True)
class Span:
    """Two quarters, the earlier one first in time, each in the version that is published."""

    since: str
    since_version: int
    quarter: str
    version: int

    @property
    def key(self) -> str:
        """What the work is called among the jobs."""
        return f"span {self.quarter} v{self.version} since {self.since} v{self.since_version}"

    @property
    def job_id(self) -> int:
        """The same number for everybody who begins this work, so that it is begun once."""
        return int.from_bytes(hashlib.blake2b(self.key.encode(), digest_size=6).digest(), "big")


@dataclass(frozen=True)
class Progress:
    """How far the work is: steps done of all; `ready` when pages may read its sums."""

    done: int
    steps: int
    ready: bool

    @property
    def share(self) -> float:
        """The part that is done, 0–1."""
        return 1.0 if self.ready else self.done / max(1, self.steps)


def standing(span: Span) -> Progress:
    """How far this work is; (0, 0, False) for what nobody began."""
    with bulk("spans", write=False) as session:
        job = session.get(m.Job, span.job_id)
        if job is None:
            return Progress(0, 0, False)
        done = session.scalar(select(func.count()).where(m.JobStep.job_id == job.id)) or 0
        return Progress(done, len(_owners(session, span)) + 1, job.state == "done")


def compute(span: Span, scope: Scope) -> Iterator[Progress]:
    """Do the steps that are not done yet, telling after each how far the work is.

    Refused for who may not see the tiers page, and for a quarter whose version is no longer the published one;
    ValueError for neighbours, whose movements refresh has stored.
    """
    if not rights(scope.role, "tiers").see:
        raise Refused(_("你的岗位没有客户分层页面。"))
    if Quarter.parse(span.since) >= Quarter.parse(span.quarter).shift(-1):
        raise ValueError(f"{span.since} is not further back than the quarter before {span.quarter}")
    _begin(span, scope)
    with bulk("spans", write=False) as session:
        owners = _owners(session, span)
    steps = len(owners) + 1
    for place, group in enumerate(owners):
        _step(span, f"owners {place}", group)
        yield Progress(place + 1, steps, False)
    _step(span, _LAST, None)
    yield Progress(steps, steps, True)


def _begin(span: Span, scope: Scope) -> None:
    """The job's row, unless somebody made it; and what stood there from earlier versions goes."""
    with bulk("spans") as session:
        for quarter, version in ((span.quarter, span.version), (span.since, span.since_version)):
            run = session.get(m.QuarterRun, (quarter, version))
            if run is None or run.state not in ("open", "closed"):
                raise Refused(_("这个季度已重新计算，请刷新页面后再试。"))
        drop_outdated(session, span)
        if session.get(m.Job, span.job_id) is not None:
            return
        session.add(m.Job(id=span.job_id, key=span.key, state="running", message=scope.login))
        try:
            session.flush()
        except IntegrityError:  # somebody began it a moment ago
            session.rollback()


def drop_outdated(session: BulkSession, span: Span) -> int:
    """Take away what was computed between the same two quarters in other versions of the earlier one."""
    table = m.MigrationQuarter
    return session.rows(
        delete(table).where(
            table.quarter == span.quarter, table.since == span.since, table.since_version != span.since_version
        )
    )


def _step(span: Span, name: str, owners: Sequence[int] | None) -> None:
    """One step unless it is marked done. The mark goes first: a second writer waits for it, and then has nothing to
    do."""
    with bulk("spans") as session:
        if session.get(m.JobStep, (span.job_id, name)) is not None:
            return
        mark = m.JobStep(job_id=span.job_id, step=name, rows=0)
        session.add(mark)
        try:
            session.flush()
        except IntegrityError:
            session.rollback()
            return
        mark.rows = _sums(session, span) if owners is None else _of_owners(session, span, owners)


def _sums(session: BulkSession, span: Span) -> int:
    job = session.get(m.Job, span.job_id)
    assert job is not None
    job.state, job.finished_at = "done", now()
    return sum_up(session, span.quarter, span.version, span.since)


def _owners(session: BulkSession, span: Span) -> list[list[int]]:
    """The managers of either quarter, in groups that look after about STEP customers each."""
    q = m.CustomerQuarter
    at = or_(_is(q, span.quarter, span.version), _is(q, span.since, span.since_version))
    counted = select(q.manager_id, func.count()).where(at).group_by(q.manager_id).order_by(q.manager_id)
    groups: list[list[int]] = []
    size = STEP
    for manager, customers in session.execute(counted):
        if size >= STEP:
            groups.append([])
            size = 0
        groups[-1].append(manager)
        size += customers
    return groups


def _of_owners(session: BulkSession, span: Span, owners: Sequence[int]) -> int:
    moved = union_all(_now(span, owners), _left_since(span, owners)).subquery("moved")
    c = moved.c
    keys = (c.branch_id, c.manager_id, c.kind, c.tier_before, c.watch_before, c.tier, c.watch)
    query = select(
        c.branch_id, c.manager_id, literal("manager", String), literal(span.quarter, String), literal(span.version),
        literal(span.since, String), literal(span.since_version), c.kind, c.tier_before, c.watch_before, c.tier,
        c.watch, func.count(), cast(func.sum(c.aum_fen), BigInteger),
    ).group_by(*keys)  # fmt: skip
    return add_managers(session, query)


def _now(span: Span, owners: Sequence[int]) -> Any:
    """Everybody in the later quarter's facts, with where they were; of who left in it, the AUM they left with."""
    now_, then = m.CustomerQuarter, aliased(m.CustomerQuarter)
    was = and_(then.customer_id == now_.customer_id, _is(then, span.since, span.since_version), then.closed == 0)
    left = now_.closed == 1
    return (
        select(
            now_.branch_id, now_.manager_id, now_.kind, func.coalesce(then.tier, _NONE).label("tier_before"),
            as_flag(func.coalesce(then.watch, 0) > 0).label("watch_before"),
            case((left, _NONE), else_=now_.tier).label("tier"),
            as_flag(and_(~left, now_.watch > 0)).label("watch"),
            case((left, now_.opening_aum_fen), else_=now_.aum_fen).label("aum_fen"),
        )
        .outerjoin(then, was)
        .where(_is(now_, span.quarter, span.version), now_.manager_id.in_(owners))
    )  # fmt: skip


def _left_since(span: Span, owners: Sequence[int]) -> Any:
    """Who was there and is in the later quarter's facts no more, with the owner and the AUM of then; who was merged
    into another has not left."""
    then, now_, customer = m.CustomerQuarter, aliased(m.CustomerQuarter), m.Customer
    still = and_(now_.customer_id == then.customer_id, _is(now_, span.quarter, span.version))
    return (
        select(
            then.branch_id, then.manager_id, then.kind, then.tier, as_flag(then.watch > 0),
            literal(_NONE, String), literal(0), then.aum_fen,
        )
        .join(customer, customer.customer_id == then.customer_id)
        .where(
            _is(then, span.since, span.since_version), then.manager_id.in_(owners), then.closed == 0,
            customer.merged_into_id.is_(None), ~select(now_.customer_id).where(still).exists(),
        )
    )  # fmt: skip


def _is(facts: Any, quarter: str, version: int) -> ColumnElement[bool]:
    return and_(facts.quarter == quarter, facts.version == version)
