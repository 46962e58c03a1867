"""The steps of an appraisal card as data (rule appraisal.moves): who takes which, and what it must say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lib.rulebook import Rulebook
from lib.staff.appraisal_rules import OUTCOMES, Correction
from lib.words import _, name
from lib.work.moves import Problem

LONGEST = 2000


@dataclass(frozen=True)
class Step:
    """From one state to the next: as what somebody takes it (signer, subject, settler), and what it needs filled."""

    start: str
    to: str
    who: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class At:
    """Where a card stands, as what somebody acts on it, until when it may be answered, and its KPIs."""

    state: str
    parts: frozenset[str]
    answer_due_on: date | None = None
    kpis: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepForm:
    """One step and what it records: the head's `comment` and `outcome`, the person's `grounds`, the `settlement` of
    a dispute with its `correction` where it is upheld."""

    to: str
    comment: str = ""
    outcome: str = "none"
    grounds: str = ""
    settlement: str = ""
    correction: Correction | None = None

    def problems(self, at: At, book: Rulebook, on: date) -> list[Problem]:
        """Why this step cannot be taken; empty if it can."""
        move = next((one for one in steps_from(at.state, at.parts, book, on) if one.to == self.to), None)
        if move is None:
            said = _("“{state}”的考核单不能由你转为“{to}”")
            return [Problem("to", said.format(state=name("appraisal_state", at.state),
                                              to=name("appraisal_state", self.to)))]  # fmt: skip
        found = [self._lacks(need, at) for need in move.needs]
        too_long = _("“{field}”太长，最多 {n} 字")
        found += [Problem(field, too_long.format(field=name("appraisal_field", field), n=LONGEST))
                  for field in ("comment", "grounds", "settlement") if len(getattr(self, field)) > LONGEST]  # fmt: skip
        if self.outcome not in OUTCOMES:
            found.append(Problem("outcome", _("请选择结果运用。")))
        if self.to == "disputed" and at.answer_due_on is not None and on > at.answer_due_on:
            found.append(Problem("grounds", _("答复期限已过，不能再提出异议。")))
        return [one for one in found if one.sentence]

    def _lacks(self, need: str, at: At) -> Problem:
        if need == "correction":
            return Problem("correction", _wrong(self.correction, at.kpis))
        empty = not str(getattr(self, need)).strip()
        return Problem(need, _("请填写“{field}”").format(field=name("appraisal_field", need)) if empty else "")


def steps_from(state: str, parts: Collection[str], book: Rulebook, on: date) -> tuple[Step, ...]:
    """The steps open to somebody in a state."""
    said = book.value("appraisal.moves", on)
    known = (Step(one["from"], one["to"], tuple(one["who"]), tuple(one["needs"])) for one in said)
    return tuple(step for step in known if step.start == state and set(step.who) & set(parts))


def _wrong(said: Correction | None, kpis: Collection[str]) -> str:
    """What is wrong with a correction; empty if nothing is."""
    if said is None or said.kpi not in kpis:
        return _("请选择要更正的指标。")
    if said.leave_out:
        return ""
    if said.numerator is None:
        return _("请填写更正后的分子，或选择不计入。")
    if said.denominator is not None and said.denominator < 0:
        return _("分母不能小于零。")
    return ""
