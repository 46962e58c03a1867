"""The rulebook as TOML, in the form of the shipped files: what is written here reads back as the same entries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lib.rulebook.book import Rulebook
from lib.rulebook.entries import Entry
from lib.rulebook.examples import examples_of
from lib.rulebook.parse import USUAL_DAY, Example

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LINE = 110
#: from here on a number is written in groups of three digits
_LONG_NUMBER = 10_000


def as_toml(book: Rulebook) -> str:
    """Every rule, tag and KPI with all its entries; of two of one day the one that stands."""
    rules = [key for key in book.keys("rule") if not _is_target(book, key)]
    parts = [*(_rule(book, key) for key in rules), *(_tags(book)), *(_kpis(book))]
    return "\n".join(parts)


def toml_value(said: Any, *, indent: str = "") -> str:
    """One value as TOML: tables on one line, a long list an element a line."""
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, str):
        return _text(said)
    if isinstance(said, date):
        return said.isoformat()
    if isinstance(said, Mapping):
        inner = ", ".join(f"{_name(key)} = {toml_value(value)}" for key, value in said.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(said, Sequence):
        return _listed([toml_value(one) for one in said], indent)
    return f"{said:_}" if isinstance(said, int) and abs(said) >= _LONG_NUMBER else str(said)


def value_lines(said: Any, table: str) -> str:
    """`value = …` of an entry; a large table of tables becomes sub-tables of `table`, as one would write it."""
    short = toml_value(said)
    if not isinstance(said, Mapping) or len(short) <= _LINE:
        return f"value = {short}\n"
    return "\n" + _table(f"{table}.value", said)


def _table(path: str, said: Mapping[str, Any]) -> str:
    large = {key for key, one in said.items() if isinstance(one, Mapping) and len(toml_value(one)) > _LINE}
    lines = [f"[{path}]", *(f"{_name(key)} = {toml_value(one)}" for key, one in said.items() if key not in large)]
    tables = [_table(f"{path}.{_name(key)}", said[key]) for key in said if key in large]
    return "\n".join(["\n".join(lines) + "\n", *tables])


def _listed(parts: list[str], indent: str) -> str:
    line = f"[{', '.join(parts)}]"
    if len(line) <= _LINE or not any(part.startswith("{") for part in parts):
        return line
    return "[\n" + "".join(f"{indent}  {part},\n" for part in parts) + f"{indent}]"


def _rule(book: Rulebook, key: str) -> str:
    entries = _standing(book, "rule", key)
    last = entries[-1]
    head = {"key": key, "title": last.title, "unit": last.unit}
    blocks = [_pairs("[[rule]]", head)]
    blocks += [_pairs("[[rule.entry]]", _grounds(one)) + value_lines(one.value, "rule.entry") for one in entries]
    return "\n".join([*blocks, *_shown("rule", examples_of("rule", key, last))])


def _tags(book: Rulebook) -> Iterator[str]:
    for key in book.keys("tag"):
        entries = _standing(book, "tag", key)
        for entry in entries:
            shown = _shown("tag", examples_of("tag", key, entry)) if entry is entries[-1] else []
            block = _pairs("[[tag]]", {"key": key, "title": entry.title, **entry.value, **_grounds(entry)})
            yield "\n".join([block, *shown])


def _kpis(book: Rulebook) -> Iterator[str]:
    for key in book.keys("kpi"):
        entries = _standing(book, "kpi", key)
        for entry in entries:
            blocks = [_pairs("[[kpi]]", {"key": key, "title": entry.title, **entry.value, **_grounds(entry)})]
            if entry is entries[-1]:
                blocks += [
                    _pairs("[[kpi.target]]", {**_grounds(one), "value": one.value})
                    for one in _standing(book, "rule", f"target.{key}")
                ]
            yield "\n".join(blocks)


def _standing(book: Rulebook, kind: str, key: str) -> list[Entry]:
    return list({entry.valid_from: entry for entry in book.history(kind, key)}.values())


def _grounds(entry: Entry) -> dict[str, Any]:
    return {"from": entry.valid_from or "always", "basis": entry.basis, "source": entry.source}


def _shown(kind: str, examples: Sequence[Example]) -> list[str]:
    said = [{**({} if one.on == USUAL_DAY else {"on": one.on}), "given": one.given, "expect": one.expect}
            for one in examples]  # fmt: skip
    return [_pairs(f"[[{kind}.example]]", one) for one in said]


def _pairs(head: str, said: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{_name(key)} = {toml_value(value)}" for key, value in said.items())]) + "\n"


def _name(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(said: str) -> str:
    """A basic string: as JSON writes it, but for the one sign that TOML wants escaped too."""
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_target(book: Rulebook, key: str) -> bool:
    return key.startswith("target.") and book.has_kpi(key.removeprefix("target."))
