"""The review meeting as a workbook: a sheet a section, the KPIs with what they were divided by, definitions, stamp."""

from __future__ import annotations

from collections.abc import Sequence

from babel.numbers import get_currency_precision

from lib.export import pack_look as look
from lib.export.pack_figures import Figures, Line
from lib.export.pack_sheets import Book, Cell, Formula, Sheet, at
from lib.export.pack_stamp import mark_of, stamp_rows, state_of, title_of
from lib.meeting.parts import Chart, Column, Meeting, Row, Section, Table, Value
from lib.meeting.telling import told
from lib.words import _

_WIDTHS = (34, *[16] * 14)


def workbook(meeting: Meeting, bank: str, figures: Figures) -> bytes:
    """The file."""
    book = Book(" · ".join([*mark_of(meeting.stamp, bank), meeting.stamp.scope, state_of(meeting.stamp)]))
    book.describe(title_of(meeting.stamp), meeting.stamp.reader)
    _stamp(book, meeting, bank)
    for section in meeting.sections:
        _section(book.sheet(section.title), section, meeting.currency)
    _kpis(book.sheet(_("指标数据")), figures.lines, figures.currency)
    _lines(
        book.sheet(_("指标口径")),
        figures.definition_head,
        figures.definitions,
        (26, 36, 46, 40, 12, 12, 30, 12, 10, 18, 32, 16),
    )
    _lines(book.sheet(_("所依规则")), figures.rule_head, figures.rules, (36, 34, 14, 12, 60, 16))
    return book.content()


def _stamp(book: Book, meeting: Meeting, bank: str) -> None:
    sheet = book.sheet(_("说明"))
    sheet.widths(20, 90)
    sheet.line([title_of(meeting.stamp)], bold=True, font_size=16)
    sheet.line([bank])
    sheet.row += 1
    for name, value in [*stamp_rows(meeting.stamp), (_("币种"), meeting.currency)]:
        sheet.line([name, value], text_wrap=True)
    sheet.row += 1
    for sentence in (
        _("金额写出全部位数；页面与幻灯片上以万、亿为单位的数由此四舍五入。"),
        _("比率是公式，由同一行的分子与分母相除；合计由上面各行相加。"),
        _("涨跌的贡献按页面的步长取整，各组相加等于合计。"),
        _("本文件只含制作人范围内的数据，制作已记入访问台账。"),
    ):
        sheet.line([sentence], font_color=f"#{look.colour('grayColor')}")


def _section(sheet: Sheet, section: Section, currency: str) -> None:
    sheet.widths(*_WIDTHS)
    sheet.line([section.title], bold=True, font_size=14)
    for finding in section.findings:
        sheet.line([finding])
    for table in section.tables:
        sheet.row += 1
        _table(sheet, table, currency)
    for chart in section.charts:
        sheet.row += 1
        _table(sheet, as_table(chart), currency)


def as_table(chart: Chart) -> Table:
    """The numbers of a chart, with the target beside them."""
    series = [(one.name, one.values) for one in chart.series]
    if chart.target is not None:
        series.append((_("目标"), tuple([chart.target] * len(chart.categories))))
    columns = [Column(name, chart.column.kind, chart.column.digits, chart.column.unit, chart.column.signed)
               for name, _values in series]  # fmt: skip
    rows = [Row((category, *(values[place] for _name, values in series)))
            for place, category in enumerate(chart.categories)]  # fmt: skip
    return Table(chart.key, _("图：{title}").format(title=chart.title), (Column(""), *columns), tuple(rows))


def _table(sheet: Sheet, table: Table, currency: str) -> None:
    sheet.line([table.title], bold=True)
    sheet.head([_headed(column, currency) for column in table.columns])
    first, formats = sheet.row, [_format(column, currency) for column in table.columns]
    for number, row in enumerate(table.rows):
        cells = [_cell(value, column, currency) for value, column in zip(row.cells, table.columns, strict=True)]
        for place, column in enumerate(table.columns):
            cells[place] = _computed(cells, place, column, first + number, _above(table, number, place), first)
        colour = look.STATES.get(row.state, "textColor")
        sheet.line(cells, formats, font_color=f"#{look.colour(colour)}")
    if table.note:
        sheet.line([table.note], italic=True, font_color=f"#{look.colour('grayColor')}")


