"""A year of the working calendar as a file: the known days, or the template of a year to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from lib.rulebook import CalendarDay, as_csv
from lib.store.book import calendar
from lib.store.scope import Scope
from lib.words import _
from lib.work.calendar_year import days_in

PAGE = "rulebook"


def make(_scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content for `year`, in the form the upload takes; ValueError for no year.

    A year the calendar does not know begins with New Year's Day, as the example to go on from.
    """
    asked = query.get("year", "")
    if not (asked.isdecimal() and len(asked) == 4 and int(asked) >= 1949):
        raise ValueError(_("请给出年度，例如 2027。"))
    year = int(asked)
    days = days_in(calendar(), year) or (CalendarDay(date(year, 1, 1), "holiday", "元旦"),)
    content = "\ufeff" + as_csv(days)  # by the mark a spreadsheet knows the encoding
    return f"{_('工作日历')}-{year}.csv", "text/csv; charset=utf-8", iter([content.encode()])
