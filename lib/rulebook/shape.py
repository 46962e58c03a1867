"""The shape of a rule's value: a new value must be made as the former one, or no reader of the rule would know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lib.rulebook.conditions import ConditionError, parse_condition
from lib.words import _

Path = tuple[str, ...]


def shape_problems(former: Any, value: Any) -> list[str]:
    """What makes a value another shape than the former, as sentences with their place; empty if it is the same.

    The same words in every table, elements of a list as the former ones, numbers for numbers, none below zero
    where the former was not; whatever is called `when` is a condition of the closed list; of what is called
    `weights` none is below zero and one is above.
    """
    return [_at(path, said) for path, said in (*_compared(former, value, ()), *_closed(value, ()))]


def numbers(value: Any, path: Path = ()) -> Iterator[tuple[Path, float]]:
    """Every number of a value with its place."""
    for at, one in leaves(value, path):
        if isinstance(one, int | float) and not isinstance(one, bool):
            yield at, one


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every single value with its place: the keys of tables, the codes or numbers of a list's elements."""
    if isinstance(value, Mapping) and value:
        for key, one in value.items():
            yield from leaves(one, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for place, one in zip(places(value), value, strict=True):
            yield from leaves(one, (*path, place))
    else:
        yield path, value


def places(elements: Sequence[Any]) -> list[str]:
    """What the elements of a list are called: their codes where each has its own, else their numbers from 1."""
    codes = [str(one["code"]) if isinstance(one, Mapping) and "code" in one else "" for one in elements]
    named = all(codes) and len(set(codes)) == len(codes)
    return codes if named else [str(number) for number in range(1, len(elements) + 1)]


def _compared(former: Any, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(former, bool) or isinstance(value, bool):
        if type(former) is not type(value):
            yield path, _("应为是或否")
    elif isinstance(former, int | float):
        yield from _number(former, value, path)
    elif isinstance(former, str):
        if not isinstance(value, str) or (former and not value.strip()):
            yield path, _("应为文字")
    elif isinstance(former, Mapping):
        yield from _mapping(former, value, path)
    elif isinstance(former, list):
        yield from _list(former, value, path)


def _number(former: float, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, int | float):
        yield path, _("应为数字")
    elif isinstance(former, int) and isinstance(value, float) and not value.is_integer():
        yield path, _("应为整数")
    elif value != value or abs(value) > 10**15:
        yield path, _("数字过大")
    elif former >= 0 > value:
        yield path, _("不能小于零")


def _mapping(former: Mapping[str, Any], value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, Mapping):
        yield path, _("应为一组“名称 = 值”")
        return
    if "when" in former or {"all", "any", "fact"} & set(former):
        former = {key: one for key, one in former.items() if key not in ("when", "all", "any", "fact", "op", "value")}
        value = {key: one for key, one in value.items() if key not in ("when", "all", "any", "fact", "op", "value")}
    for key in former:
        if key not in value:
            yield path, _("缺少“{key}”").format(key=key)
        else:
            yield from _compared(former[key], value[key], (*path, key))
    for key in value:
        if key not in former:
            yield path, _("多出“{key}”，现行口径没有这一项").format(key=key)


def _list(former: list[Any], value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, list):
        yield path, _("应为一列")
        return
    if former and not value:
        yield path, _("不能为空")
    tables = [one for one in former if isinstance(one, Mapping)]
    for place, one in zip(places(value), value, strict=True):
        if tables:
            yield from _element(tables, one, (*path, place))
        else:
            yield from _compared(former[0] if former else "", one, (*path, place))


def _element(tables: list[Mapping[str, Any]], one: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """An element of a list of tables: nothing the former ones had none of, and all they all had."""
    if not isinstance(one, Mapping):
        yield path, _("应为一组“名称 = 值”")
        return
    same = next((table for table in tables if _called(table) and _called(table) == _called(one)), None)
    known: dict[str, Any] = {key: said for table in tables for key, said in table.items()} | dict(same or {})
    always = set.intersection(*(set(table) for table in tables))
    for key, said in one.items():
        if said == [] and any(table.get(key) == [] for table in tables):
            continue
        if key in known:
            yield from _compared(known[key], said, (*path, key))
        else:
            yield path, _("多出“{key}”，现行口径没有这一项").format(key=key)
    for key in sorted(always - set(one)):
        yield path, _("缺少“{key}”").format(key=key)


def _called(table: Mapping[str, Any]) -> Any:
    """What tells an element of a list from the others: its code, or the fact a factor looks at."""
    return table.get("code") or table.get("fact")


def _closed(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Words with a meaning of their own wherever they stand."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key == "when" or (not path and key == "condition"):
                yield from _condition(one, (*path, key))
            elif key == "weights":
                yield from _weights(one, (*path, key))
            yield from _closed(one, (*path, str(key)))
    elif isinstance(value, list):
        for place, one in zip(places(value), value, strict=True):
            yield from _closed(one, (*path, place))


def _condition(said: Any, path: Path) -> Iterator[tuple[Path, str]]:
    try:
        parse_condition(said)
    except (ConditionError, TypeError, KeyError, AttributeError, RecursionError):
        yield path, _("条件只能是对已有事实的比较，以 all（同时满足）与 any（满足其一）相连")


def _weights(said: Any, path: Path) -> Iterator[tuple[Path, str]]:
    found = [one for __, one in numbers(said)]
    if any(one < 0 for one in found):
        yield path, _("权重不能小于零")
    elif not any(one > 0 for one in found):
        yield path, _("至少一项权重须大于零")


def _at(path: Path, said: str) -> str:
    return (
        _("“{place}”：{said}。").format(place=" / ".join(path), said=said) if path else _("{said}。").format(said=said)
    )