def _computed(cells: Sequence[Cell], place: int, column: Column, row: int, above: bool, first: int) -> Cell:
    """A quotient and a total compute themselves, where the formula gives what the page shows."""
    value = cells[place]
    if not isinstance(value, int | float):
        return value
    if column.of is not None:
        top, bottom = (_number(cells[one]) for one in column.of)
        if top is not None and bottom and abs(top / bottom - value) <= 1e-12 * max(1, abs(value)):
            return Formula(f"={at(row, column.of[0])}/{at(row, column.of[1])}", value)
    return Formula(f"=SUM({at(first, place)}:{at(row - 1, place)})", value) if above else value


def _number(cell: Cell) -> float | None:
    return cell.result if isinstance(cell, Formula) else cell if isinstance(cell, int | float) else None


def _above(table: Table, number: int, place: int) -> bool:
    """Whether a last row called a total is the sum of what stands above it."""
    row = table.rows[number]
    if number < 2 or number + 1 < len(table.rows) or row.cells[0] not in (_("合计"), _("全行")):
        return False
    above, value = [one.cells[place] for one in table.rows[:number]], row.cells[place]
    whole = isinstance(value, int) and all(isinstance(one, int | None) for one in above)
    return whole and value == sum(one for one in above if isinstance(one, int))


def _kpis(sheet: Sheet, lines: Sequence[Line], currency: str) -> None:
    """Every KPI of the quarter and those before it: value = (numerator − less) × scale ÷ denominator."""
    sheet.widths(26, 10, 18, 16, 12, 16, 16, 16, 10, 14, 10, 10, 12)
    sheet.head([_("指标"), _("季度"), _("分组"), _("指标值"), _("单位"), _("分子"), _("减去的"), _("分母"), _("倍数"),
                _("目标"), _("是否达标"), _("样本不足"), _("数据版本")])  # fmt: skip
    sheet.freeze()
    for one in lines:
        row, column = sheet.row, Column("", one.kind, one.digits)
        value: Cell = one.value
        if one.value is not None and one.denominator:
            value = Formula(f"=({at(row, 5)}-{at(row, 6)})*{at(row, 8)}/{at(row, 7)}", one.value)
        elif one.value is not None and one.counted:
            value = Formula(f"={at(row, 5)}-{at(row, 6)}", one.value)
        form = _format(column, currency)
        sheet.line([one.title, one.quarter, one.group, value, one.unit, one.numerator, one.less, one.denominator,
                    one.scale, one.target, one.met, one.small, one.version],
                   ["", "", "", form, "", "#,##0.##", "#,##0.##", "#,##0.##", "", form, "", "", ""])  # fmt: skip


def _lines(sheet: Sheet, head: list[str], lines: Sequence[Sequence[Cell]], widths: tuple[float, ...]) -> None:
    sheet.widths(*widths, *[14] * (len(head) - len(widths)))
    sheet.head(head)
    sheet.freeze()
    for line in lines:
        sheet.line(list(line), text_wrap=True)


def _headed(column: Column, currency: str) -> str:
    unit = currency if column.kind == "money" else column.unit
    return (
        _("{title}（{unit}）").format(title=column.title, unit=unit) if unit and column.title else column.title or unit
    )


def _cell(value: Value, column: Column, currency: str) -> Cell:
    if isinstance(value, str):
        return told(value, column, currency)
    if value is None or column.kind != "money":
        return value
    return value / 10 ** get_currency_precision(currency)


def _format(column: Column, currency: str) -> str:
    if column.kind in ("text", "day"):
        return ""
    if column.kind == "money" and not get_currency_precision(currency):
        return "#,##0"
    return look.number_format(column)
