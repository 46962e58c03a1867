"""Full text over customer names: Chinese by characters, pinyin by syllables and initials, about 1 ms at a million."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Connection, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 120  # as long as a name may be; PostgreSQL refuses words of more than 2046 bytes

_PUT = {
    "sqlite": (
        "DELETE FROM customer_text WHERE rowid = ?",
        "INSERT INTO customer_text (rowid, words) VALUES (?, ?)",
    ),
    "postgresql": (
        "DELETE FROM customer_text WHERE customer_id = %s",
        "INSERT INTO customer_text (customer_id, words) VALUES (%s, %s::tsvector)",
    ),
}


def put(link: Connection, names: Iterable[tuple[int, str]], *, fresh: bool = False) -> None:
    """(Re)index customers by id and name, in the caller's transaction; `fresh` skips removing older entries."""
    dialect = link.dialect.name
    remove, insert = _PUT[dialect]
    rows = [(customer_id, _stored(dialect, words_of(name))) for customer_id, name in names]
    if rows and not fresh:
        for customer_id, _words in rows:
            link.exec_driver_sql(remove, (customer_id,))
    if rows:
        link.exec_driver_sql(insert, rows)


def remove(link: Connection, customer_ids: Iterable[int]) -> None:
    """Take customers out of the index."""
    for customer_id in customer_ids:
        link.exec_driver_sql(_PUT[link.dialect.name][0], (customer_id,))


def words_of(name: str) -> list[str]:
    """The words a name is found by: 张三丰 → 张 三 丰 zhang san feng zhangsanfeng zsf; Latin words as they are."""
    han = _HAN.findall(name)
    latin = _WORD.findall(name.lower())
    syllables = [_pinyin(character) for character in han]
    whole = ["".join(syllables), "".join(s[0] for s in syllables if s)] if han else []
    return [word for word in [*han, *syllables, *whole, *latin] if word]


def query_of(typed: str) -> list[list[str]]:
    """What was typed as phrases: consecutive characters belong together, a Latin word is a prefix of its own."""
    typed = typed[:_LONGEST]
    phrases: list[list[str]] = [_HAN.findall(run) for run in re.findall(rf"{_HAN.pattern}+", typed)]
    return phrases + [[word] for word in _WORD.findall(typed.lower())]


class matches(FunctionElement[bool]):
    """A condition on a customer-id column: its name matches what was typed. Nothing searchable matches nothing."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, typed: str) -> None:
        phrases = query_of(typed)
        super().__init__(column, literal(_sqlite_query(phrases)), literal(_postgresql_query(phrases)))


@compiles(matches, "sqlite")
def _matches_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    column, query, _other = list(element.clauses)
    found = f"SELECT rowid FROM customer_text WHERE customer_text MATCH {compiler.process(query, **kw)}"
    return f"{compiler.process(column, **kw)} IN ({found})"


@compiles(matches, "postgresql")
def _matches_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    column, _other, query = list(element.clauses)
    found = f"SELECT customer_id FROM customer_text WHERE words @@ CAST({compiler.process(query, **kw)} AS tsquery)"
    return f"{compiler.process(column, **kw)} IN ({found})"


def _sqlite_query(phrases: list[list[str]]) -> str:
    if not phrases:
        return '""'
    return " AND ".join(f'"{" ".join(p)}"' + ("" if _HAN.match(p[0]) else "*") for p in phrases)


def _postgresql_query(phrases: list[list[str]]) -> str:
    parts = (" <-> ".join(f"'{word}'" for word in p) + ("" if _HAN.match(p[0]) else ":*") for p in phrases)
    return " & ".join(parts)


def _stored(dialect: str, words: list[str]) -> str:
    """SQLite keeps the words; PostgreSQL a vector literal with places, so that no locale's parser has a say."""
    if dialect == "sqlite":
        return " ".join(words)
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))


@lru_cache(maxsize=30000)
def _pinyin(character: str) -> str:
    # Only who writes names needs it; its phrases cost 45 MB and say nothing about a single character.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(character)).lower()
