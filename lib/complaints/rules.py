"""Complaint rules: states and moves, the codes on offer, and what a form must say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from lib.complaints.clock import EXTENSIONS
from lib.rulebook import Rulebook
from lib.words import SHANGHAI, _, codes, name

STATES = (
    "received", "accepted", "investigating", "answered", "followed_up", "closed", "withdrawn", "reopened",
)  # fmt: skip
ENDED = ("closed", "withdrawn")
CAPABILITIES = ("handler", "head", "crm")
NEEDS = ("answer", "satisfaction", "root_cause", "measure", "reason")
RELATIONS = ("self", "agent", "heir")
LONGEST = 4000


class Problem(NamedTuple):
    """What is wrong with one field, as a sentence."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Move:
    """A step from one state to the next: who may take it and which fields it needs filled."""

    start: str
    to: str
    who: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """A class of complaints: the bank's code, its name, the standard's code (JR/T 0169) once filled in."""

    code: str
    name: str
    standard_code: str


def moves(book: Rulebook, on: date) -> tuple[Move, ...]:
    """All moves the rule allows on a day (制度 §六, 手册 §5)."""
    said = book.value("complaint.moves", on)
    return tuple(Move(one["from"], one["to"], tuple(one["who"]), tuple(one["needs"])) for one in said)


def moves_from(state: str, capability: str, known: tuple[Move, ...]) -> tuple[Move, ...]:
    """The moves open to someone in a state; none for one who may do nothing there."""
    return tuple(move for move in known if move.start == state and capability in move.who)


def code_list(family: str, book: Rulebook, on: date) -> tuple[Code, ...]:
    """The codes on offer for `channel`, `business` or `reason`; an own code may carry its name."""
    plural = {"channel": "channels", "business": "businesses", "reason": "reasons"}[family]
    said = book.value(f"complaint.{plural}", on)
    return tuple(
        Code(one["code"], one.get("name") or name(f"complaint_{family}", one["code"]), one["standard_code"])
        for one in said
    )


@dataclass(frozen=True)
class ComplaintForm:
    """A complaint as registered (制度 §六(一); 银行业保险业消费投诉处理管理办法 §十二–十四).

    `received_at` is aware. `relation` says who complains (self | agent | heir); an agent brings an
    authorisation, an heir proof. `representatives` counts those who speak for a joint complaint.
    """

    customer_kind: str
    complainant: str
    channel: str
    business: str
    reason: str
    summary: str
    demand: str
    received_at: datetime
    complex: bool = False
    contact: str = ""
    relation: str = "self"
    authorisation: str = ""
    representatives: int = 1

    def problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        """What keeps it from being registered, in the order of the form; empty if nothing does."""
        found = _blank(self, ("complainant", "summary", "demand"))
        found += [Problem(field, _("“{field}”太长，最多 {n} 字").format(field=_field(field), n=LONGEST))
                  for field in ("summary", "demand") if len(getattr(self, field)) > LONGEST]  # fmt: skip
        return found + self._code_problems(now, book) + self._person_problems(now, book)

    def _code_problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        on = now.astimezone(SHANGHAI).date()
        found = []
        if self.customer_kind not in codes("customer_kind"):
            found.append(Problem("customer_kind", _("请选择个人或企业")))
        for family in ("channel", "business", "reason"):
            if getattr(self, family) not in {code.code for code in code_list(family, book, on)}:
                found.append(Problem(family, _("请选择“{field}”").format(field=_field(family))))
        if self.received_at > now:
            found.append(Problem("received_at", _("收到时间不能晚于现在")))
        return found

    def _person_problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        found = []
        if self.relation not in RELATIONS:
            found.append(Problem("relation", _("请选择投诉人身份")))
        if self.relation == "agent" and not self.authorisation.strip():
            found.append(Problem("authorisation", _("代理人投诉须登记授权委托书")))
        if self.relation == "heir" and not self.authorisation.strip():
            found.append(Problem("authorisation", _("继承人投诉须登记继承关系证明")))
        limit = book.find("complaint.representatives", now.astimezone(SHANGHAI).date())
        if self.representatives < 1 or (limit and self.representatives > limit.value):
            most = limit.value if limit else 1
            found.append(Problem("representatives", _("共同投诉的代表为 1 至 {n} 人").format(n=most)))
        return found


@dataclass(frozen=True)
class MoveForm:
    """One step of a complaint and what it records. `satisfaction` is 1–5, None where it was not asked."""

    to: str
    answer: str = ""
    satisfaction: int | None = None
    not_asked_reason: str = ""
    root_cause: str = ""
    measure: str = ""
    reason: str = ""

    def problems(self, state: str, capability: str, known: tuple[Move, ...]) -> list[Problem]:
        """Why this step cannot be taken from a state by someone; empty if it can."""
        move = next((one for one in moves_from(state, capability, known) if one.to == self.to), None)
        if move is None:
            sentence = _("“{state}”的投诉不能由你转为“{to}”")
            said = sentence.format(state=name("case_state", state), to=name("case_state", self.to))
            return [Problem("to", said)]
        asked = [need for need in move.needs if need != "satisfaction"]
        found = _blank(self, tuple(asked))
        if "root_cause" in asked and self.root_cause and self.root_cause not in codes("root_cause"):
            found.append(Problem("root_cause", _("请选择“{field}”").format(field=_field("root_cause"))))
        return found + (self._satisfaction_problems() if "satisfaction" in move.needs else [])

    def _satisfaction_problems(self) -> list[Problem]:
        if self.satisfaction is None and not self.not_asked_reason.strip():
            return [Problem("satisfaction", _("请登记客户满意度，或写明未询问的原因"))]
        if self.satisfaction is not None and not 1 <= self.satisfaction <= 5:
            return [Problem("satisfaction", _("满意度为 1 至 5 分"))]
        return []


def extension_problem(now_: str, asked: str) -> str | None:
    """Why the legal term cannot be extended from `now_` to `asked`; None if it can (only ever upwards)."""
    if asked not in EXTENSIONS or EXTENSIONS.index(asked) != EXTENSIONS.index(now_) + 1:
        return _("延期只能逐级申请：先“情况复杂”，再“情况特别复杂”")
    return None


def _blank(form: ComplaintForm | MoveForm, fields: tuple[str, ...]) -> list[Problem]:
    empty = [field for field in fields if not getattr(form, field).strip()]
    return [Problem(field, _("请填写“{field}”").format(field=_field(field))) for field in empty]


def _field(field: str) -> str:
    return name("complaint_field", field)
