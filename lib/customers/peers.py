"""What customers alike have: the stored medians of a tier, of the same age band or industry where there are enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, and_, select

from lib.customers.read import PUBLISHED
from lib.store.models import CustomerQuarter, PeerQuarter, QuarterRun

CATEGORIES = ("deposit", "wealth", "card", "loan")
#: the band of a whole tier
ALL = "all"


def band_of(facts: CustomerQuarter) -> str:
    """The age band of a person, the industry of a firm."""
    return facts.age_band if facts.kind == "personal" else facts.industry


def peers(facts: CustomerQuarter, quarters: Sequence[str]) -> Select[PeerQuarter]:
    """The published groups of these quarters alike to a customer: its tier, and its band within it."""
    run = and_(QuarterRun.quarter == PeerQuarter.quarter, QuarterRun.version == PeerQuarter.version)
    return (
        select(PeerQuarter)
        .join(QuarterRun, run)
        .where(PeerQuarter.quarter.in_(quarters), QuarterRun.state.in_(PUBLISHED))
        .where(PeerQuarter.kind == facts.kind, PeerQuarter.tier == facts.tier,
               PeerQuarter.band.in_((band_of(facts), ALL)))
        .order_by(PeerQuarter.quarter)
    )  # fmt: skip


def nearest(rows: Sequence[PeerQuarter], band: str) -> dict[str, PeerQuarter]:
    """By quarter the group to compare with: one band throughout, that of the newest quarter, else the whole tier."""
    newest = max((row.quarter for row in rows), default="")
    chosen = band if any(row.band == band and row.quarter == newest for row in rows) else ALL
    return {row.quarter: row for row in rows if row.band == chosen}


def shares(group: PeerQuarter) -> dict[str, int]:
    """By category the percentage of the group that holds it, rounded down."""
    return {one: getattr(group, f"has_{one}") * 100 // group.customers for one in CATEGORIES}


def lacking(facts: CustomerQuarter, held: Mapping[str, int], least: int) -> list[tuple[str, int]]:
    """Categories the customer does not hold though `least` percent of the group do, with their share."""
    return [(one, share) for one, share in held.items() if share >= least and not getattr(facts, f"has_{one}")]
