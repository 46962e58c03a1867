"""Choosing the day of a visit: one that is not worked is taken only when it is meant."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from lib import words
from lib.store.book import calendar
from lib.ui.forms import SaveForm
from lib.ui.plain import escaped
from lib.words import _


def day_field(form: SaveForm, label: str, usual: date, first: date) -> tuple[date, list[str]]:
    """The widget for a day of a form, and a sentence while a day that is not worked has not been confirmed."""
    usual = _worked_from(max(usual, first))
    said = st.date_input(escaped(label), usual, min_value=first, key=form.key("day"), format="YYYY-MM-DD")
    day = said if isinstance(said, date) else first
    warning = warning_of(day)
    if not warning:
        return day, []
    st.warning(escaped(warning))
    meant = st.checkbox(escaped(_("就定在这一天")), key=form.key(f"meant-{day.isoformat()}"))
    return day, [] if meant else [_("请改选工作日；确要定在这一天的，勾选后再保存。")]


def _worked_from(day: date) -> date:
    """The day itself, or the next that is worked."""
    known = calendar()
    while not known.is_working(day).working:
        day += timedelta(days=1)
    return day


def warning_of(day: date) -> str:
    """Why a day is no working day; empty for one that is worked."""
    worked = calendar().is_working(day)
    return "" if worked.working else _("{day} 是{why}，不是工作日。").format(day=words.day(day), why=worked.reason)
