"""The command line: exit codes, one JSON document for machines, one sentence for people."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lib.cli import main
from lib.settings import settings
from lib.store import credentials, migrate, sessions
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import SmallBank
from tests.kpi.ten import ten_bank as ten_bank
from tests.kpi.ten import ten_made as ten_made
from tests.kpi.ten import ten_on_sqlite as ten_on_sqlite

Entered = Callable[[str], str]


@pytest.fixture
def empty(new_database: Any, entered: Entered, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database without a bank, not in demonstration mode."""
    url = entered(new_database("sqlite"))
    monkeypatch.setenv("CRM_DEMO", "0")
    settings.cache_clear()
    migrate.upgrade()
    return url


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


CLOCKS = [
    # domain §4: the vectors, over the make-up day of 2026-02-14 and the holidays
    (["--kind", "corporate", "--complex", "--received", "2026-02-13T10:00"], "promise_due", "2026-02-27T23:59:59"),
    (["--kind", "personal", "--received", "2026-02-13T10:00"], "promise_due", "2026-02-14T10:00:00"),
    (["--kind", "personal", "--received", "2026-09-16T09:00"], "legal_due", "2026-10-01T23:59:59"),
    (["--kind", "corporate", "--complex", "--received", "2026-09-16T09:00"], "legal_due", "2026-10-16T23:59:59"),
]


@pytest.mark.parametrize(("arguments", "clock", "due"), CLOCKS)
def test_explain_clock(empty: str, arguments: list[str], clock: str, due: str, capsys: Any) -> None:
    assert main(["explain", "clock", *arguments, "--json"]) == 0
    assert said(capsys)[clock] == f"{due}+08:00"


def test_a_clock_shows_its_days(empty: str, capsys: Any) -> None:
    main(["explain", "clock", "--kind", "corporate", "--complex", "--received", "2026-02-13T10:00", "--json"])
    document = said(capsys)
    assert [day["day"][-5:] for day in document["counted"]] == ["02-14", "02-24", "02-25", "02-26", "02-27"]
    assert len(document["skipped"]) == 9 and document["provisional"] is False


def test_beyond_the_calendar_a_clock_is_provisional(empty: str, capsys: Any) -> None:
    main(["explain", "clock", "--kind", "corporate", "--complex", "--received", "2027-01-04T10:00", "--json"])
    assert said(capsys)["provisional"] is True


def test_before_the_law_there_is_no_legal_term(empty: str, capsys: Any) -> None:
    main(["explain", "clock", "--kind", "personal", "--received", "2019-06-01T10:00", "--json"])
    assert said(capsys)["legal_due"] is None


REFUSALS = [
    (["kpi", "2026Q9"], 2),
    (["kpi", "1901Q1"], 1),
    (["explain", "tier", "no such customer"], 1),
    (["user", "disable", "nobody"], 1),
    (["import"], 1),
    (["import", "no/such/mapping.toml", "."], 1),
    (["no such command"], 2),
]


@pytest.mark.parametrize(("arguments", "code"), REFUSALS)
def test_what_is_not_done_is_not_zero(sqlite_bank: SmallBank, arguments: list[str], code: int, capsys: Any) -> None:
    try:
        assert main(arguments) == code
    except SystemExit as left:
        assert left.code == code
    shown = capsys.readouterr()
    assert shown.err.strip() and "Traceback" not in shown.err


def test_a_database_of_another_version_is_told_so(new_database: Any, entered: Entered, capsys: Any) -> None:
    entered(new_database("sqlite"))
    assert main(["refresh"]) == 1
    assert "migrate" in capsys.readouterr().err


def test_a_person_is_added_signs_in_and_is_closed_out(empty: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a password of some length\n"))
    monkeypatch.setattr("os.isatty", lambda _: False)
    assert main(["user", "add", "zhao", "--name", "赵", "--role", "crm"]) == 0
    assert credentials.password_is_right("zhao", "a password of some length")
    begun = sessions.begin("zhao", "password")
    assert begun is not None and sessions.recheck(begun.session_id) is not None
    assert main(["user", "sessions-end", "zhao"]) == 0
    assert sessions.recheck(begun.session_id) is None
    assert main(["user", "disable", "zhao"]) == 0
    assert not credentials.password_is_right("zhao", "a password of some length")
    capsys.readouterr()
    assert main(["user", "list", "--json"]) == 0
    assert said(capsys) == []


def test_a_weak_password_leaves_no_account(empty: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    monkeypatch.setattr("os.isatty", lambda _: False)
    assert main(["user", "add", "zhao", "--name", "赵", "--role", "crm"]) == 1
    capsys.readouterr()
    main(["user", "list", "--json"])
    assert said(capsys) == []


def test_audit_verify_finds_a_changed_entry(empty: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a password of some length\n"))
    monkeypatch.setattr("os.isatty", lambda _: False)
    main(["user", "add", "zhao", "--name", "赵", "--role", "crm"])
    assert main(["audit", "verify"]) == 0
    with bulk("test") as session:
        entry = session.scalars(select(m.AuditEntry).where(m.AuditEntry.table == "staff")).one()
        entry.after = {"role": "admin"}
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().err.strip()


def test_explain_churn_gives_score_facts_and_reasons(ten_on_sqlite: Any, capsys: Any) -> None:
    assert main(["explain", "churn", "C103", "--json"]) == 0
    document = said(capsys)
    assert (document["quarter"], document["score"], document["flagged"]) == ("2026Q4", 45, True)
    assert int(sum(one["adds"] for one in document["factors"])) == 45 and len(document["factors"]) == 8
    assert document["for"][0]["fact"] == "aum_percent" and document["rule"].startswith("churn.score@")
    assert main(["explain", "churn", "C103"]) == 0
    assert document["for"][0]["sentence"] in capsys.readouterr().out
    assert main(["explain", "churn", "nobody"]) == 1


def test_churn_evaluate_says_that_too_few_were_lost(ten_bank: Any, capsys: Any) -> None:
    assert main(["churn", "evaluate", "--json"]) == 0
    document = said(capsys)
    assert document["enough"] is False and document["rule"].startswith("churn.score@")
    assert main(["churn", "evaluate"]) == 0
    assert "不足" in capsys.readouterr().out


def test_explain_tier_says_the_distance(ten_on_sqlite: Any, capsys: Any) -> None:
    with bulk("test", write=False) as session:
        number = session.scalars(select(m.Customer.number).join(
            m.CustomerQuarter, m.CustomerQuarter.customer_id == m.Customer.customer_id)).first()  # fmt: skip
    assert main(["explain", "tier", str(number), "--json"]) == 0
    document = said(capsys)
    assert document["reason"] and document["rule"].startswith("tier.") and document["amount"] >= 0
    assert document["decision"] is None and document["score_rule"].startswith("tier.score@")
    weights = sum(one["weight"] for one in document["factors"])
    assert document["score"] == sum(one["weight"] * one["points"] for one in document["factors"]) // weights
    assert document["history"][0]["quarter"] == document["quarter"] and document["sentences"][0] == document["reason"]


def test_explain_tier_tells_a_person_the_same(ten_on_sqlite: Any, capsys: Any) -> None:
    assert main(["explain", "tier", "C102"]) == 0
    told = capsys.readouterr().out
    assert "距潜力线差" in told and "综合评分" in told and "tier.score@always" in told
