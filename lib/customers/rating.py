"""A proposed risk rating with its factors (办法 §六): personal low to high, corporate A to D. Not the risk capacity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select

from lib.rulebook import Entry, Rulebook
from lib.store.models import Account, Customer, CustomerQuarter
from lib.words import _, integer, name
from lib.work.scorecard import Fact, Scorecard, scorecard

FACTS = {
    "personal": ("credit", "income_stability", "debt_percent"),
    "corporate": ("credit", "industry", "flow_percent", "debt_of_assets_percent", "years"),
}
_YEAR = 4  # quarters
BAD = ("arrears", "settled_bad")


@dataclass(frozen=True)
class Part:
    """One factor: its fact (None: not known, and then it counts for nothing), points 0–100, weight in percent of
    what is known."""

    fact: str
    value: Fact
    points: int | None
    weight: int


@dataclass(frozen=True)
class Proposal:
    """The rating proposed, None where too little is known; its score, its parts, and the fact that capped it."""

    rating: str | None
    score: int | None
    parts: tuple[Part, ...]
    capped: str | None
    entry: Entry

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts that are not known."""
        return tuple(part.fact for part in self.parts if part.value is None)


def propose(kind: str, facts: Mapping[str, Fact], book: Rulebook, currency: str, on: date) -> Proposal:
    """The rating of facts by rule risk.personal or risk.corporate on a day: the weighted mean of what is known.

    A fact that is not known (None or not given) is left out, never guessed; where the known weigh less than the
    rule asks for, nothing is proposed. A ceiling of the rule allows nothing better than its rating.
    """
    entry = book.entry(f"risk.{kind}", on)
    card = scorecard(entry, currency)
    known = [factor for factor in card.factors if facts.get(factor.fact) is not None]
    weight = sum(factor.weight for factor in known)
    parts = tuple(_part(card, one, facts, weight) for one in range(len(card.factors)))
    if weight * 100 < entry.value["known_percent"] * card.weight or not weight:
        return Proposal(None, None, parts, None, entry)
    score = sum(factor.weight * factor.points(facts[factor.fact]) for factor in known) // weight
    order = [band["code"] for band in entry.value["bands"]]
    rating = next(band["code"] for band in entry.value["bands"] if score >= band["from"])
    capped = None
    for ceiling in entry.value["ceilings"]:
        if facts.get(ceiling["fact"]) == ceiling["is"] and order.index(ceiling["code"]) > order.index(rating):
            rating, capped = ceiling["code"], ceiling["fact"]
    return Proposal(rating, score, parts, capped, entry)


def _part(card: Scorecard, place: int, facts: Mapping[str, Fact], weight: int) -> Part:
    factor = card.factors[place]
    value = facts.get(factor.fact)
    if value is None:
        return Part(factor.fact, None, None, 0)
    return Part(factor.fact, value, factor.points(value), factor.weight * 100 // weight)


def credit_of(ids: Sequence[int]) -> Select:
    """One row `borrowed, arrears, settled_bad`: accounts that lend (loans and cards), and those gone bad, of a
    customer and the records merged into it."""
    a = Account
    lends = a.category.in_(("loan", "card"))
    counts = [func.sum(case((a.status == status, 1), else_=0)).label(status) for status in BAD]
    return select(func.count().label("borrowed"), *counts).where(a.customer_id.in_(ids), lends)


def facts_of(customer: Customer, facts: Sequence[CustomerQuarter], credit: Mapping[str, int | None]) -> dict[str, Fact]:
    """The facts of a customer from the record, the published quarters (oldest first) and what `credit_of` gave."""
    latest = facts[-1] if facts else None
    record = _credit(credit)
    if customer.kind == "personal":
        return {"credit": record, "income_stability": _stability(customer),
                "debt_percent": _debt(latest, customer.income_fen)}  # fmt: skip
    return {
        "credit": record, "industry": customer.industry, "flow_percent": _flow(facts[-_YEAR:]),
        "debt_of_assets_percent": _debt(latest, customer.total_assets_fen), "years": latest.years if latest else None,
    }  # fmt: skip


def _credit(credit: Mapping[str, int | None]) -> str | None:
    """Whoever never borrowed here has no credit record with the bank."""
    bad = next((status for status in BAD if credit[status]), None)
    return bad or ("clean" if credit["borrowed"] else None)


def _stability(customer: Customer) -> str | None:
    """An income, and from an employer or an occupation that is known."""
    if customer.income_fen is None or not (customer.occupation or customer.employer):
        return None
    return "employed" if customer.employer else "occupied"


def _debt(latest: CustomerQuarter | None, of: int | None) -> int | None:
    """Loans in percent of yearly income or total assets; without loans nothing, whatever that is."""
    if latest is None:
        return None
    if latest.loans_fen == 0:
        return 0
    return latest.loans_fen * 100 // of if of else None


def _flow(facts: Sequence[CustomerQuarter]) -> int | None:
    """What came in against what went out over the last four quarters, in percent."""
    went = sum(fact.out_fen for fact in facts)
    return sum(fact.in_fen for fact in facts) * 100 // went if went else None


def said(fact: str, value: Fact) -> str:
    """A fact in words with its unit; one that is not known is said to be."""
    if value is None:
        return _("不详")
    if fact in ("credit", "income_stability"):
        return name(fact, str(value))
    if fact == "industry":
        return name("industry", str(value))
    sentence = {"debt_percent": _("年收入的 {n}%"), "debt_of_assets_percent": _("总资产的 {n}%"),
                "flow_percent": _("{n}%（流入比流出）"), "years": _("{n} 年")}[fact]  # fmt: skip
    return sentence.format(n=integer(int(value)))


def why(of: Proposal) -> str:
    """The proposal in one sentence, as a reason for a change request."""
    known = [_("{fact}：{value}").format(fact=name("rating_fact", part.fact), value=said(part.fact, part.value))
             for part in of.parts if part.value is not None]  # fmt: skip
    told = _("规则建议 {rating}（{score} 分）：{factors}")
    return told.format(rating=name("risk_rating", of.rating), score=of.score, factors=_("；").join(known))
