"""A card's steps in the store: who may take them, two at once, what stays, and what the trail keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lib.settings import today
from lib.staff.appraisal_read import waiting
from lib.staff.appraisal_rules import Correction
from lib.staff.appraisal_steps import StepForm
from lib.store import models as m
from lib.store.appraised import capabilities
from lib.store.bulk import bulk
from lib.store.session import Conflict, PassesBy, Refused, open_session
from tests.cast import CARDS, GAO, NORTH, SOUTH, STAFF, WANG, ZHANG, ZHAO, SmallBank, scope
from tests.staff.cards import (
    CONFIRM,
    DISPUTE,
    SIGN,
    appraised,
    card_of,
    facts,
    line_of,
    small_bank_appraised,
    taken,
)

UPHELD = StepForm("replaced", settlement="视频回访按规定计入", correction=Correction("visit_completion", 16, 20))


def second_crm() -> str:
    """A colleague of crm.zhao's."""
    STAFF["crm.two"] = (14, "孔亮", "crm", None)
    with bulk("test") as session:
        session.add(m.Staff(id=14, login="crm.two", name="孔亮", role="crm"))
    return "crm.two"


@pytest.mark.parametrize(
    ("login", "parts"),
    [
        ("rm.zhang", {1: {"subject"}}),
        ("rm.gao", {2: {"subject"}}),
        ("head.wang", {1: {"signer"}, 2: {"signer"}, 4: {"subject"}}),
        ("head.zhu", {3: {"signer"}, 5: {"subject"}}),
        ("crm.zhao", {card: {"signer", "settler"} for card in CARDS}),
        ("exec.zhou", {}),
        ("care.chen", {}),
        ("legal.qian", {}),
    ],
)
def test_as_what_each_acts_on_which_card(sqlite_bank: SmallBank, login: str, parts: dict[int, set[str]]) -> None:
    with bulk("look", write=False) as session:
        cards = session.scalars(select(m.AppraisalCard)).all()
    found = {card.id: set(capabilities(scope(login), card)) for card in cards}
    assert {card: what for card, what in found.items() if what} == parts


def test_head_signs_person_confirms(bank: SmallBank) -> None:
    small_bank_appraised()
    card = card_of(ZHANG)
    signed = taken("head.wang", card, SIGN)
    assert (signed.state, signed.signed_by, signed.outcome) == ("signed", WANG, "training")
    assert signed.answer_due_on == today() + timedelta(days=10)
    done = taken("rm.zhang", card, CONFIRM)
    assert (done.state, done.ended_how, done.answered_by) == ("final", "confirmed", ZHANG)
    with bulk("look", write=False) as session:
        trail = session.scalars(
            select(m.AuditEntry).where(m.AuditEntry.table == "appraisal_card", m.AuditEntry.actor_id > 0)
            .order_by(m.AuditEntry.id)
        ).all()  # fmt: skip
    assert [entry.actor_id for entry in trail] == [WANG, ZHANG]
    assert trail[0].after["comment"] == SIGN.comment and trail[1].after["state"] == "final"


@pytest.mark.parametrize(
    ("login", "level", "subject", "may"),
    [
        ("rm.zhang", "manager", ZHANG, False),  # nobody signs their own
        ("head.zhu", "manager", ZHANG, False),  # nor another branch's
        ("head.wang", "manager", ZHANG, True),
        ("head.wang", "branch", NORTH, False),  # the branch's card is the head's own
        ("crm.zhao", "branch", NORTH, True),
        ("exec.zhou", "branch", NORTH, False),
        ("care.chen", "manager", ZHANG, False),
    ],
)
def test_who_signs(bank: SmallBank, login: str, level: str, subject: int, may: bool) -> None:
    small_bank_appraised()
    card = card_of(subject, level=level)
    if may:
        assert taken(login, card, SIGN).state == "signed"
        return
    with pytest.raises(Refused):
        taken(login, card, SIGN)
    assert card_of(subject, level=level).state == "computed"


def test_a_head_who_has_customers_does_not_sign_the_own_card(sqlite_bank: SmallBank) -> None:
    facts("2025Q3", {WANG: {"customers": 20, "cohort": 20, "cohort_active": 10}}, homes={WANG: NORTH})
    appraised()
    with pytest.raises(Refused):
        taken("head.wang", card_of(WANG), SIGN)
    assert taken("crm.zhao", card_of(WANG), SIGN).state == "signed"
    assert taken("head.wang", card_of(WANG), CONFIRM).state == "final"


def test_two_who_save_at_once_are_told(bank: SmallBank) -> None:
    small_bank_appraised()
    card = card_of(ZHANG)
    taken("head.wang", card, SIGN)
    with pytest.raises(Conflict) as told:
        taken("crm.zhao", card, StepForm("signed", comment="另有看法"), version=card.version)
    assert told.value.theirs["comment"] == SIGN.comment and told.value.theirs["state"] == "signed"
    assert card_of(ZHANG).comment == SIGN.comment


