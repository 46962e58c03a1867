"""The command that lists what training is due: sentences for people, one document for machines."""

from __future__ import annotations

import json

import pytest

from lib.cli import main
from tests.kpi.ten import ten_bank, ten_made

_ = (ten_bank, ten_made)


def test_what_is_due_is_told(ten_bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["training"]) == 0
    assert "到期未完成的培训 2 项，其中逾期 2 项" in (said := capsys.readouterr().out) and "课程2" in said
    assert main(["training", "--json", "--branch", "S"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one == {"staff": "rm.ni", "name": "rm.ni", "branch": "S", "course": "课程2", "refresher": False,
                   "due_on": "2026-03-02", "overdue": True}  # fmt: skip
    assert main(["training", "--branch", "X"]) == 1
