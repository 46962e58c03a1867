"""Next best steps for a customer: at most a few, each with its reason; never a product above the risk capacity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib.rulebook import Rulebook
from lib.store.suitability import Investor, Sold, capacity_valid, unfit
from lib.words import _, day, name
from lib.work.months import months_later

_NAMED = 3  # products named in one step


@dataclass(frozen=True)
class OnSale:
    """A product that is sold: its category, risk level (None: none applies) and the ages it is made for."""

    name: str
    category: str
    risk_level: str | None
    age_from: int | None = None
    age_below: int | None = None

    @property
    def sold(self) -> Sold:
        """What decides whom it is for."""
        return Sold(self.name, self.risk_level, None, self.age_from, self.age_below)


@dataclass(frozen=True)
class Maturing:
    """Something the customer holds that matures."""

    product: str
    category: str
    on: date


@dataclass(frozen=True)
class Situation:
    """What the steps are drawn from; days are bank days.

    `reached` is the last day somebody spoke with the customer, `met` that of a firm's last communication meeting,
    `unreached` how often in a row nobody was reached
    since; `lacks` the categories not held with the percentage of customers alike that hold them; `planned` the kinds
    of due items that stand open; `complaint` an open complaint.
    """

    kind: str
    tier: str | None
    since: date
    watch: int = 0
    capacity: str | None = None
    capacity_until: date | None = None
    invests: bool = False
    rating: str | None = None
    do_not_contact: bool = False
    no_automated_advice: bool = False
    complaint: bool = False
    has_phone: bool = True
    reached: date | None = None
    met: date | None = None
    unreached: int = 0
    refresh_due: date | None = None
    birthday: date | None = None
    maturing: Sequence[Maturing] = ()
    lacks: Sequence[tuple[str, int]] = ()
    on_sale: Sequence[OnSale] = ()
    planned: frozenset[str] = frozenset()
    birth_date: date | None = None


@dataclass(frozen=True)
class Step:
    """One thing to do: `act` says how (visit, capacity, verify, phone), `due_on` until when."""

    key: str
    act: str
    title: str
    reason: str
    due_on: date
    products: tuple[str, ...] = ()


def next_steps(of: Situation, book: Rulebook, on: date) -> list[Step]:
    """The steps for a customer on a day by the rules `steps.*`, the most urgent kind first.

    Nothing is proposed to who is not to be contacted; no product to who opted out of automated advice
    (个人信息保护法 §24), has an open complaint, whose capacity it exceeds,
    or whose age it is not made for.
    """
    if of.do_not_contact:
        return []
    most, order = book.value("steps.most", on), book.value("steps.order", on)
    found = [step for key in order if (step := _MADE[key](of, book, on)) is not None]
    return found[:most]


def _capacity(of: Situation, book: Rulebook, on: date) -> Step | None:
    ahead = timedelta(days=book.value("steps.ahead_days", on)["capacity"])
    if of.kind != "personal" or not of.invests or capacity_valid(of.capacity, of.capacity_until, on + ahead):
        return None
    if of.capacity_until is None:
        said = _("持有理财，但没有有效的风险测评")
    elif of.capacity_until < on:
        said = _("风险测评已于 {day} 过期，续测前不能再购买理财").format(day=day(of.capacity_until))
    else:
        said = _("风险测评将于 {day} 到期").format(day=day(of.capacity_until))
    return Step("capacity", "capacity", _("重做风险测评"), said, max(on, of.capacity_until or on))


def _maturity(of: Situation, book: Rulebook, on: date) -> Step | None:
    until = on + timedelta(days=book.value("steps.ahead_days", on)["maturity"])
    soon = sorted((one for one in of.maturing if on <= one.on <= until), key=lambda one: one.on)
    if not soon or "visit" in of.planned:
        return None
    first = soon[0]
    said = _("{product} 于 {day} 到期").format(product=first.product, day=day(first.on))
    if len(soon) > 1:
        said = _("{first}，另有 {n} 笔在 {days} 天内到期").format(first=said, n=len(soon) - 1, days=(until - on).days)
    return Step("maturity", "visit", _("到期前联系，商量续做"), said, first.on, _suited(of, first.category, on))


def _watch(of: Situation, book: Rulebook, on: date) -> Step | None:
    if not of.watch or "visit" in of.planned:
        return None
    said = _("已在降级观察第 {n} 季，再不达标将降级").format(n=of.watch)
    return Step("watch", "visit", _("回访并了解资金去向"), said, on + timedelta(days=7))


def _phone(of: Situation, book: Rulebook, on: date) -> Step | None:
    if of.has_phone and of.unreached < book.value("steps.unreached", on):
        return None
    said = _("没有登记电话") if not of.has_phone else _("连续 {n} 次没有联系上").format(n=of.unreached)
    return Step("phone", "phone", _("核实电话"), said, on + timedelta(days=7))


def _visit(of: Situation, book: Rulebook, on: date) -> Step | None:
    interval = book.value("visit.interval_days", on).get(of.tier or "")
    if interval is None or "visit" in of.planned:
        return None
    past = (on - (of.reached or of.since)).days
    if past < interval:
        return None
    tier = name("tier", of.tier)
    said = (
        _("{tier}客户每 {days} 天回访一次，已有 {past} 天没有联系上")
        if of.reached
        else _("{tier}客户每 {days} 天回访一次，建档 {past} 天来没有联系记录")
    )
    said = said.format(tier=tier, days=interval, past=past)
    return Step("visit", "visit", _("安排回访"), said, on + timedelta(days=3))


def _meeting(of: Situation, book: Rulebook, on: date) -> Step | None:
    """The communication meeting with a firm every quarter (办法 §五.1)."""
    if of.kind != "corporate" or "visit" in of.planned:
        return None
    months: int = book.value("visit.corporate_meeting_months", on)
    due = months_later(of.met or of.since, months)
    if due > on + timedelta(days=book.value("steps.ahead_days", on)["meeting"]):
        return None
    said = (
        _("企业客户每 {months} 个月开一次沟通会，上次在 {day}")
        if of.met
        else _("企业客户每 {months} 个月开一次沟通会，还没有开过")
    )
    said = said.format(months=months, day=day(of.met))
    return Step("meeting", "visit", _("安排季度沟通会"), said, max(on, due))


def _verify(of: Situation, book: Rulebook, on: date) -> Step | None:
    ahead = timedelta(days=book.value("steps.ahead_days", on)["verify"])
    if of.refresh_due is None or of.refresh_due > on + ahead or "refresh" in of.planned:
        return None
    said = _("信息应于 {day} 前核实，已超期") if of.refresh_due < on else _("信息应于 {day} 前核实")
    title = _("核实客户信息")
    return Step("verify", "verify", title, said.format(day=day(of.refresh_due)), max(on, of.refresh_due))


def _birthday(of: Situation, book: Rulebook, on: date) -> Step | None:
    ahead = timedelta(days=book.value("steps.ahead_days", on)["birthday"])
    if of.birthday is None or not on <= of.birthday <= on + ahead or "visit" in of.planned:
        return None
    said = _("生日在 {day}").format(day=day(of.birthday))
    return Step("birthday", "visit", _("生日问候"), said, of.birthday)


def _offer(of: Situation, book: Rulebook, on: date) -> Step | None:
    if of.no_automated_advice or of.complaint or "visit" in of.planned:
        return None
    least = book.value("steps.offer_percent", on)
    for category, share in sorted(of.lacks, key=lambda one: -one[1]):
        products = _suited(of, category, on)
        risky = category == "loan" and of.rating in ("high", "D")
        if share < least or not products or risky:
            continue
        said = _("{share}% 的同类客户持有{category}，这位客户没有").format(
            share=share, category=name("category", category)
        )
        title = _("介绍{category}").format(category=name("category", category))
        return Step("offer", "visit", title, said, on + timedelta(days=14), products)
    return None


def _suited(of: Situation, category: str, on: date) -> tuple[str, ...]:
    """Products of a category that may be named to this customer."""
    if of.no_automated_advice or of.complaint:
        return ()
    whom = Investor(of.kind, of.birth_date, of.capacity, of.capacity_until)
    fit = [one.name for one in of.on_sale if one.category == category and unfit(one.sold, whom, on) is None]
    return tuple(fit[:_NAMED])


_MADE: dict[str, Callable[[Situation, Rulebook, date], Step | None]] = {
    "capacity": _capacity,
    "maturity": _maturity,
    "watch": _watch,
    "phone": _phone,
    "meeting": _meeting,
    "visit": _visit,
    "verify": _verify,
    "birthday": _birthday,
    "offer": _offer,
}
