"""Two versions of one closed quarter side by side: which KPIs a correction changed, for whom, from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.kpi.table import KpiRow, Scene, kpi_table, published
from lib.rulebook import Kpi, Rulebook
from lib.store.book import book_of
from lib.store.quarter import Quarter
from lib.store.session import StoreSession

BY = ("bank", "branch")


@dataclass(frozen=True)
class Change:
    """One KPI of the bank (`group` "") or a branch in an older and a newer version; None where it has no figure."""

    key: str
    by: str
    group: int | str
    old: KpiRow | None
    new: KpiRow | None

    @property
    def by_how_much(self) -> float | int | None:
        """New less old; None where one of them has no value."""
        if self.old is None or self.new is None or self.old.value is None or self.new.value is None:
            return None
        return self.new.value - self.old.value


def difference(
    session: StoreSession, book: Rulebook, quarter: Quarter, old: int, new: int, keys: Sequence[str], scene: Scene
) -> list[Change]:
    """What differs between two versions as the session's scope reaches them: the total first, then the branches.

    A KPI whose parts are all the same in both is left out.
    """
    found = []
    for by in BY:
        sides = [_rows(session, book, quarter, version, keys, by, scene) for version in (old, new)]
        groups = sorted({at for side in sides for at in side}, key=lambda at: (list(keys).index(at[0]), str(at[1])))
        changes = (Change(at[0], by, at[1], sides[0].get(at), sides[1].get(at)) for at in groups)
        found += [one for one in changes if _parts(one.old) != _parts(one.new)]
    return found


def kpis_of(session: StoreSession, book: Rulebook, quarter: Quarter, version: int) -> list[Kpi]:
    """The catalogue a version of a quarter is told by; empty for a version that cannot be read."""
    run = published(session, [quarter], {str(quarter): version}).get(str(quarter))
    return [] if run is None else list(book_of(run, book).kpis(quarter.end))


def _rows(
    session: StoreSession, book: Rulebook, quarter: Quarter, version: int, keys: Sequence[str], by: str, scene: Scene
) -> dict[tuple[str, int | str], KpiRow]:
    rows = kpi_table(session, book, keys, [quarter], by, scene, {str(quarter): version})
    return {(row.key, row.group): row for row in rows}


def _parts(row: KpiRow | None) -> tuple[int, int, int | None] | None:
    return None if row is None else (row.numerator, row.less, row.denominator)
