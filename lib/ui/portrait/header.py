"""The head of a portrait: who it is, what stands open, and the figures that matter first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from lib import words
from lib.customers.due import refresh_due
from lib.customers.peers import lacking, shares
from lib.customers.potential import potential
from lib.customers.refresh import completeness
from lib.customers.situation import group_of
from lib.rulebook import Entry
from lib.settings import bank_day
from lib.store.models import CustomerQuarter, CustomerTag
from lib.store.session import StoreSession
from lib.store.suitability import age_on
from lib.tiers.rules import Reason, explain
from lib.ui.frames import Card, cards
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import firm
from lib.ui.portrait.matters import is_overdue
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, name

_SOON = timedelta(days=30)
_TAG_TONES = {"life_cycle": "blue", "need": "green", "behaviour": "violet", "channel": "gray"}


def title(page: Page, subject: Subject) -> None:
    """Name, kind, marks and tags; number, owner and length of the relationship below."""
    customer = subject.customer
    st.subheader(escaped(customer.name), anchor=False)
    with st.container(horizontal=True, gap="small", key="portrait-marks"):
        st.badge(escaped(name("customer_kind", customer.kind)), color="gray")
        st.badge(escaped(name("stage", customer.stage)), color="gray")
        if customer.do_not_contact:
            st.badge(_("请勿联系"), color="orange", icon=":material/do_not_disturb_on:")
        if customer.no_automated_advice:
            st.badge(_("不接受自动推荐"), color="orange")
        if customer.special_care:
            st.badge(escaped(name("special_care", customer.special_care)), color="violet")
        for tag in subject.tags:
            _tag(page, tag)
    st.caption(escaped(_relationship(page, subject)))


def _relationship(page: Page, subject: Subject) -> str:
    customer = subject.customer
    since = _("建档于 {day}").format(day=words.day(customer.known_since))
    if customer.opened_on is not None:
        years = age_on(customer.opened_on, page.today)
        since = _("自 {day} 往来，已 {n} 年").format(day=words.day(customer.opened_on), n=years)
    parts = [
        _("客户号 {number}").format(number=customer.number),
        subject.branch or _("未分配支行"),
        _("客户经理 {name}").format(name=subject.manager) if subject.manager else _("未分配客户经理"),
        since,
    ]
    if subject.first_owner and subject.first_owner != subject.manager:
        parts.insert(3, _("首任客户经理 {name}").format(name=subject.first_owner))
    return " · ".join(parts)


def _tag(page: Page, tag: CustomerTag) -> None:
    """A tag by its rule's title, with since when and by which rule; one set by hand is its own name."""
    rule = next((rule for rule in page.book.tags(page.today) if rule.key == tag.tag), None)
    told = _("自 {day} 起").format(day=words.day(tag.since_day))
    if rule is not None:
        told = _("{sentence}。{source}").format(sentence=told, source=words.translate(rule.source))
    title = words.translate(rule.title) if rule else tag.tag
    colour: Any = _TAG_TONES.get(tag.family, "gray")
    st.badge(escaped(title), color=colour, help=escaped(told))


def figures(page: Page, session: StoreSession, subject: Subject) -> None:
    """The cards: tier, AUM, value, risk, what a person's or a firm's portrait has of its own, what is due."""
    corporate = subject.customer.kind == "corporate"
    cards(
        [
            _tier(page, subject),
            _aum(subject),
            _contribution(page, subject),
            _potential(page, session, subject),
            _rating(page, subject),
            *(firm.cards(page, session, subject) if corporate else [_capacity(page, subject)]),
            _information(page, subject),
            _last_contact(page, subject),
            *([_complaints(page, subject)] if page.scope.cases != "none" else []),
        ],
        key="portrait-cards",
    )


def _tier(page: Page, subject: Subject) -> Card:
    customer, latest = subject.customer, subject.latest
    since = _("自 {quarter}").format(quarter=words.quarter_name(customer.tier_since)) if customer.tier_since else None
    watched = latest.watch if latest else 0
    note = _("降级观察第 {n} 季").format(n=watched) if watched else since
    reason = tier_reason(page, subject)
    told = None if reason is None else _basis(reason.sentence, reason.entry)
    tone = "watch" if watched else None
    return Card(_("层级"), name("tier", customer.tier), tone=tone, note=note, help=told)


def tier_reason(page: Page, subject: Subject) -> Reason | None:
    """Why the newest quarter's figure lies where it lies; None without facts."""
    if subject.latest is None:
        return None
    scheme = subject.scheme(page)
    return explain(getattr(subject.latest, scheme.measure), scheme)


def _basis(sentence: str, entry: Entry) -> str:
    """A reason with the rule it rests on."""
    rule = {"title": words.translate(entry.title), "source": words.translate(entry.source), "version": entry.version}
    return _("{sentence}。依据：{title}（{source}），版本 {version}").format(sentence=sentence, **rule)


def _aum(subject: Subject) -> Card:
    latest = subject.latest
    change, better = _change([fact.aum_fen for fact in subject.facts], subject.currency)
    return Card(
        _("月日均 AUM"),
        words.money(latest.aum_fen if latest else None, subject.currency),
        delta=change,
        better=better,
        note=_("较上季；{quarter}").format(quarter=words.quarter_name(latest.quarter)) if latest else None,
        help=_("季末月的存款与投资日均余额，不含贷款；进行中的季度取到今天所在的月份。"),
    )


