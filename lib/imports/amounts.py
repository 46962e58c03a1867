"""Conversions that make whole numbers: counts, shares and money in minor units."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

from lib.imports.values import JOIN, Convert, OptionError, Options, Unreadable
from lib.words import _


def integer(_options: Options) -> Convert:
    """A whole number; 12.0 is one."""

    def convert(said: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", said.strip()):
            raise Unreadable(_("“{value}”不是整数").format(value=said))
        return int(said.strip().split(".")[0])

    return convert


def scaled(options: Options) -> Convert:
    """A decimal times the whole number `by`, which must come out whole."""
    factor = options["by"]
    if type(factor) is not int or factor < 1:
        raise OptionError(_("by 须为正整数"))

    def convert(said: str) -> int:
        return _minor(_decimal(said, ".", ""), factor, said)

    return convert


def money(options: Options) -> Convert:
    """Decimals of a currency → its minor units; `negative = true` turns the amount round."""
    point, thousands, factor = options.get("decimal", "."), options.get("thousands", ""), _factor(options)
    sign = -1 if options.get("negative", False) else 1

    def convert(said: str) -> int:
        return sign * _minor(_decimal(said, point, thousands), factor, said)

    return convert


def signed_money(options: Options) -> Convert:
    """From (unsigned amount, type): positive for the types in `credit`, negative for those in `debit`."""
    amount, credit, debit = money(options), set(options["credit"]), set(options["debit"])
    if credit & debit:
        raise OptionError(_("同一类型不能既是收入又是支出：{both}").format(both=sorted(credit & debit)))

    def convert(said: str) -> int:
        figure, _sep, kind = said.partition(JOIN)
        if kind not in credit and kind not in debit:
            raise Unreadable(_("“{value}”既不是收入类型也不是支出类型").format(value=kind))
        value: int = amount(figure)
        return value if kind in credit else -value

    return convert


def _factor(options: Options) -> int:
    return int(10 ** get_currency_precision(options["currency"]))


def _decimal(said: str, point: str, thousands: str) -> Decimal:
    plain = said.strip()
    if thousands:
        plain = plain.replace(thousands, "")
    if point != ".":
        plain = plain.replace(".", "?").replace(point, ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", plain):
        raise Unreadable(_("“{value}”不是数字").format(value=said))
    return Decimal(plain)


def _minor(amount: Decimal, factor: int, said: str) -> int:
    """Whole minor units; a finer amount is refused rather than rounded away."""
    units = amount * factor
    if units != units.to_integral_value():
        raise Unreadable(_("“{value}”的小数位过多").format(value=said))
    return int(units)
