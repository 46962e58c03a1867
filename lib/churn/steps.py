"""The road of a churn case: what each step must say, and what is never offered to whom (管理 §6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lib.rulebook import Rulebook
from lib.settings import bank_day
from lib.store.suitability import Investor, Sold, unfit, why_unfit
from lib.words import _, name
from lib.work.contacts import REACHED, ContactForm
from lib.work.moves import Move, Problem, moves, moves_from

KIND = "churn"
STATES = ("received", "contacted", "offered", "closed", "withdrawn")
NEEDS = ("contact", "offer", "outcome", "reason")
OUTCOMES = ("kept", "lost")
_LONGEST = 2000


@dataclass(frozen=True)
class Whom:
    """What of a customer decides what may be done: the investor's capacity, and what the customer asked us not to."""

    capacity: str | None = None
    capacity_until: date | None = None
    do_not_contact: bool = False
    no_automated_advice: bool = False
    kind: str = "personal"
    birth_date: date | None = None

    @property
    def investor(self) -> Investor:
        """What decides which products may be named."""
        return Investor(self.kind, self.birth_date, self.capacity, self.capacity_until)


@dataclass(frozen=True)
class Product:
    """A product that may be part of an offer; `risk_level` None: none applies. Ages in full years."""

    id: int
    name: str
    category: str
    risk_level: str | None
    customer_kind: str | None = None
    age_from: int | None = None
    age_below: int | None = None

    @property
    def sold(self) -> Sold:
        """What decides whom it is for."""
        return Sold(self.name, self.risk_level, self.customer_kind, self.age_from, self.age_below)


@dataclass(frozen=True)
class StepForm:
    """One step of a churn case and what it records.

    `contact` is written as an ordinary contact too; `offer` is a code of rule churn.offers, told in `text`; `outcome`
    is one of OUTCOMES, `lost_reason` a code of rule churn.lost_reasons.
    """

    to: str
    contact: ContactForm | None = None
    offer: str = ""
    text: str = ""
    product: Product | None = None
    outcome: str = ""
    lost_reason: str = ""
    reason: str = ""

    def problems(self, state: str, as_what: str, whom: Whom, book: Rulebook, now: datetime) -> list[Problem]:
        """Why this step cannot be taken from a state by someone; empty if it can."""
        on = bank_day(now)
        move = next((one for one in steps_from(state, as_what, whom, book, on) if one.to == self.to), None)
        if move is None:
            return [Problem("to", self._refusal(state, whom))]
        found: list[Problem] = []
        for need in move.needs:
            found += self._said(need, whom, book, now)
        return found

    @property
    def attempt(self) -> bool:
        """Whether nobody was reached: that is kept, and moves nothing."""
        return self.to == "contacted" and self.contact is not None and self.contact.outcome not in REACHED

    def recorded(self) -> dict[str, object]:
        """What the step keeps in the history, by field."""
        return {
            "contacted": self.contact.outcome if self.contact else "", "offer": self.offer,
            "product": self.product.name if self.product else "", "outcome": self.outcome,
            "lost_reason": self.lost_reason,
        }  # fmt: skip

    def _refusal(self, state: str, whom: Whom) -> str:
        if self.to == "contacted" and whom.do_not_contact:
            return _("客户已声明请勿联系，不能主动联系。")
        if self.to == "offered" and (whom.do_not_contact or whom.no_automated_advice):
            return _("客户不接受自动推荐或已声明请勿联系，不提挽留方案。")
        said = _("“{state}”的个案不能由你转为“{to}”。")
        return said.format(state=name("churn_state", state), to=name("churn_state", self.to))

    def _said(self, need: str, whom: Whom, book: Rulebook, now: datetime) -> list[Problem]:
        match need:
            case "contact":
                if self.contact is None:
                    return [Problem("contact", _("请登记这次联系。"))]
                return self.contact.problems(now)
            case "offer":
                return self._offer(whom, book, bank_day(now))
            case "outcome":
                return self._outcome(book, bank_day(now))
        if not self.reason.strip():
            return [Problem("reason", _("请写明理由。"))]
        return [Problem("reason", _("内容太长，最多 {n} 字。").format(n=_LONGEST))] * (len(self.reason) > _LONGEST)

    def _offer(self, whom: Whom, book: Rulebook, on: date) -> list[Problem]:
        found = [] if self.offer in offers(book, on) else [Problem("offer", _("请选择方案的种类。"))]
        if not self.text.strip():
            found.append(Problem("text", _("请写明提了什么方案。")))
        elif len(self.text) > _LONGEST:
            found.append(Problem("text", _("内容太长，最多 {n} 字。").format(n=_LONGEST)))
        why = unfit(self.product.sold, whom.investor, on) if self.product is not None else None
        if why is not None and self.product is not None:
            found.append(Problem("product", why_unfit(why, self.product.sold, whom.investor)))
        return found

    def _outcome(self, book: Rulebook, on: date) -> list[Problem]:
        if self.outcome not in OUTCOMES:
            return [Problem("outcome", _("请选择挽留结果。"))]
        if self.outcome == "lost" and self.lost_reason not in lost_reasons(book, on):
            return [Problem("lost_reason", _("请选择流失原因。"))]
        return []


def steps_from(state: str, as_what: str, whom: Whom, book: Rulebook, on: date) -> tuple[Move, ...]:
    """The steps open to someone in a state by rule churn.moves.

    Who is not to be contacted is neither called nor offered anything; who opted out of automated advice
    (个人信息保护法 §24) is not offered anything from this list.
    """
    barred = {"contacted", "offered"} if whom.do_not_contact else {"offered"} if whom.no_automated_advice else set()
    return tuple(one for one in moves_from(state, as_what, moves(KIND, book, on)) if one.to not in barred)


def product_of(sold: Any) -> Product:
    """A product of the catalogue as an offer sees it."""
    return Product(sold.id, sold.name, sold.category, sold.risk_level, sold.customer_kind, sold.age_from,
                   sold.age_below)  # fmt: skip


def suits(product: Product, whom: Whom, on: date) -> bool:
    """Whether a product may be part of an offer: for this customer, and within a valid capacity where one is needed."""
    return unfit(product.sold, whom.investor, on) is None


def offers(book: Rulebook, on: date) -> tuple[str, ...]:
    """The codes of what may be offered (rule churn.offers)."""
    return tuple(one["code"] for one in book.value("churn.offers", on))


def lost_reasons(book: Rulebook, on: date) -> tuple[str, ...]:
    """The codes of why a customer was lost (rule churn.lost_reasons)."""
    return tuple(one["code"] for one in book.value("churn.lost_reasons", on))


def standing_of(state: str, outcome: str | None) -> str:
    """The code by which a case is called (family churn_state): its outcome once it is closed."""
    return outcome if state == "closed" and outcome in OUTCOMES else state
