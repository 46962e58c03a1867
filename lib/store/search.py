"""Full text: customer names (characters, pinyin, initials) and what a case says; about 1 ms at a million."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Connection, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 120  # as long as a name may be; PostgreSQL refuses words of more than 2046 bytes

#: the columns of a case that its text is made of; those revision 0001 had come first
CASE_SAYS = ("number", "complainant", "business_detail", "reason_detail", "summary", "demand", "answer",
             "outside_number")  # fmt: skip
_LONGEST_CASE = 16_000  # PostgreSQL keeps places up to 16 383
# What is indexed: its table and the column of its ids.
_INDEXES = {"customer": ("customer_text", "customer_id"), "case": ("case_text", "case_id")}


def put(link: Connection, names: Iterable[tuple[int, str]], *, fresh: bool = False) -> None:
    """(Re)index customers by id and name, in the caller's transaction; `fresh` skips removing older entries."""
    _put(link, "customer", ((customer_id, words_of(name)) for customer_id, name in names), fresh)


def put_cases(link: Connection, texts: Iterable[tuple[int, str]], *, fresh: bool = False) -> None:
    """(Re)index cases by id and what they say, in the caller's transaction; `fresh` skips removing older entries."""
    _put(link, "case", ((case_id, said_words(text)) for case_id, text in texts), fresh)


def remove(link: Connection, ids: Iterable[int], of: str = "customer") -> None:
    """Take customers, or cases, out of their index."""
    for one in ids:
        link.exec_driver_sql(_deleting(link, of), (one,))


def _put(link: Connection, of: str, said: Iterable[tuple[int, list[str]]], fresh: bool) -> None:
    dialect = link.dialect.name
    rows = [(one, _stored(dialect, words)) for one, words in said]
    if rows and not fresh:
        remove(link, (one for one, _words in rows), of)
    if rows:
        link.exec_driver_sql(_inserting(link, of), rows)


def _deleting(link: Connection, of: str) -> str:
    table, key = _INDEXES[of]
    sqlite = link.dialect.name == "sqlite"
    return f"DELETE FROM {table} WHERE rowid = ?" if sqlite else f"DELETE FROM {table} WHERE {key} = %s"


def _inserting(link: Connection, of: str) -> str:
    table, key = _INDEXES[of]
    if link.dialect.name == "sqlite":
        return f"INSERT INTO {table} (rowid, words) VALUES (?, ?)"
    return f"INSERT INTO {table} ({key}, words) VALUES (%s, %s::tsvector)"


def case_text(case: Mapping[str, Any]) -> str:
    """What a case says, from its columns by name: CASE_SAYS, and its grounds where there are any."""
    return "\n".join(str(case[name]) for name in (*CASE_SAYS, "grounds") if case.get(name))


def said_words(text: str) -> list[str]:
    """The words a case is found by: Chinese character by character, Latin words and numbers as they are."""
    return re.findall(rf"{_HAN.pattern}|{_WORD.pattern}", text[:_LONGEST_CASE].lower())


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
    of = "customer"

    def __init__(self, column: Any, typed: str) -> None:
        phrases = query_of(typed)
        super().__init__(column, literal(_sqlite_query(phrases)), literal(_postgresql_query(phrases)))

    def self_group(self, against: Any = None) -> Any:
        """A condition by itself: SQLAlchemy would compare it with 1 on SQLite, which then reads every customer."""
        return self


class says(matches):
    """A condition on a case-id column: what the case says holds the phrases typed."""

    inherit_cache = True
    of = "case"


@compiles(matches, "sqlite")
def _matches_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    column, query, _other = list(element.clauses)
    table, _key = _INDEXES[element.of]
    found = f"SELECT rowid FROM {table} WHERE {table} MATCH {compiler.process(query, **kw)}"
    return f"{compiler.process(column, **kw)} IN ({found})"


@compiles(matches, "postgresql")
def _matches_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    column, _other, query = list(element.clauses)
    table, key = _INDEXES[element.of]
    found = f"SELECT {key} FROM {table} WHERE words @@ CAST({compiler.process(query, **kw)} AS tsquery)"
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
