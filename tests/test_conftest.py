"""The bench gives fresh databases and copies, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.conftest import ENGINES, NewDatabase


def run(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def tables(url: str) -> list[str]:
    engine = create_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


def test_a_database_is_empty(database_url: str) -> None:
    assert tables(database_url) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_copy_is_a_database_of_its_own(new_database: NewDatabase, engine: str) -> None:
    first = new_database(engine)
    run(first, "CREATE TABLE here (id INTEGER)")
    second = new_database(engine, like=first)
    run(second, "CREATE TABLE there (id INTEGER)")
    assert tables(first) == ["here"]
    assert sorted(tables(second)) == ["here", "there"]


def test_postgres_knows_chinese_letters_from_punctuation(new_database: NewDatabase) -> None:
    engine = create_engine(new_database("postgresql"))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT to_tsvector('simple', '张 三，李')::text")).scalar_one()
    engine.dispose()
    assert found == "'三':2 '张':1 '李':3"
