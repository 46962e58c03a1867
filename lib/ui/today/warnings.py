"""Why customers are on the warning list, for a handful at once: the reasons of the churn score in words."""

from __future__ import annotations

from collections.abc import Sequence

from lib.churn import read, rules
from lib.churn.read import Run
from lib.store.session import StoreSession
from lib.ui import quarters
from lib.ui.page import Page
from lib.ui.today.look import Look


def newest(page: Page) -> Run | None:
    """The newest published quarter; None while there is none."""
    known = quarters.runs(page.scope)
    if not known:
        return None
    first = known[0]
    return Run(str(first.quarter), first.version, min(first.cutoff, first.quarter.end))


def sentences(look: Look, session: StoreSession, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The strongest reasons of these customers by id; one statement for all."""
    run = newest(look.page) if ids else None
    if run is None:
        return {}
    page, currency = look.page, look.house.currency
    card = rules.card(page.book, currency, run.end)
    found = {}
    for row in session.execute(read.of_customers(run, card, ids)):
        why = read.explained(row, run, card, page.book, currency)
        found[row.customer_id] = tuple(one.sentence for one in why.speaks_for)
    return found
