"""Closing a quarter, and correcting a closed one: a job of steps that can be left and goes on where it stopped.

What is asked for is written down first (`order`), then done (`carry_on`): facts are brought up to date step by step,
each committing with its mark, and frozen in one transaction. A killed run is continued by running it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lib.jobs import close_order as orders
from lib.jobs.building import Tell, build_facts
from lib.jobs.changed import Copied
from lib.jobs.close_freeze import Order, freeze
from lib.jobs.close_seen import seen_in
from lib.jobs.refresh import counts_of, publish
from lib.jobs.runs import job_key, open_correction, open_run, published
from lib.kpi.frame import RateMissing
from lib.review.checks import Check, checks, kept, stopping, warning
from lib.rulebook import RuleMissing
from lib.settings import now, today
from lib.store import models as m
from lib.store.book import book_of, rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter
from lib.store.scope import Refused, Scope
from lib.words import _, quarter_name


@dataclass(frozen=True)
class Closed:
    """A quarter that is closed: which version, and which one it corrects."""

    quarter: str
    version: int
    corrects: int | None

    def sentence(self) -> str:
        """What was done, for a person."""
        if self.corrects is None:
            said = _("{quarter}已关账，第 {version} 版。")
        else:
            said = _("{quarter}已更正：第 {version} 版取代第 {old} 版，两版都可查看。")
        return said.format(quarter=quarter_name(self.quarter), version=self.version, old=self.corrects)


class NotReady(Refused):
    """A quarter cannot be closed like this; `checks` say how it stands."""

    def __init__(self, sentence: str, found: Sequence[Check]) -> None:
        super().__init__(sentence)
        self.checks = list(found)


def order(quarter: Quarter, scope: Scope, act: str = "close", reason: str = "", page: str = "close") -> Order:
    """Ask for closing a quarter or correcting a closed one; one that was begun and not finished stands as it is.

    Refused for other posts than the department, for a quarter that is closed already (not closed, to correct it),
    and for a correction without a reason. NotReady where a check stops it, or one warns and no reason is given.
    """
    orders.need_department(scope)
    begun = orders.under_way(quarter)
    if begun is not None:
        if begun.act != act:
            raise Refused(_("这个季度有一次关账没有做完，请先接着做完。"))
        return begun
    with bulk("close") as session:
        run = published(session, quarter)
        closed = run.version if run is not None and run.state == "closed" else 0
        orders.need_fitting(quarter, act, closed != 0)
        asked = Order(str(quarter), act, reason.strip(), scope.login, scope.staff_id, page, closed)
        if act == "correct" and not asked.reason:
            raise Refused(_("请写明更正的理由。"))
        if act == "close":
            need_ready(checks(seen_in(session, quarter), rulebook()), asked.reason)
        orders.write(session, quarter, asked)
    return asked


def carry_on(quarter: Quarter, scope: Scope, tell: Tell = lambda said: None) -> Closed:
    """Do what was asked for, as far as it is not done; what is refused on the way ends the order and is said."""
    orders.need_department(scope)
    asked = orders.under_way(quarter)
    if asked is None:
        raise Refused(_("没有进行中的关账或更正。"))
    try:
        return _correct(quarter, asked, tell) if asked.act == "correct" else _close(quarter, asked, tell)
    except (Refused, RuleMissing, RateMissing) as refusal:
        orders.give_up(quarter, str(refusal))
        raise


def need_ready(found: Sequence[Check], reason: str) -> None:
    """Raises NotReady where a check stops the closing, or one warns and nobody said why it is closed all the same."""
    if stops := stopping(found):
        raise NotReady("\n".join([_("不能关账："), *(one.sentence for one in stops)]), found)
    warns = warning(found)
    if warns and not reason.strip():
        said = _("有 {n} 项提示，写明理由方可关账：").format(n=len(warns))
        raise NotReady("\n".join([said, *(one.sentence for one in warns)]), found)


def close_before(quarter: Quarter) -> list[str]:
    """Close every ended quarter before this one that has open facts, without checks: the demonstration bank's past."""
    closed = []
    with bulk("close") as session:
        book = rulebook()
        runs = select(m.QuarterRun).where(m.QuarterRun.state == "open").order_by(m.QuarterRun.quarter)
        for run in session.scalars(runs).all():
            its = Quarter.parse(run.quarter)
            if its >= quarter or its.end >= today() or run.cutoff != its.end.isoformat():
                continue
            freeze(session, run, book, Order(run.quarter, "close", "", "close", None, "job"))
            closed.append(run.quarter)
    return closed


def _close(quarter: Quarter, asked: Order, tell: Tell) -> Closed:
    run = open_run(quarter, Copied())
    if run is not None and run.fresh:
        build_facts(run, tell)
        publish(run)
    with bulk("close") as session:
        standing = _locked(session, quarter)
        if standing.state != "closed":
            seen, book = seen_in(session, quarter), rulebook()
            found = checks(seen, book)
            need_ready(found, asked.reason)
            freeze(session, standing, book, asked, kept(seen, found))
        orders.finish(session, quarter, asked)
        return Closed(standing.quarter, standing.version, standing.corrects)


def _correct(quarter: Quarter, asked: Order, tell: Tell) -> Closed:
    with bulk("close", write=False) as session:
        former = published(session, quarter)
        if former is not None and former.corrects == asked.base:  # another process was first
            return Closed(former.quarter, former.version, former.corrects)
        book = None if former is None else book_of(former, rulebook())
    run = None if book is None else open_correction(quarter, book)
    if run is None or book is None:
        raise Refused(_("{quarter}尚未关账，不需要更正。").format(quarter=quarter_name(str(quarter))))
    build_facts(run, tell)
    with bulk("close") as session:
        old = _locked(session, quarter)
        new = session.get_one(m.QuarterRun, (str(quarter), run.frame.version), with_for_update=True)
        if old.version != new.version:  # else another process was first
            counts = counts_of(session, run.frame)
            new.counts, new.finished_at = {**counts, "anew": counts["customers"]}, now()
            new.corrects, old.state = old.version, "corrected"
            session.flush()
            freeze(session, new, book, asked)
            job = session.scalars(select(m.Job).where(m.Job.key == job_key(new.quarter, new.version))).one()
            job.state, job.finished_at = "done", now()
        orders.finish(session, quarter, asked)
        return Closed(new.quarter, new.version, new.corrects)


def _locked(session: BulkSession, quarter: Quarter) -> m.QuarterRun:
    """The published version, which nobody else closes or corrects until this transaction ends."""
    known = published(session, quarter)
    if known is None:
        raise Refused(_("这个季度还没有计算过数据，请先运行 python -m lib refresh。"))
    session.refresh(known, with_for_update=True)
    if known.state not in ("open", "closed"):
        raise Refused(_("这个季度刚被重新计算，请再试一次。"))
    return known
