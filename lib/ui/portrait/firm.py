"""What only a firm's portrait shows on top: its size, what it borrows, and the quarterly communication meeting."""

from __future__ import annotations

from lib import words
from lib.customers.rules import SizeClass, size_class
from lib.customers.situation import last_meeting
from lib.store.models import Customer
from lib.store.session import StoreSession
from lib.ui.frames import Card
from lib.ui.page import Page
from lib.ui.portrait.subject import Subject
from lib.words import _, name
from lib.work.months import months_later


def cards(page: Page, session: StoreSession, subject: Subject) -> list[Card]:
    """Size class with its reasons, loans with their change, last and next meeting (办法 §五.1)."""
    return [_size(page, subject.customer), _loans(subject), _meeting(page, session, subject)]


def size_of(page: Page, customer: Customer) -> SizeClass:
    """The class by the firm's figures; before the law's date what is stored, without reasons."""
    limits = page.book.find("customer.size_limits", page.today)
    if limits is None:
        return SizeClass(customer.size_class or "missing", ())
    return size_class(
        customer.industry, customer.employees, customer.revenue_fen, customer.total_assets_fen, limits.value
    )


def _size(page: Page, customer: Customer) -> Card:
    size = size_of(page, customer)
    return Card(
        _("企业规模"), name("size_class", size.code), note=name("industry", customer.industry),
        help=_("；").join(size.reasons) or None,
    )  # fmt: skip


def _loans(subject: Subject) -> Card:
    latest = subject.latest
    share = None
    if latest is not None and latest.loans_fen and latest.deposits_fen:
        share = _("存款为贷款的 {n}%").format(n=words.integer(latest.deposits_fen * 100 // latest.loans_fen))
    return Card(
        _("贷款余额"), words.money(latest.loans_fen if latest else None, subject.currency), note=share,
        help=_("最近季度末月的日均贷款余额。"),
    )  # fmt: skip


def _meeting(page: Page, session: StoreSession, subject: Subject) -> Card:
    months: int = page.book.value("visit.corporate_meeting_months", page.today)
    met = last_meeting(session, subject.ids)
    due = months_later(met or subject.customer.opened_on or subject.customer.known_since, months)
    note = _("应于 {day}").format(day=words.day(due))
    return Card(
        _("上次沟通会"), words.day(met), tone="risk" if due < page.today else None, note=note,
        help=_("企业客户每季度一次沟通会（办法 §五.1）。"),
    )  # fmt: skip
