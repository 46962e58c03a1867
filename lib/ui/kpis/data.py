"""KPIs with what they are compared with: the quarter before, the same quarter a year ago, and the trail so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lib.kpi import KpiRow, Scene, kpi_table
from lib.kpi.streaks import Misses, misses
from lib.kpi.wording import change, counted, provisional, shown, signed, target_text
from lib.rulebook import Kpi
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.ui.cached import cached
from lib.ui.kpis.look import Look

__all__ = ["Rows", "Story", "change", "counted", "provisional", "rows_of", "shown", "signed", "stories", "target_text"]


Rows = dict[tuple[str, int | str], dict[str, KpiRow]]


@dataclass(frozen=True)
class Story:
    """One KPI of one group over the quarters of the trail; rows are missing where nothing was counted."""

    kpi: Kpi
    rows: dict[str, KpiRow]
    trail: tuple[str, ...]

    @property
    def now(self) -> KpiRow | None:
        """The quarter looked at."""
        return self.rows.get(self.trail[-1])

    def earlier(self, quarters: int) -> KpiRow | None:
        """The row so many quarters earlier."""
        return self.rows.get(str(Quarter.parse(self.trail[-1]).shift(-quarters)))

    @property
    def values(self) -> list[float | int | None]:
        """The figures of the last twelve quarters, oldest first."""
        return [self.rows[one].value if one in self.rows else None for one in self.trail[-12:]]

    @property
    def misses(self) -> Misses:
        """Since when the target is missed, as far back as the trail reaches."""
        return misses([(one, self.rows[one].on_target if one in self.rows else None) for one in self.trail])

    @property
    def silent(self) -> bool:
        """Whether nothing was ever counted: the bank has no such data."""
        return not any(row.numerator or row.denominator for row in self.rows.values())


@cached(of="facts")
def _rows(session: Session, keys: Sequence[str], quarters: Sequence[str], by: str, scene: Scene, rules: str,
          versions: tuple[tuple[str, int], ...] = ()) -> list[KpiRow]:  # fmt: skip
    asked = [Quarter.parse(quarter) for quarter in quarters]
    return kpi_table(session, rulebook(), keys, asked, by, scene, dict(versions))  # type: ignore[arg-type]


def stories(look: Look, kpis: Sequence[Kpi], by: str = "bank") -> dict[tuple[str, int | str], Story]:
    """(KPI, group) → its story; a closed quarter keeps the targets it was closed with."""
    trail = tuple(str(run.quarter) for run in look.trail)
    known = {kpi.key: kpi for kpi in kpis}
    found = rows_of(look, kpis, trail, by)
    return {(key, group): Story(known[key], of, trail) for (key, group), of in found.items()}


def rows_of(look: Look, kpis: Sequence[Kpi], quarters: Sequence[str], by: str = "bank") -> Rows:
    """(KPI, group) → quarter → row, of these quarters as far as they have facts."""
    keys = tuple(kpi.key for kpi in kpis)
    found = _rows(look.page.scope, keys, tuple(quarters), by, look.scene, look.page.book.digest,
                  tuple(look.run.versions.items()))  # fmt: skip
    rows: Rows = {}
    for row in found:
        rows.setdefault((row.key, row.group), {})[row.quarter] = row
    return rows
