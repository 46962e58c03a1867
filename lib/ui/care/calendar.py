"""The month of visits: every day with how many and whom, holidays and make-up days marked; a day leads to its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.care import visits as reads
from lib.rulebook import Calendar
from lib.store.book import calendar
from lib.ui.care import listing
from lib.ui.care.look import Look, address
from lib.ui.plain import escaped
from lib.words import _, integer, name
from lib.work.month import Month

_STYLE = Path(__file__).with_name("calendar.css")
_NAMES = 3


@dataclass(frozen=True)
class Day:
    """One day of the calendar: how many visits, how many of them open, the first few (name, whether open)."""

    day: date
    things: int = 0
    open: int = 0
    people: tuple[tuple[str, bool], ...] = ()


def draw(look: Look, session: Session) -> None:
    """The month with the way to its neighbours, and below it the list of the day chosen, else of the month."""
    weeks = look.month.weeks
    asked = look.wanted.within(weeks[0][0], weeks[-1][-1])
    days = days_of(session, asked, named=look.one_person)
    _head(look)
    st.html(_STYLE)
    known = calendar()
    st.html(grid(look, weeks, days, known) + agenda(look, days, known))
    first, last = look.days
    title = day_words(look.day, known) if look.day else month_words(look.month)
    st.subheader(escaped(title), anchor=False)
    listing.draw(look, session, look.wanted.within(first, last), _nothing(look))


def days_of(session: Session, asked: reads.Wanted, *, named: bool) -> dict[date, Day]:
    """The days that have visits; `named`: with the first few people of each."""
    people: dict[date, list[tuple[str, bool]]] = {}
    for row in session.execute(reads.first_of_each_day(asked, _NAMES)) if named else ():
        people.setdefault(row.due_on, []).append((row.name, row.state == "open"))
    return {row.due_on: Day(row.due_on, row.things, row.open, tuple(people.get(row.due_on, ())))
            for row in session.execute(reads.by_day(asked))}  # fmt: skip


def _head(look: Look) -> None:
    """The month's name between the way back and the way on; a plain day of the address stays behind."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="visits-month"):
        for label, months, key in (("‹", -1, "earlier"), ("›", 1, "later")):
            if st.button(label, key=f"visits-{key}", help=_("上个月") if months < 0 else _("下个月")):
                _turn(look.month.shift(months), look)
        st.markdown(f"**{escaped(month_words(look.month))}**", width="content")
        here = Month.of(look.page.today)
        if (look.month != here or look.day) and st.button(_("回到本月"), key="visits-now", type="tertiary"):
            _turn(here, look)


def _turn(month: Month, look: Look) -> None:
    st.query_params.pop("day", None)
    st.query_params.pop("month", None)
    if month != Month.of(look.page.today):
        st.query_params["month"] = str(month)
    st.rerun()


def grid(look: Look, weeks: Sequence[Sequence[date]], days: Mapping[date, Day], known: Calendar) -> str:
    """The month as a table."""
    heads = "".join(f'<th scope="col">{escape(name("weekday", str(n)))}</th>' for n in range(7))
    body = "".join(f"<tr>{''.join(_cell(look, day, days.get(day, Day(day)), known) for day in week)}</tr>"
                   for week in weeks)  # fmt: skip
    told = escape(month_words(look.month))
    return f'<table class="crm-month" aria-label="{told}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _cell(look: Look, day: date, of: Day, known: Calendar) -> str:
    worked = known.is_working(day)
    classes = [said for said, holds in (
        ("out", Month.of(day) != look.month), ("off", not worked.working), ("chosen", day == look.day),
    ) if holds]  # fmt: skip
    number = f"<span{' class=today' if day == look.page.today else ''}>{day.day}</span>"
    mark = f'<span class="mark">{escape(mark_of(day, known))}</span>'
    people = "".join(f'<div class="who{"" if still else " ended"}">{escape(who)}</div>' for who, still in of.people)
    link = f'<a href="{_to(look, day)}" target="_self" title="{escape(day_words(day, known))}">'
    head = f'<div class="head">{number}{mark}</div>'
    return f'<td class="{" ".join(classes)}">{link}{head}{people}{_count(look, of)}</a></td>'


def _count(look: Look, of: Day) -> str:
    """How many there are beyond those named; in red where open ones are overdue."""
    rest = of.things - len(of.people)
    if of.day < look.page.today and of.open:
        return f'<div class="more crm-late">{escape(_("逾期 {n} 件").format(n=integer(of.open)))}</div>'
    if rest <= 0:
        return ""
    said = _("另有 {n} 件") if of.people else _("{n} 件")
    return f'<div class="more">{escape(said.format(n=integer(rest)))}</div>'


def agenda(look: Look, days: Mapping[date, Day], known: Calendar) -> str:
    """The days of the month that have visits, for a phone."""
    rows = "".join(_line(look, days[day], known) for day in sorted(days) if Month.of(day) == look.month)
    return f'<ul class="crm-agenda">{rows}</ul>'


def _line(look: Look, of: Day, known: Calendar) -> str:
    late = of.day < look.page.today and of.open
    said = _("逾期 {n} 件").format(n=integer(of.open)) if late else _("{n} 件").format(n=integer(of.things))
    names = _("、").join(who for who, _still in of.people)
    people = f'<div class="names">{escape(names)}{"…" if of.things > len(of.people) else ""}</div>' if names else ""
    ended = "" if of.open else " ended"
    told = f"<span{' class=crm-late' if late else ''}>{escape(said)}</span>"
    return (
        f'<li><a class="{ended.strip()}" href="{_to(look, of.day)}" target="_self">'
        f"{escape(day_words(of.day, known))} · {told}{people}</a></li>"
    )


def _to(look: Look, day: date) -> str:
    return escape("?" + urlencode(address(look, day=day.isoformat(), month=None)))


def mark_of(day: date, known: Calendar) -> str:
    """What the day is beside an ordinary one: a holiday by its name, a make-up working day; a presumption says so."""
    worked = known.is_working(day)
    special = known.days.get(day)
    if special is not None:
        return worked.reason
    return _("推定") if worked.provisional else ""


def day_words(day: date, known: Calendar) -> str:
    """A day with its weekday and what it is."""
    said = [words.day(day), name("weekday", str(day.weekday())), mark_of(day, known)]
    return " · ".join(one for one in said if one)


def month_words(month: Month) -> str:
    """The month in words."""
    return _("{year} 年 {month} 月").format(year=month.year, month=month.number)


def _nothing(look: Look) -> str:
    filtered: Any = look.wanted.state or look.wanted.kind or look.whose
    if filtered:
        return _("没有符合条件的回访，可放宽筛选条件。")
    return _("这一天没有回访。") if look.day else _("这个月没有回访。")
