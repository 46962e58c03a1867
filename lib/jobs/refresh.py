"""Refresh: the stored facts of every quarter not yet closed, built beside the published ones and then published.

Each step commits together with its mark, so a killed run is continued by the next; pages read the published version
until the new one stands whole.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import and_, func, select
from sqlalchemy.exc import IntegrityError

from lib.jobs.building import Tell, build_facts, parts, step
from lib.jobs.changed import Copied
from lib.jobs.due import write_due_items, write_duplicate_items
from lib.jobs.facts.members import Chunk
from lib.jobs.facts.structure import write_tag_sums
from lib.jobs.facts.tags import write_current_tiers, write_tags
from lib.jobs.points.booking import book_points
from lib.jobs.pulses import send_pulses
from lib.jobs.referrals import write_referrals
from lib.jobs.runs import Run, job_key, open_run, published, remove
from lib.jobs.unhappy import open_unhappy
from lib.kpi.frame import Frame
from lib.settings import bank_day, now, today
from lib.store import audit
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.engine import analyse
from lib.store.functions import as_flag
from lib.store.quarter import Quarter, quarters_between
from lib.tiers.rules import CHANGES
from lib.words import _, integer, name

#: the counts of a run that say what moved, in the order they are told
MOVES = (*CHANGES, "flagged", "proposed")


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did to one quarter: `anew` of its customers were computed, the others copied; `moves` counts
    tier changes by their reason (lib.tiers.rules.CHANGES), warnings and proposals."""

    quarter: str
    version: int
    changed: bool
    customers: int
    seconds: float
    anew: int = 0
    moves: dict[str, int] = field(default_factory=dict)

    def sentence(self) -> str:
        """What was done, for a person: who was computed, and what moved for which reason."""
        said = _("{quarter}：{customers} 位客户，重算 {anew} 位，第 {version} 版")
        said = said.format(quarter=self.quarter, version=self.version, customers=integer(self.customers),
                           anew=integer(self.anew))  # fmt: skip
        moves = [f"{move_name(code)} {integer(n)}" for code, n in self.moves.items() if n]
        return said + (_("；") + _("、").join(moves) if moves else "")


def move_name(code: str) -> str:
    """What one of MOVES is called."""
    return {"flagged": _("流失预警"), "proposed": _("潜力推荐")}.get(code) or name("tier_change", code)


def refresh(tell: Tell = print, quarters: list[Quarter] | None = None) -> list[Refreshed]:
    """Bring every quarter that is not closed to the data, rules and business day of now.

    Before, whoever is to be asked or followed up is. A quarter whose published facts already stand on all three is
    left as it is. Raises RuleMissing or RateMissing,
    with nothing published, where the rulebook or a currency rate has a gap.
    """
    if quarters is None:
        send_pulses()
        open_unhappy()
    done: list[Refreshed] = []
    copied = Copied()
    wanted = quarters or quarters_to_refresh()
    for quarter in wanted:
        began = time.monotonic()
        run = open_run(quarter, copied)
        if run is None:
            continue
        if run.fresh and not any(one.changed for one in done):
            analyse()
        counts = _build(run, tell, copied, newest=quarter == wanted[-1]) if run.fresh else {}
        took = time.monotonic() - began
        if run.fresh:
            tell(f"{quarter}: {counts['customers']:,} customers, version {run.frame.version}, {took:.1f} s")
        moves = {name: counts[name] for name in MOVES if name in counts}
        done.append(Refreshed(str(quarter), run.frame.version, run.fresh, counts.get("customers", 0), took,
                              counts.get("anew", 0), moves))  # fmt: skip
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
        taken = session.scalar(select(func.min(m.QueueTicket.taken_at)))
        checked = session.scalar(select(func.min(m.ServiceCheck.checked_on)))
    moments = (bank_day(moment) for moment in (received, taken) if moment)
    days = [day for day in (started or given or opened, asked, checked, *moments) if day]
    return quarters_between(Quarter.of(min(days)), Quarter.of(today())) if days else []


def _build(run: Run, tell: Tell, copied: Copied, *, newest: bool) -> dict[str, int]:
    """All steps that are not done yet, then publication; the counts of the quarter."""
    frame = run.frame
    if newest and frame.kinds:
        _points(run, tell)
    build_facts(run, tell)
    if newest and frame.kinds:
        for chunk in parts(run):
            step(frame, f"tags {chunk.first}", partial(_current, frame=frame, chunk=chunk), tell)
        step(frame, "tag sums", partial(write_tag_sums, frame=frame), tell)
        step(frame, "referrals", partial(write_referrals, frame=frame), tell)
        step(frame, "duplicates", partial(write_duplicate_items, frame=frame), tell)
    if run.copy_from is not None:
        copied.anew[frame.key, run.copy_from] = run.anew
    return publish(run)


def _points(run: Run, tell: Tell) -> None:
    """Points of the business day, before the facts that count them."""
    for chunk in parts(run):
        booked = partial(book_points, frame=run.frame, chunk=chunk)
        try:
            step(run.frame, f"points {chunk.first}", booked, tell)
        except IntegrityError:  # a refresh of another version booked the same things meanwhile: what is left of them
            step(run.frame, f"points {chunk.first}", booked, tell)


def _current(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    write_current_tiers(session, frame, chunk)
    write_due_items(session, frame, chunk)
    return write_tags(session, frame, chunk)


def publish(run: Run) -> dict[str, int]:
    """Make the version the one pages read, and remove the open one it replaces."""
    frame = run.frame
    with bulk("refresh") as session:
        counts = {**counts_of(session, frame), "anew": len(run.anew)}
        if run.copy_from is None:
            counts["anew"] = counts["customers"]
        row = session.get_one(m.QuarterRun, (frame.key, frame.version), with_for_update=True)
        if row.state == "open":  # another refresh of the same was first
            return counts
        replaced = published(session, frame.quarter)
        row.state, row.finished_at, row.counts = "open", now(), counts
        if replaced is not None:
            remove(session, replaced)
        job = session.scalars(select(m.Job).where(m.Job.key == job_key(frame.key, frame.version))).one()
        job.state, job.finished_at = "done", now()
        audit.append(
            session, 0, None, "refresh", "job", "publish", "refresh", f"{frame.key} v{frame.version}", None, counts
        )
    return counts


def counts_of(session: BulkSession, frame: Frame) -> dict[str, int]:
    """How many customers a version has, came, were lost, moved and why, are warned of, are proposed."""
    q = m.CustomerQuarter
    flags = {
        "opened": q.opened, "lost": q.lost, "went_up": as_flag(q.moved == 1), "went_down": as_flag(q.moved == -1),
        "flagged": q.churn_flag, "proposed": q.proposed,
        **{change: as_flag(and_(q.tier_change == change, q.closed == 0)) for change in CHANGES},
    }  # fmt: skip
    sums = (func.count(), *(func.coalesce(func.sum(flag), 0) for flag in flags.values()))
    row = session.execute(select(*sums).where(q.quarter == frame.key, q.version == frame.version)).one()
    return {name: int(value) for name, value in zip(("customers", *flags), row, strict=True)}
