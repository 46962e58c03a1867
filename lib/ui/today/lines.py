"""Reading the list: one page of people with everything that is said of them, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from lib.care import ranking, reasons, today
from lib.care.reasons import About
from lib.settings import bank_day
from lib.store.models import Case, Customer, DueItem
from lib.store.session import StoreSession
from lib.ui.today import warnings
from lib.ui.today.look import Look
from lib.work.due import by_talking

SIZE = 20


@dataclass(frozen=True)
class Why:
    """One reason to contact somebody: in words, with the one most telling figure (`short`) and in full, since when it
    is due, whether that is over; of an item or a case."""

    short: str
    sentence: str
    notes: tuple[str, ...]
    due_on: date
    late: bool
    group: str
    item: DueItem | None = None
    case: Case | None = None


@dataclass(frozen=True)
class Line:
    """A customer on the list: why, the most pressing first, and the last conversation (None: none reached them)."""

    customer: Customer
    why: tuple[Why, ...]
    talk: Any | None

    @property
    def number(self) -> str:
        """The customer's number, by which the address names it."""
        return self.customer.number

    @property
    def talks_about(self) -> dict[int, DueItem]:
        """What is open that a conversation may end, by id."""
        return {one.item.id: one.item for one in self.why if one.item is not None and by_talking(one.item)}

    @property
    def owners(self) -> list[int | None]:
        """Whose it is to do."""
        of = [one.item.owner_id for one in self.why if one.item is not None]
        of += [one.case.handler_id for one in self.why if one.case is not None]
        return list(dict.fromkeys(of or [self.customer.manager_id]))

    @property
    def items(self) -> list[DueItem]:
        """All due items on the list."""
        return [one.item for one in self.why if one.item is not None]


@dataclass(frozen=True)
class Listing:
    """One page of the list: its lines in their order, the one being worked, and who comes before and after it."""

    lines: tuple[Line, ...]
    chosen: Line | None
    before: str | None
    after: str | None


def read(look: Look, session: StoreSession, page: int, asked: str) -> Listing:
    """The people of a page (from 1), and the one asked for by number, on the page or not; else the first."""
    start = (page - 1) * SIZE
    wanted = today.people(look.asked, look.wanted).offset(max(0, start - 1)).limit(SIZE + 1 + (start > 0))
    order = [row.customer_id for row in session.execute(wanted)]
    known = _lines(look, session, order, asked)
    shown = order[1 : SIZE + 1] if start else order[:SIZE]
    lines = tuple(known[one] for one in shown if one in known)
    chosen = next((line for line in known.values() if line.number == asked), lines[0] if lines else None)
    ranked = [known[one].number for one in order if one in known]
    before, after = _beside(ranked, chosen)
    return Listing(lines, chosen, before, after)


def _beside(ranked: Sequence[str], chosen: Line | None) -> tuple[str | None, str | None]:
    """Who comes before and after the chosen one; for one beyond the list the first of it."""
    if chosen is None or chosen.number not in ranked:
        return None, next(iter(ranked), None)
    at = ranked.index(chosen.number)
    return ranked[at - 1] if at else None, ranked[at + 1] if at + 1 < len(ranked) else None


def _lines(look: Look, session: StoreSession, order: Sequence[int], asked: str) -> dict[int, Line]:
    """The people of the page and the one asked for, by id."""
    who = Customer.customer_id.in_(order)
    found = session.scalars(select(Customer).where(or_(who, Customer.number == asked) if asked else who))
    people = {one.customer_id: one for one in found}
    ids = list(people)
    items = session.execute(today.items_of(look.asked, look.wanted, ids)).all()
    cases = session.scalars(today.cases_of(look.asked, look.wanted, ids)).all()
    talks = {row.customer_id: row for row in session.execute(today.last_talks(ids))}
    churn = warnings.sentences(look, session, [row[0].customer_id for row in items if row[0].kind == "churn"])
    why: dict[int, list[Why]] = defaultdict(list)
    for row in items:
        of = people[row[0].customer_id]
        why[of.customer_id].append(_of_item(look, row, about(row, of, talks, churn)))
    for case in cases:
        why[case.customer_id].append(_of_case(look, case))
    places = look.asked.order.groups
    return {
        one: Line(of, tuple(sorted(why[one], key=lambda w: (places[w.group], w.due_on))), talks.get(one))
        for one, of in people.items()
    }


def about(row: Any, of: Customer, talks: Mapping[int, Any], churn: Mapping[int, tuple[str, ...]]) -> About:
    """What is known of an item beyond its own row."""
    talk = talks.get(of.customer_id)
    talked = bank_day(talk.happened_at) if talk is not None else None
    promised = bank_day(row.promised_at) if row.promised_at is not None else None
    return About(of.tier, talked, row.product, row.promised_by, promised, of.lunar_birthday,
                 churn.get(of.customer_id, ()))  # fmt: skip


def _of_item(look: Look, row: Any, known: About) -> Why:
    item: DueItem = row[0]
    on = look.asked.on
    group = ranking.group_of(item.kind, item.due_on, on)
    said, notes = reasons.sentence(item, known, look.told_in), tuple(reasons.notes(item, look.told_in))
    short = reasons.sentence(item, replace(known, churn=known.churn[:1]), look.told_in)
    return Why(short, said, notes, item.due_on, item.due_on < on, group, item=item)


def _of_case(look: Look, case: Case) -> Why:
    late = reasons.is_late(case, look.told_in)
    group = "churn" if case.kind == "churn" else "promise_overdue" if late else "answer_due"
    due_at = case.promise_due_at if case.promise_met_at is None and case.promise_due_at else case.legal_due_at
    day = bank_day(due_at or case.received_at)
    said = reasons.of_case(case, look.told_in)
    return Why(said, said, (), day, late, group, case=case)
