"""Why a customer stands on the list of today: each due item and case as a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lib.rulebook import Rulebook
from lib.settings import bank_day
from lib.store.models import Case, DueItem
from lib.words import _, day, money, name
from lib.work.running import standing_of


@dataclass(frozen=True)
class House:
    """What sentences are told in: the moment, the currency, and how often whom by rule (days, months)."""

    on: date
    now: datetime
    currency: str
    visits: Mapping[str, int]
    checks: Mapping[str, int]
    meeting_months: int


@dataclass(frozen=True)
class About:
    """What is known of an item beyond its own row; `churn` are sentences of lib.churn, the strongest first."""

    tier: str | None = None
    talked: date | None = None
    product: str | None = None
    promised_by: str | None = None
    promised_on: date | None = None
    lunar: str | None = None
    churn: tuple[str, ...] = ()


def house(book: Rulebook, on: date, now: datetime, currency: str) -> House:
    """What sentences are told in, by the rules in force on a day."""
    return House(on, now, currency, book.value("visit.interval_days", on), book.value("care.special", on),
                 book.value("visit.corporate_meeting_months", on))  # fmt: skip


def sentence(item: DueItem, about: About, of: House) -> str:
    """Why a due item is due. One that somebody planned in words of their own is told in these words."""
    if item.title:
        return _titled(item, about)
    return _SAID.get(item.kind, _plain)(item, about, of)


def notes(item: DueItem, of: House) -> list[str]:
    """What happened to an item since it was planned: tried in vain, moved, put off."""
    found = []
    if item.attempts:
        found.append(_("已试 {n} 次未联系上").format(n=item.attempts))
    if item.due_on != item.original_due_on:
        found.append(_("原定 {day}").format(day=day(item.original_due_on)))
    if item.snoozed_until is not None and not item.attempts:
        found.append(_("曾暂缓：{why}").format(why=item.snooze_reason or ""))
    return found


def of_case(case: Case, of: House) -> str:
    """Why an open case is due: the clock that runs, with what is left of it or how far it is over."""
    what = _("{kind} {number}").format(kind=name("case_kind", case.kind), number=case.number)
    if case.kind == "churn":
        said = _("{case} 于 {day} 立案，可能流失 {amount}，还没有联系")
        return said.format(case=what, day=day(bank_day(case.received_at)), amount=money(case.at_risk_fen, of.currency))
    clocks = (
        (_("承诺答复"), case.promise_due_at, case.promise_met_at), (_("法定期限"), case.legal_due_at, case.answered_at),
    )  # fmt: skip
    for title, due_at, met_at in clocks:
        if due_at is not None and met_at is None:
            left = standing_of(due_at, met_at, False, of.now).text
            return _("{case}：{clock}{left}").format(case=what, clock=title, left=left)
    return what


def is_late(case: Case, of: House) -> bool:
    """Whether the clock of a case that runs is over."""
    due_at = case.promise_due_at if case.promise_met_at is None and case.promise_due_at else case.legal_due_at
    return due_at is not None and case.answered_at is None and due_at < of.now


def distance(that: date, on: date) -> str:
    """How far off a day is: today, days left, days past."""
    days = (that - on).days
    if not days:
        return _("就在今天")
    return _("还有 {n} 天").format(n=days) if days > 0 else _("已过 {n} 天").format(n=-days)


def _titled(item: DueItem, about: About) -> str:
    if item.kind == "follow_up" and about.promised_by and about.promised_on:
        said = _("承诺：{title}（{who} 于 {day} 答应）")
        return said.format(title=item.title, who=about.promised_by, day=day(about.promised_on))
    return _("{kind}：{title}").format(kind=name("due_kind", item.kind), title=item.title)


def _visit(item: DueItem, about: About, of: House) -> str:
    days, last = of.visits.get(about.tier or ""), about.talked or item.about_on
    if days is None:
        return _plain(item, about, of)
    tier = name("tier", about.tier)
    if last is None:
        return _("{tier}客户每 {days} 天回访，还没有联系记录").format(tier=tier, days=days)
    said = _("{tier}客户每 {days} 天回访，上次联系 {day}，已 {n} 天")
    return said.format(tier=tier, days=days, day=day(last), n=(of.on - last).days)


def _came(item: DueItem, about: About, of: House) -> str:
    if item.about is None or item.about_on is None:
        return _plain(item, about, of)
    return _("{day} 参加了“{title}”，会后请联系").format(day=day(item.about_on), title=item.about)


def _check(item: DueItem, about: About, of: House) -> str:
    days, who = of.checks.get(item.about or ""), name("special_care", item.about)
    if days is None:
        return _plain(item, about, of)
    if about.talked is None:
        return _("{who}每 {days} 天走访，还没有联系记录").format(who=who, days=days)
    said = _("{who}每 {days} 天走访，上次联系 {day}，已 {n} 天")
    return said.format(who=who, days=days, day=day(about.talked), n=(of.on - about.talked).days)


def _meeting(item: DueItem, _about: About, of: House) -> str:
    if item.about_on is None:
        return _("企业客户每 {months} 个月开一次沟通会，还没有开过").format(months=of.meeting_months)
    said = _("企业客户每 {months} 个月开一次沟通会，上次在 {day}")
    return said.format(months=of.meeting_months, day=day(item.about_on))


def _maturity(item: DueItem, about: About, of: House) -> str:
    if item.about_on is None:
        return _plain(item, about, of)
    said = _("{product} {amount} 于 {day} 到期，{left}") if about.product else _("合计 {amount} 于 {day} 到期，{left}")
    amount, left = money(item.value_fen, of.currency), distance(item.about_on, of.on)
    return said.format(product=about.product, amount=amount, day=day(item.about_on), left=left)


def _churn(item: DueItem, about: About, of: House) -> str:
    said = _("流失预警，可能流失 {amount}").format(amount=money(item.value_fen, of.currency))
    return _("{warning}：{reasons}").format(warning=said, reasons=_("；").join(about.churn)) if about.churn else said


def _birthday(item: DueItem, about: About, of: House) -> str:
    if item.about_on is None:
        return _plain(item, about, of)
    left = distance(item.about_on, of.on)
    if not about.lunar:
        return _("生日 {day}，{left}").format(day=day(item.about_on), left=left)
    month, number = about.lunar.removeprefix("L").split("-")
    said = _("农历闰{m}月{d}日生日") if about.lunar.startswith("L") else _("农历{m}月{d}日生日")
    kept = said.format(m=int(month), d=int(number))
    return _("{birthday}，今年在 {day}，{left}").format(birthday=kept, day=day(item.about_on), left=left)


def _festival(item: DueItem, about: About, of: House) -> str:
    if item.about_on is None:
        return _plain(item, about, of)
    said = _("{festival} {day}，{left}")
    left = distance(item.about_on, of.on)
    return said.format(festival=name("festival", item.about), day=day(item.about_on), left=left)


def _event(item: DueItem, about: About, of: House) -> str:
    if item.about_on is None:
        return _plain(item, about, of)
    said = _("{event}（{day}），{left}")
    left = distance(item.about_on, of.on)
    return said.format(event=name("life_event", item.about), day=day(item.about_on), left=left)


def _capacity(item: DueItem, _about: About, of: House) -> str:
    if item.about_on is None:
        return _("持有理财，但没有有效的风险测评")
    if item.about_on < of.on:
        return _("风险测评已于 {day} 过期，续测前不能再购买理财").format(day=day(item.about_on))
    return _("风险测评 {day} 到期，{left}").format(day=day(item.about_on), left=distance(item.about_on, of.on))


def _refresh(item: DueItem, _about: About, of: House) -> str:
    said = _("客户信息应于 {day} 前核实，{left}")
    return said.format(day=day(item.original_due_on), left=distance(item.original_due_on, of.on))


def _leaving(item: DueItem, about: About, of: House) -> str:
    if item.about_on is None:
        return _("长期不动，已认定流失，原因未登记")
    return _("已于 {day} 离行，原因未登记").format(day=day(item.about_on))


def _plain(item: DueItem, _about: About, of: House) -> str:
    said = _("{kind}应于 {day} 办理，{left}")
    left = distance(item.due_on, of.on)
    return said.format(kind=name("due_kind", item.kind), day=day(item.due_on), left=left)


_SAID: dict[str, Callable[[DueItem, About, House], str]] = {
    "visit": _visit, "meeting": _meeting, "check": _check, "event": _came, "maturity": _maturity, "churn": _churn,
    "birthday": _birthday, "festival": _festival, "milestone": _event, "life_event": _event, "capacity": _capacity,
    "refresh": _refresh, "leaving": _leaving,
}  # fmt: skip
