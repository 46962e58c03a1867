"""Reads a statement before it runs: which mapped tables it touches, and whether anything in it passes the scope by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, TableClause, TextClause, UpdateBase
from sqlalchemy.orm import FromStatement
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause, Extract, UnaryExpression
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import custom_op
from sqlalchemy.sql.selectable import AliasedReturnsRows, CompoundSelect, Lateral
from sqlalchemy.sql.visitors import HasTraverseInternals
from sqlalchemy.util import LRUCache

from lib.store.named import check_entities, check_protected, check_union, named_entities
from lib.store.scope import PassesBy

# On PostgreSQL a function can run any SQL it is handed (query_to_xml) or read a file: only these may be called.
HARMLESS = frozenset((
    "abs", "avg", "coalesce", "count", "dense_rank", "first_value", "lag", "last_value", "lead", "length", "lower",
    "max", "min", "nullif", "percent_rank", "rank", "round", "row_number", "substr", "sum", "upper",
))  # fmt: skip
_RAW_PARTS = ("_prefixes", "_suffixes", "_hints", "_statement_hints")
Outer = frozenset[Any]
_NOTHING: Outer = frozenset()
_known: LRUCache[Any, set[str]] = LRUCache(1000)


def tables_of(statement: Any) -> set[str]:
    """Names of the mapped tables a statement touches, subqueries included.

    Raises PassesBy for text, unknown functions, changes hidden in a query, for tables or columns that do not come
    from a mapped class, and for forms in which narrowing by class or masking by type would not reach one. What was
    found is remembered by the statement's form: SQLAlchemy's own cache key, which leaves out only the values.
    """
    form = statement._generate_cache_key()
    if form is None:
        return _walk(statement)
    if form.key not in _known:
        _known[form.key] = _walk(statement)
    return _known[form.key]


def _walk(statement: Any) -> set[str]:
    found: set[str] = set()
    waiting: list[tuple[Any, Outer]] = [(statement, _NOTHING)]
    seen: set[tuple[int, Outer]] = set()
    while waiting:
        element, outer = waiting.pop()
        if (id(element), outer) in seen:
            continue
        seen.add((id(element), outer))
        waiting.extend(_visit(element, outer, found))
    if not found:
        raise PassesBy("a statement must read a mapped class")
    return found


def _visit(element: Any, outer: Outer, found: set[str]) -> Iterable[tuple[Any, Outer]]:
    """The parts to look at next, each with the entities of the enclosing select it may correlate to."""
    _refuse_raw(element)
    entity = getattr(element, "_annotations", {}).get("parententity")
    if entity is not None and isinstance(element, ColumnClause | TableClause | AliasedReturnsRows):
        found.add(entity.mapper.local_table.name)
        return _behind(entity)
    if isinstance(element, TableClause):
        raise PassesBy(f"the bare table {element.name} passes the scope by; select its class")
    if isinstance(element, ColumnClause):
        return _table_of(element)
    if isinstance(element, Select):
        check_entities(element, outer)
        check_protected(element)
        here = named_entities(element) - outer
        return [(part, here) for part in _written(element)]
    if isinstance(element, CompoundSelect):
        check_union(element)
    inner = isinstance(element, AliasedReturnsRows) and not isinstance(element, Lateral)
    keep = _NOTHING if inner or isinstance(element, CompoundSelect) else outer
    return [(part, keep) for part in element.get_children()]


def _refuse_raw(element: Any) -> None:
    if isinstance(element, TextClause) or (isinstance(element, ColumnClause) and _is_literal(element)):
        raise PassesBy("raw SQL passes the scope by")
    if isinstance(element, FromStatement | UpdateBase):
        raise PassesBy("only plain selects of mapped classes are narrowed")
    if isinstance(element, FunctionElement) and not _is_harmless(element):
        raise PassesBy(f"the function {getattr(element, 'name', '?')} is not among the harmless ones")
    if isinstance(element, BinaryExpression | UnaryExpression) and isinstance(element.operator, custom_op):
        raise PassesBy("an operator written as text passes the scope by")
    if isinstance(element, Extract) and not element.field.isidentifier():
        raise PassesBy("a field written as text passes the scope by")
    if isinstance(element, Select) and any(getattr(element, part) for part in _RAW_PARTS):
        raise PassesBy("prefixes, suffixes and hints are raw SQL")


def _is_harmless(function: Any) -> bool:
    if type(function).__module__.startswith("lib.store."):
        return True
    return getattr(function, "name", "").lower() in HARMLESS and not getattr(function, "packagenames", ())


def _behind(entity: Any) -> Iterable[tuple[Any, Outer]]:
    """What an alias stands for: a class may be told to read from any subquery."""
    behind = getattr(entity.selectable, "element", None) if entity.is_aliased_class else None
    return () if behind is None or isinstance(behind, TableClause) else ((entity.selectable.element, _NOTHING),)


def _table_of(column: Any) -> Iterable[tuple[Any, Outer]]:
    if column.table is None and column.name != "*":
        raise PassesBy(f"the column {column.name} of no table passes the scope by")
    return () if column.table is None else ((column.table, _NOTHING),)


def _written(select: Select[Any]) -> Iterable[Any]:
    """The parts as written: a Select's own listing would add the bare tables behind its columns."""
    return HasTraverseInternals.get_children(select, omit_attrs=("_correlate", "_correlate_except"))


def _is_literal(column: ColumnClause[Any]) -> bool:
    """A literal column is raw SQL; the star of `count(*)` is the harmless one."""
    return column.is_literal and column.name != "*"
