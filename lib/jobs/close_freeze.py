"""The freeze: a version becomes the closed one, with who, when and why, its checks, and the rulebook it is told by."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert

from lib.rulebook import Rulebook
from lib.settings import now
from lib.store import audit
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.quarter import Quarter

ACTS = ("close", "correct")


@dataclass(frozen=True)
class Order:
    """What was asked for: closing a quarter or correcting a closed one; by whom, from where, and why.

    `base`: the closed version it stands on, 0 where none was closed yet.
    """

    quarter: str
    act: str
    reason: str
    by: str
    by_id: int | None
    page: str
    base: int = 0


def freeze(
    session: BulkSession, run: m.QuarterRun, book: Rulebook, order: Order, checks: dict[str, Any] | None = None
) -> None:
    """Close a version within a transaction. From here on nothing rewrites its facts, and what they mean is kept."""
    run.state, run.closed_at, run.closed_by = "closed", now(), order.by
    run.reason, run.checks = order.reason or None, checks
    _keep_rulebook(session, run, book)
    said = {"version": run.version, "cutoff": run.cutoff, "rules": run.rules_digest, "data": run.data_version}
    after = {**said, "reason": order.reason, "corrects": run.corrects, "counts": run.counts}
    audit.append(
        session, 0, order.by_id, order.by, order.page, order.act, "quarter_run", f"{run.quarter} v{run.version}",
        None if run.corrects is None else {"version": run.corrects}, after,
    )  # fmt: skip


def _keep_rulebook(session: BulkSession, run: m.QuarterRun, book: Rulebook) -> None:
    """Every rule, KPI, target and tag in force at the quarter's end, as it stands now."""
    at = {"quarter": run.quarter, "version": run.version}
    rows = [at | asdict(row) for row in book.rows_on(Quarter.parse(run.quarter).end)]
    if rows:
        session.execute(insert(m.QuarterDefinition), rows)
