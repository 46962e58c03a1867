"""关账: the checks and the closing of an open quarter; versions, late data and corrections of a closed one."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.orm import Session

from lib.jobs import close_order, close_seen
from lib.jobs.close_seen import Late
from lib.review.checks import Check
from lib.store.quarter import Quarter
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.plain import escaped
from lib.ui.review import closing_checks, closing_forms, closing_versions
from lib.ui.review.look import Look
from lib.words import _


def draw(look: Look) -> None:
    """What is under way; then the checks of an open quarter, or what stands and what waits of a closed one."""
    quarters.say(look.run)
    begun = close_order.standing(look.run.quarter)
    if begun is not None:
        closing_forms.under_way(look, begun)
    if look.current.closed:
        _closed(look, busy=begun is not None)
    else:
        _open(look, busy=begun is not None)


def _open(look: Look, *, busy: bool) -> None:
    if not look.checks_seen:
        st.caption(_("这个季度尚未关账，数字仍会变动。关账由客户关系管理部办理。"))
        return
    found = _checks(look.page.scope, look.quarter, look.page.book.digest, look.page.today.isoformat())
    closing_checks.draw(look.page, found)
    if busy:
        return
    if look.closes:
        closing_forms.close(look, found)
    else:
        st.caption(_("关账由客户关系管理部办理。"))


def _closed(look: Look, *, busy: bool) -> None:
    waits = _late(look.page.scope, look.quarter)
    if waits is not None and look.checks_seen:
        _waiting(look, waits, busy=busy)
    closing_versions.versions(look)
    closing_versions.difference(look)
    closing_versions.frozen(look)
    closing_versions.checks_then(look)


def _waiting(look: Look, waits: Late, *, busy: bool) -> None:
    for sentence in waits.sentences():
        st.warning(escaped(sentence), icon=":material/schedule:")
    if not waits.sentences():
        st.success(escaped(_("关账后没有新到的数据。")), icon=":material/lock:")
    if look.closes and not busy and not look.run.corrected:
        closing_forms.correct(look, waits)


@cached()
def _checks(_session: Session, quarter: str, _rules: str, _day: str) -> list[Check]:
    """Counts over the whole bank, without a name: the same for every reader."""
    return close_seen.look(Quarter.parse(quarter))[1]


@cached()
def _late(_session: Session, quarter: str) -> Late | None:
    """Counts over the whole bank, without a name."""
    return close_seen.late(Quarter.parse(quarter))
