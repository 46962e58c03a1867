"""The KPIs behind a meeting for its workbook: what each was divided by, its definition, and the rules it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import get_currency_precision
from sqlalchemy import select

from lib.kpi import KpiRow, catalogue, kpi_table, published
from lib.kpi.wording import target_text
from lib.rulebook import Kpi, Rulebook
from lib.store.book import book_of, rulebook
from lib.store.models import Branch
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.words import _, name, translate

_BACK = 4  # quarters before, so that last quarter and last year are there
_KINDS = {"percent": ("share", 1), "money": ("money", 2), "count": ("integer", 0), "ratio": ("number", 2),
          "score": ("number", 1), "minutes": ("integer", 0), "hours": ("number", 1)}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One KPI of one quarter and group; amounts in whole units of the currency."""

    title: str
    quarter: str
    group: str
    value: float | int | None
    kind: str
    digits: int
    unit: str
    numerator: float | int
    less: float | int
    denominator: float | int | None
    scale: float | int
    target: float | int | None
    met: str
    small: str
    version: int
    counted: bool  # made of measures, not a percentile


@dataclass(frozen=True)
class Figures:
    """All of it, ready to be written."""

    currency: str
    lines: tuple[Line, ...]
    definition_head: list[str]
    definitions: tuple[tuple[str, ...], ...]
    rule_head: list[str]
    rules: tuple[tuple[str, ...], ...]


def figures(session: StoreSession, quarter: Quarter, version: int, currency: str) -> Figures:
    """The figures within the session's scope, of the version looked at."""
    asked = {str(quarter): version}
    run = published(session, [quarter], asked)[str(quarter)]
    book = book_of(run, rulebook())
    kpis = {kpi.key: kpi for kpi in catalogue(book, quarter, session.scope)}
    lines = tuple(_lines(session, kpis, quarter, asked, currency))
    definitions = tuple(_definition(kpi, book, quarter, currency) for kpi in kpis.values())
    return Figures(currency, lines, _definition_head(), definitions, _rule_head(), tuple(_rules(book, quarter)))


def _lines(
    session: StoreSession, kpis: Mapping[str, Kpi], quarter: Quarter, asked: Mapping[str, int], currency: str
) -> Iterator[Line]:
    """The whole of what is seen over the quarters, then this quarter by branch where more than one is seen."""
    quarters = [quarter.shift(-back) for back in range(_BACK + 1)]
    book, order = rulebook(), {key: place for place, key in enumerate(kpis)}
    whole = kpi_table(session, book, kpis, quarters, "bank", None, asked)
    for row in sorted(whole, key=lambda row: (order[row.key], row.quarter)):
        yield _line(row, kpis[row.key], _("合计"), currency)
    if session.scope.facts != "bank":
        return
    branches: dict[int, str] = dict(session.execute(select(Branch.id, Branch.name)).all())
    parts = kpi_table(session, book, kpis, [quarter], "branch", None, asked)
    for row in sorted(parts, key=lambda row: (order[row.key], str(row.group))):
        yield _line(row, kpis[row.key], branches.get(int(row.group), _("未归属")), currency)


def _line(row: KpiRow, kpi: Kpi, group: str, currency: str) -> Line:
    minor = 10 ** get_currency_precision(currency)
    kind, digits = _KINDS[kpi.unit]

    def amount(value: float | int | None, money: bool) -> float | int | None:
        return value / minor if money and value is not None else value

    money_above, money_below = kpi.numerator.endswith("_fen"), kpi.denominator.endswith("_fen")
    of_money = kpi.unit == "money"
    # Parts are written in whole units of the currency, so the scale takes up what does not cancel.
    scale = kpi.scale * minor ** (money_above - money_below - of_money)
    return Line(
        title=translate(kpi.title), quarter=row.quarter, group=group, value=amount(row.value, of_money), kind=kind,
        digits=digits, unit=currency if of_money else name("unit", kpi.unit),
        numerator=amount(row.numerator, money_above) or 0, less=amount(row.less, money_above) or 0,
        denominator=amount(row.denominator, money_below), scale=scale, target=amount(row.target, of_money),
        met="" if row.on_target is None else _("是") if row.on_target else _("否"), small=_("是") if row.small else "",
        version=row.version, counted=bool(kpi.measures),
    )  # fmt: skip


def _definition_head() -> list[str]:
    return [_("指标"), _("公式"), _("注意"), _("依据"), _("依据性质"), _("目标"), _("目标依据"), _("好的方向"),
            _("单位"), _("责任人"), _("指标代码"), _("口径版本")]  # fmt: skip


def _definition(kpi: Kpi, book: Rulebook, quarter: Quarter, currency: str) -> tuple[str, ...]:
    target = book.target(kpi.key, quarter.end)
    aim = target_text(kpi, target.value if target else None, currency)
    return (
        translate(kpi.title), translate(kpi.formula), translate(kpi.trap), translate(kpi.source),
        name("basis", kpi.basis), aim, translate(target.source) if target else "",
        _("越高越好") if kpi.good == "up" else _("越低越好"), name("unit", kpi.unit), name("role", kpi.owner), kpi.key,
        kpi.version,
    )  # fmt: skip


def _rule_head() -> list[str]:
    return [_("规则"), _("规则代码"), _("生效"), _("依据性质"), _("依据"), _("版本")]


def _rules(book: Rulebook, quarter: Quarter) -> Iterator[tuple[str, ...]]:
    """What was in force at the quarter's end."""
    rows: Sequence = sorted((row for row in book.rows_on(quarter.end) if row.kind == "rule"), key=lambda row: row.key)
    for row in rows:
        since = row.valid_from.isoformat() if row.valid_from else _("一直")
        yield translate(row.title), row.key, since, name("basis", row.basis), translate(row.source), row.digest
