"""Conversions that make days and moments."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lib.imports.amounts import integer
from lib.imports.values import JOIN, Convert, OptionError, Options, Unreadable
from lib.words import _

# How a date may be written → the pattern its parts are read by.
DATES = {
    "YYYY-MM-DD": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    "YYYY/MM/DD": r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    "YYYYMMDD": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    "YYMMDD": r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})",
    "DD.MM.YYYY": r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    "DD/MM/YYYY": r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
    "MM/DD/YYYY": r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
    "YYYY年M月D日": r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
}
TIMES = {"hh:mm": r"(?P<H>\d{1,2}):(?P<M>\d{2})", "hh:mm:ss": r"(?P<H>\d{1,2}):(?P<M>\d{2}):(?P<S>\d{2})"}
# Every form of a day, alone or with a time.
FORMS = DATES | {f"{day} {time}": f"{d}[ T]{t}" for day, d in DATES.items() for time, t in TIMES.items()}


def date(options: Options) -> Convert:
    """A day; a time that the format has is read and left out."""
    pattern = _pattern_of(options)
    century = _century(options)

    def convert(said: str) -> dt.date:
        match = pattern.fullmatch(said.strip())
        if match is None:
            raise Unreadable(_not_a_date(said, options["format"]))
        return _day(match, century, said, options["format"])

    return convert


def moment(options: Options) -> Convert:
    """A moment in the source's time zone; where the format has no time, the day's first moment there."""
    pattern = _pattern_of(options)
    century = _century(options)
    try:
        zone = ZoneInfo(options.get("zone", "Asia/Shanghai"))
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise OptionError(_("zone 不是已知时区")) from None

    def convert(said: str) -> dt.datetime:
        match = pattern.fullmatch(said.strip())
        if match is None:
            raise Unreadable(_not_a_date(said, options["format"]))
        day, parts = _day(match, century, said, options["format"]), match.groupdict()
        try:
            hour, minute, second = (int(parts.get(part) or 0) for part in ("H", "M", "S"))
            return dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
        except ValueError:
            raise Unreadable(_not_a_date(said, options["format"])) from None

    return convert


def months_after(options: Options) -> Convert:
    """From (date, number of months): the day so many months later, at the latest the month's last day."""
    start, months = date(options), integer({})

    def convert(said: str) -> dt.date:
        first, _sep, count = said.partition(JOIN)
        day = start(first)
        index = day.year * 12 + day.month - 1 + months(count)
        year, month = divmod(index, 12)
        if not 1 <= year <= 9999:
            raise Unreadable(_("“{value}”超出日历").format(value=said))
        return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    return convert


def birth_number(part: str) -> Callable[[Options], Convert]:
    """Czech birth number YYMMDD with the month raised by 50 for women: its date, or M/F."""

    def make(options: Options) -> Convert:
        century = _century(options)

        def convert(said: str) -> dt.date | str:
            match = re.fullmatch(r"(\d{2})(\d{2})(\d{2})", said.strip())
            if match is None:
                raise Unreadable(_("“{value}”不是六位出生号").format(value=said))
            year, month, day = map(int, match.groups())
            woman = month > 50
            try:
                born = dt.date(century + year, month - 50 * woman, day)
            except ValueError:
                raise Unreadable(_("“{value}”不含有效出生日期").format(value=said)) from None
            return born if part == "date" else "F" if woman else "M"

        return convert

    return make


def _pattern_of(options: Options) -> re.Pattern[str]:
    if options["format"] not in FORMS:
        raise OptionError(_("format 须为 {known} 之一").format(known=_("、").join(FORMS)))
    return re.compile(FORMS[options["format"]])


def _century(options: Options) -> int:
    century = options.get("century", 1900)
    if type(century) is not int or century % 100:
        raise OptionError(_("century 须为整百年份，如 1900"))
    return century


def _day(match: re.Match[str], century: int, said: str, form: str) -> dt.date:
    year = int(match["y"]) + (century if len(match["y"]) == 2 else 0)
    try:
        return dt.date(year, int(match["m"]), int(match["d"]))
    except ValueError:
        raise Unreadable(_not_a_date(said, form)) from None


def _not_a_date(said: str, form: str) -> str:
    return _("“{value}”不是 {form} 形式的日期").format(value=said, form=form)
