"""The road of a card as the rule has it: whoever does whatever, nothing is final unsigned, and ends are ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Rulebook, shipped_rows
from lib.staff.appraisal_rules import Correction
from lib.staff.appraisal_steps import LONGEST, At, StepForm, steps_from
from lib.words import codes

BOOK, ON = Rulebook(shipped_rows()), date(2026, 10, 20)
STATES, PARTS = codes("appraisal_state"), codes("appraisal_part")
SETTLED: dict[str, Any] = {"settlement": "核对原始记录后更正"}


def fields(form: StepForm, state: str, *parts: str, due: date | None = None) -> list[str]:
    at = At(state, frozenset(parts), due, ("csat", "nps"))
    return [one.field for one in form.problems(at, BOOK, ON)]


@pytest.mark.parametrize(
    ("form", "state", "part", "wrong"),
    [
        (StepForm("signed", comment="好"), "computed", "signer", []),
        (StepForm("signed", comment="  "), "computed", "signer", ["comment"]),
        (StepForm("signed", comment="好"), "computed", "subject", ["to"]),
        (StepForm("signed", comment="好"), "signed", "signer", ["to"]),
        (StepForm("signed", comment="好", outcome="gift"), "computed", "signer", ["outcome"]),
        (StepForm("signed", comment="好" * (LONGEST + 1)), "computed", "signer", ["comment"]),
        (StepForm("final"), "signed", "subject", []),
        (StepForm("final"), "signed", "signer", ["to"]),
        (StepForm("final"), "computed", "subject", ["to"]),
        (StepForm("disputed", grounds="漏计"), "signed", "subject", []),
        (StepForm("disputed"), "signed", "subject", ["grounds"]),
        (StepForm("final", settlement="不成立"), "disputed", "settler", []),
        (StepForm("final"), "disputed", "settler", ["settlement"]),
        (StepForm("final", settlement="不成立"), "disputed", "signer", ["to"]),
        (StepForm("replaced", **SETTLED), "disputed", "settler", ["correction"]),
        (StepForm("replaced", **SETTLED, correction=Correction("shoes", 1)), "disputed", "settler", ["correction"]),
        (StepForm("replaced", **SETTLED, correction=Correction("csat")), "disputed", "settler", ["correction"]),
        (StepForm("replaced", **SETTLED, correction=Correction("csat", 1, -1)), "disputed", "settler", ["correction"]),
        (StepForm("replaced", **SETTLED, correction=Correction("csat", 18, 20)), "disputed", "settler", []),
        (StepForm("replaced", **SETTLED, correction=Correction("csat", leave_out=True)), "disputed", "settler", []),
        (StepForm("final"), "final", "subject", ["to"]),
        (StepForm("computed"), "replaced", "settler", ["to"]),
    ],
)
def test_what_a_step_must_say(form: StepForm, state: str, part: str, wrong: list[str]) -> None:
    assert fields(form, state, part) == wrong


@pytest.mark.parametrize(("due", "wrong"), [(date(2026, 10, 20), []), (date(2026, 10, 19), ["grounds"])])
def test_a_dispute_comes_in_time(due: date, wrong: list[str]) -> None:
    assert fields(StepForm("disputed", grounds="漏计"), "signed", "subject", due=due) == wrong


def test_the_steps_speak_only_known_words() -> None:
    for move in BOOK.value("appraisal.moves", ON):
        assert {move["from"], move["to"]} <= set(STATES) and set(move["who"]) <= set(PARTS)
        assert set(move["needs"]) <= set(codes("appraisal_field"))


@given(st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(STATES)), max_size=12))
def test_whoever_tries_whatever_a_card_is_final_only_after_a_signature_and_stays_so(
    tries: list[tuple[str, str]],
) -> None:
    state, signed, disputed, answered = "computed", False, False, False
    for part, to in tries:
        open_ = [step.to for step in steps_from(state, {part}, BOOK, ON)]
        if state in ("final", "replaced"):
            assert open_ == []
        if to not in open_:
            continue
        assert part == {"computed": "signer", "signed": "subject", "disputed": "settler"}[state]
        signed, disputed = signed or to == "signed", disputed or to == "disputed"
        answered = answered or part == "subject"
        state = to
        assert state not in ("final", "disputed") or (signed and answered)
        assert state != "replaced" or disputed
