"""To whom a campaign goes: a saved view of the directory, its filters of the moment, or one of the usual lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from sqlalchemy import Select

from lib.care import greetings
from lib.care.policy import REASONS
from lib.customers.directory import Filters, Run, directory, filters_of
from lib.engagement import inviting
from lib.store.models import Customer, Event
from lib.store.session import StoreSession
from lib.ui import frames, quarters
from lib.ui.care import reach
from lib.ui.directory import filters
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.words import _
from lib.work.views import views_of

#: `?filters=kind=personal&tier=vip`: the directory's filters as they stood when somebody came from there
PARAM = "filters"
#: what a campaign's query holds beside filters of the directory
BY_MESSAGE = "greeted_by_message"
INVITED_TO = "invited_to"
_LONGEST_ID = 18


def offered(page: Page, session: StoreSession) -> dict[str, tuple[str, dict[str, str]]]:
    """The lists to choose from: by code what it is called, and its filters."""
    found = {}
    came_with = dict(parse_qsl(st.query_params.get(PARAM, "")))
    if came_with:
        found["filters"] = (_("客户名单的当前筛选"), came_with)
    found |= _invited(session)
    found["birthday"] = (
        _("今天生日，不由客户经理亲自问候的"),
        {"kind": "personal", "birthday": "0", BY_MESSAGE: "birthday"},
    )
    found["people"] = (_("不由客户经理亲自问候的个人客户"), {"kind": "personal", BY_MESSAGE: "festival"})
    found["firms"] = (_("全部企业客户"), {"kind": "corporate"})
    for view in views_of(session, "directory"):
        query = {key: str(value) for key, value in view.query.items()}
        found[f"view-{view.id}"] = (_("常用筛选：{name}").format(name=view.name), query)
    return found


def _invited(session: StoreSession) -> dict[str, tuple[str, dict[str, str]]]:
    """Who was invited to an event, where somebody came from there (`?of=event-…`)."""
    said = st.query_params.get("of", "").removeprefix("event-")
    event = session.get(Event, int(said)) if said.isdecimal() and len(said) < _LONGEST_ID else None
    if event is None:
        return {}
    named = _("“{title}”已邀请、未答复的客户").format(title=event.title)
    return {f"event-{event.id}": (named, {"stage": "all", INVITED_TO: str(event.id)})}


def chosen(page: Page, query: Mapping[str, Any]) -> Select[Any]:
    """The customers of a campaign's query, as the directory finds them within the reader's scope now."""
    said = {key: str(value) for key, value in query.items()}
    # Ordered by number the list is not joined to facts, and holds who has none yet.
    asked: Filters = replace(filters_of(said), order="number")
    known = quarters.runs(page.scope)
    run = Run(str(known[0].quarter), known[0].version) if known else None
    found = directory(asked, run, page.today, page.book).with_only_columns(Customer.customer_id).order_by(None)
    if said.get(BY_MESSAGE) in ("birthday", "festival"):
        tiers = greetings.in_person(said[BY_MESSAGE], page.book, page.today)
        found = found.where(greetings.greeted_by_message(tiers))
    if said.get(INVITED_TO, "").isdecimal():
        found = found.where(Customer.customer_id.in_(inviting.guests_of(int(said[INVITED_TO]))))
    return found


def to_campaign(page: Page) -> None:
    """On the directory: the way to a campaign for the customers it shows."""
    if reach.writes(page) and not page.scope.narrow:
        query = {key: value for key, value in filters.chosen().items() if key not in ("order", "cols")}
        to = {"view": "campaigns", "new": "1", "of": "filters", PARAM: urlencode(query or {"stage": "customer"})}
        frames.link(Link("care", to, _("群发"), ":material/send:"))


def reasons() -> tuple[str, ...]:
    """Why somebody may be left out, in the order it is told."""
    return REASONS
