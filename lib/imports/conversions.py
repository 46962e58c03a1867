"""The closed list of conversions a mapping may name: text of the source in, a typed value out."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import get_currency_precision

from lib.store import mask
from lib.words import _

Convert = Callable[[str], Any]
Options = Mapping[str, Any]
JOIN = "|"  # between the values of a field made from several columns

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
MASKS = {"card": mask.card, "phone": mask.phone, "identity": mask.identity}


class Unreadable(ValueError):
    """A value the conversion does not understand; the message is a sentence for the reject list."""


class OptionError(ValueError):
    """An option of a conversion that makes no sense; the message is a sentence for the mapping's author."""


@dataclass(frozen=True)
class Conversion:
    """One conversion: what it `gives` (text | int | date | moment | bool), its options, how many columns it reads.

    `columns` 0 means any number. `make` checks the options (OptionError) and returns the function for one value,
    which raises Unreadable.
    """

    gives: str
    make: Callable[[Options], Convert]
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    columns: int = 1


def _text(options: Options) -> Convert:
    pattern = options.get("pattern")
    if pattern is None:
        return str.strip
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise OptionError(_("pattern 不是有效的正则表达式:{why}").format(why=error)) from None

    def convert(said: str) -> str:
        if not compiled.fullmatch(said.strip()):
            raise Unreadable(_("“{value}”不符合格式 {pattern}").format(value=said, pattern=pattern))
        return said.strip()

    return convert


