"""The rulebook on the command line: list, show, export, diff, import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lib.cli import main
from lib.store.bulk import bulk
from lib.store.models import ChangeRequest
from tests.cast import SmallBank


@pytest.fixture
def exported(sqlite_bank: SmallBank, tmp_path: Path, capsys: Any) -> Path:
    file = tmp_path / "book.toml"
    assert main(["rules", "export", str(file)]) == 0 and str(file) in capsys.readouterr().out
    return file


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def asked() -> list[ChangeRequest]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(ChangeRequest).where(ChangeRequest.kind == "rule_change")))


def test_list_and_show(sqlite_bank: SmallBank, capsys: Any) -> None:
    assert main(["rules", "list", "--basis", "law"]) == 0
    assert "complaint.legal_term\t法律法规\t2020-03-01" in capsys.readouterr().out
    assert main(["rules", "list", "--json"]) == 0
    assert {"rule", "kpi", "tag"} == {row["kind"] for row in json.loads(capsys.readouterr().out)}
    assert main(["rules", "show", "csat", "--json"]) == 0
    (document,) = json.loads(capsys.readouterr().out)
    assert document["kind"] == "kpi" and document["entries"][0]["from"] is None
    assert main(["rules", "show", "senior"]) == 0 and "年龄（岁） ≥ 60" in capsys.readouterr().out
    assert main(["rules", "show", "nonsense"]) == 1 and "没有" in capsys.readouterr().err


def test_the_exported_book_differs_in_nothing(exported: Path, capsys: Any) -> None:
    assert main(["rules", "diff", str(exported)]) == 0
    assert "0 条与现行口径不同" in capsys.readouterr().out
    assert main(["rules", "import", str(exported)]) == 0 and not asked()


def test_a_difference_is_told_and_proposed(exported: Path, capsys: Any) -> None:
    change(exported, "value = 90\n", "value = 60\n")
    assert main(["rules", "diff", str(exported), "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["changes"]
    assert one["differences"] == [{"what": "取值", "before": "90 天", "after": "60 天"}]
    assert main(["rules", "import", str(exported), "--dry-run"]) == 0 and not asked()
    command = ["rules", "import", str(exported), "--reason", "行办公会决定"]
    assert main(command) == 1 and main([*command, "--by", "rm.zhang"]) == 1 and not asked()
    assert "不能提出" in capsys.readouterr().err
    assert main([*command, "--by", "crm.zhao"]) == 0
    assert [one.subject_key for one in asked()] == ["complaint.repeat_days"]


def test_nothing_is_proposed_where_one_has_a_problem(exported: Path, capsys: Any) -> None:
    change(exported, "value = 90\n", "value = 60\n")
    change(exported, "line = { CNY = 50_000_000 }", "line = { CNY = 60_000_000 }")
    command = ["rules", "import", str(exported), "--by", "crm.zhao", "--reason", "行办公会决定"]
    assert main(command) == 1 and not asked()
    assert "2 个算例与新口径不符" in capsys.readouterr().err
    exported.write_text("nonsense", encoding="utf-8")
    assert main(command) == 1
