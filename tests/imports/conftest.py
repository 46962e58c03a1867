"""Empty migrated databases, and a small made-up source: two branches, some people, accounts and a ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.imports import ImportReport, run_import
from lib.settings import ROOT, settings
from lib.store.bulk import bulk
from lib.store.engine import engine_for
from lib.store.migrate import upgrade

MAPPINGS = ROOT / "data" / "mappings"
MAPPING = """
[source]
key = "small"
title = "小银行"
bank = "小银行"
base_currency = "CNY"

[[file]]
key = "people"
names = ["people.csv.gz", "people.csv"]
nulls = ["?"]

[[file]]
key = "accounts"
names = ["accounts.csv"]

[[file]]
key = "ledger"
names = ["ledger*.csv"]
optional = true

[[lookup]]
key = "since"
file = "accounts"
by = { from = "person" }
value = { from = "opened" }
pick = "min"

[[table]]
entity = "branch"
target = "branch"
rows = [{ code = "N", name = "城北" }, { code = "S", name = "城南" }]
key = ["code"]
[table.fields]
code = { from = "code" }
name = { from = "name" }

[[table]]
entity = "person"
target = "customer"
file = "people"
key = ["id"]
[table.fields]
kind = { value = "personal" }
stage = { value = "customer" }
name = { from = "name" }
phone = { from = "phone" }
identity_number = { from = "identity" }
birth_date = { from = "born", as = "date", format = "YYYY-MM-DD" }
known_since = { from = "id", lookup = "since", as = "date", format = "YYYYMMDD" }
branch = { from = "branch", refers = "branch" }

[[table]]
entity = "account"
target = "account"
file = "accounts"
key = ["no"]
[table.fields]
customer = { from = "person", refers = "person" }
number_masked = { from = "no", as = "masked" }
category = { value = "deposit" }
opened_on = { from = "opened", as = "date", format = "YYYYMMDD" }

[[table]]
entity = "line"
target = "transaction"
file = "ledger"
key = ["no", "seq"]
[table.fields]
account = { from = "no", refers = "account" }
booked_on = { from = "day", as = "date", format = "YYYY-MM-DD" }
amount_fen = { from = ["amount", "dc"], as = "signed_money", credit = ["C"], debit = ["D"] }
kind = { from = "kind", as = "codes", codes = { cash = "cash_in", out = "cash_out", int = "interest" } }
"""
PEOPLE = """id,name,phone,identity,born,branch
1,张三丰,13812345678,11010519491231002X,1949-12-31,N
2,李四,?,,,S
"""
ACCOUNTS = """no,person,opened
6222021234567890,1,20200301
6222021234567891,1,20190105
6222021234567892,2,20210630
"""
LEDGER = """no,seq,day,amount,dc,kind
6222021234567890,1,2020-03-01,100.00,C,cash
6222021234567890,2,2020-03-02,30.5,D,out
6222021234567892,1,2021-07-01,0.07,C,int
"""


class Small:
    """The small source in a folder of the test's own; files are given as text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "source"
        self.folder.mkdir()
        self.mapping = folder / "small.toml"
        self.mapping.write_text(MAPPING)
        self.write("people.csv", PEOPLE)
        self.write("accounts.csv", ACCOUNTS)
        self.write("ledger.csv", LEDGER)

    def write(self, name: str, text: str) -> None:
        """Put a file into the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def change(self, said: str, to: str) -> None:
        """Change the mapping in one place."""
        assert said in self.mapping.read_text()
        self.mapping.write_text(self.mapping.read_text().replace(said, to, 1))

    def head(self, line: str) -> None:
        """Add a line to the mapping's [source]."""
        self.change('title = "小银行"', f'title = "小银行"\n{line}')

    def run(self, **how: Any) -> ImportReport:
        """Import the folder as it stands."""
        return run_import(self.mapping, self.folder, **how)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """The small source."""
    return Small(tmp_path)


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """`migrated(engine)`: the URL of an empty migrated database to copy, made once a run."""
    made: dict[str, str] = {}

    def template(engine: str) -> str:
        if engine not in made:
            folder = tmp_path_factory.mktemp("migrated")
            url = f"sqlite:///{folder / 'empty.db'}"
            made[engine] = url if engine == "sqlite" else request.getfixturevalue("postgres_server").create()
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CRM_DATABASE_URL", made[engine])
                settings.cache_clear()
                upgrade()
                engine_for(made[engine]).dispose()
            settings.cache_clear()
        return made[engine]

    return template


@pytest.fixture(params=("sqlite", "postgresql"))
def empty(request: pytest.FixtureRequest, migrated: Any, new_database: Any, entered: Any) -> str:
    """An empty migrated database, on one engine after the other."""
    return str(entered(new_database(request.param, like=migrated(request.param))))


@pytest.fixture
def empty_sqlite(migrated: Any, new_database: Any, entered: Any) -> str:
    """An empty migrated SQLite database."""
    return str(entered(new_database("sqlite", like=migrated("sqlite"))))


def count(model: Any, *where: Any) -> int:
    """How many rows a table has."""
    with bulk("count", write=False) as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def rows(query: Any) -> list[tuple[Any, ...]]:
    """What a query returns, as tuples."""
    with bulk("read", write=False) as session:
        return [tuple(row) for row in session.execute(query)]
