"""The road of a case: its states, who may take which step, and what a step must say. The moves are data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lib.rulebook import Rulebook
from lib.words import _, codes, name

STATES = (
    "received", "accepted", "investigating", "answered", "followed_up", "closed", "withdrawn", "reopened",
)  # fmt: skip
ENDED = ("closed", "withdrawn")
#: kinds in which somebody outside says something to the bank; the page of complaints is theirs
LISTENED = ("complaint", "suggestion", "unhappy")
CAPABILITIES = ("handler", "head", "crm")
# A bank keeps the entries it has loaded, so a later kind is a later key.
_ADDED = ("case.kind.churn", "case.kind.enquiry", "case.kind.breakpoint")
#: kinds whose states have names of their own
_STATE_NAMES = {"churn": "churn_state", "enquiry": "enquiry_state", "breakpoint": "breakpoint_state"}
NEEDS = ("answer", "fault", "satisfaction", "root_cause", "measure", "settlement", "reason")


class Problem(NamedTuple):
    """What is wrong with one field, as a sentence."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Kind:
    """A kind of case: the letter its numbers begin with, and which clocks run (promise, legal_term).

    `promise` is the rule its promise is counted by; empty for those promised a reply as complaints are.
    """

    code: str
    letter: str
    clocks: tuple[str, ...]
    promise: str = ""


@dataclass(frozen=True)
class Move:
    """A step from one state to the next: who may take it and which fields it needs filled."""

    start: str
    to: str
    who: tuple[str, ...]
    needs: tuple[str, ...]


def kinds(book: Rulebook, on: date) -> dict[str, Kind]:
    """The kinds of case of a day by their code: those of rule case.kinds, and each that came with a rule of its own."""
    added = (book.find(key, on) for key in _ADDED)
    said = [*book.value("case.kinds", on), *(entry.value for entry in added if entry is not None)]
    made = (Kind(one["code"], one["letter"], tuple(one["clocks"]), one.get("promise", "")) for one in said)
    return {one.code: one for one in made}


def kind_of(code: str, book: Rulebook, on: date) -> Kind:
    """A kind of case on a day; KeyError for one that no rule names."""
    return kinds(book, on)[code]


def state_name(kind: str, state: str | None) -> str:
    """What a state is called in cases of a kind."""
    return name(_STATE_NAMES.get(kind, "case_state"), state)


def moves(kind: str, book: Rulebook, on: date) -> tuple[Move, ...]:
    """All moves the rule of a kind allows on a day (complaints: 制度 §六, 手册 §5)."""
    said = book.value(f"{kind}.moves", on)
    return tuple(Move(one["from"], one["to"], tuple(one["who"]), tuple(one["needs"])) for one in said)


def moves_from(state: str, capability: str, known: tuple[Move, ...]) -> tuple[Move, ...]:
    """The moves open to someone in a state; none for one who may do nothing there."""
    return tuple(move for move in known if move.start == state and capability in move.who)


@dataclass(frozen=True)
class MoveForm:
    """One step of a case and what it records.

    `satisfaction` with the handling is 1–5, None where it was not asked; `contacted` whether the customer was reached
    for it (reached | not_reached). `fault` is whose it was (手册 §5.2);
    `compensation_fen` in fen of the base currency and `apology` (none | oral | written) may be left out.
    """

    to: str
    answer: str = ""
    fault: str = ""
    apology: str = "none"
    compensation_fen: int | None = None
    satisfaction: int | None = None
    not_asked_reason: str = ""
    root_cause: str = ""
    measure: str = ""
    settlement: str = ""
    reason: str = ""
    contacted: str = ""

    def problems(self, state: str, capability: str, known: tuple[Move, ...], causes: Collection[str]) -> list[Problem]:
        """Why this step cannot be taken from a state by someone; empty if it can. `causes`: the codes on offer."""
        move = next((one for one in moves_from(state, capability, known) if one.to == self.to), None)
        if move is None:
            sentence = _("“{state}”的事项不能由你转为“{to}”")
            said = sentence.format(state=name("case_state", state), to=name("case_state", self.to))
            return [Problem("to", said)]
        asked = tuple(need for need in move.needs if need != "satisfaction")
        found = blank(self, asked)
        if "root_cause" in asked and self.root_cause and self.root_cause not in causes:
            found.append(Problem("root_cause", _("请选择“{field}”").format(field=field_name("root_cause"))))
        if "fault" in asked and self.fault and self.fault not in codes("responsibility"):
            found.append(Problem("fault", _("请选择“{field}”").format(field=field_name("fault"))))
        if self.compensation_fen is not None and self.compensation_fen < 0:
            found.append(Problem("compensation_fen", _("补偿金额不能为负数")))
        return found + (self._satisfaction_problems() if "satisfaction" in move.needs else [])

    def recorded(self) -> dict[str, object]:
        """What the step keeps in the history, by field."""
        kept = ("answer", "fault", "compensation_fen", "contacted", "satisfaction", "not_asked_reason", "root_cause",
                "measure", "settlement")  # fmt: skip
        said: dict[str, object] = {field: getattr(self, field) for field in kept}
        return {**said, "apology": self.apology if self.apology != "none" else ""}

    def _satisfaction_problems(self) -> list[Problem]:
        if self.contacted == "not_reached" and self.satisfaction is not None:
            return [Problem("satisfaction", _("没有联系上客户，不能登记其满意度"))]
        if self.satisfaction is None and not self.not_asked_reason.strip():
            return [Problem("satisfaction", _("请登记客户满意度，或写明未询问的原因"))]
        if self.satisfaction is not None and not 1 <= self.satisfaction <= 5:
            return [Problem("satisfaction", _("满意度为 1 至 5 分"))]
        return []


def blank(form: object, fields: tuple[str, ...]) -> list[Problem]:
    """A problem for each of a form's text fields that says nothing."""
    empty = [field for field in fields if not str(getattr(form, field)).strip()]
    return [Problem(field, _("请填写“{field}”").format(field=field_name(field))) for field in empty]


def field_name(field: str) -> str:
    """What a form calls a field of a case."""
    return name("complaint_field", field)