def test_an_upheld_dispute_makes_a_corrected_version_and_keeps_the_old(bank: SmallBank) -> None:
    small_bank_appraised()
    card = card_of(ZHANG)
    taken("head.wang", card, SIGN)
    disputed = taken("rm.zhang", card, DISPUTE)
    assert disputed.state == "disputed" and disputed.settle_due_on == today() + timedelta(days=15)
    with pytest.raises(Refused):
        taken("head.wang", card, UPHELD)  # who signed does not rule
    corrected = taken("crm.zhao", card, UPHELD)
    old = card_of(ZHANG, number=1)
    assert (old.state, old.score, old.ended_how, old.settled_by) == ("replaced", 7000, "corrected", ZHAO)
    assert (corrected.number, corrected.state, corrected.why) == (2, "final", "corrected")
    assert corrected.reason == UPHELD.settlement and corrected.comment == SIGN.comment
    assert line_of(corrected, "visit_completion")["points"] == 8000 and line_of(corrected, "csat")["points"] == 8000
    assert corrected.score == 7632  # (6650 + 15 × 40) ÷ 95, to the nearest hundredth
    assert appraised().same == 5, "a corrected card rests on the same figures"


def test_a_rejected_dispute_is_final_with_its_reason(bank: SmallBank) -> None:
    small_bank_appraised()
    card = card_of(ZHANG)
    taken("head.wang", card, SIGN)
    taken("rm.zhang", card, DISPUTE)
    done = taken("crm.zhao", card, StepForm("final", settlement="回访记录上没有这两次"))
    assert (done.state, done.ended_how, done.score) == ("final", "rejected", 7000)


def test_who_signed_does_not_settle(sqlite_bank: SmallBank) -> None:
    small_bank_appraised()
    card = card_of(NORTH, level="branch")
    taken("crm.zhao", card, SIGN)
    taken("head.wang", card, DISPUTE)
    ruling = StepForm("final", settlement="不成立")
    with pytest.raises(Refused):
        taken("crm.zhao", card, ruling)
    other = second_crm()
    try:
        assert taken(other, card, ruling).state == "final"
    finally:
        STAFF.pop(other)


def test_an_answer_after_its_time_is_no_dispute(sqlite_bank: SmallBank) -> None:
    small_bank_appraised()
    taken("head.wang", card_of(ZHANG), SIGN)
    with bulk("test") as session:
        session.get_one(m.AppraisalCard, card_of(ZHANG).id).answer_due_on = today() - timedelta(days=1)
    with pytest.raises(Refused):
        taken("rm.zhang", card_of(ZHANG), DISPUTE)
    assert appraised().lapsed == 1
    assert (card_of(ZHANG).state, card_of(ZHANG).ended_how) == ("final", "lapsed")


@pytest.mark.parametrize("column", ["score", "lines", "grade", "period", "staff_id", "number"])
def test_nobody_changes_what_a_card_says(sqlite_bank: SmallBank, column: str) -> None:
    small_bank_appraised()
    card = card_of(ZHANG)
    values = {"score": 9999, "lines": [], "grade": "excellent", "period": "2025Q2", "staff_id": 2, "number": 9}
    with pytest.raises(PassesBy), open_session(scope("head.wang"), "appraisal", write=True) as session:
        row = session.get_one(m.AppraisalCard, card.id)
        row.state, row.signed_by, row.comment = "signed", WANG, "好"
        setattr(row, column, values[column])


@pytest.mark.parametrize(
    "values", [{"state": "final"}, {"state": "signed", "signed_by": ZHAO}, {"comment": "只改评语"}]
)
def test_no_way_around_the_steps(sqlite_bank: SmallBank, values: dict[str, object]) -> None:
    small_bank_appraised()
    with pytest.raises(PassesBy), open_session(scope("head.wang"), "appraisal", write=True) as session:
        row = session.get_one(m.AppraisalCard, card_of(ZHANG).id)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize("login", ["crm.zhao", "head.wang", "rm.zhang"])
def test_cards_are_made_by_the_job(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(PassesBy), open_session(scope(login), "appraisal", write=True) as session:
        session.add(m.AppraisalCard(
            id=99, period="2025Q1", level="manager", subject_id=ZHANG, branch_id=NORTH, staff_id=ZHANG, number=1,
            state="computed", counted=100, lines=[], peers={}, basis={}, why="first", version=1,
        ))  # fmt: skip


def waits_for(login: str) -> set[tuple[str, int]]:
    """The cards of 2025Q3 whose next step is this person's."""
    with open_session(scope(login), "today") as session:
        found = session.scalars(waiting(scope(login))).all()
    return {(card.level, card.subject_id) for card in found if card.period == "2025Q3"}


def test_what_waits_for_whom(bank: SmallBank) -> None:
    small_bank_appraised()
    assert waits_for("head.wang") == {("manager", ZHANG), ("manager", GAO)} and waits_for("rm.zhang") == set()
    assert waits_for("crm.zhao") == {("branch", NORTH), ("branch", SOUTH)} and waits_for("exec.zhou") == set()
    taken("head.wang", card_of(ZHANG), SIGN)
    assert waits_for("head.wang") == {("manager", GAO)} and waits_for("rm.zhang") == {("manager", ZHANG)}
    taken("rm.zhang", card_of(ZHANG), DISPUTE)
    assert ("manager", ZHANG) in waits_for("crm.zhao") and waits_for("rm.zhang") == set()
    taken("crm.zhao", card_of(NORTH, level="branch"), SIGN)
    assert waits_for("head.wang") == {("manager", GAO), ("branch", NORTH)}
