"""Building a version of a quarter's facts, step by step: each step commits together with its mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import func, insert, inspect, literal, select, true
from sqlalchemy.exc import IntegrityError

from lib.jobs.facts.balances import derive_balances
from lib.jobs.facts.cases import write_cases
from lib.jobs.facts.customers import write_customers
from lib.jobs.facts.members import Chunk
from lib.jobs.facts.peers import write_peers
from lib.jobs.facts.rollups import write_measures, write_migrations, write_profiles
from lib.jobs.facts.structure import write_cohorts, write_concentration
from lib.jobs.facts.suitability import write_suitability
from lib.jobs.facts.waits import write_waits
from lib.jobs.runs import Run, job_key
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk

#: customers a step computes: in a whole run, in an incremental one
CHUNK, SOME = 20_000, 500
Tell = Callable[[str], None]
_SUMS = {
    "measures": write_measures, "profiles": write_profiles, "migrations": write_migrations, "cases": write_cases,
    "peers": write_peers, "cohorts": write_cohorts, "concentration": write_concentration,
    "suitability": write_suitability, "waits": write_waits,
}  # fmt: skip


def build_facts(run: Run, tell: Tell) -> None:
    """The facts of a version and their sums, and nothing outside it."""
    frame = run.frame
    if frame.kinds:
        for chunk in whole_bank() if run.copy_from is not None else ():
            step(frame, f"copies {chunk.first}", partial(copy_customers, run=run, chunk=chunk), tell)
        for chunk in parts(run):
            step(frame, f"customers {chunk.first}", partial(_customers, frame=frame, chunk=chunk), tell)
    for name, write in _SUMS.items():
        step(frame, name, partial(write, frame=frame), tell)


def copy_customers(session: BulkSession, run: Run, chunk: Chunk) -> int:
    """Take over the rows of those nothing changed for."""
    q, frame = m.CustomerQuarter, run.frame
    columns = [column.key for column in inspect(q).column_attrs]
    there = [one for one in run.anew if one in chunk]
    rows = select(*(literal(frame.version) if name == "version" else getattr(q, name) for name in columns)).where(
        q.quarter == frame.key, q.version == run.copy_from, chunk.holds(q.customer_id),
        ~Chunk(0, 0, tuple(there)).holds(q.customer_id) if there else true(),
    )  # fmt: skip
    return session.rows(insert(q).from_select(columns, rows))


def _customers(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    derive_balances(session, frame, chunk)
    return write_customers(session, frame, chunk)


def parts(run: Run) -> Iterator[Chunk]:
    """Who is computed: everybody, in chunks, or those of an incremental run, some hundred at a time."""
    if run.copy_from is None:
        yield from whole_bank()
        return
    ids = sorted(run.anew)
    for start in range(0, len(ids), SOME):
        some = tuple(ids[start : start + SOME])
        yield Chunk(some[0], some[-1], some)


def whole_bank() -> Iterator[Chunk]:
    """Everybody: ranges of customer ids of CHUNK customers each, so that no write transaction lasts long."""
    place = func.row_number().over(order_by=m.Customer.customer_id).label("place")
    numbered = select(m.Customer.customer_id, place).subquery()
    with bulk("refresh", write=False) as session:
        starts = list(
            session.scalars(
                select(numbered.c.customer_id).where(numbered.c.place % CHUNK == 1).order_by(numbered.c.customer_id)
            )
        )
    for first, following in zip(starts, [*starts[1:], 2**53], strict=True):
        yield Chunk(first, following - 1)


def step(frame: Frame, name: str, work: Callable[[BulkSession], int], tell: Tell) -> None:
    """Do a step unless it is marked done; its rows and its mark commit together.

    Of two refreshes that build one version at once each step is done by one; the other goes on behind it.
    """
    try:
        with bulk("refresh") as session:
            if _is_done(session, frame, name):
                return
            rows = work(session)
            session.add(m.JobStep(job_id=_job(session, frame), step=name, rows=rows))
    except IntegrityError:
        with bulk("refresh", write=False) as session:
            if not _is_done(session, frame, name):
                raise
        return
    tell(f"{frame.key} {name}: {rows:,}")


def _job(session: BulkSession, frame: Frame) -> int:
    return session.scalars(select(m.Job.id).where(m.Job.key == job_key(frame.key, frame.version))).one()


def _is_done(session: BulkSession, frame: Frame, name: str) -> bool:
    return session.get(m.JobStep, (_job(session, frame), name)) is not None
