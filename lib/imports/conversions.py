"""The closed list of conversions a mapping may name: text of the source in, a typed value out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.imports.amounts import integer, money, scaled, signed_money
from lib.imports.dates import birth_number, date, moment, months_after
from lib.imports.values import Convert, OptionError, Options, Unreadable
from lib.store import mask
from lib.words import _

MASKS = {"card": mask.card, "phone": mask.phone, "identity": mask.identity}


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
        raise OptionError(_("pattern 不是有效的正则表达式：{why}").format(why=error)) from None

    def convert(said: str) -> str:
        if not compiled.fullmatch(said.strip()):
            raise Unreadable(_("“{value}”不符合格式 {pattern}").format(value=said, pattern=pattern))
        return said.strip()

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


_AMOUNT = frozenset({"decimal", "thousands", "currency"})
CONVERSIONS: dict[str, Conversion] = {
    "text": Conversion("text", _text, may=frozenset({"pattern"})),
    "integer": Conversion("int", integer),
    "scaled": Conversion("int", scaled, needs=frozenset({"by"})),
    "date": Conversion("date", date, frozenset({"format"}), frozenset({"century"})),
    "moment": Conversion("moment", moment, frozenset({"format"}), frozenset({"century", "zone"})),
    "months_after": Conversion("date", months_after, frozenset({"format"}), frozenset({"century"}), columns=2),
    "money": Conversion("int", money, may=_AMOUNT | {"negative"}),
    "signed_money": Conversion("int", signed_money, frozenset({"credit", "debit"}), _AMOUNT, columns=2),
    "codes": Conversion("text", _codes, frozenset({"codes"}), frozenset({"otherwise"}), columns=0),
    "flag": Conversion("bool", _flag, frozenset({"yes"}), frozenset({"no"})),
    "birth_date": Conversion("date", birth_number("date"), may=frozenset({"century"})),
    "birth_gender": Conversion("text", birth_number("gender"), may=frozenset({"century"})),
    "masked": Conversion("text", _masked, may=frozenset({"mask"})),
    "currency": Conversion("text", _currency, may=frozenset({"codes"})),
}
