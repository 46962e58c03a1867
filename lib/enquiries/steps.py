"""The road of an enquiry and of a service breakpoint: what each step must say, and who may not take it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from lib.enquiries.rules import ENQUIRY, LONGEST, OUTCOMES, WITH_ANSWER, chosen, field_name, offered, written
from lib.rulebook import Rulebook
from lib.store.models import CaseEvent
from lib.words import _, codes
from lib.work.moves import Move, Problem, moves, moves_from, state_name

#: steps by which a repair is judged: another person's than the repairer's (方案 §3.3)
_JUDGING = (("repaired", "closed"), ("repaired", "told"))
_NEXT_STEP = 200


@dataclass(frozen=True)
class At:
    """Where a case stands and as what somebody acts on it; `repaired_it`: it was they who repaired it last."""

    kind: str
    state: str
    as_what: str
    repaired_it: bool = False


@dataclass(frozen=True)
class StepForm:
    """One step and what it records.

    An enquiry: `answer`; `outcome` (OUTCOMES) ends it, also together with the answer; `next_step` beside an interest
    in a product; `complaint_reason` and `demand` where it becomes a complaint. A breakpoint: what was `told` by which
    `channel`; the `repair` and its `root_cause`; the `result` of verifying it.
    """

    to: str
    answer: str = ""
    outcome: str = ""
    next_step: str = ""
    complaint_reason: str = ""
    demand: str = ""
    told: str = ""
    channel: str = ""
    repair: str = ""
    root_cause: str = ""
    result: str = ""
    reason: str = ""

    def problems(self, at: At, book: Rulebook, on: date, causes: Collection[str]) -> list[Problem]:
        """Why this step cannot be taken; empty if it can. `causes`: the codes of root causes on offer."""
        move = next((one for one in steps_from(at, book, on) if one.to == self.to), None)
        if move is None:
            return [Problem("to", self._refusal(at))]
        found: list[Problem] = []
        for need in move.needs:
            found += self._said(need, at, book, on, causes)
        if at.kind == ENQUIRY and self.to == "answered" and self.outcome:
            found += self._ended(at, book, on)
        texts = ("answer", "demand", "told", "repair", "result", "reason")
        found += [_too_long(at.kind, field, LONGEST) for field in texts if len(getattr(self, field)) > LONGEST]
        found += [_too_long(at.kind, "next_step", _NEXT_STEP)] * (len(self.next_step) > _NEXT_STEP)
        return [one for one in found if one.sentence]

    def text(self) -> str:
        """What somebody wrote in this step, as its event keeps it."""
        return next((said for said in (self.answer, self.told, self.repair, self.result, self.reason) if said), "")

    def recorded(self) -> dict[str, object]:
        """What the step keeps in the history beside its text, by field."""
        ending = {"outcome": self.outcome, "next_step": self.next_step.strip()} if self.to == "closed" else {}
        return {"channel": self.channel, "root_cause": self.root_cause, **ending}

    def _said(self, need: str, at: At, book: Rulebook, on: date, causes: Collection[str]) -> list[Problem]:
        match need:
            case "outcome":
                return self._ended(at, book, on)
            case "told":
                return [*written(at.kind, self, ("told",)), chosen(at.kind, "channel", self.channel, codes("channel"))]
            case "root_cause":
                return [chosen(at.kind, "root_cause", self.root_cause, tuple(causes))]
        return written(at.kind, self, (need,))

    def _ended(self, at: At, book: Rulebook, on: date) -> list[Problem]:
        answered = at.state == "answered" or self.to == "answered"
        allowed = (*WITH_ANSWER, "complaint") if answered else OUTCOMES[3:]
        if self.outcome not in allowed:
            said = _("请选择“{field}”").format(field=field_name(at.kind, "outcome"))
            early = _("没有答复的咨询只能转为投诉，或写明未能解答的原因。")
            return [Problem("outcome", early if self.outcome in OUTCOMES else said)]
        if self.outcome != "complaint":
            return []
        reasons = offered("reason", book, on)
        return [chosen(at.kind, "complaint_reason", self.complaint_reason, reasons),
                *written(at.kind, self, ("demand",))]  # fmt: skip

    def _refusal(self, at: At) -> str:
        if at.repaired_it and (at.state, self.to) in _JUDGING:
            return _("修复由修复人以外的人核验。")
        said = _("“{state}”的事项不能由你转为“{to}”")
        return said.format(state=state_name(at.kind, at.state), to=state_name(at.kind, self.to))


def steps_from(at: At, book: Rulebook, on: date) -> tuple[Move, ...]:
    """The steps open to someone, by the kind's rule of moves; none of judging one's own repair."""
    known = moves_from(at.state, at.as_what, moves(at.kind, book, on))
    return tuple(one for one in known if not (at.repaired_it and (at.state, one.to) in _JUDGING))


def repairer_of(events: Sequence[CaseEvent]) -> int | None:
    """Who repaired a breakpoint last, by its history (oldest first); None before any repair."""
    found = [event.staff_id for event in events if event.to_state == "repaired"]
    return found[-1] if found else None


def _too_long(kind: str, field: str, most: int) -> Problem:
    return Problem(field, _("“{field}”太长，最多 {n} 字").format(field=field_name(kind, field), n=most))
