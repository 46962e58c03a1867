"""Meetings built by hand for the pack: every kind of chart and column, long tables, long sentences, nothing at all."""

from __future__ import annotations

from lib.meeting.parts import Chart, Column, Meeting, Row, Section, Series, Stamp, Table

STAMP = Stamp("2026Q3", 2, True, "2026-09-30", "a1b2c3d4e5f6", "全行", "赵敏", "2026-11-29 14:40")
QUARTERS = tuple(f"{year}Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4))[:7]
BRANCHES = ("城北支行", "城南支行", "高新支行", "=滨江支行")
SHARE, COUNT, MONEY = Column("客户流失率", "share", 1), Column("客户数", "integer"), Column("AUM", "money")
PARTS = Column("贡献", "number", 2, "个百分点", signed=True)

STACK = Chart("hits", "stack", "未达标的指标由 11 项增至 13 项", QUARTERS, (
    Series("达标", (20, 19, 21, 20, 18, 22, 20)), Series("未达标", (11, 12, 10, 11, 13, 9, 11))), COUNT)  # fmt: skip
LINES = Chart("churn", "lines", "客户流失率连续两季高于目标", QUARTERS, (
    Series("客户流失率", (None, 0.014, 0.0121, 0.015, 0.014, 0.016, 0.0625)),), SHARE, 0.015)  # fmt: skip
COLUMNS = Chart("aum", "columns", "AUM 的增长主要来自城北支行", BRANCHES, (
    Series("本季", (462_000_000_055, 320_000_000_000, 110_000_000_000, 0)),
    Series("上季", (440_000_000_000, 330_000_000_000, None, 0))), MONEY, 250_000_000_000)  # fmt: skip
BARS = Chart("parts", "bars", "客户流失率较上季 +0.4 个百分点；其中城北支行 +0.30 个百分点", BRANCHES, (
    Series("对变化的贡献", (0.3, 0.2, -0.05, -0.05)),), PARTS)  # fmt: skip
AIMED = Chart(
    "aimed", "bars", "一家支行达到目标", BRANCHES, (Series("流失率", (0.01, 0.02, 0.03, 0.04)),), SHARE, 0.015
)

RATIO = Table("ratio", "各支行的客户流失率", (
    Column("支行"), Column("流失客户", "integer"), Column("期初客户", "integer"),
    Column("流失率", "share", 1, of=(1, 2)), Column("AUM", "money"), Column("较上季", "number", 2, signed=True),
    Column("截至", "day"),
), (
    Row(("城北支行", 21, 336, 21 / 336, 462_000_000_055, 0.3, "2026-09-30"), "bad"),
    Row(('=HYPERLINK("http://x")', 12, 400, 12 / 400, 320_000_000_000, -0.1, None), "good"),
    Row(("合计", 33, 736, 33 / 736, 782_000_000_055, 0.2, "")),
), "样本不足的以灰色显示。")  # fmt: skip
LONG = Table("long", "有目标的指标（最差的在前）", (
    Column("指标"), Column("本季"), Column("目标"), Column("说明"), Column("连续未达标（季）", "integer")),
    tuple(Row((f"第 {n} 号指标", f"{n / 7:.1f}%", "≤ 1.5%", "由各支行自身的变化造成，" * (1 + n % 9), n % 4 or None),
              ("bad", "good", "", "grey")[n % 4]) for n in range(60)))  # fmt: skip
SENTENCES = tuple(
    f"第 {n} 条：{'变化从哪里来，谁负责，接下来做什么；' * (1 + n % 12)}较上季 -{n}.5 个百分点" for n in range(25)
)


def meeting(closed: bool = True) -> Meeting:
    """Everything at once."""
    stamp = STAMP if closed else Stamp("2026Q3", 3, False, *(STAMP.cutoff, STAMP.rules_digest, "城北支行", "王芳",
                                                             STAMP.made_at))  # fmt: skip
    return Meeting(stamp, "CNY", (
        Section("scorecard", "记分卡", ("达标 18 项，未达标 13 项。", "较上季 -0.4 个百分点。"),
                (STACK, LINES, COLUMNS, BARS, AIMED), (LONG, RATIO)),
        Section("causes", "原因/分析", SENTENCES),
        Section("next", "下季关注", (), (Chart("none", "bars", "无", (), (), COUNT),), ()),
    ))  # fmt: skip
