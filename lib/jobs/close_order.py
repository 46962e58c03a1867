"""What was asked for of a quarter's closing, kept as a job until it is done: who, why, and how far it is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select

from lib.jobs import building
from lib.jobs.close_freeze import Order
from lib.jobs.runs import job_key
from lib.settings import now
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter
from lib.store.scope import Refused, Scope
from lib.words import _, quarter_name

#: the post that closes quarters (制度 §七: the customer-relationship department evaluates)
DEPARTMENT = "crm"
#: the sums that follow the customers of a version, and the freeze
_AFTER = 9


@dataclass(frozen=True)
class Underway:
    """A closing or correction that was begun and is not finished: since when, and how far its version is built."""

    order: Order
    since: datetime
    done: int
    steps: int

    @property
    def share(self) -> float:
        """The part that is done, 0–1."""
        return min(0.97, self.done / max(1, self.steps))


def need_department(scope: Scope) -> None:
    """Raises Refused for every other post."""
    if scope.role != DEPARTMENT:
        raise Refused(_("季度由客户关系管理部关账与更正。"))


def need_fitting(quarter: Quarter, act: str, closed: bool) -> None:
    """Raises Refused for closing what is closed and correcting what is not."""
    named = quarter_name(str(quarter))
    if act == "close" and closed:
        raise Refused(_("{quarter}已关账；有迟到的数据时请更正。").format(quarter=named))
    if act == "correct" and not closed:
        raise Refused(_("{quarter}尚未关账，不需要更正。").format(quarter=named))


def write(session: BulkSession, quarter: Quarter, asked: Order) -> None:
    """Keep an order; one that was given up before is taken up again as asked now."""
    job_id, key = _job_of(session, quarter)
    job = session.get(m.Job, job_id)
    if job is None:
        job = m.Job(id=job_id, key=key)
        session.add(job)
    job.state, job.started_at, job.finished_at = "running", now(), None
    job.message = json.dumps(asdict(asked), ensure_ascii=False)


def under_way(quarter: Quarter) -> Order | None:
    """What was asked for and is not finished."""
    with bulk("close", write=False) as session:
        job = session.get(m.Job, _job_of(session, quarter)[0])
        return _order_of(job) if job is not None and job.state == "running" else None


def standing(quarter: Quarter) -> Underway | None:
    """The same with how far it is."""
    with bulk("close", write=False) as session:
        job = session.get(m.Job, _job_of(session, quarter)[0])
        if job is None or job.state != "running":
            return None
        run = m.QuarterRun
        half = select(run.version).where(run.quarter == str(quarter), run.state == "building")
        version = session.scalar(half.order_by(run.version.desc()).limit(1))
        done = 0
        if version is not None:
            of = select(m.Job.id).where(m.Job.key == job_key(str(quarter), version)).scalar_subquery()
            done = session.scalar(select(func.count()).where(m.JobStep.job_id == of)) or 0
        return Underway(_order_of(job), job.started_at, done, steps(session))


def steps(session: BulkSession) -> int:
    """About how many steps a version takes, by the size of the newest one."""
    run = m.QuarterRun
    counts = session.scalar(select(run.counts).where(run.counts.is_not(None)).order_by(run.quarter.desc()).limit(1))
    return int((counts or {}).get("customers", 0)) // building.CHUNK + 1 + _AFTER


def finish(session: BulkSession, quarter: Quarter, asked: Order) -> None:
    """Mark an order done, within the transaction that did it."""
    for job in _jobs(session, quarter):
        if job.state == "running" and _order_of(job) == asked:
            job.state, job.finished_at = "done", now()


def give_up(quarter: Quarter, why: str) -> None:
    """End an order that was refused on the way: another may be given."""
    with bulk("close") as session:
        for job in _jobs(session, quarter):
            if job.state == "running":
                said = json.loads(job.message or "{}")
                job.state, job.finished_at = "failed", now()
                job.message = json.dumps({**said, "why": why}, ensure_ascii=False)


def _jobs(session: BulkSession, quarter: Quarter) -> list[m.Job]:
    return list(session.scalars(select(m.Job).where(m.Job.key.startswith(f"close {quarter} after "))))


def _job_of(session: BulkSession, quarter: Quarter) -> tuple[int, str]:
    """The same job for everybody who asks before the next version is closed, so that it is done once."""
    run = m.QuarterRun
    closed = select(func.max(run.version)).where(run.quarter == str(quarter), run.state == "closed")
    key = f"close {quarter} after v{session.scalar(closed) or 0}"
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=6).digest(), "big"), key


def _order_of(job: m.Job) -> Order:
    said = json.loads(job.message or "{}")
    return Order(**{name: said[name] for name in Order.__dataclass_fields__})
