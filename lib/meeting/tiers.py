"""客户分层: how customers and assets stand over the tiers, and who moved between them (方案 §2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.meeting.ground import Ground, told
from lib.meeting.lines import said, table, where
from lib.meeting.parts import Chart, Column, Row, Section, Series, Table
from lib.rulebook import RuleMissing
from lib.tiers.read import NONE, Facts, movements
from lib.tiers.rules import scheme
from lib.words import _, integer, name, percent

KINDS = ("personal", "corporate")
KEYS = ("upgrade_rate", "downgrade_rate", "on_watch")
MOVED = KEYS[:2]
Moves = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Standing:
    """One tier: its customers and their AUM, now and a quarter before."""

    code: str
    customers: int
    before: int
    aum_fen: int
    aum_before: int


def section(ground: Ground) -> Section:
    """Distribution and migration of each kind of customer."""
    findings: list[str] = []
    charts: list[Chart] = []
    tables: list[Table] = []
    stories = told(ground, KEYS)
    for kind in KINDS:
        codes = _codes(ground, kind)
        standing = _standing(ground, codes)
        if not any(one.customers for one in standing):
            continue
        findings.append(_distribution(kind, standing))
        charts.append(_chart(kind, standing))
        tables.append(_standing_table(ground, kind, standing))
        moves = _moves(ground, kind)
        if moves:
            findings += _migration(kind, codes, moves)
            tables += [_moved_table(ground, kind, codes, moves), _matrix(ground, kind, codes, moves)]
    findings[:0] = [said(ground, one, by=ground.below if one.kpi.key in MOVED else "") for one in stories]
    for key in MOVED:
        more = where(ground, key, "tiers")
        charts, tables = charts + more[0], tables + more[1]
    figures = [table(ground, stories, "tiers-figures", _("升级、降级与降级观察"))] if stories else []
    return Section("tiers", _("客户分层"), tuple(findings), tuple(charts), (*figures, *tables))


def _codes(ground: Ground, kind: str) -> tuple[str, ...]:
    try:
        return scheme(ground.book, kind, ground.currency, ground.quarter.end).codes
    except RuleMissing:
        return ()


def _standing(ground: Ground, codes: Sequence[str]) -> list[Standing]:
    """The highest tier first; figures as the KPIs have them."""
    this, last = str(ground.quarter), str(ground.quarter.shift(-1))
    of = ground.groups("tier")

    def count(key: str, code: str, quarter: str) -> int:
        row = of.get((key, code), {}).get(quarter)
        return 0 if row is None else row.numerator

    return [
        Standing(code, count("customers", code, this), count("customers", code, last), count("aum", code, this),
                 count("aum", code, last))
        for code in codes
    ]  # fmt: skip


def _distribution(kind: str, standing: Sequence[Standing]) -> str:
    everybody, assets = sum(one.customers for one in standing), sum(one.aum_fen for one in standing)
    first = standing[0]
    head = _("{kind}共 {n} 位").format(kind=name("customer_kind", kind), n=integer(everybody))
    top = _("{tier} {n} 位，占客户 {share}").format(
        tier=name("tier", first.code), n=integer(first.customers),
        share=percent(first.customers / everybody))  # fmt: skip
    held = _("持有资产 {share}").format(share=percent(first.aum_fen / assets)) if assets else ""
    return head + _("；") + _("，").join(part for part in (top, held) if part)


def _chart(kind: str, standing: Sequence[Standing]) -> Chart:
    series = (
        Series(_("上季"), tuple(one.before for one in standing)),
        Series(_("本季"), tuple(one.customers for one in standing)),
    )
    grown = max(standing, key=lambda one: (abs(one.customers - one.before), one.code))
    moved = grown.customers - grown.before
    title = _("{kind}：各层级人数与上季相同").format(kind=name("customer_kind", kind))
    if moved:
        title = _("{kind}：变化最大的是{tier}，{n} 位").format(
            kind=name("customer_kind", kind), tier=name("tier", grown.code), n=f"{moved:+,}")  # fmt: skip
    return Chart(f"tiers-{kind}", "columns", title, tuple(name("tier", one.code) for one in standing), series,
                 Column(_("客户数"), "integer"))  # fmt: skip


def _standing_table(ground: Ground, kind: str, standing: Sequence[Standing]) -> Table:
    everybody, before = sum(one.customers for one in standing), sum(one.before for one in standing)
    assets, assets_before = sum(one.aum_fen for one in standing), sum(one.aum_before for one in standing)
    columns = (
        Column(_("层级")), Column(_("客户数"), "integer"), Column(_("占比"), "share", 1), Column(_("上季"), "integer"),
        Column(_("增减"), "integer", signed=True), Column(_("AUM"), "money"), Column(_("AUM 占比"), "share", 1),
        Column(_("上季 AUM"), "money"),
    )  # fmt: skip
    rows = [
        Row((name("tier", one.code), one.customers, one.customers / everybody if everybody else None, one.before,
             one.customers - one.before, one.aum_fen, one.aum_fen / assets if assets else None, one.aum_before),
            way=ground.way("tiers", kind=kind, tier=one.code))
        for one in standing
    ]  # fmt: skip
    total = Row((_("合计"), everybody, 1.0 if everybody else None, before, everybody - before, assets,
                 1.0 if assets else None, assets_before))  # fmt: skip
    title = _("{kind}的层级分布").format(kind=name("customer_kind", kind))
    return Table(f"tiers-{kind}-standing", title, columns, (*rows, total))


def _moves(ground: Ground, kind: str) -> Moves:
    """From tier to tier since the quarter before; nothing where that had no facts."""
    scene = ground.scene
    facts = Facts(str(ground.quarter), ground.run.version, ground.level, kind, scene.branch_id, scene.staff_id)
    found: Moves = {}
    for row in ground.session.execute(movements(facts)):
        at = str(row.before), str(row.tier)
        found[at] = found.get(at, 0) + int(row.customers)
    return found


def _counts(codes: Sequence[str], moves: Moves) -> tuple[int, int, int, int, int]:
    """Up, down, kept, come and gone."""
    rank = {code: place for place, code in enumerate(codes)}
    up = down = kept = come = gone = 0
    for (before, now), n in moves.items():
        if before == NONE:
            come += n
        elif now == NONE:
            gone += n
        elif rank.get(now, 0) < rank.get(before, 0):
            up += n
        elif rank.get(now, 0) > rank.get(before, 0):
            down += n
        else:
            kept += n
    return up, down, kept, come, gone


def _migration(kind: str, codes: Sequence[str], moves: Moves) -> list[str]:
    up, down, _kept, come, gone = _counts(codes, moves)
    found = [_("{kind}：升级 {up} 位，降级 {down} 位，新来 {come} 位，离开 {gone} 位").format(
        kind=name("customer_kind", kind), up=integer(up), down=integer(down), come=integer(come),
        gone=integer(gone))]  # fmt: skip
    between = {at: n for at, n in moves.items() if NONE not in at and at[0] != at[1]}
    if between:
        (before, now), n = max(between.items(), key=lambda one: (one[1], one[0]))
        found.append(_("{kind}最大的流向：{before} → {now}，{n} 位").format(
            kind=name("customer_kind", kind), before=name("tier", before), now=name("tier", now),
            n=integer(n)))  # fmt: skip
    return found


def _moved_table(ground: Ground, kind: str, codes: Sequence[str], moves: Moves) -> Table:
    titles = (_("升级"), _("降级"), _("不变"), _("新来"), _("离开"))
    rows = (Row(_counts(codes, moves), way=ground.way("tiers", kind=kind, view="moves")),)
    title = _("{kind}的变动").format(kind=name("customer_kind", kind))
    return Table(f"tiers-{kind}-moved", title, tuple(Column(one, "integer") for one in titles), rows)


def _matrix(ground: Ground, kind: str, codes: Sequence[str], moves: Moves) -> Table:
    columns = (Column(_("上季 ＼ 本季")), *(Column(name("tier", code), "integer") for code in codes),
               Column(_("离开"), "integer"))  # fmt: skip
    rows = []
    for before in (*codes, NONE):
        called = _("新来") if before == NONE else name("tier", before)
        rows.append(Row((called, *(moves.get((before, now)) for now in codes), moves.get((before, NONE)))))
    title = _("{kind}从哪层到哪层（位）").format(kind=name("customer_kind", kind))
    return Table(f"tiers-{kind}-matrix", title, columns, tuple(rows))
