"""Service quality of the demonstration bank: tickets of the queue, checks by every form, findings in every state."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import numpy as np

from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.plan import Array, Plan, days_within, material, pick
from lib.settings import BANK_ZONE
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.load import load
from lib.work.check_form import KINDS, form_of, form_version

#: tickets of a branch in a quarter, on average: a sample of the machine's, not all of them
TICKETS = 60
_STREAM = 70
# business → weight, minutes at the window (median)
_BUSINESS = {"cash": (28, 5), "transfer": (16, 6), "account": (12, 16), "card": (14, 8), "wealth": (12, 22),
             "loan": (5, 26), "corporate": (9, 13), "other": (4, 7)}  # fmt: skip
_LEFT, _PEAKS = 0.035, (9.6, 14.4)
#: kind → every how many quarters a branch is checked
_EVERY = {"mystery": 1, "internal": 2, "self": 1}


def write_quality(session: BulkSession, plan: Plan, org: Organisation) -> None:
    """All of it, in the transaction that founds the bank."""
    quality = 0.9 - 0.16 * plan.random(_STREAM).random(plan.branches)
    _tickets(session, plan, quality)
    _checks(session, plan, org, quality)
    _findings(session, plan, org)


def _tickets(session: BulkSession, plan: Plan, quality: Array) -> None:
    """Each branch's tickets: peaks in the morning and after lunch, longer waits where the branch is weaker."""
    at = 0
    for branch in range(plan.branches):
        for place in range(len(plan.quarters)):
            rng = plan.random(_STREAM, 1, branch, place)
            size = int(rng.poisson(TICKETS * plan.elapsed[place]))
            if size:
                load(session, m.QueueTicket, _queue(plan, rng, branch, place, size, quality[branch], at))
            at += size


def _queue(
    plan: Plan, rng: np.random.Generator, branch: int, place: int, size: int, good: float, at: int
) -> dict[str, Any]:  # fmt: skip
    first, last = np.full(size, plan.starts[place]), np.full(size, plan.ends[place])
    days = np.busday_offset(days_within(rng, first, last), 0, roll="backward").astype("datetime64[D]")
    days = np.maximum(days, np.busday_offset(plan.starts[place], 0, roll="forward"))
    hours = np.clip(rng.normal(np.where(rng.random(size) < 0.6, *_PEAKS), 1.1), 9, 16.8)
    taken = days.astype("datetime64[s]") + (hours * 3600 - 8 * 3600).astype("timedelta64[s]")
    calmer = 1 - 0.02 * place  # more is done online every quarter
    middle = (2 + 32 * (1 - good)) * calmer * np.where(np.abs(hours - _PEAKS[0]) < 1, 1.5, 1.0)
    waited = np.minimum(rng.lognormal(np.log(middle), 0.75) * 60, 9000)
    business = pick(rng, list(_BUSINESS), size, [weight for weight, _ in _BUSINESS.values()])
    usual = np.array([_BUSINESS[one][1] for one in business], dtype=float)
    served = np.minimum(rng.lognormal(np.log(usual), 0.5) * 60, 9000)
    called = taken + waited.astype("timedelta64[s]")
    finished = called + served.astype("timedelta64[s]")
    left = rng.random(size) < _LEFT
    none = np.datetime64("NaT")
    return {
        "id": np.arange(at + 1, at + size + 1), "branch_id": branch + 1, "business": business, "taken_at": taken,
        "called_at": np.where(left, none, called), "finished_at": np.where(left, none, finished),
    }  # fmt: skip


def _checks(session: BulkSession, plan: Plan, org: Organisation, quality: Array) -> None:
    """Every branch by each form in its turn; marks by how good the branch is, and how hard the item."""
    said, number = material("quality"), 0
    for kind in KINDS:
        items = form_of(plan.book, kind, plan.today)
        for branch in range(plan.branches):
            for place in range(branch % _EVERY[kind], len(plan.quarters), _EVERY[kind]):
                rng = plan.random(_STREAM, 2, KINDS.index(kind), branch, place)
                day = (plan.starts[place] + int(rng.integers(8, 60))).item()
                if day > plan.ends[place].item():
                    continue
                number += 1
                by = int(org.heads[branch]) if kind == "self" else org.crm
                who = {"mystery": said["agency"], "internal": said["team"]}.get(kind)
                session.add(m.ServiceCheck(
                    id=number, kind=kind, branch_id=branch + 1, checked_on=day, inspector=who, staff_id=by, version=1,
                    summary=said["summary"][int(rng.integers(len(said["summary"])))],
                    form=form_version(plan.book, kind, plan.today), created_at=_at(day, 17),
                ))  # fmt: skip
                good = min(0.985, quality[branch] + 0.006 * place + (0.06 if kind == "self" else 0))
                session.add_all(_marks(rng, number, items, good))
        session.flush()


