"""The start: ready or one sentence; an error is a number for the person and a detail for the log."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import StatementError

from lib.settings import settings
from lib.store.bulk import bulk
from lib.store.models import Branch
from lib.ui import start
from tests.cast import NORTH, SmallBank
from tests.screen import script


def test_a_ready_bank_starts(sqlite_bank: SmallBank) -> None:
    start.ready_or_stop()
    start.warm_up()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CRM_DATABASE_URL", "sqlite:////dev/null/none.db", "cannot be reached"),
        ("CRM_DATABASE_URL", "mysql://x", "CRM_DATABASE_URL must begin"),
        ("CRM_COLOUR", "blue", "CRM_COLOUR is not a setting"),
    ],
)
def test_anything_else_stops_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    with pytest.raises(SystemExit) as stopped:
        start.ready_or_stop()
    settings.cache_clear()
    told = capsys.readouterr().err
    assert stopped.value.code == 1 and sentence in told and "Traceback" not in told


def test_an_empty_database_is_told_to_migrate(
    entered: object, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    entered(f"sqlite:///{tmp_path}/empty.db")  # type: ignore[operator]
    with pytest.raises(SystemExit):
        start.ready_or_stop()
    assert "python -m lib migrate" in capsys.readouterr().err


def _error() -> None:
    from lib.ui.start import show_error

    try:
        raise RuntimeError("password=hunter2")
    except RuntimeError as error:
        assert show_error(error)


def test_the_person_gets_a_number_and_the_log_the_detail(
    sqlite_bank: SmallBank, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "crm"):
        said = script(_error, "crm.zhao").error[0].value
    number = caplog.records[-1].getMessage().removeprefix("error ")
    assert number in said and "hunter2" not in said
    assert "hunter2" in str(caplog.records[-1].exc_info)


def test_what_a_failed_statement_was_given_stays_out_of_the_log(bank: SmallBank) -> None:
    """Parameters are names, notes and numbers of people."""
    with pytest.raises(StatementError) as failed, bulk("test") as session:
        session.execute(insert(Branch).values(id=NORTH, code="B9", name="13911112222"))
    assert "13911112222" not in str(failed.value)
