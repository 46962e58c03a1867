"""The directory: customers within the scope by everything a fact or tag knows, as the address says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from lib.customers.due import refresh_limit
from lib.rulebook import Rulebook
from lib.settings import day_start
from lib.store.models import (
    Account,
    Branch,
    Case,
    Contact,
    Customer,
    CustomerQuarter,
    CustomerTag,
    DueItem,
    Holding,
    Staff,
)
from lib.store.search import matches
from lib.work.birthdays import kept_within
from lib.work.contacts import REACHED
from lib.work.moves import LISTENED

#: what a list may be ordered by
ORDERS = ("aum", "opened", "number")
CATEGORIES = ("deposit", "wealth", "card", "loan")
_WAN_FEN = 1_000_000
_OVER = ("closed", "withdrawn")
_MOST = 9_999_999  # 10 000 yuan: more than any customer has


class Run(NamedTuple):
    """The published facts a list is made of."""

    quarter: str
    version: int


@dataclass(frozen=True)
class Filters:
    """What the directory shows; an empty value means any.

    Amounts are in 10 000 of the base currency's units; `matures`, `birthday`, `contact` are days ahead, ahead and
    back; `quiet` quarters without a transaction of the customer's own; `capacity` expired or soon (within 30 days);
    `moved` up, down or watch; `refresh` and `complaint` overdue and open; `due` a kind of due item that stands open;
    `text` a name, pinyin or initials.
    """

    text: str = ""
    kind: str = ""
    stage: str = "customer"
    tier: str = ""
    branch: str = ""
    manager: str = ""
    tag: str = ""
    holds: str = ""
    lacks: str = ""
    aum_from: int | None = None
    aum_to: int | None = None
    quiet: int | None = None
    matures: int | None = None
    age: str = ""
    industry: str = ""
    size: str = ""
    rating: str = ""
    capacity: str = ""
    care: str = ""
    contactable: str = ""
    refresh: str = ""
    complaint: str = ""
    due: str = ""
    birthday: int | None = None
    contact: int | None = None
    moved: str = ""
    opened_from: date | None = None
    opened_to: date | None = None
    order: str = "aum"

    @property
    def of_facts(self) -> bool:
        """Whether a filter or the order looks at quarter facts."""
        asked = (self.holds, self.lacks, self.aum_from, self.aum_to, self.quiet, self.moved)
        return any(one not in ("", None) for one in asked)


def filters_of(query: Mapping[str, str]) -> Filters:
    """The filters as an address says them; what it says wrongly counts as not said."""
    said: dict[str, Any] = {}
    for field in Filters.__dataclass_fields__.values():
        given = query.get(field.name, "")
        if not given:
            continue
        with suppress(ValueError):
            said[field.name] = _value(str(field.type), given)
    return Filters(**said)


def _value(kind: str, given: str) -> Any:
    if kind.startswith("int"):
        number = int(given)
        if not 0 <= number <= _MOST:
            raise ValueError(given)
        return number
    return date.fromisoformat(given) if kind.startswith("date") else given[:80]


def directory(filters: Filters, run: Run | None, today: date, book: Rulebook, *, few: bool = False) -> Select:
    """The customers asked for, ordered: identity, owner, and the facts of a run beside them (NULL without any).

    One list in two forms. Where most customers answer, it walks the facts in their order and soon has its page; where
    `few` do, it finds those first and orders them. Counting is cheaper in the second form.
    """
    c, q = Customer, CustomerQuarter
    columns = (
        c.customer_id, c.version, c.number, c.name, c.kind, c.stage, c.tier, c.tier_since, c.phone_masked,
        c.preferred_channel, c.do_not_contact, c.special_care, c.risk_rating, c.risk_capacity, c.risk_capacity_until,
        c.verified_on, c.known_since, c.opened_on, c.birth_date, c.industry, c.size_class, c.manager_id, c.branch_id,
        q.aum_fen, q.deposits_fen, q.investments_fen, q.loans_fen, q.contribution_fen, q.categories,
        q.quiet_quarters, q.watch, Branch.name.label("branch"), Staff.name.label("manager"),
    )  # fmt: skip
    facts = and_(q.customer_id == c.customer_id, q.quarter == (run.quarter if run else ""),
                 q.version == (run.version if run else 0))  # fmt: skip
    with_facts = filters.of_facts or (filters.order == "aum" and filters.stage == "customer" and run is not None)
    wanted = select(*columns).select_from(c)
    first = with_facts and not (few and not filters.of_facts)
    wanted = wanted.join(q, facts) if first else wanted.outerjoin(q, facts)
    if with_facts and not first:  # the same customers, but said so that no engine begins with the facts
        wanted = wanted.where(func.coalesce(q.version, -1) >= 0)
    wanted = wanted.outerjoin(Branch, Branch.id == c.branch_id).outerjoin(Staff, Staff.id == c.manager_id)
    return wanted.where(*conditions(filters, run, today, book)).order_by(*_order(filters))


def conditions(filters: Filters, run: Run | None, today: date, book: Rulebook) -> list[ColumnElement[bool]]:
    """What a customer must meet; a record merged into another is not one."""
    found: list[ColumnElement[bool]] = [Customer.merged_into_id.is_(None)]
    if filters.text.strip():
        found.append(matches(Customer.customer_id, filters.text))
    return found + _codes(filters) + _of_facts(filters) + _of_rows(filters, today) + _of_days(filters, today, book)


def tags_of(ids: Sequence[int]) -> Select:
    """The tags of these customers: customer_id, tag."""
    row = CustomerTag
    standing = row.until_day.is_(None)
    return select(row.customer_id, row.tag).where(row.customer_id.in_(ids), standing).order_by(row.family, row.tag)


def last_contacts(ids: Sequence[int]) -> Select:
    """When each of these customers was last reached: customer_id, at."""
    row = Contact
    reached = (row.customer_id.in_(ids), row.outcome.in_(REACHED))
    return select(row.customer_id, func.max(row.happened_at).label("at")).where(*reached).group_by(row.customer_id)


def next_maturities(ids: Sequence[int], today: date) -> Select:
    """The next day on which something each of these customers holds matures: customer_id, day."""
    row = Holding
    held = (row.customer_id.in_(ids), row.matures_on >= today, row.ended_on.is_(None))
    return select(row.customer_id, func.min(row.matures_on).label("day")).where(*held).group_by(row.customer_id)


def used_tags() -> Select:
    """The tags somebody bears, by family."""
    return select(CustomerTag.tag, CustomerTag.family).distinct().order_by(CustomerTag.family, CustomerTag.tag)


def _codes(filters: Filters) -> list[ColumnElement[bool]]:
    c = Customer
    asked = (
        (c.kind, filters.kind), (c.tier, filters.tier), (c.industry, filters.industry), (c.size_class, filters.size),
        (c.risk_rating, filters.rating), (c.special_care, filters.care if filters.care != "any" else ""),
    )  # fmt: skip
    found: list[ColumnElement[bool]] = [column == code for column, code in asked if code]
    if filters.stage != "all":
        found.append(c.stage == filters.stage)
    if filters.branch.isdecimal():
        found.append(c.branch_id == int(filters.branch))
    if filters.manager == "none":
        found.append(c.manager_id.is_(None))
    elif filters.manager.isdecimal():
        found.append(c.manager_id == int(filters.manager))
    if filters.care == "any":
        found.append(c.special_care.is_not(None))
    if filters.contactable:
        found.append(c.do_not_contact.is_(filters.contactable == "no"))
    return found


def _of_facts(filters: Filters) -> list[ColumnElement[bool]]:
    q = CustomerQuarter
    held = {"deposit": q.has_deposit, "wealth": q.has_wealth, "card": q.has_card, "loan": q.has_loan}
    found: list[ColumnElement[bool]] = []
    found += [held[filters.holds] == 1] if filters.holds in held else []
    found += [held[filters.lacks] == 0] if filters.lacks in held else []
    found += [q.aum_fen >= filters.aum_from * _WAN_FEN] if filters.aum_from is not None else []
    found += [q.aum_fen < filters.aum_to * _WAN_FEN] if filters.aum_to is not None else []
    found += [q.quiet_quarters >= filters.quiet] if filters.quiet else []
    moves = {"up": q.moved == 1, "down": q.moved == -1, "watch": q.watch > 0}
    found += [moves[filters.moved]] if filters.moved in moves else []
    return found


def _of_rows(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    """What rows beside the customer say: tags, what matures, complaints, what is due, contacts."""
    found: list[ColumnElement[bool]] = []
    if filters.tag:
        bears = (CustomerTag.customer_id == Customer.customer_id, CustomerTag.tag == filters.tag)
        found.append(select(CustomerTag.tag).where(*bears, CustomerTag.until_day.is_(None)).exists())
    if filters.matures is not None:
        last = today + timedelta(days=filters.matures)
        ends = (Holding.ended_on.is_(None), Holding.matures_on.between(today, last))
        loan = (Account.closed_on.is_(None), Account.matures_on.between(today, last))
        found.append(or_(Customer.customer_id.in_(select(Holding.customer_id).where(*ends)),
                         Customer.customer_id.in_(select(Account.customer_id).where(*loan))))  # fmt: skip
    if filters.complaint == "open":
        heard = (Case.state.not_in(_OVER), Case.kind.in_(LISTENED))
        found.append(Customer.customer_id.in_(select(Case.customer_id).where(*heard)))
    if filters.due:
        planned = (DueItem.kind == filters.due, DueItem.state == "open")
        found.append(Customer.customer_id.in_(select(DueItem.customer_id).where(*planned)))
    if filters.contact is not None:
        since = day_start(today - timedelta(days=filters.contact))
        reached = (Contact.customer_id == Customer.customer_id, Contact.outcome.in_(REACHED),
                   Contact.happened_at >= since)  # fmt: skip
        found.append(~select(Contact.id).where(*reached).exists())
    return found


def _of_days(filters: Filters, today: date, book: Rulebook) -> list[ColumnElement[bool]]:
    """What days on the customer's row say: age, birthday, opening, capacity, refresh."""
    c = Customer
    found: list[ColumnElement[bool]] = []
    found += [c.opened_on >= filters.opened_from] if filters.opened_from else []
    found += [c.opened_on <= filters.opened_to] if filters.opened_to else []
    if filters.capacity:
        until = today if filters.capacity == "expired" else today + timedelta(days=30)
        found.append(and_(c.risk_capacity_until.is_not(None), c.risk_capacity_until < until))
    if filters.refresh == "overdue":
        limits = [(c.kind == kind, literal(refresh_limit(kind, book, today))) for kind in ("personal", "corporate")]
        found.append(func.coalesce(c.verified_on, c.known_since) < case(*limits))
    if filters.birthday is not None:
        found.append(and_(c.kind == "personal", kept_within(today, filters.birthday)))
    if filters.age:
        found += _age(filters.age, today, book)
    return found


def _age(band: str, today: date, book: Rulebook) -> list[ColumnElement[bool]]:
    """The customers of an age band of rule customer.age_bands, by the days between which they were born."""
    lower = 0
    for one in book.value("customer.age_bands", today):
        upper = one.get("below")
        if one["code"] == band:
            of_age: list[ColumnElement[bool]] = [Customer.birth_date <= born_by(today, lower)]
            return [*of_age, Customer.birth_date > born_by(today, upper)] if upper else of_age
        lower = upper or lower
    return []


def born_by(today: date, years: int) -> date:
    """The last birth date of those who are so many years old on a day; 29 February comes of age on 1 March."""
    with suppress(ValueError):
        return today.replace(year=today.year - years)
    return date(today.year - years, 2, 28)


def _order(filters: Filters) -> list[Any]:
    c, q = Customer, CustomerQuarter
    if filters.order == "opened":
        return [c.opened_on.desc().nulls_last(), c.customer_id]
    if filters.order == "number" or (filters.stage != "customer" and not filters.of_facts):
        return [c.customer_id]
    return [q.aum_fen.desc(), q.customer_id.desc()]
