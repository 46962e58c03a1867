"""Reads the rule files (TOML) under a strict schema: an unknown or missing word is an error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from lib.rulebook.conditions import ConditionError, parse_condition
from lib.rulebook.entries import BASES, RuleRow
from lib.rulebook.kpis import FAMILIES, GROUPS, LEVELS, UNITS

DATA = Path(__file__).resolve().parent.parent.parent / "data"

_RULE = {"key", "title", "unit", "entry"}, {"example"}
_ENTRY = {"from", "basis", "source", "value"}, set[str]()
_EXAMPLE = {"given", "expect"}, {"on"}
_KPI = (
    {"key", "title", "group", "unit", "good", "numerator", "owner", "formula", "from", "basis", "source"},
    {"less", "denominator", "scale", "over_time", "by", "trap", "small_n", "target"},
)
_TAG = {"key", "title", "family", "kinds", "when", "from", "basis", "source"}, {"example"}
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
    rows = [row for file in sorted(path.glob("*.toml")) for row in _rows(file)]
    seen: set[tuple[str, str, date | None]] = set()
    for row in rows:
        place = (row.kind, row.key, row.valid_from)
        _demand(place not in seen, f"{row.key}: two entries from {row.valid_from or 'always'}")
        seen.add(place)
    return [replace(row, position=number) for number, row in enumerate(rows)]


def shipped_rows() -> list[RuleRow]:
    """The rules, tags and KPI catalogue that come with the product."""
    rows = parse_folder(DATA / "rules") + parse_folder(DATA / "kpis")
    return [replace(row, position=number) for number, row in enumerate(rows)]


def parse_examples(path: Path) -> list[Example]:
    """The worked examples of a folder's rules and tags."""
    found = []
    for file in sorted(path.glob("*.toml")):
        for kind, block in _blocks(file):
            for said in block.get("example", ()):
                _schema(said, _EXAMPLE, f"{file.name}: example of {block.get('key')}")
                on = said.get("on", date(2026, 11, 22))
                found.append(Example(kind, block["key"], on, said["given"], said["expect"]))
    return found


def _blocks(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    for kind, blocks in said.items():
        _demand(kind in ("rule", "kpi", "tag"), f"{file.name}: unknown table {kind!r}")
        for block in blocks:
            yield kind, block


def _rows(file: Path) -> Iterator[RuleRow]:
    for kind, block in _blocks(file):
        where = f"{file.name}: {block.get('key', '(no key)')}"
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
    return RuleRow(kind, key, None if since == "always" else since, basis, said["source"], title, value, 0)


def _schema(said: Mapping[str, Any], words: tuple[set[str], set[str]], where: str) -> None:
    needed, optional = words
    missing, unknown = needed - set(said), set(said) - needed - optional
    _demand(not missing, f"{where}: missing {sorted(missing)}")
    _demand(not unknown, f"{where}: unknown {sorted(unknown)}")


def _demand(met: bool, otherwise: str) -> None:
    if not met:
        raise RuleFileError(otherwise)
