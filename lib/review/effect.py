"""What an action's KPI did before and after: a comparison over whole quarters, never a claim about the cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lib.settings import bank_day
from lib.store.models import Action
from lib.store.quarter import Quarter

#: what may be said of a KPI after an action
VERDICTS = ("early", "unknown", "small", "reached", "better", "same", "worse")


@dataclass(frozen=True)
class Point:
    """A KPI in one quarter at the action's place. `small`: too few cases to lean on."""

    quarter: str
    value: float | None
    small: bool = False
    running: bool = False


@dataclass(frozen=True)
class Span:
    """The quarter an action's KPI is compared from and the whole quarters after its end; `after` is what may be
    compared so far, oldest first."""

    before: Quarter
    after: tuple[Quarter, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of it: the points compared, `verdict` one of VERDICTS, and whether what was expected is `reached`."""

    verdict: str
    before: Point | None
    after: Point | None
    expected: float | None = None
    reached: bool | None = None


def before_of(action: Action) -> Quarter:
    """The quarter that was known when the action was given: the one reviewed, or the last that had ended."""
    if action.quarter is not None:
        return Quarter.parse(action.quarter)
    return Quarter.of(bank_day(action.created_at)).shift(-1)


def span(action: Action, seen: Quarter, most: int) -> Span:
    """What is compared for the review of the quarter `seen`: at most `most` whole quarters begun after the end."""
    return Span(before_of(action), () if action.state != "done" else _after(action.ended_on, seen, most))


def _after(ended_on: date | None, seen: Quarter, most: int) -> tuple[Quarter, ...]:
    if ended_on is None:
        return ()
    first = Quarter.of(ended_on)
    first = first if first.start == ended_on else first.shift(1)
    found = [first.shift(n) for n in range(most)]
    return tuple(one for one in found if one <= seen)


def judge(spanned: Span, points: Mapping[str, Point], good: str, expected: float | None, step: float) -> Outcome:
    """Compare the latest whole quarter after with the quarter before. `good`: up or down; `step`: a smaller change
    than this is none. Without a whole ended quarter it is too early, whatever the figure."""
    before = points.get(str(spanned.before))
    ended = [points[str(one)] for one in spanned.after if str(one) in points and not points[str(one)].running]
    after = ended[-1] if ended else None
    if after is None:
        missing = any(str(one) not in points for one in spanned.after)
        return Outcome("unknown" if missing else "early", before, None, expected)
    if after.value is None:
        return Outcome("unknown", before, after, expected)
    reached = None if expected is None else _no_worse(after.value, expected, good)
    if after.small or (before is not None and before.small):
        return Outcome("small", before, after, expected, reached)
    if reached:
        return Outcome("reached", before, after, expected, reached)
    if before is None or before.value is None:
        return Outcome("unknown", before, after, expected, reached)
    return Outcome(_moved(before.value, after.value, good, step), before, after, expected, reached)


def _moved(before: float, after: float, good: str, step: float) -> str:
    gained = (after - before) if good == "up" else (before - after)
    if not gained or abs(gained) < step:
        return "same"
    return "better" if gained > 0 else "worse"


def _no_worse(value: float, expected: float, good: str) -> bool:
    return value >= expected if good == "up" else value <= expected


def spans_over(spans: Sequence[Span], seen: Quarter) -> tuple[Quarter, Quarter]:
    """The first and the last quarter that any of the comparisons needs."""
    return min([one.before for one in spans], default=seen), seen
