"""Talking points for a conversation: a few short ones from what the bank knows of the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lib.store.models import CustomerQuarter
from lib.words import _, day, money, name

MOST = 4
_WARN = timedelta(days=30)  # a questionnaire that ends so soon is spoken of
_LONGEST = 60


@dataclass(frozen=True)
class Maturing:
    """Something the customer holds that matures; the amount in minor units of its currency."""

    product: str
    amount_fen: int
    currency: str
    on: date


@dataclass(frozen=True)
class Known:
    """What is known of a customer as somebody calls. Money in base minor units.

    `events` are recent life events (code, day); `promised` what the bank said it would do next, with the day it said
    so; `complaint` the number of an open one; `next_tier` the tier above with what is missing; `lacks` the categories
    customers alike hold, with their share in percent, and which this one may be spoken to about.
    """

    customer_id: int
    facts: CustomerQuarter | None = None
    maturing: Sequence[Maturing] = ()
    events: Sequence[tuple[str, date]] = ()
    promised: str = ""
    promised_on: date | None = None
    complaint: str = ""
    invests: bool = False
    capacity_until: date | None = None
    wishes: str = ""
    opened_on: date | None = None
    no_automated_advice: bool = False
    next_tier: tuple[str, int] | None = None
    lacks: Sequence[tuple[str, int]] = field(default=())


def points(of: Known, on: date, currency: str) -> list[str]:
    """What to speak of, the most pressing first: four at the most.

    A complaint comes before everything and keeps products out; so does the customer's wish to be left without
    automated advice (个人信息保护法 §24).
    """
    found = [*_owed(of), *_standing(of, on)]
    if not of.complaint and not of.no_automated_advice:
        found += _offers(of, on, currency)
    found += [*_personal(of), *_ties(of, on, currency)]
    return found[:MOST]


def _owed(of: Known) -> list[str]:
    found = []
    if of.complaint:
        found.append(_("先说投诉 {number} 的进展，不谈产品").format(number=of.complaint))
    if of.promised and of.promised_on:
        said = _("上次（{day}）说好：{step}")
        found.append(said.format(day=day(of.promised_on), step=_short(of.promised)))
    return found


def _standing(of: Known, on: date) -> list[str]:
    found = []
    if of.facts is not None and of.facts.watch:
        found.append(_("降级观察第 {n} 季，问问资金安排").format(n=of.facts.watch))
    if of.invests and (of.capacity_until is None or of.capacity_until < on):
        found.append(_("没有有效的风险测评，续测前不谈理财"))
    elif of.invests and of.capacity_until is not None and of.capacity_until <= on + _WARN:
        found.append(_("风险测评 {day} 到期，请一并续测").format(day=day(of.capacity_until)))
    return found


def _offers(of: Known, on: date, currency: str) -> list[str]:
    found = []
    if of.maturing:
        first = min(of.maturing, key=lambda one: one.on)
        said = _("{product} {amount} 于 {day} 到期").format(
            product=first.product, amount=money(first.amount_fen, first.currency or currency), day=day(first.on)
        )
        more = len(of.maturing) - 1
        found.append(_("{first}，90 天内另有 {n} 笔").format(first=said, n=more) if more else said)
    if of.next_tier is not None:
        tier, missing = of.next_tier
        found.append(_("距{tier}还差 {amount}").format(tier=name("tier", tier), amount=money(missing, currency)))
    if of.lacks:
        category, share = max(of.lacks, key=lambda one: one[1])
        said = _("{share}% 的同类客户有{category}，可以问问需要")
        found.append(said.format(share=share, category=name("category", category)))
    return found


def _personal(of: Known) -> list[str]:
    found = []
    if of.events:
        kind, when = max(of.events, key=lambda one: one[1])
        found.append(_("近况：{event}（{day}）").format(event=name("life_event", kind), day=day(when)))
    if of.wishes.strip():
        found.append(_("习惯：{text}").format(text=_short(of.wishes)))
    return found


def _ties(of: Known, on: date, currency: str) -> list[str]:
    """What there always is to say, for who has nothing else."""
    found = []
    if of.facts is not None:
        now, before = of.facts.aum_fen, of.facts.opening_aum_fen
        said = _("AUM {now}，季初 {before}").format(now=money(now, currency), before=money(before, currency))
        found.append(said)
    if of.opened_on is not None:
        years = on.year - of.opened_on.year - ((on.month, on.day) < (of.opened_on.month, of.opened_on.day))
        said = _("往来 {n} 年").format(n=years) if years else _("往来不满 1 年")
        found.append(said)
    return found


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
