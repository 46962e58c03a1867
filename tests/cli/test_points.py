"""`points check` and `audit verify`: exit 0 while the books balance, 1 with a sentence when they do not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import update

from lib.cli import main
from lib.store.bulk import bulk
from lib.store.models import PointAccount
from tests.cast import OWN, SmallBank
from tests.engagement.points import ledger


@pytest.fixture(autouse=True)
def some_points(bank: SmallBank) -> None:
    ledger.empty()
    ledger.given(OWN, 120)


def test_books_that_balance(bank: SmallBank, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["points", "check"]) == 0
    assert "1 个账户，1 笔，未用 120 分" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["points", "check"], ["audit", "verify"]])
def test_books_that_do_not(bank: SmallBank, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with bulk("test") as session:
        session.rows(update(PointAccount).values(balance=121))
    assert main(command) == 1
    assert f"客户 {OWN} 的余额与账簿相差 +1 分" in capsys.readouterr().err


@pytest.mark.parametrize(("balance", "code"), [(120, 0), (100, 1)])
def test_for_machines(bank: SmallBank, capsys: pytest.CaptureFixture[str], balance: int, code: int) -> None:
    with bulk("test") as session:
        session.rows(update(PointAccount).values(balance=balance))
    assert main(["points", "check", "--json"]) == code
    said: Any = json.loads(capsys.readouterr().out)
    assert (said["accounts"], said["transfers"], said["outstanding"]) == (1, 1, balance)
    assert [one["points"] for one in said["faults"]] == ([] if code == 0 else [-20])
