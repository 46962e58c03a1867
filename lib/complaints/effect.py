"""Whether complaints of a cause fell after an action was done: equal windows before and after, by an exact test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lib.complaints.rates import fewer, more
from lib.rulebook import Rulebook
from lib.words import _, integer, number

_WEEK = timedelta(weeks=1)
_HALF = 0.5  # two windows of one length


@dataclass(frozen=True)
class Tally:
    """Complaints that came in in one week: all, those closed with the cause, and those closed with any cause."""

    received: int = 0
    of_cause: int = 0
    known: int = 0


@dataclass(frozen=True)
class Windows:
    """The Mondays of as many whole weeks before the week an action was done as have passed since it."""

    before: tuple[date, ...]
    after: tuple[date, ...]


@dataclass(frozen=True)
class Effect:
    """What came of an action. verdict: fewer | unsettled | same | more | small | early.

    `before` and `after` count complaints of the cause in `weeks` weeks each; `unknown_before` and `unknown_after`
    came in the same weeks and have no cause yet (open, withdrawn, or closed without one). `p` is that of the test.
    """

    verdict: str
    weeks: int
    before: int = 0
    after: int = 0
    unknown_before: int = 0
    unknown_after: int = 0
    p: float | None = None


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def windows(ended_on: date, seen_on: date, most: int) -> Windows:
    """At most `most` whole weeks each side of the week in which an action ended, as far as they have passed."""
    ended = monday_of(ended_on)
    passed = (monday_of(seen_on + timedelta(days=1)) - ended).days // 7 - 1
    weeks = range(1, 1 + max(0, min(most, passed)))
    return Windows(tuple(ended - n * _WEEK for n in reversed(weeks)), tuple(ended + n * _WEEK for n in weeks))


def effect(ended_on: date, seen_on: date, tallies: Mapping[str, Tally], book: Rulebook) -> Effect:
    """Judge an action done on a day by the complaints of each week (Monday, ISO), known up to `seen_on`.

    Rule complaint.effect: weeks at most and at least, complaints needed, level of the one-sided test. A fall that
    complaints still without a cause could undo is `unsettled`.
    """
    rule = book.value("complaint.effect", seen_on)
    found = windows(ended_on, seen_on, rule["weeks"])
    weeks = len(found.after)
    if weeks < rule["at_least_weeks"]:
        return Effect("early", weeks)
    then, now = _sum(tallies, found.before), _sum(tallies, found.after)
    lost_then, lost_now = then.received - then.known, now.received - now.known
    before, after = then.of_cause, now.of_cause
    said = (weeks, before, after, lost_then, lost_now)
    if before + after < rule["at_least"]:
        return Effect("small", *said)
    down, up = fewer(after, before, _HALF), more(after, before, _HALF)
    if up < rule["level"]:
        return Effect("more", *said, up)
    if down >= rule["level"]:
        return Effect("same", *said, down)
    cautious = fewer(after + max(0, lost_now - lost_then), before, _HALF)
    return Effect("fewer" if cautious < rule["level"] else "unsettled", *said, down)


def sentence(found: Effect) -> str:
    """The judgement in words, with what it rests on."""
    if found.verdict == "early":
        return _("完成后刚满 {n} 周，还不能判断成效。").format(n=found.weeks)
    counted = _("完成前 {n} 周 {before} 件，完成后 {n} 周 {after} 件").format(
        n=found.weeks, before=integer(found.before), after=integer(found.after))  # fmt: skip
    judged = {
        "small": _("：样本不足，不作判断。"),
        "fewer": _("：明显减少（{p}）。"),
        "unsettled": _("：看似减少（{p}），但未定原因的投诉也多了，尚不能下结论。"),
        "same": _("：没有明显减少（{p}）。"),
        "more": _("：反而增加（{p}）。"),
    }[found.verdict].format(p=_p(found.p))
    unknown = _("这两段时间收到的投诉中，分别有 {before} 件和 {after} 件还没有原因（未办结、撤诉或未登记）。").format(
        before=integer(found.unknown_before), after=integer(found.unknown_after))  # fmt: skip
    return counted + judged + (unknown if found.unknown_before or found.unknown_after else "")


def _p(p: float | None) -> str:
    return "p<0.001" if p is not None and p < 0.001 else f"p={number(p, 3)}"


def tallies(rows: Iterable[tuple[str, str, int, int]], cause: str) -> dict[str, Tally]:
    """By week, from rows of week, cause ("" for what came in), received and closed."""
    found: dict[str, Tally] = {}
    for week, code, received, closed in rows:
        so_far = found.get(week, Tally())
        found[week] = Tally(
            so_far.received + (received if not code else 0),
            so_far.of_cause + (closed if code == cause else 0),
            so_far.known + (closed if code not in ("", "none") else 0),
        )
    return found


def _sum(tallies: Mapping[str, Tally], mondays: Iterable[date]) -> Tally:
    found = [tallies.get(monday.isoformat(), Tally()) for monday in mondays]
    return Tally(*(sum(getattr(one, part) for one in found) for part in ("received", "of_cause", "known")))
