"""The command that writes a pack: both files or none, a clear sentence, and an entry in the ledger."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from pptx import Presentation
from sqlalchemy import select

from lib.cli import main
from lib.cli.output import Failed
from lib.cli.pack import write_all
from lib.store.bulk import bulk
from lib.store.models import AccessEntry
from tests.kpi.ten import ten_bank, ten_made

_ = (ten_bank, ten_made)


def ledger() -> list[tuple[str, str, str]]:
    entry = AccessEntry
    with bulk("look", write=False) as session:
        found = session.execute(select(entry.actor, entry.page, entry.reason).where(entry.what == "export"))
        return [(row[0], row[1], row[2]) for row in found]


def test_both_files_are_written_and_noted(ten_bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "新的文件夹"
    assert main(["pack", "2026Q3", "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [Path(path).suffix for path in said["files"]] == [".pptx", ".xlsx"]
    assert sorted(map(str, out.iterdir())) == sorted(said["files"])
    assert (said["quarter"], said["scope"], said["closed"]) == ("2026Q3", "全行", False) and said["seconds"] < 20
    ((actor, page, reason),) = ledger()
    assert (actor, page) == ("command line", "review") and Path(said["files"][0]).name in reason


def test_a_branch_and_the_bank_s_template(ten_bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Presentation().save(str(tmp_path / "bank.pptx"))
    given = ["pack", "2026Q3", "--out", str(tmp_path), "--branch", "N", "--template", str(tmp_path / "bank.pptx")]
    assert main(given) == 0
    first, _second, took = capsys.readouterr().out.splitlines()
    assert first.endswith("城北支行.pptx") and took.startswith("用时 ")
    assert Presentation(first).slide_width == Presentation().slide_width


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--branch", "X"], "没有代码为 X 的支行。"), (["--version", "99"], "。"),
        (["--template", "/nowhere/x.pptx"], "不能读取模板 x.pptx"), (["--template", "/etc/hostname"], "不是可用的"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_a_sentence(
    ten_bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main(["pack", "2026Q3", "--out", str(tmp_path / "out"), *more]) == 1
    told = capsys.readouterr().err
    assert said in told and len(told.splitlines()) == 1
    assert not (tmp_path / "out").exists() and ledger() == []


def test_a_full_disk_leaves_nothing_and_what_was_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")
    written = []

    def full(number: int) -> None:
        written.append(number)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Failed, match="磁盘已满，没有写出任何文件"):
        write_all(tmp_path, {"a": b"new", "b": b"new"})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_a_folder_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failed, match=r"^不能写入 "):
        write_all(tmp_path / "file" / "out", {"a": b"x"})
