"""A page's beginning: right, title, caption, scope line; and what it works with."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Self

import streamlit as st

from lib import words
from lib.rulebook import Rulebook, RuleMissing
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.rights import Right
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, open_session
from lib.ui import auth, find, forms, nav
from lib.ui.address import asked
from lib.ui.choices import PAGE
from lib.ui.plain import escaped
from lib.ui.reach import reached_customers
from lib.words import _, translate

# Errors whose message is a sentence for the person; anything else goes to the log with a number.
SENTENCES = (Refused, RuleMissing)


@dataclass(frozen=True)
class Page:
    """An open page. Used with `with`, sentences meant for the person are shown as such and end the page."""

    key: str
    scope: Scope
    right: Right
    today: date
    now: datetime
    locale: str
    book: Rulebook

    def session(self, *, write: bool = False) -> AbstractContextManager[StoreSession]:
        """A session narrowed to the person's scope; with `write` it is one transaction."""
        return open_session(self.scope, self.key, write=write)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, SENTENCES):
            return False
        st.error(escaped(error))
        return True


def open_page(key: str) -> Page:
    """Begin a page: check the right, draw title and scope line; ends the script for who may not see it."""
    forms.flash()
    st.session_state[PAGE] = key
    # The browser keeps its address when a link leads to the page it is on, and the next run would lose where it led.
    st.query_params.from_dict(asked())
    person = auth.signed_in()
    right = auth.require(person, key)
    page = Page(key, person.scope, right, today(), business_now(), words.current_locale(), rulebook())
    typed = _head(page)
    st.caption(_scope_line(page))
    if typed:
        with page:
            find.results(page.scope, typed)
    return page


def _head(page: Page) -> str:
    """The title, and beside it the box to find a customer by; what is typed there."""
    title = escaped(translate(nav.line_of(page.key).title))
    if not find.offered(page.scope):
        st.title(title, anchor=False)
        return ""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.title(title, anchor=False)
    with right:
        return find.box()


def extent_name(extent: str) -> str:
    """How far a right reaches, in words."""
    return {
        "own": _("我管户的客户"),
        "branch": _("本支行"),
        "bank": _("全行"),
        "cases": _("我经办的投诉"),
        "counts": _("全行汇总"),
        "requests": _("待复核的申请"),
        "products": _("产品汇总"),
        "self": _("我自己"),
    }[extent]


def _scope_line(page: Page) -> str:
    reached = reached_customers(page.scope)
    name = escaped(reached.branch or extent_name(page.right.extent))
    if page.scope.narrow:
        return _("你看到的是：{extent}").format(extent=name)
    return _("你看到的是：{extent} · {n} 位客户").format(extent=name, n=words.integer(reached.customers))