def _marks(rng: np.random.Generator, check: int, items: Any, good: float) -> list[m.CheckMark]:
    marks = []
    for hard, item in enumerate(items):
        if rng.random() < 0.04 and hard:
            continue  # it did not apply that day
        share = 1.0 if rng.random() < good - 0.04 * (hard % 3) else float(rng.choice((0.25, 0.5, 0.5, 0.75)))
        marks.append(m.CheckMark(check_id=check, item=item.code, points=round(item.points * share), most=item.points))
    return marks


def _findings(session: BulkSession, plan: Plan, org: Organisation) -> None:
    """The shipped findings, with their measures and what was done, as far as the bank has these branches."""
    for number, said in enumerate(material("quality")["finding"], 1):
        branch = said.get("branch")
        if branch is None or branch <= plan.branches:
            _finding(session, plan, org, 9000 + number, said)


def _finding(session: BulkSession, plan: Plan, org: Organisation, number: int, said: dict[str, Any]) -> None:
    branch = said.get("branch")
    head = int(org.heads[branch - 1]) if branch else org.crm
    doer = {"manager": int(org.managers[branch - 1][0]) if branch else org.crm, "head": head, "crm": org.crm}[
        said.get("by", "crm")
    ]
    judge = org.crm if doer == head else head
    road = _road(said["state"])
    found = plan.today - timedelta(days=said["back"])
    acted = "acting" in road
    done = "done" in road
    day = min(plan.today, plan.today + timedelta(days=said.get("due_in", 0)) - timedelta(days=2))
    session.add(m.Finding(
        id=number, title=said["title"], source=said["source"], item=said.get("item"), branch_id=branch, version=1,
        found_on=found, found_by=org.crm, state=said["state"], root_cause=said.get("cause"),
        action_id=number if acted else None, done_by=doer if done else None,
        verified_by=judge if said["state"] == "verified" else None,
        verified_on=day + timedelta(days=2) if said["state"] == "verified" else None,
        reopened=int(said["state"] == "reopened"), created_at=_at(found, 10),
    ))  # fmt: skip
    if acted:
        session.add(m.Action(
            id=number, title=said["title"], steps=said["measure"], cause=said["cause"], kpi_key="mystery_score",
            owner_id=doer, branch_id=branch, due_on=plan.today + timedelta(days=said["due_in"]), version=1,
            state="done" if done else "open", ended_on=day if done else None, evidence=said.get("evidence"),
            created_by=head, created_at=_at(found + timedelta(days=4), 15), finding_id=number,
        ))  # fmt: skip
    who = {"found": org.crm, "cause_found": head, "acting": head, "done": doer, "verified": judge, "reopened": judge}
    words = {"acting": "measure", "done": "evidence", "verified": "verdict", "reopened": "reason"}
    when = {"found": found, "cause_found": found + timedelta(days=3), "acting": found + timedelta(days=4), "done": day,
            "verified": day + timedelta(days=2), "reopened": day + timedelta(days=2)}  # fmt: skip
    for place, act in enumerate(("found", *road)):
        session.add(m.FindingStep(id=number * 10 + place, finding_id=number, at=_at(when[act], 10 + place),
                                  staff_id=who[act], act=act, note=said.get(words.get(act, ""))))  # fmt: skip


def _road(state: str) -> tuple[str, ...]:
    """The states on the way to one."""
    whole = ("cause_found", "acting", "done", state)
    places = {"open": 0, "cause_found": 1, "acting": 2, "done": 3}
    return whole[: places.get(state, len(whole))]


def _at(day: Any, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 0), BANK_ZONE)