def _change(values: Sequence[int], currency: str) -> tuple[str | None, bool | None]:
    if len(values) < 2:
        return None, None
    change = values[-1] - values[-2]
    sign = "-" if change < 0 else "+"
    return sign + words.money(abs(change), currency), change >= 0 if change else None


def _contribution(page: Page, subject: Subject) -> Card:
    ended: list[CustomerQuarter] = [fact for fact in subject.facts if fact.quarter < subject.running][-4:]
    entry = page.book.entry("value.contribution_bp", page.today)
    total = sum(fact.contribution_fen for fact in ended) if ended else None
    return Card(
        _("利润贡献"),
        words.money(total, subject.currency),
        note=_("最近 {n} 个已结束季度").format(n=len(ended)) if ended else None,
        help=_basis(_("按产品年化利差与日均余额估算的贡献合计，即现有价值"), entry),
    )


def _potential(page: Page, session: StoreSession, subject: Subject) -> Card:
    """High, middle or low with the factors counted (管理 §6.1); a dash before the first quarter."""
    customer, latest = subject.customer, subject.latest
    if latest is None:
        return Card(_("潜在价值"), NOTHING)
    scheme, amount = subject.scheme(page), getattr(latest, subject.scheme(page).measure)
    above = [tier.line for tier in scheme.tiers if tier.line and tier.line > amount]
    group = group_of(session, latest)
    least: int = page.book.value("steps.offer_percent", page.today)
    found = potential(
        entry := page.book.entry("value.potential", page.today),
        years=age_on(customer.opened_on, page.today) if customer.opened_on else None,
        categories=latest.categories,
        quiet_quarters=latest.quiet_quarters,
        of_next_tier=max(0, amount) * 100 // min(above) if above else None,
        missing=len(lacking(latest, shares(group), least)) if group else 0,
    )
    counted = _("{met} 项支持：{factors}").format(met=len(found.met), factors=_("、").join(found.met) or NOTHING)
    if found.unmet:
        counted = _("{met}；不支持：{factors}").format(met=counted, factors=_("、").join(found.unmet))
    points = _("{n} 项因素中 {met} 项支持").format(n=len(found.met) + len(found.unmet), met=len(found.met))
    return Card(_("潜在价值"), name("potential", found.code), note=points, help=_basis(counted, entry))


def _rating(page: Page, subject: Subject) -> Card:
    """The rating, what the bank does about it (办法 §六), and when it was given."""
    customer = subject.customer
    rated = _("评于 {day}").format(day=words.day(customer.risk_rated_on)) if customer.risk_rated_on else None
    tone = "risk" if customer.risk_rating in ("high", "D") else None
    entry = page.book.entry("rating.response", page.today)
    response = entry.value.get(customer.risk_rating or "")
    said = name("rating_response", response) if response else None
    told = " · ".join(part for part in (rated, said) if part)
    return Card(_("风险评级"), name("risk_rating", customer.risk_rating), tone=tone, note=told or None,
                help=_basis(said, entry) if said else None)  # fmt: skip


def _capacity(page: Page, subject: Subject) -> Card:
    customer, until = subject.customer, subject.customer.risk_capacity_until
    over = until is not None and until < page.today
    note = None
    if until is not None:
        note = (_("{day} 已过期") if over else _("有效至 {day}")).format(day=words.day(until))
    tone = "risk" if over else "watch" if until is not None and until < page.today + _SOON else None
    told = _("投资者风险承受能力问卷结果，每年重测；与风险评级是两回事。")
    return Card(_("风险承受能力"), name("risk_capacity", customer.risk_capacity), tone=tone, note=note, help=told)


def _information(page: Page, subject: Subject) -> Card:
    customer = subject.customer
    entry = page.book.entry("refresh.months", page.today)
    verified = customer.verified_on
    due = refresh_due(customer.kind, verified or customer.known_since, page.book, page.today)
    note = _("上次核实 {day}").format(day=words.day(verified)) if verified else _("从未核实")
    if not subject.masked:
        full = completeness(customer, page.book).percent
        note = _("{verified} · 完整度 {percent}%").format(verified=note, percent=full)
    cycle = _("个人每 {personal} 个月，企业每 {corporate} 个月").format(**entry.value)
    return Card(
        _("信息应核实"), words.day(due), tone="risk" if due < page.today else None, note=note, help=_basis(cycle, entry)
    )


def _last_contact(page: Page, subject: Subject) -> Card:
    at = subject.last_contact
    note = None if at is None else _("{n} 天前").format(n=(page.now - at).days)
    day = None if at is None else bank_day(at)
    return Card(_("最近联系上"), words.day(day), note=note, help=_("最近一次联系上客户的日期；未联系上的不算。"))


def _complaints(page: Page, subject: Subject) -> Card:
    overdue = sum(1 for case in subject.cases if is_overdue(page, case))
    note = _("其中逾期 {n} 件").format(n=overdue) if overdue else None
    return Card(_("在办事项"), words.integer(len(subject.cases)), tone="risk" if overdue else None, note=note)
