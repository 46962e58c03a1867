"""The directory as a workbook: the list as it is filtered, with the columns chosen; never a clear number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from lib.customers import directory
from lib.customers.directory import Run, filters_of
from lib.customers.due import refresh_due
from lib.export.cells import Cell
from lib.export.sheet import KIND, made_by, workbook
from lib.kpi import published, quarters_with_facts
from lib.rulebook import Rulebook
from lib.settings import bank_day, today
from lib.store.book import rulebook
from lib.store.models import Bank, Customer
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, open_session
from lib.words import _, name, translate

__all__ = ["PAGE", "make"]
PAGE = "directory"
#: columns of the file in their order: field and, for codes, the family of names
COLUMNS = (
    ("number", ""), ("name", ""), ("kind", "customer_kind"), ("stage", "stage"), ("tier", "tier"),
    ("aum_fen", "money"), ("deposits_fen", "money"), ("investments_fen", "money"), ("loans_fen", "money"),
    ("contribution_fen", "money"), ("manager", ""), ("branch", ""), ("opened_on", ""), ("phone_masked", ""),
    ("preferred_channel", "channel"), ("risk_rating", "risk_rating"), ("risk_capacity", "risk_capacity"),
    ("risk_capacity_until", ""), ("industry", "industry"), ("size_class", "size_class"),
    ("special_care", "special_care"), ("quiet_quarters", ""), ("refresh_due", ""), ("last_contact", ""),
    ("next_maturity", ""), ("tags", ""),
)  # fmt: skip
_ALWAYS = ("number", "name")
_AT_ONCE = 2_000


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of the directory under the filters and with the columns of an address.

    An address that names no columns gives all of them. Raises Refused for a scope that reaches customers only through
    cases, or none, and for a list longer than one file may be (rule directory.export_most).
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
    columns = _columns(query.get("cols", ""))
    headings = [name("directory_column", field) for field, _family in columns]
    return f"{_('客户名单')}.xlsx", KIND, workbook(_("客户名单"), mark, headings, _lines(scope, wanted, columns))


def _columns(asked: str) -> list[tuple[str, str]]:
    """The columns asked for in their order; number and name always, all where none is known."""
    known, picked = dict(COLUMNS), [one for one in asked.split(",") if one in dict(COLUMNS) and one not in _ALWAYS]
    return [(one, known[one]) for one in (*_ALWAYS, *picked)] if picked else list(COLUMNS)


def _query(query: Mapping[str, str], run: Run | None) -> Any:
    return directory.directory(filters_of(query), run, today(), rulebook())


def _lines(scope: Scope, wanted: Any, columns: Sequence[tuple[str, str]]) -> Iterator[Sequence[Cell]]:
    book = rulebook()
    with open_session(scope, PAGE) as session:
        for rows in session.execute(wanted).partitions(_AT_ONCE):
            beside = _beside(session, rows, book)
            yield from ([_cell(beside[row.customer_id].get(one, getattr(row, one, None)), family)
                         for one, family in columns] for row in rows)  # fmt: skip


def _beside(session: StoreSession, rows: Sequence[Any], book: Rulebook) -> dict[int, dict[str, Any]]:
    """What stands beside these customers in other rows, by customer."""
    ids, day = [row.customer_id for row in rows], today()
    titles = {rule.key: translate(rule.title) for rule in book.tags(day)}
    tags: dict[int, list[str]] = {}
    for customer_id, tag in session.execute(directory.tags_of(ids)):
        tags.setdefault(customer_id, []).append(titles.get(tag, tag))
    contacts = dict(session.execute(directory.last_contacts(ids)).all())
    maturities = dict(session.execute(directory.next_maturities(ids, day)).all())
    return {
        row.customer_id: {
            "tags": _("、").join(tags.get(row.customer_id, [])) or None,
            "last_contact": bank_day(contacts[row.customer_id]) if row.customer_id in contacts else None,
            "next_maturity": maturities.get(row.customer_id),
            "refresh_due": refresh_due(row.kind, row.verified_on or row.known_since, book, day),
        }
        for row in rows
    }


def _cell(value: Any, family: str) -> Cell:
    if value is None:
        return None
    if family == "money":
        return float(value) / 100
    if family:
        return name(family, value)
    return value.isoformat() if isinstance(value, date) else value
