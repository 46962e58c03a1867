"""The cells and sentences of a meeting as a person reads them, the same on page, paper and in the pack."""

from __future__ import annotations

from datetime import date

from lib import words
from lib.meeting.parts import Column, Stamp, Value
from lib.words import _


def told(value: Value, column: Column, currency: str) -> str:
    """A cell with its unit: `12.3%`, `46.2 万元`, `+0.3 个百分点`; a dash for nothing."""
    if value is None or value == "":
        return words.NOTHING if value is None else ""
    if isinstance(value, str):
        return words.day(date.fromisoformat(value)) if column.kind == "day" else value
    if column.kind == "share":
        return words.percent(value, column.digits or 1)
    if column.kind == "money":
        return words.money(round(value), currency)
    if column.kind == "integer":
        return _signed(words.integer(round(value)), value, column)
    return _signed(words.number(value, column.digits), value, column)


def _signed(text: str, value: float, column: Column) -> str:
    said = f"+{text}" if column.signed and value > 0 else text
    return " ".join(part for part in (said, column.unit) if part)


def stamped(stamp: Stamp) -> str:
    """What the figures are, in one line: place, quarter, version, frozen or not, day of the data, rules."""
    state = _("已关账，数字冻结") if stamp.closed else _("未关账，数字仍会变动")
    return _("{scope} · {quarter} · 第 {version} 版（{state}） · 数据截至 {cutoff} · 口径版本 {rules}").format(
        scope=stamp.scope, quarter=words.quarter_name(stamp.quarter), version=stamp.version, state=state,
        cutoff=words.day(date.fromisoformat(stamp.cutoff)), rules=stamp.rules_digest[:8])  # fmt: skip
