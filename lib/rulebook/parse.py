"""Reads the rule files (TOML) under a strict schema: an unknown or missing word is an error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from lib.rulebook.conditions import ConditionError, parse_condition
from lib.rulebook.entries import BASES, KINDS, RuleRow
from lib.rulebook.kpis import FAMILIES, GROUPS, LEVELS, TIMES, UNITS
from lib.rulebook.schemes import unknown_kpis

DATA = Path(__file__).resolve().parent.parent.parent / "data"

_RULE = {"key", "title", "unit", "entry"}, {"example"}
_ENTRY = {"from", "basis", "source", "value"}, set[str]()
_EXAMPLE = {"given", "expect"}, {"on"}
_KPI = (
    {"key", "title", "group", "unit", "good", "numerator", "owner", "formula", "from", "basis", "source"},
    {"less", "denominator", "scale", "over_time", "by", "trap", "small_n", "percentile", "target"},
)
_TAG = {"key", "title", "family", "kinds", "when", "from", "basis", "source"}, {"example"}
# The day a worked example is judged on that names none.
USUAL_DAY = date(2026, 11, 22)
Block = tuple[str, dict[str, Any], str]
_HEAD = ("key", "title", "from", "basis", "source", "target", "example")


class RuleFileError(ValueError):
    """A rule file says something the schema does not know; the message names file and place."""


@dataclass(frozen=True)
class Example:
    """A worked example beside a rule or tag: on this day, given this, expect that."""

    kind: str
    key: str
    on: date
    given: Mapping[str, Any]
    expect: Any


def parse_folder(path: Path) -> list[RuleRow]:
    """All entries of a folder's `*.toml` files, in file and reading order; RuleFileError on any doubt."""
    return _once(row for file in sorted(path.glob("*.toml")) for row in _rows(_blocks(*_file(file))))


def parse_text(text: str, name: str) -> tuple[list[RuleRow], list[Example]]:
    """Entries and worked examples of one file the bank hands in; RuleFileError for whatever is no such file."""
    try:
        blocks = list(_blocks(tomllib.loads(text), name))
        return _once(_rows(blocks)), list(_examples(blocks, name))
    except RuleFileError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RuleFileError(f"{name}: {error}") from error


def _once(found: Iterable[RuleRow]) -> list[RuleRow]:
    """The rows in their order; two entries of one key and day are an error."""
    rows = list(found)
    seen: set[tuple[str, str, date | None]] = set()
    for row in rows:
        place = (row.kind, row.key, row.valid_from)
        _demand(place not in seen, f"{row.key}: two entries from {row.valid_from or 'always'}")
        seen.add(place)
    return [replace(row, position=number) for number, row in enumerate(rows)]


def shipped_rows() -> list[RuleRow]:
    """The rules, tags and KPI catalogue that come with the product."""
    rows = parse_folder(DATA / "rules") + parse_folder(DATA / "kpis")
    strange = unknown_kpis(rows)
    _demand(not strange, f"a scheme names a KPI that is not in the catalogue: {', '.join(strange)}")
    return [replace(row, position=number) for number, row in enumerate(rows)]


def parse_examples(path: Path) -> list[Example]:
    """The worked examples of a folder's rules and tags."""
    files = (_file(file) for file in sorted(path.glob("*.toml")))
    return [example for said, name in files for example in _examples(_blocks(said, name), name)]


@lru_cache
def shipped_examples() -> tuple[Example, ...]:
    """The worked examples that come with the product; the files are read once."""
    return tuple(parse_examples(DATA / "rules"))


def _examples(blocks: Iterable[Block], name: str) -> Iterator[Example]:
    for kind, block, __ in blocks:
        for said in block.get("example", ()):
            _schema(said, _EXAMPLE, f"{name}: example of {block.get('key')}")
            yield Example(kind, block["key"], said.get("on", USUAL_DAY), said["given"], said["expect"])


def _file(file: Path) -> tuple[dict[str, Any], str]:
    return tomllib.loads(file.read_text(encoding="utf-8")), file.name


