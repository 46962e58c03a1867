"""Refresh: the stored facts of every quarter not yet closed, built beside the published ones and then published.

Each step commits together with its mark, so a killed run is continued by the next; pages read the published version
until the new one stands whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import delete, func, select

from lib.jobs.due import write_duplicate_items, write_refresh_items
from lib.jobs.facts.balances import Chunk, derive_balances
from lib.jobs.facts.cases import write_cases
from lib.jobs.facts.customers import write_customers
from lib.jobs.facts.peers import write_peers
from lib.jobs.facts.rollups import write_measures, write_migrations, write_profiles
from lib.jobs.facts.structure import write_cohorts, write_concentration, write_tag_sums
from lib.jobs.facts.tags import write_current_tiers, write_tags
from lib.kpi.frame import Frame, data_version, digest_of, kinds_of, merged_in, rates_on
from lib.settings import bank_day, now, today
from lib.store import audit
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.engine import analyse
from lib.store.functions import as_flag
from lib.store.quarter import Quarter, quarters_between

CHUNK = 20_000
_PAST = 4  # quarters a customer is compared with
FACTS = (
    m.CustomerQuarter, m.MeasureQuarter, m.ProfileQuarter, m.MigrationQuarter, m.CaseQuarter, m.PeerQuarter,
    m.CohortQuarter, m.ConcentrationQuarter, m.TagQuarter,
)  # fmt: skip
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did to one quarter."""

    quarter: str
    version: int
    changed: bool
    customers: int
    seconds: float


def refresh(tell: Tell = print, quarters: list[Quarter] | None = None) -> list[Refreshed]:
    """Bring every quarter that is not closed to the data, rules and business day of now.

    A quarter whose published facts already stand on all three is left as it is. Raises RuleMissing or RateMissing,
    with nothing published, where the rulebook or a currency rate has a gap.
    """
    done: list[Refreshed] = []
    wanted = quarters or quarters_to_refresh()
    for quarter in wanted:
        began = time.monotonic()
        run = _open_run(quarter)
        if run is None:
            continue
        frame, fresh = run
        if fresh and not any(one.changed for one in done):
            analyse()
        customers = _build(frame, tell, newest=quarter == wanted[-1]) if fresh else 0
        took = time.monotonic() - began
        if fresh:
            tell(f"{quarter}: {customers:,} customers, version {frame.version}, {took:.1f} s")
        done.append(Refreshed(str(quarter), frame.version, fresh, customers, took))
    if any(one.changed for one in done):
        with bulk("seal") as session:
            audit.seal(session)
    return done


def quarters_to_refresh() -> list[Quarter]:
    """From the first quarter with data to the running one."""
    with bulk("refresh", write=False) as session:
        opened = session.scalar(select(func.min(m.Customer.opened_on)))
        received = session.scalar(select(func.min(m.Case.received_at)))
        asked = session.scalar(select(func.min(m.SurveyAnswer.asked_on)))
        started = session.scalar(select(func.min(m.Transaction.booked_on)))
        given = session.scalar(select(func.min(m.BalanceMonth.month)))
    days = [day for day in (started or given or opened, received and bank_day(received), asked) if day]
    return quarters_between(Quarter.of(min(days)), Quarter.of(today())) if days else []


def published(session: Any, quarter: Quarter) -> m.QuarterRun | None:
    """The run whose facts pages read, or None."""
    run = m.QuarterRun
    found: m.QuarterRun | None = session.scalars(
        select(run).where(run.quarter == str(quarter), run.state.in_(("open", "closed"))).order_by(run.version.desc())
    ).first()
    return found


def _open_run(quarter: Quarter) -> tuple[Frame, bool] | None:
    """The frame to build, continuing a killed run of the same inputs; None for a closed quarter."""
    book, cutoff = rulebook(), min(quarter.end, today())
    with bulk("refresh") as session:
        standing = published(session, quarter)
        if standing is not None and standing.state == "closed":
            return None
        inputs = (cutoff.isoformat(), digest_of(book), _inputs(session, quarter))
        before = published(session, quarter.shift(-1))
        if standing is not None and (standing.cutoff, standing.rules_digest, standing.data_version) == inputs:
            return _frame(session, quarter, standing.version, cutoff, before), False
        version = _building(session, quarter, inputs)
        return _frame(session, quarter, version, cutoff, before), True


def _inputs(session: BulkSession, quarter: Quarter) -> int:
    """What the quarter's facts depend on beside rules and day: the data, and the facts of the quarter before."""
    before = published(session, quarter.shift(-1))
    return data_version(session) + (before.version if before else 0)


def _building(session: BulkSession, quarter: Quarter, inputs: tuple[str, str, int]) -> int:
    """The version to build: a killed one of the same inputs, else a new one with every other half-built removed."""
    run = m.QuarterRun
    for half in session.scalars(select(run).where(run.quarter == str(quarter), run.state == "building")):
        if (half.cutoff, half.rules_digest, half.data_version) == inputs:
            return half.version
        _remove(session, half)
    last = session.scalar(select(func.max(run.version)).where(run.quarter == str(quarter))) or 0
    cutoff, digest, data = inputs
    session.add(run(quarter=str(quarter), version=last + 1, state="building", cutoff=cutoff, rules_digest=digest,
                    data_version=data))  # fmt: skip
    session.add(m.Job(key=_job_key(str(quarter), last + 1), state="running"))
    return last + 1


