"""Pulses: after what was done, of how many the rule says, never too often, each event once; what runs out lapses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from lib.jobs.pulses import send_pulses
from lib.satisfaction.drawing import PRIME, rank
from lib.settings import business_now, today
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import C_FIRM, FIRM, OTHER, OWN, PEER, SmallBank, filled
from tests.satisfaction.rows import drafted, invited, nobody_asked, stored


@pytest.fixture(autouse=True)
def quiet(bank: SmallBank) -> Iterator[None]:
    """Nobody was asked, spoken with, or had a complaint settled."""
    nobody_asked()
    with bulk("test") as session:
        session.rows(delete(m.Contact))
        session.rows(update(m.Case).values(closed_at=business_now() - timedelta(days=99)))
    yield


def chosen(code: str, share: int) -> int:
    """An id that the draw of a pulse falls on, one that it does not fall on for a negative share."""
    return next(i for i in range(1, 2000) if (rank(f"pulse-{code}", i) % 100 < abs(share)) is (share > 0))


def spoke(customer: int, code: str, contact_id: int, days: int = 1, outcome: str = "reached") -> None:
    said = {"visit": ("visit", "visit"), "branch": ("branch", "sales")}[code]
    with bulk("test") as session:
        session.add(filled(m.Contact, customer_id=customer, id=contact_id, channel=said[0], purpose=said[1],
                           outcome=outcome, happened_at=business_now() - timedelta(days=days)))  # fmt: skip


def settled(case_id: int = C_FIRM, days: int = 1) -> None:
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == case_id).values(
            state="closed", closed_at=business_now() - timedelta(days=days)))  # fmt: skip


def asked() -> dict[int, tuple[str, str | None]]:
    with bulk("look", write=False) as session:
        rows = session.scalars(select(m.SurveyAnswer)).all()
    return {row.customer_id: (row.occasion, row.about) for row in rows}


def test_after_a_settled_complaint_a_visit_and_business_in_a_branch() -> None:
    settled()
    spoke(OWN, "visit", visit := chosen("visit", 50))
    spoke(OTHER, "branch", branch := chosen("branch", 20))
    assert send_pulses() == 3
    assert asked() == {FIRM: ("complaint", f"case-{C_FIRM}"), OWN: ("visit", f"contact-{visit}"),
                       OTHER: ("branch", f"contact-{branch}")}  # fmt: skip
    assert send_pulses() == 0


def test_in_chunks_everybody_is_asked() -> None:
    settled()
    spoke(OWN, "visit", chosen("visit", 50))
    spoke(PEER, "visit", chosen("visit", 50))
    assert send_pulses(size=1) == 3 and len(asked()) == 3


def test_a_share_is_a_share() -> None:
    spoke(OWN, "visit", chosen("visit", -50))
    spoke(OTHER, "branch", chosen("branch", -20))
    assert send_pulses() == 0
    share = sum(rank("pulse-branch", i) % 100 < 20 for i in range(10_000)) / 10_000
    assert 0.18 < share < 0.22 and PRIME % 100


@pytest.mark.parametrize(("days", "outcome", "asks"), [
    (7, "reached", True), (9, "reached", False), (1, "not_reached", False), (1, "refused", False),
])  # fmt: skip
def test_only_after_a_conversation_of_the_last_days(days: int, outcome: str, asks: bool) -> None:
    spoke(OWN, "visit", chosen("visit", 50), days, outcome)
    assert send_pulses() == asks


@pytest.mark.parametrize(("ago", "asks"), [(0, False), (29, False), (30, True)])
def test_nobody_is_asked_too_often(ago: int, asks: bool) -> None:
    settled()
    invited(FIRM, ago)
    assert send_pulses() == asks


def test_the_most_important_of_a_day_is_asked_about() -> None:
    settled()
    spoke(FIRM, "visit", chosen("visit", 50))
    assert send_pulses() == 1 and asked()[FIRM][0] == "complaint"


def test_who_is_not_to_be_contacted_is_not_asked() -> None:
    settled()
    with bulk("test") as session:
        session.rows(update(m.Customer).values(do_not_contact=True))
    assert send_pulses() == 0


def test_what_nobody_answers_lapses_and_a_survey_ends() -> None:
    late, early = invited(OWN, 15, about="contact-1"), invited(PEER, 14, about="contact-2")
    plain = invited(OTHER, 99)
    row = drafted("crm.zhao")
    with bulk("test") as session:
        session.rows(update(m.Survey).values(state="running", closes_on=today() - timedelta(days=1)))
    send_pulses()
    assert (stored(late).outcome, stored(late).version) == ("lapsed", 2)
    assert (stored(early).outcome, stored(plain).outcome) == (None, None)
    with bulk("look", write=False) as session:
        assert session.get_one(m.Survey, row.id).state == "closed"
