"""Enquiries and breakpoints as registered: what was asked or where the service broke, by whom, and how it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lib.rulebook import Rulebook
from lib.settings import bank_day
from lib.words import _, codes, name
from lib.work.identity import phone_problem
from lib.work.moves import Problem

ENQUIRY, BREAKPOINT = "enquiry", "breakpoint"
KINDS = (ENQUIRY, BREAKPOINT)
#: how an enquiry ended (names family enquiry_outcome); the first three rest on an answer
OUTCOMES = ("answered", "product_interest", "referred", "complaint", "unanswered")
WITH_ANSWER = OUTCOMES[:3]
LONGEST = 4000
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LENGTHS = {"person": 120, "contact": 120, "summary": LONGEST, "answer": LONGEST, "next_step": 200,
            "concerned": LONGEST}  # fmt: skip


@dataclass(frozen=True)
class RegisterForm:
    """An enquiry (手册 §2.2) or a service breakpoint (方案 §3.3) as it is taken in; `received_at` is aware.

    `summary` is what was asked, or how the service broke. An enquiry answered on the spot says the `answer` and its
    `outcome`; a breakpoint says in which `step` of the service it is (rule breakpoint.steps) and, if known, who else
    is `concerned`. `person` and `contact` describe one who is no customer.
    """

    kind: str
    customer_kind: str
    channel: str
    business: str
    summary: str
    received_at: datetime
    product_id: int | None = None
    answer: str = ""
    outcome: str = ""
    next_step: str = ""
    step: str = ""
    concerned: str = ""
    person: str = ""
    contact: str = ""

    @property
    def settled(self) -> bool:
        """Whether it was answered on the spot: registered, answered and closed in one step."""
        return self.kind == ENQUIRY and bool(self.answer.strip())

    def problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        """What keeps it from being registered, whoever asks; in the order of the form, empty if nothing does."""
        on = bank_day(now)
        found = [] if self.kind in KINDS else [Problem("kind", _("请选择咨询或服务断点。"))]
        if self.customer_kind not in codes("customer_kind"):
            found.append(Problem("customer_kind", _("请选择个人或企业")))
        found += [chosen(self.kind, field, getattr(self, field), offered(field, book, on))
                  for field in ("channel", "business")]  # fmt: skip
        if self.kind == BREAKPOINT:
            found.append(chosen(self.kind, "step", self.step, service_steps(book, on)))
        found += written(self.kind, self, ("summary",))
        found += [Problem(field, _("“{field}”太长，最多 {n} 字").format(field=field_name(self.kind, field), n=most))
                  for field, most in _LENGTHS.items() if len(getattr(self, field)) > most]  # fmt: skip
        if self.settled and self.outcome not in WITH_ANSWER:
            found.append(Problem("outcome", _("请选择“{field}”").format(field=field_name(self.kind, "outcome"))))
        if self.received_at > now:
            found.append(Problem("received_at", _("收到时间不能晚于现在")))
        return [one for one in found if one.sentence]

    def outsider_problems(self) -> list[Problem]:
        """What is missing of one who is no customer: a name, and how to reach them while something is owed them."""
        found = written(self.kind, self, ("person",))
        said = self.contact.strip()
        reachable = bool(_EMAIL.fullmatch(said)) or (bool(said) and phone_problem(said) is None)
        if (said or not self.settled) and not reachable:
            found.append(Problem("contact", _("非本行客户须登记电话或电子邮箱，以便答复")))
        return found


def offered(field: str, book: Rulebook, on: date) -> dict[str, str]:
    """The codes on offer for `channel`, `business` or `reason` with their names: those of complaints."""
    plural = {"channel": "channels", "business": "businesses", "reason": "reasons"}[field]
    return {one["code"]: one.get("name") or name(f"complaint_{field}", one["code"])
            for one in book.value(f"complaint.{plural}", on)}  # fmt: skip


def service_steps(book: Rulebook, on: date) -> dict[str, str]:
    """The steps of the service in which it may break, with their names (rule breakpoint.steps)."""
    return {one["code"]: name("breakpoint_step", one["code"]) for one in book.value("breakpoint.steps", on)}


def field_name(kind: str, field: str) -> str:
    """What the forms of a kind call a field."""
    return name(f"{kind}_field", field)


def written(kind: str, form: object, fields: Sequence[str]) -> list[Problem]:
    """A problem for each of a form's text fields that says nothing."""
    empty = [field for field in fields if not str(getattr(form, field)).strip()]
    return [Problem(field, _("请填写“{field}”").format(field=field_name(kind, field))) for field in empty]


def chosen(kind: str, field: str, said: str, among: Sequence[str] | dict[str, str]) -> Problem:
    """The problem of a code that is none of those on offer; one without a sentence where it is."""
    sentence = "" if said in among else _("请选择“{field}”").format(field=field_name(kind, field))
    return Problem(field, sentence)
