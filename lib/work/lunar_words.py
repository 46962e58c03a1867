"""A lunar month and day in words: 农历闰六月三十."""

from __future__ import annotations

from lib.words import _, current_locale

_MONTHS = "正二三四五六七八九十冬腊"
_DIGITS = "一二三四五六七八九十"
_ROUND = {10: "初十", 20: "二十", 30: "三十"}


def lunar_said(key: str) -> str:
    """A key of `lib.work.lunar` (`08-15`, `L06-30`) as a person says it."""
    leap, month, number = key.startswith("L"), int(key[-5:-3]), int(key[-2:])
    if current_locale() != "zh_CN":
        said = _("农历闰{month}月{day}") if leap else _("农历{month}月{day}")
        return said.format(month=month, day=number)
    return f"农历{'闰' if leap else ''}{_MONTHS[month - 1]}月{_day(number)}"


def _day(number: int) -> str:
    if number in _ROUND:
        return _ROUND[number]
    return f"{'初十廿'[number // 10]}{_DIGITS[number % 10 - 1]}"
