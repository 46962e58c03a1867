"""`python -m lib close`: exit codes, one JSON document, sentences; the old version by its number."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import update

from lib.cli import main
from lib.settings import now
from lib.store import models as m
from lib.store.bulk import bulk
from tests.jobs.test_close import ready, reopen_one
from tests.review.closable import LAST, add_late_rows, closable_made, closable_on_sqlite, runs

_ = (closable_made, closable_on_sqlite)
QUARTER = str(LAST)


def said(capsys: Any) -> Any:
    return json.loads(capsys.readouterr().out)


def test_close_correct_and_read_both(closable_on_sqlite: str, capsys: Any) -> None:
    ready()
    assert main(["close", QUARTER, "--json"]) == 0
    first = said(capsys)
    assert (first["closed"], first["corrects"], first["difference"]) == (True, None, [])
    assert len(first["checks"]) == 11 and {one["state"] for one in first["checks"]} <= {"ok", "redo"}
    assert main(["kpi", QUARTER, "--json"]) == 0
    before = said(capsys)
    rows = add_late_rows(LAST)
    assert main(["close", QUARTER, "--check", "--json"]) == 0
    assert said(capsys)["late"]["rows"] == {"transaction": rows}
    assert main(["refresh"]) == 0 and capsys.readouterr()
    assert main(["kpi", QUARTER, "--json"]) == 0
    assert said(capsys) == before, "what came late waits"
    assert main(["close", QUARTER, "--correct", "补录", "--json"]) == 0
    second = said(capsys)
    assert second["corrects"] == first["version"] and second["version"] > first["version"]
    changed = [one for one in second["difference"] if (one["key"], one["by"]) == ("active_rate", "bank")]
    assert changed[0]["new_numerator"] - changed[0]["old_numerator"] == rows
    assert {one["by"] for one in second["difference"]} == {"bank", "branch"}
    assert main(["kpi", QUARTER, "--version", str(first["version"]), "--json"]) == 0
    assert said(capsys) == before
    assert main(["kpi", QUARTER, "--json"]) == 0
    assert said(capsys) != before


def test_a_stop_and_a_warning_are_refused_in_sentences(closable_on_sqlite: str, capsys: Any) -> None:
    ready()
    running = str(LAST.shift(1))
    assert main(["close", running, "--anyway", "年底"]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "结束后方可关账" in told.err and "请按先后关账" in told.err
    with bulk("test") as session:
        reopen_one(session)
    assert main(["close", QUARTER, "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["closed"] is False and "--anyway" in told.err
    assert set(runs(LAST).values()) == {"open"}
    assert main(["close", QUARTER, "--anyway", "投诉在途"]) == 0
    assert "已关账" in capsys.readouterr().out
    assert main(["close", QUARTER]) == 1 and main(["kpi", QUARTER, "--version", "99"]) == 1


def test_no_change_is_said(closable_on_sqlite: str, capsys: Any) -> None:
    ready()
    assert main(["close", QUARTER]) == 0
    with bulk("test") as session:
        session.rows(update(m.Bank).values(opened_on=now().date()))
    assert main(["close", QUARTER, "--correct", "复核"]) == 0
    assert "没有指标因此改变。" in capsys.readouterr().out
