"""The KPI table as a file: the figures of the page with numerator, denominator, target, version and definition."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from babel.numbers import get_currency_precision
from openpyxl import Workbook
from sqlalchemy import select

from lib.export.cells import Cell, safe
from lib.kpi import KpiRow, Scene, catalogue, kpi_table, published, quarters_with_facts
from lib.rulebook import Kpi
from lib.store.book import book_of, rulebook
from lib.store.models import Bank, Branch, Staff
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import StoreSession, open_session
from lib.words import _, name, translate

PAGE = "kpis"
#: what the levels of the page may be divided by in a file
BY = ("bank", "branch", "manager", "handler", "kind", "tier", "product")
MOST_QUARTERS = 13
_FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of what `/kpis` shows, within the scope.

    `quarter` is needed; `kpi` or `kpis` (several, by comma), `by` (one of BY), `branch` (code), `manager` (login),
    `version` (of a corrected quarter) and `format` (csv, xlsx) may be given. With neither `kpi` nor `by` it holds the
    quarters up to this one. ValueError for anything unknown.
    """
    form, by = query.get("format", "csv"), query.get("by", "bank")
    if form not in _FORMATS or by not in BY:
        raise ValueError(_("不认识的格式或分组。"))
    quarter, chosen = Quarter.parse(query.get("quarter", "")), set(filter(None, query.get("kpis", "").split(",")))
    with open_session(scope, PAGE) as session:
        scene, asked = _scene(session, query), _version(query, quarter)
        book = rulebook()
        run = published(session, [quarter], asked).get(str(quarter))
        if run is None:
            raise ValueError(_("{quarter} 没有数据。").format(quarter=quarter))
        known = catalogue(book_of(run, book), quarter, scope)
        kpis = [kpi for kpi in known if kpi.key == query.get("kpi", kpi.key) and (not chosen or kpi.key in chosen)]
        if not kpis:
            raise ValueError(_("没有这个指标，或它不在你的范围内。"))
        keys = [kpi.key for kpi in kpis]
        found = kpi_table(session, book, keys, _quarters(session, quarter), by, scene, asked)
        lines = list(_lines(session, found, {kpi.key: kpi for kpi in kpis}, by))
    content = _csv(lines) if form == "csv" else _xlsx(lines)
    return f"{_('季度指标')}-{quarter}.{form}", _FORMATS[form], content


def _quarters(session: StoreSession, last: Quarter) -> list[Quarter]:
    there = [quarter for quarter in quarters_with_facts(session) if quarter <= last]
    if last not in there:
        raise ValueError(_("{quarter} 没有数据。").format(quarter=last))
    return there[:MOST_QUARTERS]


def _version(query: Mapping[str, str], quarter: Quarter) -> dict[str, int]:
    said = query.get("version", "")
    if said and not said.isdecimal():
        raise ValueError(_("不认识的格式或分组。"))
    return {str(quarter): int(said)} if said else {}


def _scene(session: StoreSession, query: Mapping[str, str]) -> Scene:
    """The branch and manager asked for; the session's scope narrows whatever is asked."""
    branch_id = staff_id = None
    if code := query.get("branch"):
        branch_id = session.scalars(select(Branch.id).where(Branch.code == code)).one_or_none()
    if login := query.get("manager"):
        staff_id = session.scalars(select(Staff.id).where(Staff.login == login)).one_or_none()
    if (query.get("branch") and branch_id is None) or (query.get("manager") and staff_id is None):
        raise ValueError(_("没有这个支行或客户经理。"))
    return Scene(branch_id=branch_id, staff_id=staff_id)


def _lines(session: StoreSession, found: Sequence[KpiRow], kpis: Mapping[str, Kpi], by: str) -> Iterator[list[Cell]]:
    currency = session.scalars(select(Bank.base_currency)).one()
    yield [
        _("季度"), _("指标"), _("指标代码"), _("分组"), _("指标值"), _("单位"), _("分子"), _("减去的"), _("分母"),
        _("目标"), _("是否达标"), _("样本不足"), _("季度状态"), _("数据版本"), _("公式"), _("依据"), _("口径版本"),
    ]  # fmt: skip
    named, part = _names(session, by), 10 ** get_currency_precision(currency)

    def amount(value: float | int | None, money: bool) -> float | int | None:
        return value if value is None or not money else value / part

    for row in sorted(found, key=lambda row: row.quarter, reverse=True):
        kpi = kpis[row.key]
        yield [
            row.quarter, translate(kpi.title), row.key, _called(row.group, by, named),
            amount(row.value, kpi.unit == "money"), currency if kpi.unit == "money" else name("unit", kpi.unit),
            amount(row.numerator, kpi.numerator.endswith("_fen")), amount(row.less, kpi.less.endswith("_fen")),
            amount(row.denominator, kpi.denominator.endswith("_fen")), amount(row.target, kpi.unit == "money"),
            _yes(row.on_target), _yes(row.small),
            _("已结账") if row.closed else _("进行中") if row.running else _("未结账"), row.version,
            translate(kpi.formula), translate(kpi.source), kpi.version,
        ]  # fmt: skip


def _names(session: StoreSession, by: str) -> dict[int, str]:
    if by not in ("branch", "manager", "handler"):
        return {}
    table = Branch if by == "branch" else Staff
    return {int(key): str(title) for key, title in session.execute(select(table.id, table.name))}


def _called(group: int | str, by: str, named: Mapping[int, str]) -> str:
    if by == "bank":
        return _("合计")
    families = {"kind": "customer_kind", "tier": "tier", "product": "category"}
    if by in families:
        return name(families[by], str(group))
    return named.get(int(group), _("未归属"))


def _yes(said: bool | None) -> str:
    return "" if said is None else _("是") if said else _("否")


def _csv(lines: Sequence[Sequence[Cell]]) -> Iterator[bytes]:
    """With a byte-order mark, because spreadsheets take a file without one for the local code page."""
    text = io.StringIO()
    csv.writer(text).writerows([safe(cell) for cell in line] for line in lines)
    yield text.getvalue().encode("utf-8-sig")


def _xlsx(lines: Sequence[Sequence[Cell]]) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("季度指标"))
    for line in lines:
        sheet.append([safe(cell) for cell in line])
    file = io.BytesIO()
    book.save(file)
    yield file.getvalue()
