"""Whether a product may be named to a customer (金融机构产品适当性管理办法, 2026-02-01): Cn may hold R1 to Rn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.store.models import Customer, Product
from lib.words import _, day, name

LEVELS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Sold:
    """What of a product decides whom it is for; `risk_level` None: none applies. Ages in full years."""

    name: str
    risk_level: str | None = None
    customer_kind: str | None = None
    age_from: int | None = None
    age_below: int | None = None
    active: bool = True


#: the columns of a product that make a Sold, in its order
SOLD = (Product.name, Product.risk_level, Product.customer_kind, Product.age_from, Product.age_below, Product.active)


@dataclass(frozen=True)
class Investor:
    """What of a customer decides which products may be named: kind, birth date, C1-C5 and its last valid day."""

    kind: str = "personal"
    birth_date: date | None = None
    capacity: str | None = None
    until: date | None = None


#: the columns of a customer that make an Investor, in its order
INVESTOR = (Customer.kind, Customer.birth_date, Customer.risk_capacity, Customer.risk_capacity_until)


def investor_of(customer: Customer) -> Investor:
    """The investor a customer is."""
    return Investor(customer.kind, customer.birth_date, customer.risk_capacity, customer.risk_capacity_until)


def capacity_valid(capacity: str | None, until: date | None, on: date) -> bool:
    """Whether a questionnaire's result still holds on a day, its last day included."""
    return bool(capacity) and until is not None and until >= on


def fits(risk_level: str | None, capacity: str | None, until: date | None, on: date) -> bool:
    """Whether a risk level may be spoken of: none always, else only within a valid capacity."""
    if risk_level is None:
        return True
    if capacity is None or not capacity_valid(capacity, until, on):
        return False
    return risk_level[1:] in LEVELS and capacity[1:] in LEVELS and risk_level[1:] <= capacity[1:]


def age_on(born: date, on: date) -> int:
    """Completed years on a day; a birthday on 29 February falls on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def unfit(sold: Sold, whom: Investor, on: date) -> str | None:
    """Why a product may not be named to a customer on a day, None if it may.

    inactive | kind | no_birth_date | age | untested | expired | above. Ages are asked of persons only.
    """
    if not sold.active:
        return "inactive"
    if sold.customer_kind not in (None, whom.kind):
        return "kind"
    if whom.kind == "personal" and (sold.age_from, sold.age_below) != (None, None):
        if whom.birth_date is None:
            return "no_birth_date"
        age = age_on(whom.birth_date, on)
        if age < (sold.age_from or 0) or (sold.age_below is not None and age >= sold.age_below):
            return "age"
    if fits(sold.risk_level, whom.capacity, whom.until, on):
        return None
    if not whom.capacity or whom.until is None:
        return "untested"
    return "above" if capacity_valid(whom.capacity, whom.until, on) else "expired"


def why_unfit(code: str, sold: Sold, whom: Investor) -> str:
    """A reason of `unfit` as a sentence that names the product."""
    said = {
        "inactive": _("{product}已停售，不能推荐。"),
        "kind": _("{product}不面向{kind}客户，不能推荐。"),
        "no_birth_date": _("{product}有年龄限制，客户没有登记出生日期，不能推荐。"),
        "age": _("客户不在{product}适用的年龄内（{ages}），不能推荐。"),
        "untested": _("{product}为 {risk}，客户没有有效的风险测评，不能推荐。"),
        "expired": _("{product}为 {risk}，客户的风险测评已于 {until} 过期，不能推荐。"),
        "above": _("{product}为 {risk}，高出客户的风险承受能力 {capacity} {n} 级，不能推荐。"),
    }[code]
    return said.format(
        product=sold.name, kind=name("customer_kind", whom.kind), ages=said_ages(sold), risk=sold.risk_level,
        capacity=whom.capacity, until=day(whom.until), n=above_by(sold.risk_level, whom.capacity),
    )  # fmt: skip


def above_by(risk_level: str | None, capacity: str | None) -> int:
    """By how many levels a product exceeds a capacity; 0 where it does not, or one of them is unknown."""
    if not risk_level or not capacity or {risk_level[1:], capacity[1:]} - set(LEVELS):
        return 0
    return max(0, int(risk_level[1:]) - int(capacity[1:]))


def said_ages(sold: Sold) -> str:
    """The ages a product is made for: `18 岁起`, `未满 35 岁`, `18–34 岁`; empty: any."""
    if sold.age_from is not None and sold.age_below is not None:
        return _("{first}–{last} 岁").format(first=sold.age_from, last=sold.age_below - 1)
    if sold.age_from is not None:
        return _("{n} 岁起").format(n=sold.age_from)
    return _("未满 {n} 岁").format(n=sold.age_below) if sold.age_below is not None else ""
