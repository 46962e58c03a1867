"""Points on the portrait: what the customer has and until when, what was earned and redeemed, redeeming."""

from __future__ import annotations

from lib.store.session import StoreSession
from lib.ui.engagement import points_one
from lib.ui.page import Page
from lib.ui.portrait.subject import Subject


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The customer's points with their forms, for who may write."""
    may_write = page.right.change and subject.customer.stage != "outsider"
    points_one.one(page, session, subject.customer, subject.ids, may_write=may_write)
