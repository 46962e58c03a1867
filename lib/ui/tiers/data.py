"""What the tiers page reads: stored facts by tier, profile and movement, kept until a quarter is rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from lib.kpi import KpiRow, Scene, kpi_table
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.tiers import near, read, since, structure
from lib.tiers.near import Edge
from lib.tiers.read import Facts, Group
from lib.ui.cached import cached
from lib.ui.frames import count_of

KEYS = ("customers", "aum", "on_watch")
#: a list that is not a group or an edge
PROPOSED = "proposed"
Listed = Group | Edge | str
Runs = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Part:
    """Some customers of one tier: a bucket of a profile, a branch, or (`before`) a movement."""

    of: str | int
    tier: str
    customers: int
    aum_fen: int
    watch: bool = False
    was_watch: bool = False


@dataclass(frozen=True)
class Some:
    """Customers and AUM (or the distance to a line) of one thing: a tag, a tier, a branch, an edge."""

    of: str | int
    customers: int
    fen: int


@dataclass(frozen=True)
class Cohort:
    """Who opened in one year, at one quarter's end."""

    quarter: str
    year: int
    opened: int
    present: int
    active: int


@cached(of="facts")
def by_tier(session: Session, quarters: Sequence[str], scene: Scene) -> dict[tuple[str, str, str], int]:
    """(quarter, KPI, tier) → customers, AUM and customers on watch."""
    asked = [Quarter.parse(quarter) for quarter in quarters]
    rows = kpi_table(session, rulebook(), KEYS, asked, "tier", scene)  # type: ignore[arg-type]
    return {(row.quarter, row.key, str(row.group)): row.numerator for row in rows}


@cached(of="facts")
def coverage(session: Session, quarters: Sequence[str], by: str, scene: Scene) -> list[KpiRow]:
    """The share of customers reached within their tier's promise, by tier, branch or manager."""
    asked = [Quarter.parse(quarter) for quarter in quarters]
    return kpi_table(session, rulebook(), ("coverage",), asked, by, scene)  # type: ignore[arg-type]


@cached(of="facts")
def profile(session: Session, facts: Facts, dimension: str) -> list[Part]:
    """Customers and AUM by bucket and tier."""
    return [Part(row.bucket, row.tier, int(row.customers), int(row.aum_fen))
            for row in session.execute(read.profile(facts, dimension))]  # fmt: skip


@cached(of="facts")
def by_branch(session: Session, facts: Facts) -> list[Part]:
    """Customers and AUM by branch and tier."""
    return [Part(row.branch_id, row.tier, int(row.customers), int(row.aum_fen))
            for row in session.execute(read.by_branch(facts))]  # fmt: skip


@cached(of="facts")
def movements(session: Session, facts: Facts, since: str = "", version: int | None = None) -> list[Part]:
    """Customers by the tier they were in and the tier they are in; who came and left in between left out."""
    return [Part(row.before, row.tier, int(row.customers), int(row.aum_fen), bool(row.watch), bool(row.was_watch))
            for row in session.execute(read.movements(facts, since, version))
            if (row.before, row.tier) != (read.NONE, read.NONE)]  # fmt: skip


@cached(of="facts")
def near_lines(session: Session, facts: Facts, edges: Sequence[Edge]) -> list[Some]:
    """How many stand at each edge, and how far from the line they are together."""
    found = {row.place: row for row in session.execute(near.counts(facts, edges))}
    return [Some(place, int(found[place].customers), int(found[place].fen)) for place in range(len(edges))]


@cached(of="facts")
def cohorts(session: Session, facts: Facts, runs: Runs) -> list[Cohort]:
    """Opening years at the ends of these quarters."""
    return [Cohort(row.quarter, int(row.opened_year), int(row.opened), int(row.present), int(row.active))
            for row in session.execute(structure.cohorts(facts, runs))]  # fmt: skip


@cached(of="facts")
def concentration(session: Session, facts: Facts, runs: Runs) -> dict[tuple[str, int], tuple[int, int]]:
    """(quarter, top percent) → customers and what they hold."""
    return {(row.quarter, int(row.top)): (int(row.customers), int(row.aum_fen))
            for row in session.execute(structure.concentration(facts, runs))}  # fmt: skip


@cached(of="facts")
def tags(session: Session, facts: Facts) -> list[Some]:
    """Every tag by rule, the most frequent first."""
    return _some(session, structure.tags(facts))


@cached(of="facts")
def overlaps(session: Session, facts: Facts, tag: str) -> list[Some]:
    """Who bears another tag too, by that tag."""
    return _some(session, structure.overlaps(facts, tag))


@cached(of="facts")
def tag_by(session: Session, facts: Facts, tag: str, by: str) -> list[Some]:
    """A tag's customers by tier, branch_id or staff_id."""
    return _some(session, structure.tag_by(facts, tag, by))


def query_of(facts: Facts, what: Listed) -> Select:
    """The people behind a figure: a group, an edge of a line, or those proposed."""
    if isinstance(what, Edge):
        return near.people(facts, what)
    if isinstance(what, Group):
        return since.people(facts, what) if what.since else read.people(facts, what)
    return near.proposed(facts)


@cached(of="facts")
def listed(session: Session, facts: Facts, what: Listed) -> int:
    """How many customers of a list the reader reaches; kept, because counting costs more than a page of the list."""
    return count_of(session, query_of(facts, what))


def _some(session: Session, query: Select) -> list[Some]:
    found = [Some(row[0], int(row.customers), int(row.aum_fen)) for row in session.execute(query)]
    return sorted(found, key=lambda one: (-one.customers, str(one.of)))
