"""Since when a target is missed: the run of missed quarters that lasts, and the longest there was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Quarters in a row that missed the target. `open`: it begins with the first quarter known, perhaps earlier."""

    first: str
    last: str
    length: int
    open: bool


@dataclass(frozen=True)
class Misses:
    """The run that lasts to the quarter looked at (None: it meets the target, or is not judged), and the longest."""

    current: Run | None
    longest: Run | None


def misses(judged: Sequence[tuple[str, bool | None]]) -> Misses:
    """Runs among quarters, oldest first, each with whether it met its target (None: not judged).

    A quarter that is not judged ends a run: nobody knows that it missed.
    """
    runs = list(_runs(judged))
    current = runs[-1] if runs and runs[-1].last == judged[-1][0] else None
    return Misses(current, max(runs, key=lambda run: run.length, default=None))


def _runs(judged: Sequence[tuple[str, bool | None]]) -> Iterator[Run]:
    begun = None
    for i, (_quarter, met) in enumerate(judged):
        if met is False:
            begun = i if begun is None else begun
            if i + 1 == len(judged) or judged[i + 1][1] is not False:
                yield Run(judged[begun][0], judged[i][0], i - begun + 1, begun == 0)
        else:
            begun = None