def _frame(session: BulkSession, quarter: Quarter, version: int, cutoff: date, before: Any) -> Frame:
    bank = session.scalars(select(m.Bank)).one()
    return Frame(
        quarter=quarter,
        version=version,
        cutoff=cutoff,
        previous_version=before.version if before else None,
        book=rulebook(),
        base_currency=bank.base_currency,
        rates=rates_on(session, min(quarter.end, cutoff), bank.base_currency),
        kinds=kinds_of(session),
        merged=merged_in(session),
        past=_past(session, quarter),
    )


def _past(session: BulkSession, quarter: Quarter) -> tuple[tuple[str, int], ...]:
    runs = [published(session, quarter.shift(-back)) for back in range(1, _PAST + 1)]
    return tuple((run.quarter, run.version) for run in runs if run is not None)


def _build(frame: Frame, tell: Tell, *, newest: bool) -> int:
    """All steps that are not done yet, then publication."""
    if frame.kinds:
        for chunk in _chunks():
            _step(frame, f"customers {chunk[0]}", partial(_customers, frame=frame, chunk=chunk), tell)
    _step(frame, "measures", partial(write_measures, frame=frame), tell)
    _step(frame, "profiles", partial(write_profiles, frame=frame), tell)
    _step(frame, "migrations", partial(write_migrations, frame=frame), tell)
    _step(frame, "cases", partial(write_cases, frame=frame), tell)
    _step(frame, "peers", partial(write_peers, frame=frame), tell)
    _step(frame, "cohorts", partial(write_cohorts, frame=frame), tell)
    _step(frame, "concentration", partial(write_concentration, frame=frame), tell)
    if newest and frame.kinds:
        for chunk in _chunks():
            _step(frame, f"tags {chunk[0]}", partial(_current, frame=frame, chunk=chunk), tell)
        _step(frame, "tag sums", partial(write_tag_sums, frame=frame), tell)
        _step(frame, "duplicates", partial(write_duplicate_items, frame=frame), tell)
    return _publish(frame)


def _customers(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    derive_balances(session, frame, chunk)
    return write_customers(session, frame, chunk)


def _current(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    write_current_tiers(session, frame, chunk)
    write_refresh_items(session, frame, chunk)
    return write_tags(session, frame, chunk)


def _chunks() -> Iterator[Chunk]:
    """Ranges of customer ids of CHUNK customers each, so that no write transaction lasts long."""
    place = func.row_number().over(order_by=m.Customer.customer_id).label("place")
    numbered = select(m.Customer.customer_id, place).subquery()
    with bulk("refresh", write=False) as session:
        starts = list(
            session.scalars(
                select(numbered.c.customer_id).where(numbered.c.place % CHUNK == 1).order_by(numbered.c.customer_id)
            )
        )
    for first, following in zip(starts, [*starts[1:], 2**53], strict=True):
        yield first, following - 1


def _step(frame: Frame, name: str, work: Callable[[BulkSession], int], tell: Tell) -> None:
    """Do a step unless it is marked done; its rows and its mark commit together."""
    with bulk("refresh") as session:
        job = session.scalars(select(m.Job).where(m.Job.key == _job_key(frame.key, frame.version))).one()
        if session.get(m.JobStep, (job.id, name)) is not None:
            return
        rows = work(session)
        session.add(m.JobStep(job_id=job.id, step=name, rows=rows))
    tell(f"{frame.key} {name}: {rows:,}")


def _publish(frame: Frame) -> int:
    """Make the version the one pages read, and remove the open one it replaces."""
    with bulk("refresh") as session:
        counts = _counts(session, frame)
        replaced = published(session, frame.quarter)
        run = session.get(m.QuarterRun, (frame.key, frame.version))
        assert run is not None
        run.state, run.finished_at, run.counts = "open", now(), counts
        if replaced is not None:
            _remove(session, replaced)
        job = session.scalars(select(m.Job).where(m.Job.key == _job_key(frame.key, frame.version))).one()
        job.state, job.finished_at = "done", now()
        audit.append(
            session, 0, None, "refresh", "job", "publish", "refresh", f"{frame.key} v{frame.version}", None, counts
        )
    return counts["customers"]


def _counts(session: BulkSession, frame: Frame) -> dict[str, int]:
    q = m.CustomerQuarter
    names = ("customers", "opened", "lost", "upgraded", "downgraded")
    sums = (func.count(), *(func.coalesce(func.sum(flag), 0) for flag in (
        q.opened, q.lost, as_flag(q.moved == 1), as_flag(q.moved == -1))))  # fmt: skip
    row = session.execute(select(*sums).where(q.quarter == frame.key, q.version == frame.version)).one()
    return {name: int(value) for name, value in zip(names, row, strict=True)}


def _remove(session: BulkSession, run: m.QuarterRun) -> None:
    """Take a version's facts away; its run stays as a trace unless it was never published."""
    for table in FACTS:
        session.rows(delete(table).where(table.quarter == run.quarter, table.version == run.version))
    spans, following = m.MigrationQuarter, str(Quarter.parse(run.quarter).shift(1))
    # What the following quarter says of its own movements stays until that quarter is built anew.
    since = (spans.since == run.quarter, spans.since_version == run.version, spans.quarter != following)
    session.rows(delete(spans).where(*since))
    run.state = "replaced"


def _job_key(quarter: str, version: int) -> str:
    return f"refresh {quarter} v{version}"
