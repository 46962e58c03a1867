"""KPIs with what they are compared with: the quarter before, the same quarter a year ago, and the trail so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lib.kpi import KpiRow, Scene, kpi_table
from lib.kpi.table import AMOUNTS
from lib.rulebook import Kpi
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.ui.cached import cached
from lib.ui.kpis.look import Look
from lib.words import _, figure, integer, number

_LARGE = 100


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
    keys = tuple(kpi.key for kpi in kpis)
    found = _rows(look.page.scope, keys, trail, by, look.scene, look.page.book.digest,
                  tuple(look.run.versions.items()))  # fmt: skip
    rows: dict[tuple[str, int | str], dict[str, KpiRow]] = {}
    for row in found:
        rows.setdefault((row.key, row.group), {})[row.quarter] = row
    known = {kpi.key: kpi for kpi in kpis}
    return {(key, group): Story(known[key], of, trail) for (key, group), of in rows.items()}


def shown(row: KpiRow | None, kpi: Kpi, currency: str) -> str:
    """The figure as a person reads it."""
    return figure(None if row is None or row.value is None else float(row.value), kpi.unit, currency)


def change(now: KpiRow | None, then: KpiRow | None, kpi: Kpi) -> tuple[str, bool | None]:
    """How far a figure moved, in words that begin with the sign, and whether that is good; "" where it cannot be told.

    Shares move by percentage points, scores and small ratios by their difference, everything else in percent.
    """
    if now is None or then is None or now.value is None or then.value is None:
        return "", None
    difference = now.value - then.value
    if kpi.unit == "percent":
        text, form = signed(difference * 100, 1), _("{n} 个百分点")
    elif kpi.unit in ("score", "ratio") and abs(now.value) < _LARGE:
        text, form = signed(difference, 1 if kpi.unit == "score" else 2), "{n}"
    elif then.value:
        text, form = signed(difference / abs(then.value) * 100, 1), "{n}%"
    else:
        return "", None
    better = None if text.startswith("±") else (difference > 0) == (kpi.good == "up")
    return form.format(n=text), better


def signed(value: float, digits: int) -> str:
    """A difference with its sign; one that rounds to nothing has both."""
    text = f"{value:+,.{digits}f}"
    return text if any(digit in text for digit in "123456789") else f"±{text[1:]}"


def counted(row: KpiRow, kpi: Kpi) -> str:
    """What the figure rests on: n, the denominator; nothing for a plain count."""
    if kpi.denominator.endswith(AMOUNTS) or not (kpi.denominator or kpi.percentile):
        return ""
    return f"n={integer(row.n)}"


def target_text(kpi: Kpi, target: float | None, currency: str) -> str:
    """The target with its direction."""
    if target is None:
        return ""
    value = number(target, 0) if kpi.unit == "score" else figure(target, kpi.unit, currency)
    return f"{'≥' if kpi.good == 'up' else '≤'} {value}"


def provisional(row: KpiRow | None) -> str:
    """That so many of the figure may still be taken back; "" where it is certain."""
    if row is None or not row.pending:
        return ""
    return _("暂计：{n} 件仍在观察期").format(n=integer(row.pending))
