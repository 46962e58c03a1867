"""Relations and referrals: read in both directions, and nobody out of reach has a name."""

from __future__ import annotations

import pytest

from lib.customers.relations import referred, referrer, related, relations
from lib.store.bulk import bulk
from lib.store.models import Customer, Relation
from lib.store.session import open_session
from tests.cast import CUSTOMERS, FIRM, OTHER, OWN, PEER, PROSPECT, UNASSIGNED, SmallBank, filled, scope

NAMES = {customer: row[0] for customer, row in CUSTOMERS.items()}


@pytest.fixture(autouse=True)
def told(bank: SmallBank) -> None:
    """OWN → FIRM, OWN → OTHER (other branch), FIRM → OWN, PEER → OWN (a colleague's); FIRM and PEER brought by OWN."""
    with bulk("test") as session:
        for row in session.query(Relation):
            session.delete(row)
        session.flush()
        for i, (one, other, kind) in enumerate(
            [(OWN, FIRM, "employer"), (OWN, OTHER, "family"), (FIRM, OWN, "guarantor"), (PEER, OWN, "disponent"),
             (FIRM, PEER, "group")], 1
        ):  # fmt: skip
            session.add(filled(Relation, customer_id=one, id=i, other_customer_id=other, kind=kind))
        for brought in (FIRM, PEER):
            session.get_one(Customer, brought).referred_by_id = OWN
        session.get_one(Customer, OWN).referred_by_id = OTHER


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("rm.zhang", [("employer", False, FIRM), ("family", False, None), ("guarantor", True, FIRM)]),
        ("head.wang", [("disponent", True, PEER), ("employer", False, FIRM), ("family", False, None),
                       ("guarantor", True, FIRM)]),
        ("crm.zhao", [("disponent", True, PEER), ("employer", False, FIRM), ("family", False, OTHER),
                      ("guarantor", True, FIRM)]),
        ("rm.gao", [("disponent", False, None)]),
        ("rm.li", []),
        ("care.chen", []),
        ("check.sun", []),
        ("product.he", []),
        ("admin.wu", []),
    ],
)  # fmt: skip
def test_names_only_within_reach(bank: SmallBank, login: str, seen: list) -> None:
    customer = PEER if login == "rm.gao" else OWN
    with open_session(scope(login), "portrait") as session:
        found = related(session, [customer])
        mine = [one for one in found if one.kind != "group"]
        assert [(o.kind, o.back, o.other and o.other.customer_id) for o in mine] == seen
        assert {o.other.name for o in found if o.other} == {NAMES[i] for *_what, i in seen if i}


def test_what_stands_between_merged_records_is_no_relation(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "portrait") as session:
        kinds = [row.kind for row in session.scalars(relations([OWN, FIRM]))]
    assert kinds == ["family", "group"]


@pytest.mark.parametrize(
    ("login", "brought", "by"),
    [
        ("rm.zhang", {FIRM}, (True, None)),
        ("head.wang", {FIRM, PEER}, (True, None)),
        ("crm.zhao", {FIRM, PEER}, (True, OTHER)),
        ("rm.gao", {PEER}, (False, None)),
    ],
)
def test_referrals_within_reach(bank: SmallBank, login: str, brought: set[int], by: tuple) -> None:
    with open_session(scope(login), "portrait") as session:
        assert {one.customer_id for one in session.scalars(referred([OWN]))} == brought
        was_brought, who = referrer(session, [OWN])
        assert (was_brought, who and who.customer_id) == by


def test_nobody_was_brought(bank: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "portrait") as session:
        assert referrer(session, [UNASSIGNED]) == (False, None)
        assert session.scalars(referred([PROSPECT])).all() == []
