"""What SQLAlchemy sees of a select: the entities it narrows for certain, and the columns it masks for certain.

Loader criteria reach an entity that a select names by itself, in a join, or at the surface of its WHERE. One that
appears only inside an expression may go unseen (a window, a filtered count, a function in WHERE), and a type masks
only what comes out as it is stored. Both are refused here, with a way to say the same so that it is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Join, Label, Select
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.functions import count
from sqlalchemy.sql.selectable import CompoundSelect, SelectBase
from sqlalchemy.sql.util import extract_first_column_annotation, surface_expressions

from lib.store.base import Confidential, PersonName
from lib.store.scope import PassesBy

_PROTECTED = (PersonName, Confidential)


def named_entities(select: Select[Any]) -> frozenset[Any]:
    """The entities SQLAlchemy is certain to narrow in this select; none in one that is no ORM select."""
    if select._propagate_attrs.get("compile_state_plugin") != "orm":
        return frozenset()
    columns = (_first_of(column) for column in _columns(select))
    surface = (_of(part) for where in select._where_criteria for part in surface_expressions(where))
    written = (*select._from_obj, *(target for target, *_ in _joins(select)))
    sources = (_of(source) for source in written if not isinstance(source, Join))
    return frozenset(entity for entity in (*columns, *surface, *sources) if entity is not None)


def check_entities(select: Select[Any], outer: frozenset[Any]) -> None:
    """Refuse a select with an entity that it neither names nor correlates to the enclosing one."""
    used = {entity for part in _expressions(select) for entity in _entities_in(part)}
    hidden = used - named_entities(select)
    if hidden and not hidden <= _correlated(select, outer, len(used)):
        names = ", ".join(sorted(entity.mapper.class_.__name__ for entity in hidden))
        raise PassesBy(f"{names} would not be narrowed here: name it by select_from() or a join()")


def check_protected(select: Select[Any]) -> None:
    """Refuse protected columns inside expressions whose result would come out unmasked."""
    for column in _columns(select):
        if not _comes_out_masked(column):
            raise PassesBy("a protected column is read as it is, not inside an expression")


def check_union(union: CompoundSelect[Any]) -> None:
    """Refuse a union whose first part, by whose types all rows are read, would leave another part's columns clear."""
    for place in zip(*(part.selected_columns for part in union.selects), strict=False):
        kinds = [type(column.type) for column in place]
        if any(kind in _PROTECTED and kind is not kinds[0] for kind in kinds):
            raise PassesBy("a union shows a protected column only where its first part does")


def _correlated(select: Select[Any], outer: frozenset[Any], used: int) -> frozenset[Any]:
    if select._correlate_except is not None:
        return frozenset()
    if select._correlate:
        said = {_of(source) for source in select._correlate}
        return outer & said
    return outer if select._auto_correlate and used > 1 else frozenset()


def _columns(select: Select[Any]) -> Iterator[Any]:
    for column in select._raw_columns:
        bundle: Any = column._annotations.get("bundle")
        yield from (column,) if bundle is None else bundle.exprs


def _joins(select: Select[Any]) -> Iterator[Any]:
    yield from select._setup_joins
    for before in select._memoized_select_entities:
        yield from before._setup_joins


def _expressions(select: Select[Any]) -> Iterator[Any]:
    yield from select._raw_columns
    yield from select._where_criteria
    yield from select._from_obj
    yield from (target for target, *_ in _joins(select))


def _entities_in(part: Any) -> Iterator[Any]:
    """The entities of an expression or a join, not those of subqueries inside it."""
    waiting = [part]
    while waiting:
        element = waiting.pop()
        if isinstance(element, Join):
            waiting.extend((element.left, element.right))
        elif (entity := _of(element)) is not None:
            yield entity
        elif not isinstance(element, SelectBase):
            waiting.extend(element.get_children())


def _first_of(column: Any) -> Any:
    return _of(column) or extract_first_column_annotation(column, "parententity")


def _of(element: Any) -> Any:
    return getattr(element, "_annotations", {}).get("parententity")


def _comes_out_masked(column: Any) -> bool:
    bare = column.element if isinstance(column, Label) else column
    return isinstance(bare, ColumnClause | count) or next(_protected_in(bare), None) is None


def _protected_in(element: Any) -> Iterator[Any]:
    if isinstance(element, ColumnClause):
        yield from (element,) if isinstance(element.type, _PROTECTED) else ()
    else:
        for part in _parts(element):
            yield from _protected_in(part)


def _parts(element: Any) -> Iterable[Any]:
    """What an expression is made of; a subquery's own columns are checked with it, an entity comes out as stored."""
    if isinstance(element, SelectBase) or (_of(element) is not None and not isinstance(element, ColumnClause)):
        return ()
    return element.get_children()
