"""KPIs and tags as the catalogue defines them."""

from __future__ import annotations

from dataclasses import dataclass

from lib.rulebook.conditions import Condition, parse_condition
from lib.rulebook.entries import Entry

UNITS = ("percent", "count", "money", "ratio", "hours", "score", "minutes")
GROUPS = ("customer", "service", "value", "product", "quality", "risk", "people")
LEVELS = ("bank", "branch", "manager", "kind", "tier")
#: times a percentile can be taken of: at the counter, and of cases from receipt to closing
TIMES = ("waiting", "serving", "complaint", "enquiry")
_MINUTES = 60  # of an hour
FAMILIES = ("life_cycle", "need", "behaviour", "channel")


@dataclass(frozen=True)
class Kpi:
    """A figure the bank watches: (numerator − less) ÷ denominator × scale, or the numerator alone.

    Numerator, `less` and denominator name measures (empty: none); totals over groups add each measure first
    and divide once. Over several quarters `over_time` says whether measures add up or the last stands.
    `percent` values are shares (0–1), money is in minor units. `small_n` is the key of the rule with the
    smallest denominator that is not shown greyed; empty where the denominator counts no cases.

    A `percentile` KPI (1–99, 0: none) has no fraction: it is the time (its numerator, one of TIMES) within which so
    many of a hundred were, in `minutes` or `hours`, told for each group from its own times.
    """

    key: str
    title: str
    group: str
    unit: str
    good: str
    numerator: str
    less: str
    denominator: str
    scale: int
    over_time: str
    by: tuple[str, ...]
    owner: str
    formula: str
    trap: str
    source: str
    basis: str
    version: str
    small_n: str
    percentile: int = 0

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures it is made of; a percentile is of none."""
        if self.percentile:
            return ()
        return tuple(key for key in (self.numerator, self.less, self.denominator) if key)

    def value(self, numerator: int, less: int, denominator: int) -> float | int | None:
        """The figure from its added-up measures (of a percentile: its minutes); None with nothing to divide by."""
        if self.percentile and self.unit == "hours":
            return numerator / _MINUTES
        if not self.denominator:
            return numerator - less
        return (numerator - less) * self.scale / denominator if denominator else None


@dataclass(frozen=True)
class Tag:
    """A tag by rule: who gets it (personal, corporate) and under which condition over facts."""

    key: str
    title: str
    family: str
    kinds: tuple[str, ...]
    condition: Condition
    source: str
    basis: str
    version: str


def kpi_of(entry: Entry) -> Kpi:
    """The KPI an entry of the catalogue defines."""
    said = entry.value
    return Kpi(
        key=entry.key, title=entry.title, group=said["group"], unit=said["unit"], good=said["good"],
        numerator=said["numerator"], less=said.get("less", ""), denominator=said.get("denominator", ""),
        scale=said.get("scale", 1), over_time=said.get("over_time", "sum"), by=tuple(said.get("by", LEVELS)),
        owner=said["owner"], formula=said["formula"], trap=said.get("trap", ""), source=entry.source,
        basis=entry.basis, version=entry.version, small_n=said.get("small_n", "display.small_n"),
        percentile=said.get("percentile", 0),
    )  # fmt: skip


def tag_of(entry: Entry) -> Tag:
    """The tag an entry defines."""
    said = entry.value
    return Tag(
        entry.key, entry.title, said["family"], tuple(said["kinds"]), parse_condition(said["when"]),
        entry.source, entry.basis, entry.version,
    )  # fmt: skip
