"""The talking points of the customer being worked: facts of several subjects put together."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from lib.care import knowing, talking
from lib.care.talking import Known
from lib.customers import money, peers
from lib.store.models import CustomerQuarter
from lib.store.session import StoreSession
from lib.store.suitability import fits
from lib.tiers.rules import scheme
from lib.ui.cached import cached
from lib.ui.today import warnings
from lib.ui.today.lines import Line
from lib.ui.today.look import Look


def points(look: Look, session: StoreSession, lines: list[Line]) -> dict[int, list[str]]:
    """What to speak of with these customers, by id; as many statements for forty as for one."""
    run = warnings.newest(look.page)
    cases = [why.case for line in lines for why in line.why if why.case is not None]
    talks = {line.customer.customer_id: line.talk for line in lines if line.talk is not None}
    found = knowing.known(session, [line.customer for line in lines], cases, talks, look.asked.on,
                          (run.quarter, run.version) if run else None)  # fmt: skip
    on, currency = look.asked.on, look.house.currency
    return {line.customer.customer_id: talking.points(_full(look, line, found[line.customer.customer_id]), on, currency)
            for line in lines}  # fmt: skip


def _full(look: Look, line: Line, known: Known) -> Known:
    """With what the rules of tiers and of peers make of the facts."""
    facts = known.facts
    if facts is None or line.customer.stage != "customer":
        return known
    return replace(known, next_tier=_next_tier(look, facts), lacks=_lacks(look, line, facts))


def _next_tier(look: Look, facts: CustomerQuarter) -> tuple[str, int] | None:
    """The tier above and how much is missing to its line."""
    of = scheme(look.page.book, facts.kind, look.house.currency, look.asked.on)
    amount = getattr(facts, of.measure)
    above = [tier for tier in of.tiers if tier.line > amount]
    if not above:
        return None
    nearest = min(above, key=lambda tier: tier.line)
    return nearest.code, nearest.line - amount


def _lacks(look: Look, line: Line, facts: CustomerQuarter) -> list[tuple[str, int]]:
    """What customers alike hold and this one does not, within the capacity of this one."""
    customer, on = line.customer, look.asked.on
    held = alike(look.page.scope, facts.quarter, facts.kind, facts.tier, peers.band_of(facts))
    if not held:
        return []
    least: int = look.page.book.value("steps.offer_percent", on)
    fit = {category for category, level in sold(look.page.scope, facts.kind)
           if fits(level, customer.risk_capacity, customer.risk_capacity_until, on)}  # fmt: skip
    if customer.risk_rating in ("high", "D"):
        fit.discard("loan")
    return [(category, share) for category, share in peers.lacking(facts, held, least) if category in fit]


@cached(of="facts")
def alike(session: Session, quarter: str, kind: str, tier: str, band: str) -> dict[str, int]:
    """By category the percentage of the customers alike that hold it; empty where there are too few."""
    one = CustomerQuarter(kind=kind, tier=tier, age_band=band, industry=band)
    group = peers.nearest(session.scalars(peers.peers(one, [quarter])).all(), band).get(quarter)
    return peers.shares(group) if group is not None else {}


@cached(of="facts")
def sold(session: Session, kind: str) -> list[tuple[str, str | None]]:
    """Category and risk level of what is sold to persons or to firms."""
    return [(row.category, row.risk_level) for row in session.execute(money.on_sale(kind))]
