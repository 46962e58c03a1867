"""KPI figures and their changes as a person reads them, and the steps in which contributions are told."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from babel.numbers import get_currency_precision

from lib.kpi.table import AMOUNTS, KpiRow
from lib.rulebook import Kpi
from lib.words import _, current_locale, figure, integer, number

_LARGE = 100
_WHOLE_FROM = 1000
_MONEY = {
    "zh_CN": ((10**8, "亿元"), (10**4, "万元"), (1, "元")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K"), (1, "")),
}


@dataclass(frozen=True)
class Grain:
    """The step in which a change and its parts are shown, the same for all of them so that they add up by eye."""

    step: Fraction  # in the KPI's own unit
    digits: int
    form: str

    def text(self, steps: int) -> str:
        """So many steps with their sign and unit: `+0.3 个百分点`."""
        return self.form.format(n=self.bare(steps))

    def bare(self, steps: int) -> str:
        """So many steps with their sign, without the unit."""
        if not steps:
            return number(0, self.digits)
        return signed(steps / 10**self.digits, self.digits)

    @property
    def unit(self) -> str:
        """The unit by itself, as the head of a column."""
        return self.form.format(n="").strip()


def grain(kpi: Kpi, peak: Fraction | int, currency: str) -> Grain:
    """How finely a change of this KPI is told; `peak`: the largest amount among its parts."""
    most = abs(Fraction(peak))
    if kpi.unit == "percent":
        return Grain(Fraction(1, 1000), 1, _("{n} 个百分点"))
    if kpi.unit == "money":
        return _grain_of_money(most, currency)
    if kpi.unit == "count" or (kpi.unit == "ratio" and most >= _WHOLE_FROM):
        return Grain(Fraction(1), 0, "{n}")
    if kpi.unit == "hours":
        return Grain(Fraction(1, 10), 1, _("{n} 小时"))
    return Grain(Fraction(1, 10), 1, "{n}") if kpi.unit == "score" else Grain(Fraction(1, 100), 2, "{n}")


def _grain_of_money(peak: Fraction, currency: str) -> Grain:
    minor, chinese = 10 ** get_currency_precision(currency), current_locale() == "zh_CN"
    steps = _MONEY[current_locale()]
    size, said = next((one for one in steps if peak >= one[0] * minor), steps[-1])
    said = said.replace("元", " " + currency) if chinese and currency != "CNY" else said
    form = f"{{n}} {said}" if chinese else f"{currency} {{n}}{said}"
    digits = 0 if size == 1 else 2
    return Grain(Fraction(size * minor, 10**digits), digits, form)


def shown(row: KpiRow | None, kpi: Kpi, currency: str) -> str:
    """The figure as a person reads it."""
    return figure(None if row is None or row.value is None else float(row.value), kpi.unit, currency)


def change(now: KpiRow | None, then: KpiRow | None, kpi: Kpi) -> tuple[str, bool | None]:
    """How far a figure moved, in words that begin with the sign, and whether that is good; "" where it cannot be told.

    Shares move by percentage points, scores and small ratios by their difference, everything else in percent.
    """
    if now is None or then is None or now.value is None or then.value is None:
        return "", None
    difference = now.value - then.value
    if kpi.unit == "percent":
        text, form = signed(difference * 100, 1), _("{n} 个百分点")
    elif kpi.unit in ("score", "ratio") and abs(now.value) < _LARGE:
        text, form = signed(difference, 1 if kpi.unit == "score" else 2), "{n}"
    elif then.value:
        text, form = signed(difference / abs(then.value) * 100, 1), "{n}%"
    else:
        return "", None
    better = None if text.startswith("±") else (difference > 0) == (kpi.good == "up")
    return form.format(n=text), better


def signed(value: float, digits: int) -> str:
    """A difference with its sign; one that rounds to nothing has both."""
    text = f"{value:+,.{digits}f}"
    return text if any(digit in text for digit in "123456789") else f"±{text[1:]}"


def counted(row: KpiRow, kpi: Kpi) -> str:
    """What the figure rests on: n, the denominator; nothing for a plain count."""
    if kpi.denominator.endswith(AMOUNTS) or not (kpi.denominator or kpi.percentile):
        return ""
    return f"n={integer(row.n)}"


def provisional(row: KpiRow | None) -> str:
    """That so many of the figure may still be taken back; "" where it is certain."""
    if row is None or not row.pending:
        return ""
    return _("暂计：{n} 件仍在观察期").format(n=integer(row.pending))


def target_text(kpi: Kpi, target: float | None, currency: str) -> str:
    """The target with its direction."""
    if target is None:
        return ""
    value = number(target, 0) if kpi.unit == "score" else figure(target, kpi.unit, currency)
    return f"{'≥' if kpi.good == 'up' else '≤'} {value}"
