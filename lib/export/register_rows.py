"""Complaints for the register: read some hundred at a time within a scope, with what belongs to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from lib.complaints.rules import Code, code_list
from lib.rulebook import Rulebook
from lib.settings import day_end, day_start
from lib.store.models import Attachment, Bank, Branch, Case, CaseParty, CaseReview, Customer, Product, Staff
from lib.store.reveal import Clear, reveal_many
from lib.store.scope import Scope
from lib.store.session import StoreSession, open_session
from lib.words import _, name
from lib.work.causes import Cause, causes

PAGE = "complaints"
CHUNK = 500


@dataclass(frozen=True)
class Wanted:
    """Which complaints: received from `first` to `last`, both included; `reason` set: protected values in clear."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True)
class Names:
    """What codes and ids are called."""

    currency: str
    staff: Mapping[int, str]
    branches: Mapping[int, str]
    products: Mapping[int, str]
    codes: Mapping[str, Mapping[str, Code]]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Entry:
    """One complaint with what belongs to it; `customer` is None where only the case is within reach."""

    case: Case
    customer: Customer | None
    clear: Clear | None
    parties: Sequence[CaseParty] = ()
    reviews: Sequence[CaseReview] = ()
    files: int = 0
    names: Names = field(kw_only=True)

    def code(self, family: str) -> tuple[str, str]:
        """A class of the complaint: what the bank calls it, and the standard's code where it is filled in."""
        own = getattr(self.case, family)
        known = self.names.codes[family].get(own)
        return (known.name, known.standard_code) if known else (name(f"complaint_{family}", own), "")

    def parties_as(self, role: str) -> str:
        """The people who speak in this role, with their masked identity and authorisation."""
        said = [" ".join(one for one in (party.name, party.identity_masked, party.authorisation) if one)
                for party in self.parties if party.role == role]  # fmt: skip
        return _("；").join(said)


def entries(scope: Scope, wanted: Wanted, names: Names) -> Iterator[Entry]:
    """The complaints in scope, oldest first; each chunk in a transaction of its own, ledgered if in clear."""
    last: Case | None = None
    while True:
        with open_session(scope, PAGE, write=bool(wanted.reason)) as session:
            chunk = _chunk(session, wanted, last, names)
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].case


def read_names(session: StoreSession, book: Rulebook, on: date) -> Names:
    """Everything small that the rows are told with."""
    products = session.execute(select(Product.id, Product.name))
    return Names(
        currency=session.scalars(select(Bank.base_currency)).one(),
        staff=dict(session.execute(select(Staff.id, Staff.name)).all()),
        branches=dict(session.execute(select(Branch.id, Branch.name)).all()),
        products=dict(products.all()),
        codes={family: {code.code: code for code in code_list(family, book, on)}
               for family in ("channel", "business", "reason")},
        causes=causes(book, on),
    )  # fmt: skip


def _chunk(session: StoreSession, wanted: Wanted, last: Case | None, names: Names) -> list[Entry]:
    found = [(case, customer) for case, customer in session.execute(_query(wanted, last))]
    parties, reviews = (_belonging(session, table, found) for table in (CaseParty, CaseReview))
    files = _files(session, found)
    clear = reveal_many(session, {case.customer_id for case, _of in found}, wanted.reason) if wanted.reason else {}
    return [
        Entry(case, customer, clear.get(case.customer_id), parties.get(case.id, ()), reviews.get(case.id, ()),
              files.get(case.id, 0), names=names)
        for case, customer in found
    ]  # fmt: skip


def _query(wanted: Wanted, last: Case | None) -> Select:
    query = select(Case, Customer).outerjoin(Customer, Customer.customer_id == Case.customer_id)
    since, until = day_start(wanted.first), day_end(wanted.last)
    query = query.where(Case.kind == "complaint", Case.received_at >= since, Case.received_at < until)
    if last is not None:
        later = and_(Case.received_at == last.received_at, Case.id > last.id)
        query = query.where(or_(Case.received_at > last.received_at, later))
    return query.order_by(Case.received_at, Case.id).limit(CHUNK)


def _belonging(session: StoreSession, table: Any, found: Sequence[tuple[Case, Any]]) -> dict[int, list[Any]]:
    customers, ids = _keys(found)
    rows = session.scalars(select(table).where(table.customer_id.in_(customers), table.case_id.in_(ids))
                           .order_by(table.id))  # fmt: skip
    by_case: dict[int, list[Any]] = {}
    for row in rows:
        by_case.setdefault(row.case_id, []).append(row)
    return by_case


def _files(session: StoreSession, found: Sequence[tuple[Case, Any]]) -> dict[int, int]:
    customers, ids = _keys(found)
    counted = (
        select(Attachment.case_id, func.count(Attachment.id))
        .where(Attachment.customer_id.in_(customers), Attachment.case_id.in_(ids))
        .group_by(Attachment.case_id)
    )
    return dict(session.execute(counted).all())


def _keys(found: Sequence[tuple[Case, Any]]) -> tuple[list[int], list[int]]:
    return sorted({case.customer_id for case, _of in found}), [case.id for case, _of in found]
