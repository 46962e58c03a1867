"""Commands that answer: kpi, and explain clock, tier, kpi; explain churn stands with its own."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from lib.cli import churn
from lib.cli.bank import ready
from lib.cli.explain_tier import explain_tier
from lib.cli.operator import operator
from lib.cli.output import Failed, answer, wants_json
from lib.kpi import KpiRow, kpi_table, published
from lib.rulebook import Kpi
from lib.settings import BANK_ZONE
from lib.store import models as m
from lib.store.book import book_of, calendar, rulebook
from lib.store.quarter import Quarter
from lib.store.session import open_session
from lib.words import _, figure, translate
from lib.work.clock import legal_term, promise


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    command = commands.add_parser("kpi", help=_("一个季度的指标"))
    command.add_argument("quarter", type=Quarter.parse)
    command.add_argument("--by", choices=["bank", "branch", "manager", "tier"], default="bank")
    command.add_argument("--version", type=int, help=_("已更正的季度：查看哪一版"))
    wants_json(command)
    command.set_defaults(run=_kpi)

    topics = commands.add_parser("explain", help=_("说明一个结果是怎么来的")).add_subparsers(required=True)
    command = topics.add_parser("clock", help=_("投诉时限"))
    command.add_argument("--kind", choices=["personal", "corporate"], required=True)
    command.add_argument("--complex", action="store_true")
    command.add_argument("--received", type=datetime.fromisoformat, required=True)
    wants_json(command)
    command.set_defaults(run=_explain_clock)

    command = topics.add_parser("tier", help=_("客户层级"))
    command.add_argument("customer")
    wants_json(command)
    command.set_defaults(run=_explain_tier)
    churn.add_explain(topics)

    command = topics.add_parser("kpi", help=_("指标口径"))
    command.add_argument("key")
    command.add_argument("quarter", type=Quarter.parse)
    wants_json(command)
    command.set_defaults(run=_explain_kpi)


def _kpi(given: Namespace) -> None:
    ready()
    quarter, asked = given.quarter, {str(given.quarter): given.version} if given.version else {}
    with open_session(operator(), "cli") as session:
        run = published(session, [quarter], asked).get(str(quarter))
        if run is None and given.version:
            raise Failed(_("{quarter} 没有第 {version} 版。").format(quarter=quarter, version=given.version))
        if run is None:
            raise Failed(_("{quarter} 还没有数据，请先运行 python -m lib refresh。").format(quarter=quarter))
        book = book_of(run, rulebook())
        kpis = {kpi.key: kpi for kpi in book.kpis(quarter.end)}
        rows = kpi_table(session, book, list(kpis), [quarter], given.by, versions=asked)
        names = _names(session, given.by)
    answer(
        [_document(row, names) for row in rows],
        [_line(row, kpis[row.key], names) for row in rows],
        as_json=given.json,
    )


def _names(session: Any, by: str) -> dict[Any, str]:
    table: Any = {"branch": m.Branch, "manager": m.Staff}.get(by)
    if table is None:
        return {}
    label = table.code if by == "branch" else table.login
    return dict(session.execute(select(table.id, label)).all())


def _document(row: KpiRow, names: dict[Any, str]) -> dict[str, Any]:
    group = names.get(row.group, row.group)
    return {"key": row.key, "quarter": row.quarter, "group": group, "numerator": row.numerator - row.less,
            "denominator": row.denominator, "value": row.value, "target": row.target, "n": row.n}  # fmt: skip


def _line(row: KpiRow, kpi: Kpi, names: dict[Any, str]) -> str:
    group = f"{names.get(row.group, row.group)}\t" if row.group else ""
    value = "—" if row.value is None else figure(row.value, kpi.unit, _currency())
    return f"{group}{translate(kpi.title)}\t{value}\tn={row.n:,}"


def _currency() -> str:
    with open_session(operator(), "cli") as session:
        return session.scalar(select(m.Bank.base_currency)) or "CNY"


def _explain_clock(given: Namespace) -> None:
    ready()
    received = given.received if given.received.tzinfo else given.received.replace(tzinfo=BANK_ZONE)
    book, days = rulebook(), calendar()
    reply = promise(given.kind, given.complex, received, days, book)
    decide = legal_term(received, "complex" if given.complex else "none", days, book)
    document = {
        "promise_due": _local(reply.due_at),
        "legal_due": _local(decide.due_at),
        "counted": [{"day": one.day, "reason": one.reason} for one in reply.counted],
        "skipped": [{"day": one.day, "reason": one.reason} for one in reply.skipped],
        "provisional": reply.provisional,
    }
    sentences = [
        _("承诺答复：{working}").format(working=reply.working()),
        _("法定期限：{working}").format(working=decide.working()),
    ]
    answer(document, sentences, as_json=given.json)


def _local(moment: datetime | None) -> datetime | None:
    """The last moment in time; a clock that runs to the end of a day is due on that day, not at the next midnight."""
    if moment is None:
        return None
    local = moment.astimezone(BANK_ZONE)
    return local - timedelta(seconds=1) if local.time() == time() else local


def _explain_tier(given: Namespace) -> None:
    ready()
    explain_tier(given.customer, operator(), _currency(), as_json=given.json)


def _explain_kpi(given: Namespace) -> None:
    ready()
    with open_session(operator(), "cli") as session:
        run = published(session, [given.quarter]).get(str(given.quarter))
        book = rulebook() if run is None else book_of(run, rulebook())
        kpi = book.kpi(given.key, given.quarter.end)
        rows = kpi_table(session, rulebook(), [given.key], [given.quarter])
    if not rows:
        raise Failed(_("{quarter} 没有该指标的数据。").format(quarter=given.quarter))
    row = rows[0]
    document = _document(row, {}) | {"formula": kpi.formula, "trap": kpi.trap, "source": kpi.source,
                                     "basis": kpi.basis, "rule": kpi.version, "version": row.version,
                                     "closed": row.closed}  # fmt: skip
    sentences = [_line(row, kpi, {}), translate(kpi.formula), translate(kpi.trap), translate(kpi.source), kpi.version]
    answer(document, [line for line in sentences if line], as_json=given.json)
