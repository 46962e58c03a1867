"""Closing a quarter: its published facts are frozen and never rewritten."""

from __future__ import annotations

from sqlalchemy import select

from lib.settings import now, today
from lib.store import audit
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter


def close_before(quarter: Quarter) -> list[str]:
    """Close every ended quarter before this one that has open facts; returns which."""
    closed = []
    with bulk("close") as session:
        runs = session.scalars(
            select(m.QuarterRun).where(m.QuarterRun.state == "open").order_by(m.QuarterRun.quarter)
        ).all()
        for run in runs:
            its = Quarter.parse(run.quarter)
            if its >= quarter or its.end >= today() or run.cutoff != its.end.isoformat():
                continue
            run.state, run.closed_at = "closed", now()
            audit.append(
                session,
                0,
                None,
                "close",
                "job",
                "close",
                "quarter_run",
                f"{run.quarter} v{run.version}",
                None,
                run.counts,
            )
            closed.append(run.quarter)
    return closed