def _integer(_options: Options) -> Convert:
    def convert(said: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", said.strip()):
            raise Unreadable(_("“{value}”不是整数").format(value=said))
        return int(said.strip().split(".")[0])

    return convert


def _scaled(options: Options) -> Convert:
    factor = options["by"]
    if type(factor) is not int or factor < 1:
        raise OptionError(_("by 须为正整数"))

    def convert(said: str) -> int:
        return _minor(_decimal(said, ".", ""), factor, said)

    return convert


def _date(options: Options) -> Convert:
    """A day; a time that the format has is read and left out."""
    pattern = _pattern_of(options, moments())
    century = _century(options)

    def convert(said: str) -> date:
        match = pattern.fullmatch(said.strip())
        if match is None:
            raise Unreadable(_not_a_date(said, options["format"]))
        return _day(match, century, said, options["format"])

    return convert


def _moment(options: Options) -> Convert:
    """A moment in the source's time zone; where the format has no time, the day's first moment there."""
    pattern = _pattern_of(options, moments())
    century = _century(options)
    try:
        zone = ZoneInfo(options.get("zone", "Asia/Shanghai"))
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise OptionError(_("zone 不是已知时区")) from None

    def convert(said: str) -> datetime:
        match = pattern.fullmatch(said.strip())
        if match is None:
            raise Unreadable(_not_a_date(said, options["format"]))
        day, parts = _day(match, century, said, options["format"]), match.groupdict()
        try:
            hour, minute, second = (int(parts.get(part) or 0) for part in ("H", "M", "S"))
            return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
        except ValueError:
            raise Unreadable(_not_a_date(said, options["format"])) from None

    return convert


def _months_after(options: Options) -> Convert:
    """From (date, number of months): the day so many months later, at the latest the month's last day."""
    start, months = _date(options), _integer({})

    def convert(said: str) -> date:
        first, _sep, count = said.partition(JOIN)
        day, index = start(first), 0
        index = day.year * 12 + day.month - 1 + months(count)
        year, month = divmod(index, 12)
        if not 1 <= year <= 9999:
            raise Unreadable(_("“{value}”超出日历").format(value=said))
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    return convert


def _money(options: Options) -> Convert:
    """Decimals of a currency → its minor units; `debit = true` makes the amount negative."""
    point, thousands, factor = options.get("decimal", "."), options.get("thousands", ""), _factor(options)
    sign = -1 if options.get("debit", False) else 1

    def convert(said: str) -> int:
        return sign * _minor(_decimal(said, point, thousands), factor, said)

    return convert


def _signed_money(options: Options) -> Convert:
    """From (unsigned amount, type): positive for the types in `credit`, negative for those in `debit`."""
    amount, credit, debit = _money(options), set(options["credit"]), set(options["debit"])
    if credit & debit:
        raise OptionError(_("同一类型不能既是收入又是支出:{both}").format(both=sorted(credit & debit)))

    def convert(said: str) -> int:
        figure, _sep, kind = said.partition(JOIN)
        if kind not in credit and kind not in debit:
            raise Unreadable(_("“{value}”既不是收入类型也不是支出类型").format(value=kind))
        value: int = amount(figure)
        return value if kind in credit else -value

    return convert


def _codes(options: Options) -> Convert:
    """A code list; several columns are joined by `|`. `otherwise` takes what the list does not name."""
    table, otherwise = options["codes"], options.get("otherwise")
    if not isinstance(table, Mapping) or not all(isinstance(code, str) for code in table.values()):
        raise OptionError(_("codes 须为“来源值 = 代码”的表"))

    def convert(said: str) -> str:
        code = table.get(said.strip(), otherwise)
        if code is None:
            raise Unreadable(_("“{value}”不在代码表中").format(value=said))
        return str(code)

    return convert


def _flag(options: Options) -> Convert:
    yes, no = set(options["yes"]), set(options.get("no", ()))

    def convert(said: str) -> bool:
        if said.strip() not in yes and no and said.strip() not in no:
            raise Unreadable(_("“{value}”不是约定的是否值").format(value=said))
        return said.strip() in yes

    return convert


def _birth_number(part: str) -> Callable[[Options], Convert]:
    """Czech birth number YYMMDD with the month raised by 50 for women: its date, or M/F."""

    def make(options: Options) -> Convert:
        century = _century(options)

        def convert(said: str) -> date | str:
            match = re.fullmatch(r"(\d{2})(\d{2})(\d{2})", said.strip())
            if match is None:
                raise Unreadable(_("“{value}”不是六位出生号").format(value=said))
            year, month, day = (int(part) for part in match.groups())
            woman = month > 50
            try:
                born = date(century + year, month - 50 * woman, day)
            except ValueError:
                raise Unreadable(_("“{value}”不含有效出生日期").format(value=said)) from None
            return born if part == "date" else "F" if woman else "M"

        return convert

    return make


def _masked(options: Options) -> Convert:
    name = options.get("mask", "card")
    if name not in MASKS:
        raise OptionError(_("mask 须为 {known} 之一").format(known=_("、").join(MASKS)))
    return lambda said: MASKS[name](said.strip())


def _currency(options: Options) -> Convert:
    names = options.get("codes", {})

    def convert(said: str) -> str:
        code = names.get(said.strip(), said.strip().upper())
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise Unreadable(_("“{value}”不是三位货币代码").format(value=said))
        return str(code)

    return convert


def moments() -> dict[str, str]:
    """How a moment may be written: every date form, alone or with a time."""
    both = {f"{day} {time}": f"{d}[ T]{t}" for day, d in DATES.items() for time, t in TIMES.items()}
    return DATES | both


_AMOUNT = frozenset({"decimal", "thousands", "currency"})
CONVERSIONS: dict[str, Conversion] = {
    "text": Conversion("text", _text, may=frozenset({"pattern"})),
    "integer": Conversion("int", _integer),
    "scaled": Conversion("int", _scaled, needs=frozenset({"by"})),
    "date": Conversion("date", _date, frozenset({"format"}), frozenset({"century"})),
    "moment": Conversion("moment", _moment, frozenset({"format"}), frozenset({"century", "zone"})),
    "months_after": Conversion("date", _months_after, frozenset({"format"}), frozenset({"century"}), columns=2),
    "money": Conversion("int", _money, may=_AMOUNT | {"debit"}),
    "signed_money": Conversion("int", _signed_money, frozenset({"credit", "debit"}), _AMOUNT, columns=2),
    "codes": Conversion("text", _codes, frozenset({"codes"}), frozenset({"otherwise"}), columns=0),
    "flag": Conversion("bool", _flag, frozenset({"yes"}), frozenset({"no"})),
    "birth_date": Conversion("date", _birth_number("date"), may=frozenset({"century"})),
    "birth_gender": Conversion("text", _birth_number("gender"), may=frozenset({"century"})),
    "masked": Conversion("text", _masked, may=frozenset({"mask"})),
    "currency": Conversion("text", _currency, may=frozenset({"codes"})),
}


def _pattern_of(options: Options, known: Mapping[str, str]) -> re.Pattern[str]:
    if options["format"] not in known:
        raise OptionError(_("format 须为 {known} 之一").format(known=_("、").join(known)))
    return re.compile(known[options["format"]])


def _century(options: Options) -> int:
    century = options.get("century", 1900)
    if type(century) is not int or century % 100:
        raise OptionError(_("century 须为整百年份,如 1900"))
    return century


def _factor(options: Options) -> int:
    return int(10 ** get_currency_precision(options["currency"]))


def _day(match: re.Match[str], century: int, said: str, form: str) -> date:
    year = int(match["y"]) + (century if len(match["y"]) == 2 else 0)
    try:
        return date(year, int(match["m"]), int(match["d"]))
    except ValueError:
        raise Unreadable(_not_a_date(said, form)) from None


def _not_a_date(said: str, form: str) -> str:
    return _("“{value}”不是 {form} 形式的日期").format(value=said, form=form)


def _decimal(said: str, point: str, thousands: str) -> Decimal:
    plain = said.strip()
    if thousands:
        plain = plain.replace(thousands, "")
    if point != ".":
        plain = plain.replace(".", "?").replace(point, ".")
    try:
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", plain):
            raise InvalidOperation
        return Decimal(plain)
    except InvalidOperation:
        raise Unreadable(_("“{value}”不是数字").format(value=said)) from None


def _minor(amount: Decimal, factor: int, said: str) -> int:
    """Whole minor units; a finer amount is refused rather than rounded away."""
    units = amount * factor
    if units != units.to_integral_value(ROUND_HALF_UP):
        raise Unreadable(_("“{value}”的小数位过多").format(value=said))
    return int(units)