def _blocks(said: Mapping[str, Any], name: str) -> Iterator[Block]:
    for kind, blocks in said.items():
        _demand(kind in KINDS, f"{name}: unknown table {kind!r}")
        for block in blocks:
            _demand(isinstance(block, dict), f"{name}: {kind} is a table")
            yield kind, block, f"{name}: {block.get('key', '(no key)')}"


def _rows(blocks: Iterable[Block]) -> Iterator[RuleRow]:
    for kind, block, where in blocks:
        if kind == "rule":
            yield from _rule_rows(block, where)
        elif kind == "kpi":
            yield from _kpi_rows(block, where)
        else:
            yield _tag_row(block, where)


def _rule_rows(block: dict[str, Any], where: str) -> Iterator[RuleRow]:
    _schema(block, _RULE, where)
    _demand(bool(block["entry"]), f"{where}: no entry")
    for entry in block["entry"]:
        _schema(entry, _ENTRY, where)
        value = {"unit": block["unit"], "value": entry["value"]}
        yield _row("rule", block["key"], block["title"], entry, value, where)


def _kpi_rows(block: dict[str, Any], where: str) -> Iterator[RuleRow]:
    _schema(block, _KPI, where)
    _demand(block["unit"] in UNITS and block["group"] in GROUPS, f"{where}: unknown unit or group")
    _demand(block["good"] in ("up", "down"), f"{where}: good is up or down")
    _demand(block.get("over_time", "sum") in ("sum", "last"), f"{where}: over_time is sum or last")
    _demand(set(block.get("by", ())) <= set(LEVELS), f"{where}: unknown level in by")
    if "percentile" in block:
        told = block["unit"] in ("minutes", "hours") and block["numerator"] in TIMES
        _demand(told and block["percentile"] in range(1, 100), f"{where}: a percentile is of a time, in 1 to 99")
        _demand(set(block.get("by", LEVELS)) <= {"bank", "branch"}, f"{where}: times are kept of branches")
    yield _row("kpi", block["key"], block["title"], block, _definition(block), where)
    for entry in block.get("target", ()):
        _schema(entry, _ENTRY, f"{where}: target")
        value = {"unit": block["unit"], "value": entry["value"]}
        yield _row("rule", f"target.{block['key']}", block["title"], entry, value, where)


def _tag_row(block: dict[str, Any], where: str) -> RuleRow:
    _schema(block, _TAG, where)
    _demand(block["family"] in FAMILIES, f"{where}: unknown family")
    _demand(set(block["kinds"]) <= {"personal", "corporate"}, f"{where}: unknown customer kind")
    try:
        parse_condition(block["when"])
    except ConditionError as error:
        raise RuleFileError(f"{where}: {error}") from error
    return _row("tag", block["key"], block["title"], block, _definition(block), where)


def _definition(block: dict[str, Any]) -> dict[str, Any]:
    return {key: said for key, said in block.items() if key not in _HEAD}


def _row(kind: str, key: str, title: str, said: dict[str, Any], value: dict[str, Any], where: str) -> RuleRow:
    since, basis = said["from"], said["basis"]
    _demand(since == "always" or type(since) is date, f'{where}: from is a date or "always"')
    _demand(basis in BASES, f"{where}: unknown basis {basis!r}")
    _demand(basis != "law" or since != "always", f"{where}: a law has a date")
    _demand(bool(said["source"]), f"{where}: no source")
    _demand(
        all(isinstance(text, str) for text in (key, title, said["source"])), f"{where}: key, title, source are texts"
    )
    return RuleRow(kind, key, None if since == "always" else since, basis, said["source"], title, value, 0)


def _schema(said: Mapping[str, Any], words: tuple[set[str], set[str]], where: str) -> None:
    needed, optional = words
    missing, unknown = needed - set(said), set(said) - needed - optional
    _demand(not missing, f"{where}: missing {sorted(missing)}")
    _demand(not unknown, f"{where}: unknown {sorted(unknown)}")


def _demand(met: bool, otherwise: str) -> None:
    if not met:
        raise RuleFileError(otherwise)
