"""A day's work in the demonstration bank: what its people do on the pages, done by the same commands in their names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from lib.customers import gifts, info, life, links, marks, merge, outside, prospects, transfer
from lib.customers.files import attach_to_customer
from lib.customers.history import restore
from lib.customers.refresh import verify
from lib.jobs.demo import advice, appraised, care, churn, engagement, enquiries, meeting, morning, satisfaction
from lib.jobs.demo.plan import material
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import Scope, scope_of
from lib.store.session import Refused, StoreSession, open_session
from lib.work import due, requests

#: so many relationship managers have a day; a larger bank is no busier here
MANAGERS = 8
_CUSTOMERS = 12
Deed = Callable[[StoreSession, m.Customer, dict[str, Any]], object]


def work_a_day() -> int:
    """Let the managers work with their best customers, and ask each other's posts; returns how much was done."""
    done, managers = 0, _scopes("manager", MANAGERS)
    for number, scope in enumerate(managers):
        done += _manager(scope, number)
    heads = _scopes("head", MANAGERS)
    done += churn.work(managers) + enquiries.work(managers, heads) + advice.work(managers)
    done += care.work(managers) + morning.work(managers) + satisfaction.work(managers, heads)
    done += engagement.work(managers, heads, _scopes("crm", 1))
    done += appraised.work(heads) + meeting.write_meetings()
    return done + _merges(2) + _reviewed()


def _manager(scope: Scope, number: int) -> int:
    """Every deed with another customer, so that nobody has everything and everything is somewhere."""
    words = material("day")
    with open_session(scope, "demo") as session:
        people = list(session.scalars(_best(scope, "personal")))
        firms = list(session.scalars(_best(scope, "corporate")))
    done = sum(_do(scope, one, deed, words) for one, deed in zip(people, _DEEDS, strict=False))
    done += sum(_do(scope, one, deed, words) for one, deed in zip(firms, _FIRM_DEEDS, strict=False))
    done += _do(scope, people[0], _everything, words) if people else 0
    return done + _do_alone(scope, lambda session: _prospect(session, words, number))


def _scopes(role: str, most: int) -> list[Scope]:
    """People of a role as sign-in makes their scopes, of each branch in turn; the cast is entered first."""
    place = func.row_number().over(partition_by=m.Staff.branch_id, order_by=m.Staff.id)
    staff = select(m.Staff).where(m.Staff.role == role, m.Staff.active).order_by(place, m.Staff.id).limit(most)
    with bulk("demo", write=False) as session:
        return [scope_of(one.id, one.login, one.name, one.role, one.branch_id) for one in session.scalars(staff)]


def _best(scope: Scope, kind: str) -> Select[m.Customer]:
    """A manager's customers of a kind with the largest AUM of the newest quarter."""
    newest = select(func.max(m.CustomerQuarter.quarter)).scalar_subquery()
    return (
        select(m.Customer)
        .join(m.CustomerQuarter, m.CustomerQuarter.customer_id == m.Customer.customer_id)
        .where(m.CustomerQuarter.quarter == newest, m.Customer.kind == kind, m.Customer.stage == "customer")
        .where(m.Customer.manager_id == scope.staff_id, ~m.Customer.do_not_contact)
        .order_by(m.CustomerQuarter.aum_fen.desc(), m.Customer.customer_id)
        .limit(_CUSTOMERS)
    )


def _do(scope: Scope, customer: m.Customer, deed: Deed, words: dict[str, Any]) -> int:
    return _do_alone(scope, lambda session: deed(session, session.get_one(m.Customer, customer.customer_id), words))


def _do_alone(scope: Scope, deed: Callable[[StoreSession], object]) -> int:
    """One deed in its own transaction; what the rules refuse is left undone."""
    try:
        with open_session(scope, "demo", write=True) as session:
            deed(session)
    except Refused:
        return 0
    return 1


def _day(back: int) -> date:
    return today() - timedelta(days=back)


