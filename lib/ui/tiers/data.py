"""What the tiers page reads: stored facts by tier, profile and movement, kept until a quarter is rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lib.kpi import Scene, kpi_table
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.tiers import read
from lib.tiers.read import Facts, Group
from lib.ui.cached import cached
from lib.ui.frames import count_of

KEYS = ("customers", "aum", "on_watch")


@dataclass(frozen=True)
class Part:
    """Some customers of one tier: a bucket of a profile, a branch, or (`before`) a movement."""

    of: str | int
    tier: str
    customers: int
    aum_fen: int
    watch: bool = False


@cached(of="facts")
def by_tier(session: Session, quarters: Sequence[str], scene: Scene) -> dict[tuple[str, str, str], int]:
    """(quarter, KPI, tier) → customers, AUM and customers on watch."""
    asked = [Quarter.parse(quarter) for quarter in quarters]
    rows = kpi_table(session, rulebook(), KEYS, asked, "tier", scene)  # type: ignore[arg-type]
    return {(row.quarter, row.key, str(row.group)): row.numerator for row in rows}


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
def movements(session: Session, facts: Facts) -> list[Part]:
    """Customers by the tier they were in and the tier they are in; who came and left within the quarter left out."""
    return [Part(row.before, row.tier, int(row.customers), int(row.aum_fen), bool(row.watch))
            for row in session.execute(read.movements(facts))
            if (row.before, row.tier) != (read.NONE, read.NONE)]  # fmt: skip


@cached(of="facts")
def listed(session: Session, facts: Facts, group: Group) -> int:
    """How many customers of a group the reader reaches; kept, because counting costs more than a page of the list."""
    return count_of(session, read.people(facts, group))
