"""Likely duplicates: whether what is about to be registered was registered before, by how alike the words are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lib.complaints.rules import KINDS
from lib.rulebook import Rulebook
from lib.settings import bank_day
from lib.store.alike import alike_cases
from lib.store.models import Case, Staff
from lib.store.session import StoreSession

_NO_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Likely:
    """A case that may be the same matter. `similarity` is 0 to 1.

    `within_reach`: whether the scope may open it; only then is `handler` told, empty where nobody holds it.
    """

    number: str
    state: str
    received_at: datetime
    similarity: float
    handler: str
    within_reach: bool


def likely(
    session: StoreSession, customer_id: int, business: str, text: str, now: datetime, book: Rulebook
) -> list[Likely]:
    """Cases of the customer and business within the days of rule complaint.likely_duplicate, alike enough, most first.

    They are found whatever the scope; of one out of reach only number, state, day and similarity are told.
    """
    said = book.value("complaint.likely_duplicate", bank_day(now))
    since = now - timedelta(days=said["days"])
    near = [one for one in alike_cases(session, customer_id, KINDS, business, since, lambda it: similarity(text, it))
            if one.similarity >= said["similar"]]  # fmt: skip
    holders = _holders(session, [one.number for one in near])
    return [Likely(*one, holders.get(one.number, ""), one.number in holders) for one in near]


def similarity(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1: Dice's coefficient over pairs of neighbouring characters, marks left out."""
    first, second = _pairs(one), _pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    said = _NO_WORDS.sub("", text.lower())
    return Counter(said[at : at + 2] for at in range(len(said) - 1)) if len(said) > 1 else Counter([said] * bool(said))


def _holders(session: StoreSession, numbers: list[str]) -> dict[str, str]:
    """Number → handler's name of those within the scope."""
    if not numbers:
        return {}
    found = select(Case.number, Staff.name).outerjoin(Staff, Staff.id == Case.handler_id)
    return {number: holder or "" for number, holder in session.execute(found.where(Case.number.in_(numbers)))}