def _tag(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    tag, family, why = words["tags"][one.customer_id % len(words["tags"])]
    marks.set_tag(session, one.customer_id, tag, family, why)


def _life(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    kinds = life.kinds_of(one.kind)
    form = life.LifeForm(kinds[one.customer_id % len(kinds)], _day(20 + one.customer_id % 50), words["life"])
    life.record_life_event(session, one.customer_id, form)


def _gift(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    item, yuan = words["gifts"][one.customer_id % len(words["gifts"])]
    form = gifts.GiftForm(item, yuan * 100, "festival", _day(45), "")
    gifts.record_gift(session, one.customer_id, form, f"demo-{one.customer_id}")


def _link(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    links.add_link(session, one.customer_id, words["link"], f"https://www.example.com/{one.number}")


def _outside(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    said = words["outside"]
    form = outside.OutsideForm("public", said["source"], "public_disclosed", said["content"], _day(12))
    outside.record_outside(session, one.customer_id, form)


def _file(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    attach_to_customer(session, one.customer_id, words["file_name"], words["file"].encode())


def _visit(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    ahead = 1 + one.customer_id % 9
    due.plan(session, one.customer_id, "visit", today() + timedelta(days=ahead), words["visits"][ahead % 3])


def _visited(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    item = due.plan(session, one.customer_id, "visit", today(), words["visits"][0])
    due.done(session, item, item.version, words["visited"])


def _verified(session: StoreSession, one: m.Customer, _words: dict[str, Any]) -> None:
    verify(session, one.customer_id, one.version)


def _phone(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    form = info.InfoForm(one.kind, phone=f"1390000{one.customer_id % 10_000:04d}")
    info.ask_info(session, one.number, one.version, form, words["phone"])


def _address(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    info.ask_info(session, one.number, one.version, info.InfoForm(one.kind, address=words["address"]), words["moved"])


def _noted(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    restore(session, one.customer_id, one.version, "preferences", words["preferences"], "")


def _hand_over(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    colleague = select(m.Staff.id).where(m.Staff.role == "manager", m.Staff.active, m.Staff.branch_id == one.branch_id,
                                         m.Staff.id != session.scope.staff_id).order_by(m.Staff.id)  # fmt: skip
    to = session.scalars(colleague).first()
    if to is not None:
        transfer.ask_transfer(session, [one.number], to, "asked", words["hand_over"])


def _everything(session: StoreSession, one: m.Customer, words: dict[str, Any]) -> None:
    """The best customer has a little of everything."""
    for deed in (_tag, _life, _gift, _link, _visit, _noted):
        deed(session, one, words)


_DEEDS: tuple[Deed, ...] = (_outside, _phone, _visit, _visited, _tag, _hand_over, _file, _life, _verified, _address)
_FIRM_DEEDS: tuple[Deed, ...] = (_link, _visit, _file, _tag)


def _merge(session: StoreSession, pair: m.DueItem, words: dict[str, Any]) -> None:
    """Ask for the merge of a suspected pair."""
    both = select(m.Customer.number).where(m.Customer.customer_id.in_((pair.customer_id, -pair.id)))
    # the one with an account is kept
    winner, loser = session.scalars(both.order_by(m.Customer.opened_on.is_(None))).all()
    merge.ask_merge(session, winner, loser, words["merge"])


def _merges(most: int) -> int:
    """The managers of the first suspected pairs ask for their merge; the other pairs wait to be looked at."""
    item = m.DueItem
    pairs = (
        select(item, m.Staff)
        .join(m.Staff, m.Staff.id == item.owner_id)
        .where(item.kind == "duplicate", item.state == "open")
        .order_by(item.customer_id)
        .limit(most)
    )
    with bulk("demo", write=False) as session:
        found = [(pair, scope_of(one.id, one.login, one.name, one.role, one.branch_id))
                 for pair, one in session.execute(pairs)]  # fmt: skip
    words = material("day")
    return sum(_do_alone(scope, lambda session, pair=pair: _merge(session, pair, words))  # type: ignore[misc]
               for pair, scope in found)  # fmt: skip


def _prospect(session: StoreSession, words: dict[str, Any], number: int) -> None:
    names = words["prospects"]
    form = prospects.ProspectForm(
        "personal", names[number % len(names)], f"1380000{7_000 + number:04d}", session.scope.staff_id, "branch",
        note=words["prospect"],
    )  # fmt: skip
    prospects.register_prospect(session, form)


def _reviewed() -> int:
    """The review team agrees to what was asked for addresses; telephones and the rest wait for who tries the bank."""
    done = 0
    for scope in _scopes("reviewer", 1):
        with open_session(scope, "demo") as session:
            waiting = [(one.id, one.version) for one in session.scalars(requests.waiting_for_me(session))
                       if one.kind == info.KIND and set(info.said_fields(one)[1]) == {"address"}]  # fmt: skip
        for request_id, version in waiting:
            done += _do_alone(scope, lambda session, r=request_id, v=version: requests.decide(  # type: ignore[misc]
                session, r, v, "agreed", "", info.apply_info))  # fmt: skip
    return done
