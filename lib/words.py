"""Every word the user reads: translation, names of codes, figures and dates as text."""

import tomllib
from contextvars import ContextVar, Token
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po
from babel.numbers import get_currency_precision

LOCALES = ("zh_CN", "en")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "–"

_LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "data" / "locale"
_locale: ContextVar[str] = ContextVar("locale", default="zh_CN")


class CatalogueError(ValueError):
    """Two parts of a catalogue translate one sentence differently."""


class use_locale:
    """Speak this language from now on in this thread or task; as a context manager, only inside it."""

    def __init__(self, locale: str) -> None:
        if locale not in LOCALES:
            raise ValueError(f"unknown locale {locale!r}, expected one of {LOCALES}")
        self._token: Token[str] = _locale.set(locale)

    def __enter__(self) -> "use_locale":
        return self

    def __exit__(self, *_exc: object) -> None:
        _locale.reset(self._token)


def current_locale() -> str:
    """The language spoken now, `zh_CN` or `en`."""
    return _locale.get()


@lru_cache
def catalogue(locale: str) -> dict[str, str]:
    """All translations into `locale`, merged from its parts; empty for the source language."""
    folder = _LOCALE_FOLDER / locale / "LC_MESSAGES" / "parts"
    merged: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open(encoding="utf-8") as file:
            for message in read_po(file, locale=locale):
                _add(merged, message.id, message.string, path)
    return merged


def _add(merged: dict[str, str], source: object, text: object, path: Path) -> None:
    if not (isinstance(source, str) and isinstance(text, str) and source and text):
        return
    if merged.setdefault(source, text) != text:
        raise CatalogueError(f"{path.name}: {source!r} is translated elsewhere as {merged[source]!r}")


def translate(text: str) -> str:
    """`text`, written in Simplified Chinese, in the language spoken now."""
    return catalogue(_locale.get()).get(text, text) if text else text


_ = translate


@lru_cache
def code_names() -> dict[str, dict[str, str]]:
    """Family → code → Chinese name, from data/locale/names.toml."""
    return tomllib.loads((_LOCALE_FOLDER / "names.toml").read_text(encoding="utf-8"))


def name(family: str, code: str | None) -> str:
    """What the user calls a code of a family; a code the bank added itself is shown as it is.

    `none`, where the family gives it no meaning of its own, is what nobody has recorded.
    """
    if code is None or code == "":
        return NOTHING
    named = code_names()[family]
    if code == "none" and code not in named:
        return _("未登记")
    return translate(named.get(code, code))


def codes(family: str) -> tuple[str, ...]:
    """The codes of a family in the order they are offered."""
    return tuple(code_names()[family])


_HUNDREDTH = Decimal("0.01")
# A ratio this large, such as complaints per ten million customers, is read in whole numbers.
_WHOLE_FROM = 1000
# Largest first; a figure takes the first unit it reaches.
_STEPS = {
    "zh_CN": ((Decimal(10**8), " 亿"), (Decimal(10**4), " 万")),
    "en": ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "K")),
}


def money(fen: int | None, currency: str = "CNY", *, exact: bool = False) -> str:
    """An amount in minor units as text: `46.2 万元`, `CNY 462K`; `exact` writes every digit."""
    if fen is None:
        return NOTHING
    precision = get_currency_precision(currency)
    amount = Decimal(fen).scaleb(-precision)
    text = f"{amount:,.{precision}f}" if exact else _short(amount, precision)
    if current_locale() != "zh_CN":
        return f"{currency} {text}"
    if currency != "CNY":
        return f"{text} {currency}"
    return text + "元" if text.endswith(("万", "亿")) else text + " 元"


def _short(amount: Decimal, precision: int) -> str:
    steps = _STEPS[current_locale()]
    smaller = [step for step, _unit in steps[1:]] + [Decimal(1)]
    for (step, unit), below in zip(steps, smaller, strict=True):
        # A unit takes over where the one below would be rounded up to it: 9 999.999 万 is 1 亿.
        if abs((amount / below).quantize(_HUNDREDTH, ROUND_HALF_UP)) * below >= step:
            scaled = (amount / step).quantize(_HUNDREDTH, ROUND_HALF_UP)
            return f"{scaled:,f}".rstrip("0").rstrip(".") + unit
    return f"{amount:,.{precision}f}"


def integer(value: int | None) -> str:
    """A count with thousands separators."""
    return NOTHING if value is None else f"{value:,}"


def number(value: float | Decimal | None, digits: int = 2) -> str:
    """A plain figure with a fixed number of digits."""
    return NOTHING if value is None else f"{_half_up(value, digits):,.{digits}f}"


def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """A share (0.456) as text (45.6%)."""
    return NOTHING if value is None else f"{_half_up(value, digits + 2) * 100:,.{digits}f}%"


def _half_up(value: float | Decimal, digits: int) -> Decimal:
    """Rounded as a spreadsheet does (0.0625 is 6.3%), so that a file shows the page's last digit."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def figure(value: float | None, unit: str, currency: str = "CNY") -> str:
    """A KPI's value by its unit: percent (share), count, money (minor units), ratio, minutes, hours, score."""
    if value is None:
        return NOTHING
    if unit == "percent":
        return percent(value)
    if unit == "money":
        return money(round(value), currency)
    if unit == "count":
        return integer(round(value))
    if unit == "minutes":
        return _("{n} 分钟").format(n=integer(round(value)))
    if unit == "hours":
        return _("{n} 小时").format(n=number(value, 1))
    if unit == "ratio" and abs(value) >= _WHOLE_FROM:
        return integer(round(value))
    return number(value, 1 if unit == "score" else 2)


def day(value: date | None) -> str:
    """A calendar day: `2026-02-13`, `13 Feb 2026`."""
    if value is None:
        return NOTHING
    if current_locale() == "zh_CN":
        return value.isoformat()[:10]
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(value: datetime | None) -> str:
    """An aware moment in Shanghai: `2026-02-13 10:00`; a naive one is an error."""
    if value is None:
        return NOTHING
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    local = value.astimezone(SHANGHAI)
    return f"{day(local.date())} {local:%H:%M}"


def quarter_name(quarter: str) -> str:
    """`2026Q3` as `2026 年三季度` or `Q3 2026`."""
    year, number_ = quarter.split("Q")
    if current_locale() != "zh_CN":
        return f"Q{number_} {year}"
    return f"{year} 年{'一二三四'[int(number_) - 1]}季度"
