"""Improvement actions that ended in the last year, and whether complaints of their cause fell afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib.complaints import analysis
from lib.complaints.actions import listed
from lib.complaints.analysis import Facts
from lib.complaints.effect import Effect, effect, tallies, windows
from lib.meeting.ground import Ground
from lib.store.models import Action
from lib.store.quarter import Quarter

#: quarters an action is followed over after it ended
FOLLOWED = 4
MOST = 50


@dataclass(frozen=True)
class Judged:
    """An action that is done, and what came of it; `effect` None where its complaints are not this person's to see."""

    action: Action
    effect: Effect | None


def judged(ground: Ground) -> list[Judged]:
    """Actions against a cause done within a year of the quarter's end, the latest first; complaints up to its data."""
    seen_on = min(date.fromisoformat(ground.run.cutoff), ground.quarter.end)
    begun = ground.quarter.shift(1 - FOLLOWED).start
    ended = (Action.state == "done", Action.cause.is_not(None), Action.ended_on.between(begun, seen_on))
    query = listed().where(*ended).order_by(None).order_by(Action.ended_on.desc(), Action.id).limit(MOST)
    actions = list(ground.session.scalars(query))
    found = _effects(ground, actions, seen_on)
    return [Judged(action, found.get(action.id)) for action in actions]


def _effects(ground: Ground, actions: Sequence[Action], seen_on: date) -> dict[int, Effect]:
    places = {action.id: place for action in actions if (place := _place(ground, action)) is not None}
    weeks, made = ground.book.value("complaint.effect", seen_on)["weeks"], {}
    for level in sorted({level for level, _branch in places.values()}):
        of_level = [action for action in actions if places.get(action.id, ("", 0))[0] == level]
        rows = _weeks(ground, level, of_level, weeks)
        for action in of_level:
            branch = places[action.id][1]
            own = [row[1:] for row in rows if level == "handler" or row[0] == branch]
            assert action.ended_on is not None
            made[action.id] = effect(action.ended_on, seen_on, tallies(own, action.cause or ""), ground.book)
    return made


def _place(ground: Ground, action: Action) -> tuple[str, int] | None:
    """The level and branch its complaints are counted at for this person; None where they see none."""
    facts, branch = ground.scope.facts, action.branch_id
    if facts == "bank":
        return ("branch", branch) if branch is not None else ("bank", 0)
    if facts == "branch" and ground.scope.branch_id is not None and branch in (None, ground.scope.branch_id):
        return "branch", ground.scope.branch_id
    return ("handler", 0) if facts == "handled" else None


def _weeks(ground: Ground, level: str, actions: Sequence[Action], weeks: int) -> list[tuple[int, str, str, int, int]]:
    ended = [action.ended_on for action in actions if action.ended_on is not None]
    first, last = (windows(day, day + timedelta(weeks=weeks + 2), weeks) for day in (min(ended), max(ended)))
    begun = str(Quarter.of(first.before[0]))
    staff = ground.scope.staff_id if level == "handler" else None
    facts = [Facts(quarter, version, level, staff_id=staff) for quarter, version in sorted(ground.runs.items())
             if quarter >= begun]  # fmt: skip
    if not facts:
        return []
    query = analysis.weeks_of(facts, first.before[0].isoformat(), last.after[-1].isoformat())
    return [(int(branch), str(week), str(cause), int(received), int(closed))
            for branch, week, cause, received, closed in ground.session.execute(query)]  # fmt: skip
