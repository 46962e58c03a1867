"""Native charts: a reader opens the numbers, changes them and sees the bars move."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from lib.export import pack_look as look
from lib.export.cells import safe
from lib.export.pack_look import Amounts
from lib.export.pack_measure import ems
from lib.export.pack_shapes import Box, style
from lib.meeting.parts import Chart
from lib.words import _

_TYPES = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED, "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stack": XL_CHART_TYPE.COLUMN_STACKED, "lines": XL_CHART_TYPE.LINE_MARKERS,
}  # fmt: skip
_AIRY = 10
_LABELLED = 26  # numbers beside their bars up to so many; more would lie on each other


def unit_of(chart: Chart, currency: str) -> str:
    """The unit a chart's numbers are written in, for its heading."""
    if chart.column.kind == "money":
        return amounts_of(chart, currency).unit
    return chart.column.unit


def amounts_of(chart: Chart, currency: str) -> Amounts:
    """In what unit its amounts are written."""
    numbers = [abs(one) for series in chart.series for one in series.values if one is not None]
    return look.amounts(max([*numbers, abs(chart.target or 0)], default=0), currency)


def draw(slide: Any, box: Box, chart: Chart, currency: str) -> Any:
    """The chart in its box; a target is a series of its own."""
    size = amounts_of(chart, currency).size if chart.column.kind == "money" else 1
    data = CategoryChartData(number_format=look.number_format(chart.column))
    data.categories = [str(safe(one)) for one in chart.categories]
    for series in chart.series:
        data.add_series(str(safe(series.name)), [None if one is None else one / size if size > 1 else one
                                                 for one in series.values])  # fmt: skip
    if chart.target is not None:
        data.add_series(_("目标"), [chart.target / size if size > 1 else chart.target] * len(chart.categories))
    frame = slide.shapes.add_chart(_TYPES[chart.kind], *box.emu, data)
    frame.name = f"chart {chart.key}"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.title)
    _dress(frame.chart, chart, box)
    return frame


def _dress(made: Any, chart: Chart, box: Box) -> None:
    made.has_title = False
    style(made.font, look.SMALL, look.rgb("textColor"))
    several = len(chart.series) > 1 or chart.target is not None
    made.has_legend = several
    if several:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        style(made.legend.font, look.SMALL, look.rgb("textColor"))
    plot = made.plots[0]
    _axes(made, chart, box)
    _colours(plot, chart)
    if chart.kind in ("bars", "columns", "stack"):
        plot.gap_width, plot.overlap = 55, 100 if chart.kind == "stack" else -5
        _numbers(plot, chart)
    else:
        _last_numbers(plot, chart)
    if chart.target is not None and chart.kind in ("columns", "stack"):
        _as_line(plot)


def _axes(made: Any, chart: Chart, box: Box) -> None:
    names, numbers = made.category_axis, made.value_axis
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    names.format.line.color.rgb = look.rgb("borderColor")
    names.reverse_order = chart.kind == "bars"
    numbers.major_gridlines.format.line.color.rgb = look.rgb("borderColor")
    numbers.format.line.fill.background()
    numbers.tick_labels.number_format, numbers.tick_labels.number_format_is_linked = (
        look.number_format(chart.column), False)  # fmt: skip
    if chart.kind == "bars":  # its numbers stand beside the bars
        numbers.visible, numbers.has_major_gridlines = False, False
        there = [one for series in made.plots[0].series for one in series.values if one is not None]
        if there and min(there) < 0:  # room for its number before the names
            numbers.minimum_scale = min(there) - 0.16 * (max(0, *there) - min(there))
    each = box.width * 0.86 / len(chart.categories)
    widest = max(map(ems, chart.categories))
    size = next((one for one in (look.SMALL, 10, look.TINY) if chart.kind == "bars" or widest * one <= each), 8)
    style(names.tick_labels.font, size, look.rgb("textColor"))
    style(numbers.tick_labels.font, look.SMALL, look.rgb("textColor"))


def _colours(plot: Any, chart: Chart) -> None:
    for series, colour in zip(plot.series, look.of_series(len(chart.series)), strict=False):
        if chart.kind == "lines":
            _lined(series, colour, 2.25)
        else:
            series.invert_if_negative = False
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
    if chart.target is None:
        return
    target = plot.series[len(chart.series)]
    if chart.kind == "bars":
        target.format.fill.solid()
        target.format.fill.fore_color.rgb = look.rgb("borderColor")
    else:
        _lined(target, look.quiet(), 1.5)
        target.format.line.dash_style = MSO_LINE.DASH
        if chart.kind == "lines":
            target.marker.style = XL_MARKER_STYLE.NONE


def _lined(series: Any, colour: RGBColor, width: float) -> None:
    series.format.line.color.rgb, series.format.line.width = colour, Pt(width)
    if hasattr(series, "marker"):
        series.smooth = False
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour
        series.marker.size = 5


def _numbers(plot: Any, chart: Chart) -> None:
    cells = len(chart.series) * len(chart.categories)
    if cells > _LABELLED:
        return
    for series in list(plot.series)[: len(chart.series)]:
        labels = series.data_labels
        labels.show_value, labels.number_format = True, look.number_format(chart.column)
        labels.number_format_is_linked = False
        style(
            labels.font,
            look.TINY if cells <= _AIRY else 8,
            RGBColor(255, 255, 255) if chart.kind == "stack" else look.rgb("textColor"),
        )
        labels.position = XL_LABEL_POSITION.CENTER if chart.kind == "stack" else XL_LABEL_POSITION.OUTSIDE_END


def _last_numbers(plot: Any, chart: Chart) -> None:
    """A line is told where it ends."""
    for series, given in zip(plot.series, chart.series, strict=False):
        last = max((place for place, one in enumerate(given.values) if one is not None), default=None)
        if last is not None:
            label = series.points[last].data_label
            style(label.font, look.TINY, look.rgb("textColor"))
            label.position = XL_LABEL_POSITION.ABOVE


def _as_line(plot: Any) -> None:
    """The last series of upright bars becomes a line across them, on the same axes."""
    bars = plot._element
    series = bars.findall(qn("c:ser"))[-1]
    line = parse_xml(f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    for child in ("c:invertIfNegative", "c:marker"):
        for one in series.findall(qn(child)):
            series.remove(one)
    series.find(qn("c:spPr")).addnext(parse_xml(f'<c:marker {nsdecls("c")}><c:symbol val="none"/></c:marker>'))
    line.append(series)
    line.append(parse_xml(f'<c:marker {nsdecls("c")} val="1"/>'))
    for axis in bars.findall(qn("c:axId")):
        line.append(parse_xml(f'<c:axId {nsdecls("c")} val="{axis.get("val")}"/>'))
    bars.addnext(line)
