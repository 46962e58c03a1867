"""Reads a statement before it runs: which mapped tables it touches, and whether anything in it passes the scope by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, TableClause, TextClause
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.selectable import AliasedReturnsRows
from sqlalchemy.sql.visitors import HasTraverseInternals


class PassesBy(Exception):
    """The statement holds something that narrowing by class would not reach."""


def tables_of(statement: Any) -> set[str]:
    """Names of the mapped tables a statement touches, subqueries included.

    Raises PassesBy for text, literal columns, and tables or columns that do not come from a mapped class.
    """
    found: set[str] = set()
    waiting: list[Any] = [statement]
    seen: set[int] = set()
    while waiting:
        element = waiting.pop()
        if id(element) in seen:
            continue
        seen.add(id(element))
        waiting.extend(_visit(element, found))
    if not found:
        raise PassesBy("a statement must read a mapped class")
    return found


def _visit(element: Any, found: set[str]) -> Iterable[Any]:
    entity = getattr(element, "_annotations", {}).get("parententity")
    if isinstance(element, TextClause) or _is_literal(element):
        raise PassesBy("raw SQL passes the scope by")
    if entity is not None and isinstance(element, ColumnClause | TableClause | AliasedReturnsRows):
        found.add(entity.mapper.local_table.name)
        return ()
    if isinstance(element, TableClause):
        raise PassesBy(f"the bare table {element.name} passes the scope by; select its class")
    if isinstance(element, ColumnClause):
        return () if element.table is None else (element.table,)
    return _children(element)


def _children(element: Any) -> Iterable[Any]:
    """The parts as written: a Select's own listing would add the bare tables behind its columns."""
    if isinstance(element, Select):
        return HasTraverseInternals.get_children(element, omit_attrs=("_correlate", "_correlate_except"))
    return element.get_children()


def _is_literal(element: Any) -> bool:
    """A literal column is raw SQL; the star of `count(*)` is the harmless one."""
    return isinstance(element, ColumnClause) and element.is_literal and element.name != "*"
