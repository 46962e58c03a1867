"""The directory as a workbook: the list as it is filtered, with the columns chosen; never a clear number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lib.customers import directory
from lib.customers.directory import Run, filters_of
from lib.export.cells import Cell
from lib.export.sheet import KIND, made_by, workbook
from lib.kpi import published, quarters_with_facts
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import Bank, Customer
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, open_session
from lib.words import _, name

__all__ = ["PAGE", "make"]
PAGE = "directory"
#: columns of the file in their order: field and, for codes, the family of names
COLUMNS = (
    ("number", ""), ("name", ""), ("kind", "customer_kind"), ("stage", "stage"), ("tier", "tier"),
    ("aum_fen", "money"), ("deposits_fen", "money"), ("investments_fen", "money"), ("loans_fen", "money"),
    ("contribution_fen", "money"), ("manager", ""), ("branch", ""), ("opened_on", ""), ("phone_masked", ""),
    ("preferred_channel", "channel"), ("risk_rating", "risk_rating"), ("risk_capacity", "risk_capacity"),
    ("risk_capacity_until", ""), ("industry", "industry"), ("size_class", "size_class"),
    ("special_care", "special_care"),
)  # fmt: skip
_AT_ONCE = 2_000


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of the directory under the filters of an address.

    Raises Refused for a scope that reaches customers only through cases, or none, and for a list longer than one
    file may be (rule directory.export_most).
    """
    if scope.narrow:
        raise Refused(_("你的岗位不能导出客户名单。"))
    with open_session(scope, PAGE) as session:
        bank = session.scalars(select(Bank)).one()
        runs = quarters_with_facts(session)
        run = published(session, runs)[str(runs[0])] if runs else None
        wanted = _query(query, Run(run.quarter, run.version) if run else None)
        most = rulebook().value("directory.export_most", today())
        if len(session.execute(wanted.with_only_columns(Customer.customer_id).limit(most + 1)).all()) > most:
            raise Refused(_("名单超过 {n} 位客户，请缩小条件后导出。").format(n=most))
    said = _("{bank} 客户名单，{by}，已脱敏，不得外传")
    mark = said.format(bank=bank.name, by=made_by(scope, scope.customers))
    headings = [name("directory_column", field) for field, _family in COLUMNS]
    return f"{_('客户名单')}.xlsx", KIND, workbook(_("客户名单"), mark, headings, _lines(scope, wanted))


def _query(query: Mapping[str, str], run: Run | None) -> Any:
    return directory.directory(filters_of(query), run, today(), rulebook())


def _lines(scope: Scope, wanted: Any) -> Iterator[Sequence[Cell]]:
    with open_session(scope, PAGE) as session:
        yield from (_line(row) for row in _read(session, wanted))


def _read(session: StoreSession, wanted: Any) -> Iterator[Any]:
    yield from session.execute(wanted.execution_options(yield_per=_AT_ONCE))


def _line(row: Any) -> list[Cell]:
    return [_cell(getattr(row, field), family) for field, family in COLUMNS]


def _cell(value: Any, family: str) -> Cell:
    if value is None:
        return None
    if family == "money":
        return float(value) / 100
    return name(family, value) if family else (value if isinstance(value, str) else value.isoformat())
