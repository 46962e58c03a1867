"""The form of a churn step, field by field; the road of the rule ends from every state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lib.churn.steps import (
    KIND,
    NEEDS,
    STATES,
    Product,
    StepForm,
    Whom,
    lost_reasons,
    offers,
    standing_of,
    steps_from,
    suits,
)
from lib.rulebook import Rulebook, shipped_rows
from lib.words import codes
from lib.work.contacts import ContactForm
from lib.work.moves import CAPABILITIES, ENDED, kind_of, moves

BOOK, NOW, ON = Rulebook(shipped_rows()), datetime(2026, 11, 23, 4, tzinfo=UTC), date(2026, 11, 23)
MOVES = moves(KIND, BOOK, ON)
TALK = ContactForm("phone", "churn", "reached", NOW - timedelta(hours=1))
LATER = ContactForm("phone", "churn", "reached", NOW + timedelta(hours=1))
FUND = Product(1, "稳利", "wealth", "R3")
ABLE = Whom("C3", date(2027, 1, 1))


def fields(form: StepForm, state: str = "contacted", whom: Whom = ABLE, as_what: str = "handler") -> list[str]:
    return [one.field for one in form.problems(state, as_what, whom, BOOK, NOW)]


def test_the_moves_speak_only_known_words() -> None:
    for move in MOVES:
        assert {move.start, move.to} <= set(STATES)
        assert set(move.who) <= set(CAPABILITIES) and set(move.needs) <= set(NEEDS)
    assert {move.to for move in MOVES} | {"received"} == set(STATES)
    assert kind_of(KIND, BOOK, ON).clocks == ()


def test_from_every_open_state_the_handler_reaches_an_end() -> None:
    leads = set(ENDED)
    for _round in STATES:
        leads |= {move.start for move in MOVES if move.to in leads and "handler" in move.who}
    assert leads == set(STATES)


def test_the_codes_have_names() -> None:
    assert set(offers(BOOK, ON)) == set(codes("churn_offer"))
    assert set(lost_reasons(BOOK, ON)) <= set(codes("leaving_reason"))


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (StepForm("contacted", contact=TALK), []),
        (StepForm("contacted"), ["contact"]),
        (StepForm("contacted", contact=ContactForm("pigeon", "churn", "reached", NOW)), ["channel"]),
        (StepForm("contacted", contact=LATER), ["happened_at"]),
        (StepForm("offered", offer="price", text="减免"), []),
        (StepForm("offered", offer="gold", text=" "), ["offer", "text"]),
        (StepForm("offered", offer="price", text="长" * 2001), ["text"]),
        (StepForm("offered", offer="product", text="转入", product=FUND), []),
        (StepForm("closed"), ["outcome"]),
        (StepForm("closed", outcome="kept"), []),
        (StepForm("closed", outcome="lost"), ["lost_reason"]),
        (StepForm("closed", outcome="lost", lost_reason="moved"), []),
        (StepForm("closed", outcome="lost", lost_reason="dormant"), ["lost_reason"]),
        (StepForm("withdrawn"), ["reason"]),
        (StepForm("withdrawn", reason="名单有误"), []),
        (StepForm("withdrawn", reason="长" * 2001), ["reason"]),
        (StepForm("received"), ["to"]),
    ],
)  # fmt: skip
def test_what_each_step_must_say(form: StepForm, wrong: list[str]) -> None:
    assert fields(form) == wrong


@pytest.mark.parametrize(
    ("whom", "open_"),
    [
        (Whom(), ["contacted", "offered", "closed", "withdrawn"]),
        (Whom(no_automated_advice=True), ["contacted", "closed", "withdrawn"]),
        (Whom(do_not_contact=True), ["closed", "withdrawn"]),
    ],
)
def test_what_a_customer_asked_not_to_be_done_is_no_step(whom: Whom, open_: list[str]) -> None:
    assert [move.to for move in steps_from("contacted", "handler", whom, BOOK, ON)] == open_


def test_only_a_head_ends_what_nobody_talked_about_and_says_why() -> None:
    lost: dict[str, Any] = {"outcome": "lost", "lost_reason": "moved"}
    assert fields(StepForm("closed", **lost), "received") == ["to"]
    assert fields(StepForm("closed", **lost), "received", as_what="head") == ["reason"]
    assert fields(StepForm("closed", **lost, reason="已销户"), "received", as_what="head") == []


@pytest.mark.parametrize(
    ("whom", "level", "fits"),
    [
        (ABLE, "R3", True),
        (ABLE, "R4", False),
        (Whom("C3", ON), "R3", True),
        (Whom("C3", ON - timedelta(days=1)), "R1", False),
        (Whom(), "R1", False),
        (Whom(), None, True),
    ],
)
def test_a_product_suits_within_a_valid_capacity(whom: Whom, level: str | None, fits: bool) -> None:
    product = Product(1, "品", "wealth", level)
    assert suits(product, whom, ON) == fits
    form = StepForm("offered", offer="product", text="转入", product=product)
    assert fields(form, whom=whom) == ([] if fits else ["product"])


def test_a_case_is_called_by_its_outcome_once_closed() -> None:
    assert [standing_of("closed", "kept"), standing_of("closed", None), standing_of("offered", None)] == [
        "kept", "closed", "offered",
    ]  # fmt: skip
