"""Merging and undoing: any sequence ends where the store says, nothing is moved, undoing restores every read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lib.customers import merge
from lib.customers.duplicates import candidates
from lib.customers.merge import apply_merge, apply_unmerge, ask_merge, ask_unmerge
from lib.customers.read import find, header
from lib.customers.transfer import apply_transfer, ask_transfer
from lib.store.base import OwnedByCustomer
from lib.store.bulk import bulk
from lib.store.family import family_of, merged_numbers
from lib.store.models import Case, ChangeRequest, Customer, DueItem
from lib.store.session import Conflict, Refused, open_session
from lib.work import requests
from tests.cast import (
    FIRM,
    GAO,
    LI,
    NORTH,
    OTHER,
    OUTSIDER,
    OWN,
    PEER,
    PROSPECT,
    SOUTH,
    UNASSIGNED,
    ZHANG,
    SmallBank,
    identity_of,
    number_of,
    phone_of,
    scope,
)

APPLY = {merge.MERGE: apply_merge, merge.UNMERGE: apply_unmerge}


def asked(loser: int, winner: int, login: str = "crm.zhao") -> int:
    with open_session(scope(login), "portrait", write=True) as session:
        return ask_merge(session, number_of(winner), number_of(loser), "同一人开了两个客户号").id


def undo_asked(loser: int, login: str = "crm.zhao") -> int:
    with open_session(scope(login), "portrait", write=True) as session:
        return ask_unmerge(session, number_of(loser), "并错了").id


def decided(request_id: int, verdict: str = "agreed", login: str = "check.sun") -> None:
    with open_session(scope(login), "approvals", write=True) as session:
        row = request_of(request_id)
        requests.decide(session, request_id, row.version, verdict, "不是同一人", APPLY[row.kind])


def merged(loser: int, winner: int) -> None:
    decided(asked(loser, winner))


def undone(loser: int) -> None:
    decided(undo_asked(loser))


def request_of(request_id: int) -> ChangeRequest:
    with bulk("look", write=False) as session:
        return session.scalars(select(ChangeRequest).where(ChangeRequest.id == request_id)).one()


def row_of(customer: int) -> Customer:
    with bulk("look", write=False) as session:
        return session.get_one(Customer, customer)


def pointers() -> dict[int, int]:
    with bulk("look", write=False) as session:
        found = select(Customer.customer_id, Customer.merged_into_id).where(Customer.merged_into_id.is_not(None))
        return dict(session.execute(found).all())


def standing() -> dict[str, Any]:
    """Owners, cases' owners and pointers: everything a merge changes."""
    with bulk("look", write=False) as session:
        c = Customer
        return {
            "customers": session.execute(
                select(c.customer_id, c.manager_id, c.branch_id, c.merged_into_id, c.merged_with_id)
                .order_by(c.customer_id)).all(),
            "cases": session.execute(select(Case.id, Case.manager_id, Case.branch_id).order_by(Case.id)).all(),
            "due": session.execute(select(DueItem.id, DueItem.owner_id, DueItem.branch_id)
                                   .where(DueItem.customer_id != 0).order_by(DueItem.id)).all(),
        }  # fmt: skip


def rows_of_everybody() -> dict[str, list[int]]:
    with bulk("look", write=False) as session:
        tables = [x.class_ for x in Customer.registry.mappers if issubclass(x.class_, OwnedByCustomer)]
        return {t.__tablename__: sorted(session.scalars(select(t.customer_id))) for t in tables
                if t.__tablename__ not in ("change_request", "change_step")}  # fmt: skip


def test_nothing_moves_and_reads_follow(bank: SmallBank) -> None:
    before = rows_of_everybody()
    merged(PEER, OWN)
    assert rows_of_everybody() == before
    assert (row_of(PEER).merged_into_id, row_of(PEER).manager_id) == (OWN, ZHANG)
    with open_session(scope("rm.zhang"), "portrait") as session:
        assert family_of(session, OWN) == (OWN, PEER) and merged_numbers(session, OWN) == [number_of(PEER)]
        for number in (OWN, PEER):
            assert session.execute(header(number_of(number))).one().Customer.customer_id == OWN
        for typed in (number_of(PEER), phone_of(PEER), identity_of(PEER)):
            assert [row.number for row in session.execute(find(typed))] == [number_of(OWN)], typed
    with open_session(scope("rm.gao"), "portrait") as session:
        assert session.execute(header(number_of(PEER))).one_or_none() is None


def test_undoing_restores_every_read(bank: SmallBank) -> None:
    before = standing()
    merged(OTHER, OWN)
    assert standing() != before
    undone(OTHER)
    assert standing() == before
    with open_session(scope("rm.li"), "portrait") as session:
        assert [row.number for row in session.execute(find(phone_of(OTHER)))] == [number_of(OTHER)]


def test_a_chain_ends_at_its_end_and_is_undone_in_any_order(bank: SmallBank) -> None:
    before = standing()
    merged(PEER, UNASSIGNED)
    between = standing()
    merged(UNASSIGNED, OWN)
    assert pointers() == {PEER: OWN, UNASSIGNED: OWN}
    undone(UNASSIGNED)
    assert standing() == between
    merged(UNASSIGNED, OWN)
    undone(PEER)
    assert pointers() == {UNASSIGNED: OWN} and row_of(PEER).manager_id == GAO
    undone(UNASSIGNED)
    assert standing() == before


