"""Complaint rules: the codes on offer, and what a registration must say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lib.rulebook import Rulebook
from lib.words import SHANGHAI, _, codes, name
from lib.work.clock import EXTENSIONS
from lib.work.moves import Problem, blank, field_name

RELATIONS = ("self", "agent", "heir")
LONGEST = 4000


@dataclass(frozen=True)
class Code:
    """A class of complaints: the bank's code, its name, the standard's code (JR/T 0169) once filled in."""

    code: str
    name: str
    standard_code: str


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
        found = blank(self, ("complainant", "summary", "demand"))
        found += [Problem(field, _("“{field}”太长，最多 {n} 字").format(field=field_name(field), n=LONGEST))
                  for field in ("summary", "demand") if len(getattr(self, field)) > LONGEST]  # fmt: skip
        return found + self._code_problems(now, book) + self._person_problems(now, book)

    def _code_problems(self, now: datetime, book: Rulebook) -> list[Problem]:
        on = now.astimezone(SHANGHAI).date()
        found = []
        if self.customer_kind not in codes("customer_kind"):
            found.append(Problem("customer_kind", _("请选择个人或企业")))
        for family in ("channel", "business", "reason"):
            if getattr(self, family) not in {code.code for code in code_list(family, book, on)}:
                found.append(Problem(family, _("请选择“{field}”").format(field=field_name(family))))
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


def extension_problem(now_: str, asked: str) -> str | None:
    """Why the legal term cannot be extended from `now_` to `asked`; None if it can (only ever upwards)."""
    if asked not in EXTENSIONS or EXTENSIONS.index(asked) != EXTENSIONS.index(now_) + 1:
        return _("延期只能逐级申请：先“情况复杂”，再“情况特别复杂”")
    return None
