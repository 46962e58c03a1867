"""价值与增长: assets, the growth of those who stayed, new business and where it came from (制度 §七, 管理 §6.1)."""

from __future__ import annotations

from lib.meeting.ground import Ground, Story, told
from lib.meeting.lines import said, table, trail, where
from lib.meeting.parts import Chart, Column, Row, Section, Series, Table
from lib.words import _, figure, integer, name, percent, translate

KEYS = (
    "aum", "value_growth", "value_growth_frozen", "customers", "new_customers", "new_business", "business_growth",
    "sales_deposit", "sales_wealth", "sales_loan", "new_cards", "products_per_customer", "repeat_purchase",
    "active_rate", "referral_rate",
)  # fmt: skip
SAID = ("aum", "value_growth", "new_customers", "new_business", "products_per_customer", "repeat_purchase")
SALES = {"sales_deposit": "deposit", "sales_wealth": "wealth", "sales_loan": "loan"}
BY = ("aum", "value_growth", "new_business", "new_customers")


def section(ground: Ground) -> Section:
    """Value and loyalty of the quarter."""
    stories = told(ground, KEYS)
    findings = [said(ground, one, by=ground.below if one.kpi.key == "value_growth" else "")
                for one in stories if one.kpi.key in SAID]  # fmt: skip
    sales = told(ground, SALES)
    findings += _largest(ground, sales)
    charts, tables = where(ground, "value_growth", "value")
    aum = ground.stories.get("aum")
    if aum is not None:
        charts.insert(0, trail(ground, aum, "value-trail"))
    if _total(sales):
        charts.append(_chart(ground, sales))
    figures = [table(ground, stories, "value-figures", _("价值、增长与忠诚"))] if stories else []
    more = [_sales_table(ground, sales)] if _total(sales) else []
    return Section("value", _("价值与增长"), tuple(findings), tuple(charts),
                   (*figures, *more, *_by_group(ground), *tables))  # fmt: skip


def _amount(story: Story) -> int:
    return 0 if story.now is None else story.now.numerator


def _total(sales: list[Story]) -> int:
    return sum(_amount(one) for one in sales)


def _largest(ground: Ground, sales: list[Story]) -> list[str]:
    total = _total(sales)
    if not total:
        return []
    first = max(sales, key=_amount)
    return [_("存款、理财、贷款的新增业务额中最多的是{category}：{amount}，占 {share}").format(
        category=name("category", SALES[first.kpi.key]), amount=figure(_amount(first), "money", ground.currency),
        share=percent(_amount(first) / total))]  # fmt: skip


def _chart(ground: Ground, sales: list[Story]) -> Chart:
    labels = tuple(name("category", SALES[one.kpi.key]) for one in sales)
    column = Column(_("新增业务额"), "money")
    values = tuple(_amount(one) for one in sales)
    return Chart("value-sales", "bars", _largest(ground, sales)[0], labels, (Series(column.title, values),), column)


def _sales_table(ground: Ground, sales: list[Story]) -> Table:
    total = _total(sales)
    columns = (
        Column(_("产品类别")),
        Column(_("本季"), "money"),
        Column(_("占比"), "share", 1),
        Column(_("上季"), "money"),
    )
    rows = []
    for one in sales:
        before = one.earlier(1)
        cells = (name("category", SALES[one.kpi.key]), _amount(one), _amount(one) / total,
                 before.numerator if before else None)  # fmt: skip
        rows.append(Row(cells, way=ground.way("kpis", kpi=one.kpi.key)))
    return Table("value-sales-table", _("新增业务从哪类产品来"), columns, tuple(rows))


def _by_group(ground: Ground) -> list[Table]:
    """The figures of each branch (or manager) side by side, the largest AUM first."""
    kpis = [ground.kpis[key] for key in BY if key in ground.kpis and ground.below in ground.kpis[key].by]
    if not ground.below or not kpis:
        return []
    of, quarter = ground.groups(ground.below), str(ground.quarter)
    cells: dict[int | str, dict[str, str]] = {}
    size: dict[int | str, int] = {}
    for (key, group), rows in of.items():
        row = rows.get(quarter)
        if key in BY and row is not None and row.value is not None:
            cells.setdefault(group, {})[key] = figure(float(row.value), ground.kpis[key].unit, ground.currency)
            size[group] = row.numerator if key == "aum" else size.get(group, 0)
    order = sorted(cells, key=lambda group: (-size.get(group, 0), str(group)))
    rows_ = []
    for group in order:
        code = ground.code_of(ground.below, group)
        way = ground.way("kpis", **{ground.below: code}) if code else None
        named = ground.name_of(ground.below, group)
        rows_.append(Row((named, *(cells[group].get(kpi.key) for kpi in kpis)), way=way))
    whole = tuple(_whole(ground, kpi.key) for kpi in kpis)
    title = {"branch": _("各支行的价值与增长"), "manager": _("各客户经理的价值与增长")}[ground.below]
    columns = (Column(_("分组")), *(Column(translate(kpi.title)) for kpi in kpis))
    return [Table("value-groups", title, columns, (*rows_, Row((_("合计"), *whole))),
                  _("共 {n} 组").format(n=integer(len(rows_))))]  # fmt: skip


def _whole(ground: Ground, key: str) -> str | None:
    story = ground.stories.get(key)
    if story is None or story.now is None or story.now.value is None:
        return None
    return figure(float(story.now.value), story.kpi.unit, ground.currency)