def test_a_transfer_takes_what_was_merged_along(bank: SmallBank) -> None:
    merged(PEER, OWN)
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        request = ask_transfer(session, [number_of(OWN)], LI, "moved", "")
    for login in ("head.wang", "crm.zhao"):
        with open_session(scope(login), "approvals", write=True) as session:
            requests.decide(session, request.id, request_of(request.id).version, "agreed", "", apply_transfer)
    assert {(row_of(one).manager_id, row_of(one).branch_id) for one in (OWN, PEER)} == {(LI, SOUTH)}
    undone(PEER)
    assert (row_of(PEER).manager_id, row_of(PEER).branch_id) == (GAO, NORTH)


@pytest.mark.parametrize(
    ("loser", "winner", "login", "said"),
    [
        (OWN, OWN, "crm.zhao", "两条不同"),
        (OWN, FIRM, "crm.zhao", "个人与企业"),
        (OWN, OTHER, "rm.zhang", "权限范围"),
        (OWN, PROSPECT, "crm.zhao", "反过来"),
        (OWN, OUTSIDER, "crm.zhao", "反过来"),
        (OWN, PEER, "legal.qian", "不能写入"),
        (OWN, PEER, "care.chen", "不能写入"),
    ],
)
def test_what_may_not_be_asked(sqlite_bank: SmallBank, loser: int, winner: int, login: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        asked(loser, winner, login)


def test_no_circle_and_nothing_twice(bank: SmallBank) -> None:
    first, second = asked(OWN, PEER), asked(PEER, OWN)
    decided(first)
    with pytest.raises(Refused, match="已经合并"):
        decided(second)
    for one in (OWN, UNASSIGNED):
        with pytest.raises(Refused, match="已经合并"):
            asked(one, OWN) if one != OWN else asked(OWN, UNASSIGNED)
    with pytest.raises(Refused, match="没有合并"):
        undo_asked(PEER)


def test_an_owner_changed_meanwhile_goes_back(bank: SmallBank) -> None:
    request = asked(PEER, OWN)
    with bulk("import") as session:
        session.get_one(Customer, PEER).manager_id = ZHANG
    with pytest.raises(Refused, match="换了客户经理"):
        decided(request)


def test_refused_nothing_happens(bank: SmallBank) -> None:
    before = standing()
    decided(asked(PEER, OWN), "refused")
    assert standing() == before


@pytest.mark.parametrize("login", ["crm.zhao", "head.wang", "rm.zhang", "exec.zhou"])
def test_only_the_review_team_agrees(sqlite_bank: SmallBank, login: str) -> None:
    request = asked(PEER, OWN)
    with pytest.raises(Refused):
        decided(request, login=login)
    assert pointers() == {}


def test_two_merge_the_same_pair_at_once(bank: SmallBank) -> None:
    todo = [asked(OWN, PEER), asked(PEER, OWN)]
    start = Barrier(2)
    said: list[str] = []

    def agree(request: int) -> None:
        start.wait()
        try:
            decided(request)
            said.append("merged")
        except (Conflict, Refused):
            said.append("late")

    threads = [Thread(target=agree, args=(one,)) for one in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["late", "merged"] and len(pointers()) == 1


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, 0),
        ({"phone_hash": "same"}, 1),
        ({"identity_hash": "same"}, 1),
        ({"name": "same", "birth_date": "same"}, 1),
        ({"name": "same"}, 0),
        ({"phone_hash": "same", "identity_hash": "same", "name": "same", "birth_date": "same"}, 3),
        ({"phone_hash": "same", "merged_into_id": FIRM}, 0),
    ],
)
def test_likely_duplicates(bank: SmallBank, changes: dict[str, Any], reasons: int) -> None:
    from datetime import date

    from lib.store import search

    with bulk("twin") as session:
        own, peer = session.get_one(Customer, OWN), session.get_one(Customer, PEER)
        own.birth_date = date(1980, 1, 1)
        for field, value in changes.items():
            setattr(peer, field, getattr(own, field) if value == "same" else value)
        session.flush()
        search.put(session.connection(), [(PEER, peer.name)])
    with open_session(scope("head.wang"), "portrait") as session:
        found = candidates(session, session.scalars(select(Customer).where(Customer.customer_id == OWN)).one())
        assert [len(one.reasons) for one in found] == ([reasons] if reasons else [])
    with open_session(scope("rm.zhang"), "portrait") as session:
        own = session.scalars(select(Customer).where(Customer.customer_id == OWN)).one()
        assert candidates(session, own) == [], "the other one is a colleague's"


PEOPLE = (OWN, PEER, UNASSIGNED, OTHER)
STEPS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from((*PEOPLE, None))), max_size=8)


class Model:
    """What should hold: who was merged with whom, directly."""

    def __init__(self) -> None:
        self.partner: dict[int, int] = {}

    def root(self, one: int) -> int:
        while one in self.partner:
            one = self.partner[one]
        return one

    def step(self, one: int, into: int | None) -> bool:
        """Whether it may be done; and then it is."""
        if into is None:
            return self.partner.pop(one, None) is not None
        if one == into or one in self.partner or into in self.partner:
            return False
        self.partner[one] = into
        return True


@pytest.fixture
def walking(sqlite_bank: SmallBank) -> Iterator[None]:
    yield


@settings(max_examples=int(os.environ.get("MERGE_EXAMPLES", "12")), deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(steps=STEPS)
def test_any_sequence_ends_where_the_store_says(walking: None, steps: list[tuple[int, int | None]]) -> None:
    begun, model = standing(), Model()
    for one, into in steps:
        if model.step(one, into):
            merged(one, into) if into is not None else undone(one)
        else:
            with pytest.raises(Refused):
                merged(one, into) if into is not None else undone(one)
        assert pointers() == {loser: model.root(loser) for loser in model.partner}
    for loser in list(model.partner):
        undone(loser)
    assert standing() == begun
