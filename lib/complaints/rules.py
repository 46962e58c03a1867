"""Complaint rules: the codes on offer, and what a registration must say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from lib.complaints import parties
from lib.complaints.parties import Party
from lib.rulebook import Rulebook
from lib.settings import bank_day
from lib.words import _, codes, name
from lib.work.clock import EXTENSIONS
from lib.work.identity import credit_problem, person_problem, phone_problem, tidy
from lib.work.moves import Problem, blank, field_name

#: kinds of case that are registered here; others open from them
KINDS = ("complaint", "suggestion")
LONGEST = 4000
_LENGTHS = {"complainant": 120, "contact": 120, "address": 200, "legal_representative": 80, "outside_number": 40,
            "summary": LONGEST, "demand": LONGEST, "grounds": LONGEST}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Code:
    """A class of complaints: the bank's code, its name, the standard's code (JR/T 0169) once filled in.

    `outside`: a channel by which another body passes cases on, with a number of its own.
    """

    code: str
    name: str
    standard_code: str
    outside: bool = False


def code_list(family: str, book: Rulebook, on: date) -> tuple[Code, ...]:
    """The codes on offer for `channel`, `business` or `reason`; an own code may carry its name."""
    plural = {"channel": "channels", "business": "businesses", "reason": "reasons"}[family]
    said = book.value(f"complaint.{plural}", on)
    return tuple(
        Code(one["code"], one.get("name") or name(f"complaint_{family}", one["code"]), one["standard_code"],
             one.get("outside", False))
        for one in said
    )  # fmt: skip


@dataclass(frozen=True)
class ComplaintForm:
    """A complaint or suggestion as registered (制度 §六(一); 银行业保险业消费投诉处理管理办法 §十二–十四).

    kind: complaint | suggestion; a suggestion asks for nothing and blames nobody, so less is needed. `received_at`
    and `outside_due_at` (the term set by who passed it on) are aware. The fields from `contact` on describe one who
    is no customer: `identity` is a person's paper or a firm's USCC. `parties` speak beside the complainant.
    """

    customer_kind: str
    complainant: str
    channel: str
    business: str
    reason: str
    summary: str
    demand: str
    received_at: datetime
    kind: str = "complaint"
    complex: bool = False
    grounds: str = ""
    product_id: int | None = None
    outside_number: str = ""
    outside_due_at: datetime | None = None
    contact: str = ""
    identity: str = ""
    address: str = ""
    legal_representative: str = ""
    parties: tuple[Party, ...] = ()

    def problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        """What keeps it from being registered, whoever complains; in the order of the form, empty if nothing does."""
        complaint = self.kind == "complaint"
        found = [] if self.kind in KINDS else [Problem("kind", _("请选择投诉或建议"))]
        found += self._code_problems(now, book)
        if complaint:
            found += blank(self, ("summary", "demand"))
        elif not self.summary.strip():
            found.append(Problem("summary", _("请填写“{field}”").format(field=field_name("suggestion"))))
        found += [Problem(field, _("“{field}”太长，最多 {n} 字").format(field=field_name(field), n=most))
                  for field, most in _LENGTHS.items() if len(getattr(self, field)) > most]  # fmt: skip
        return found + parties.problems(self.parties, bank_day(now), book) + self._outside_problems(now, book)

    def outsider_problems(self, now: datetime) -> list[Problem]:
        """What is missing of a complainant who is no customer (办法 §十三): who it is and how to answer them."""
        complaint, firm = self.kind == "complaint", self.customer_kind == "corporate"
        found = blank(self, ("complainant",))
        if (complaint or self.contact.strip()) and not self._can_be_reached():
            found.append(Problem("contact", _("非本行客户须登记电话或电子邮箱，以便答复")))
        number = tidy(self.identity)
        if firm and complaint:
            missing = _("请填写“{field}”").format(field=field_name("credit_code"))
            found += ([] if number else [Problem("identity", missing)]) + blank(
                self, ("address", "legal_representative")
            )
        wrong = number and (credit_problem(number) if firm else person_problem(number, bank_day(now)))
        return found + ([Problem("identity", wrong)] if wrong else [])

    def _can_be_reached(self) -> bool:
        said = self.contact.strip()
        return bool(said) and (bool(_EMAIL.fullmatch(said)) or phone_problem(said) is None)

    def _code_problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        found = []
        if self.customer_kind not in codes("customer_kind"):
            found.append(Problem("customer_kind", _("请选择个人或企业")))
        for family in ("channel", "business", "reason"):
            said = getattr(self, family)
            may_stay_empty = family == "reason" and self.kind == "suggestion" and not said
            if not may_stay_empty and said not in {code.code for code in code_list(family, book, bank_day(now))}:
                found.append(Problem(family, _("请选择“{field}”").format(field=field_name(family))))
        return found

    def _outside_problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        found = []
        if self.received_at > now:
            found.append(Problem("received_at", _("收到时间不能晚于现在")))
        passed_on = {code.code for code in code_list("channel", book, bank_day(now)) if code.outside}
        if self.channel in passed_on and not self.outside_number.strip():
            found.append(Problem("outside_number", _("监管或热线转办的须登记转办编号")))
        if self.outside_due_at is not None and self.outside_due_at <= self.received_at:
            found.append(Problem("outside_due_at", _("转办时限须晚于收到时间")))
        return found


def standard_code(form: ComplaintForm, book: Rulebook, on: date) -> str | None:
    """The standard's codes (JR/T 0169-2018) of channel, business and reason joined by hyphens, of those entered."""
    found = []
    for family in ("channel", "business", "reason"):
        known = {code.code: code.standard_code for code in code_list(family, book, on)}
        found.append(known.get(getattr(form, family), ""))
    return "-".join(code for code in found if code) or None


def extension_problem(now_: str, asked: str) -> str | None:
    """Why the legal term cannot be extended from `now_` to `asked`; None if it can (only ever upwards)."""
    if asked not in EXTENSIONS or EXTENSIONS.index(asked) != EXTENSIONS.index(now_) + 1:
        return _("延期只能逐级申请：先“情况复杂”，再“情况特别复杂”")
    return None
