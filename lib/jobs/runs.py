"""The versions of a quarter's facts: which is published, which to build, and from what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from lib.jobs.changed import Copied, changed, inputs_of, still_from
from lib.kpi.frame import Frame, data_version, digest_of, kinds_of, merged_in, rates_on
from lib.rulebook import Rulebook
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter

FACTS = (
    m.CustomerQuarter, m.MeasureQuarter, m.ProfileQuarter, m.MigrationQuarter, m.CaseQuarter, m.PeerQuarter,
    m.CohortQuarter, m.ConcentrationQuarter, m.TagQuarter, m.SuitabilityQuarter, m.WaitQuarter,
)  # fmt: skip
_PAST = 4  # quarters a customer is compared with


def published(session: Any, quarter: Quarter) -> m.QuarterRun | None:
    """The run whose facts pages read, or None."""
    run = m.QuarterRun
    found: m.QuarterRun | None = session.scalars(
        select(run).where(run.quarter == str(quarter), run.state.in_(("open", "closed"))).order_by(run.version.desc())
    ).first()
    return found


@dataclass(frozen=True)
class Run:
    """A version to build (`fresh`) or one that still holds; `copy_from` and `anew`: what of it is copied."""

    frame: Frame
    fresh: bool
    copy_from: int | None = None
    anew: frozenset[int] = frozenset()

    @property
    def plan(self) -> dict[str, object]:
        """How it is built, kept with it: a half-built version is continued by the same plan only."""
        people = hashlib.sha256(repr(sorted(self.anew)).encode()).hexdigest()[:16]
        return {"copy_from": self.copy_from, "anew": people}


def open_run(quarter: Quarter, copied: Copied) -> Run | None:
    """The version to build, continuing a killed run of the same inputs; None for a closed quarter."""
    cutoff = min(quarter.end, today())
    with bulk("refresh") as session:
        standing = published(session, quarter)
        if standing is not None and standing.state == "closed":
            return None
        inputs = (cutoff.isoformat(), digest_of(rulebook(), cutoff), _inputs(session, quarter))
        frame = frame_of(session, quarter, cutoff)
        if standing is not None and (standing.cutoff, standing.rules_digest, standing.data_version) == inputs:
            return Run(replace(frame, version=standing.version), False)
        run = Run(frame, True)
        if standing is not None and (standing.cutoff, standing.rules_digest) == inputs[:2]:
            anew = changed(session, frame, standing, copied)
            if anew is not None and not anew and still_from(session, standing, frame):
                standing.data_version = inputs[2]  # what was changed since is no customer's
                standing.inputs = {**inputs_of(session, frame), "plan": run.plan}
                return Run(replace(frame, version=standing.version), False)
            run = run if anew is None else Run(frame, True, standing.version, anew)
        version = _building(session, quarter, inputs, {**inputs_of(session, frame), "plan": run.plan})
        return replace(run, frame=replace(frame, version=version))


def open_correction(quarter: Quarter, book: Rulebook) -> Run | None:
    """The version that is to correct a closed quarter, beside it, continuing a killed one of the same inputs.

    It is judged by `book`, the rulebook the quarter was closed by: a correction is of data, not of rules. Everybody
    is computed anew. None where the quarter is not closed.
    """
    with bulk("refresh") as session:
        standing = published(session, quarter)
        if standing is None or standing.state != "closed":
            return None
        frame = replace(frame_of(session, quarter, quarter.end), book=book)
        run = Run(frame, True)
        inputs = (quarter.end.isoformat(), digest_of(book, quarter.end), _inputs(session, quarter))
        version = _building(session, quarter, inputs, {**inputs_of(session, frame), "plan": run.plan})
        return replace(run, frame=replace(frame, version=version))


def _inputs(session: BulkSession, quarter: Quarter) -> int:
    """What the quarter's facts depend on beside rules and day: the data, and the facts of the quarter before."""
    before = published(session, quarter.shift(-1))
    return data_version(session) + (before.version if before else 0)


def _building(session: BulkSession, quarter: Quarter, inputs: tuple[str, str, int], more: dict[str, object]) -> int:
    """The version to build: a killed one of the same inputs, else a new one with every other half-built removed."""
    run = m.QuarterRun
    for half in session.scalars(select(run).where(run.quarter == str(quarter), run.state == "building")):
        if (half.cutoff, half.rules_digest, half.data_version) == inputs and half.inputs == more:
            return half.version
        remove(session, half)
    last = session.scalar(select(func.max(run.version)).where(run.quarter == str(quarter))) or 0
    cutoff, digest, data = inputs
    session.add(run(quarter=str(quarter), version=last + 1, state="building", cutoff=cutoff, rules_digest=digest,
                    data_version=data, inputs=more))  # fmt: skip
    session.add(m.Job(key=job_key(str(quarter), last + 1), state="running"))
    return last + 1


def frame_of(session: BulkSession, quarter: Quarter, cutoff: date) -> Frame:
    """What the version is built from; it has no number yet."""
    bank, before = session.scalars(select(m.Bank)).one(), published(session, quarter.shift(-1))
    past = [published(session, quarter.shift(-back)) for back in range(1, _PAST + 1)]
    return Frame(
        quarter=quarter,
        version=0,
        cutoff=cutoff,
        previous_version=before.version if before else None,
        book=rulebook(),
        base_currency=bank.base_currency,
        rates=rates_on(session, min(quarter.end, cutoff), bank.base_currency),
        kinds=kinds_of(session),
        merged=merged_in(session),
        past=tuple((run.quarter, run.version) for run in past if run is not None),
    )


def remove(session: BulkSession, run: m.QuarterRun) -> None:
    """Take a version's facts away; its run stays as a trace unless it was never published."""
    for table in FACTS:
        session.rows(delete(table).where(table.quarter == run.quarter, table.version == run.version))
    # What the following quarter says of its own movements stays until that quarter is built anew.
    moved, following = m.MigrationQuarter, str(Quarter.parse(run.quarter).shift(1))
    since = (moved.since == run.quarter, moved.since_version == run.version, moved.quarter != following)
    session.rows(delete(moved).where(*since))
    run.state = "replaced"


def job_key(quarter: str, version: int) -> str:
    return f"refresh {quarter} v{version}"
