"""Frames of a page: cards, tables, paging, and what stands there when there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

import streamlit as st
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lib import words
from lib.ui import nav, theme
from lib.ui.plain import escaped, plain
from lib.ui.tables import Column, RowLink, checklist, table
from lib.words import _

__all__ = [
    "Card", "Column", "Link", "Paged", "RowLink", "cards", "checklist", "download", "empty", "escaped", "go_to",
    "link", "loading", "page_of", "plain", "table",
]  # fmt: skip

COUNTED_TO = 10_000
_SPARK_NEEDS = 2


@dataclass(frozen=True)
class Link:
    """The way to a page: its key in the navigation, what its address carries, and an icon other than the page's."""

    page: str
    params: dict[str, str] = field(default_factory=dict)
    text: str = ""
    icon: str | None = None


@dataclass(frozen=True)
class Card:
    """One figure with its context. `value`, `delta` and `target` are texts from `lib.words`.

    `better` says whether the change is good (None: neither), `tone` colours the figure (`risk` only for
    overdue and risk), `small` greys a figure that rests on too few cases, `note` is a line below it.
    """

    title: str
    value: str
    unit: str = ""
    delta: str | None = None
    better: bool | None = None
    target: str | None = None
    spark: Sequence[float | None] = ()
    help: str | None = None
    href: Link | None = None
    tone: str | None = None
    small: bool = False
    note: str | None = None


def cards(items: Sequence[Card], *, key: str) -> None:
    """Cards side by side, as many as fit; below one another on a phone."""
    with st.grid("auto", min_column_width=165, gap="small", key=key):
        for item in items:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _card(item)


def _card(item: Card) -> None:
    points = [float(value) for value in item.spark if value is not None]
    st.metric(
        escaped(item.title),
        _coloured(item),
        delta=None if item.delta is None else escaped(item.delta),
        delta_color={True: "green", False: "orange", None: "gray"}[item.better],  # type: ignore[arg-type]
        delta_arrow=_arrow(item.delta),  # type: ignore[arg-type]
        help=item.help and escaped(item.help),
        chart_data=points if len(points) >= _SPARK_NEEDS else None,
    )
    if item.note is not None:
        st.caption(escaped(item.note))
    if item.target is not None:
        st.caption(escaped(_("目标 {value}").format(value=item.target)))
    if item.href is not None:
        link(item.href)


def _arrow(delta: str | None) -> str:
    """A change that reads as nothing has no direction; the sign is the text's own."""
    if delta is None or not any(digit in delta for digit in "123456789"):
        return "off"
    return "down" if delta.lstrip()[:1] in ("-", "\u2212") else "up"


def _coloured(item: Card) -> str:
    text = escaped(" ".join(part for part in (item.value, item.unit) if part))
    tone = "context" if item.small else item.tone
    return f":{theme.TONE_NAMES[tone]}[{text}]" if tone else text


def link(to: Link) -> None:
    """A link to another page, left out where the person may not go."""
    page = nav.reachable(to.page)
    if page is not None:
        st.page_link(page, label=escaped(to.text or _("查看名单")), query_params=to.params, icon=to.icon)


def download(label: str, export: str, **query: str) -> None:
    """A plain link to a file: it leaves through the front door, which knows the person and keeps the ledger."""
    address = f"/export/{export}" + (f"?{urlencode(query)}" if query else "")
    st.html(f'<p class="crm-links"><a href="{escape(address)}">{escape(label)}</a></p>', width="content")


def go_to(page: str, **params: str) -> None:
    """Leave for another page now."""
    target = nav.reachable(page)
    if target is not None:
        st.switch_page(target, query_params=params)


def empty(sentence: str) -> None:
    """What stands where nothing is: says why, and what would fill it."""
    with st.container(border=True, horizontal_alignment="center"):
        st.caption(escaped(sentence), text_alignment="center")


def loading(sentence: str = "") -> AbstractContextManager[None]:
    """While something takes time: `with loading(): …`."""
    return st.spinner(escaped(sentence or _("正在读取…")))


@dataclass(frozen=True)
class Paged:
    """One page of a longer list."""

    rows: Sequence[object]
    total: int
    number: int


def page_of(
    session: Session, query: Select, *, key: str, size: int = 50, filters: object = None, total: int | None = None,
    few: Select | None = None,
) -> Paged:  # fmt: skip
    """Count `query`, draw the paging line and read the page chosen; another `filters` begins at page 1.

    Counting ends at `COUNTED_TO`, so that a list costs the same at any size of the bank.
    `total` is what `count_of` said, where it is kept. `query` needs an order
    that decides every tie. Columns give rows, one entity gives its instances. `few` is the same list written for
    when it is short: it is counted, and read where counting came to an end.
    """
    _first_page_after_change(key, filters)
    total = count_of(session, query if few is None else few) if total is None else total
    query = few if few is not None and total <= COUNTED_TO else query
    said = _("共 {n} 条") if total <= COUNTED_TO else _("超过 {n} 条")
    total = min(total, COUNTED_TO)
    pages = max(1, -(-total // size))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(said.format(n=words.integer(total)), width="content")
        number = st.pagination(pages, key=key, persist_state="session") if pages > 1 else 1
    found = session.execute(query.limit(size).offset((number - 1) * size)).all()
    rows = [row[0] for row in found] if found and len(found[0]) == 1 else found
    return Paged(rows, total, number)


def count_of(session: Session, query: Select) -> int:
    """How many rows `query` has, counted no further than one beyond `COUNTED_TO`."""
    counted = query.order_by(None).limit(COUNTED_TO + 1).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def _first_page_after_change(key: str, filters: object) -> None:
    mark, said = f"{key}.filters", repr(filters)
    if st.session_state.get(mark, said) != said and key in st.session_state:
        st.session_state[key] = 1
    st.session_state[mark] = said
