"""A changed rule carried out: a dated entry, once, never from a day past, and superseded by a later one."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lib.jobs import carry_out as job
from lib.jobs.carry_out import carry_out, carry_out_all
from lib.rulebook import parse_text
from lib.rulebook.written import as_toml
from lib.settings import today
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Refused, open_session
from lib.work import requests
from tests.cast import SmallBank, scope
from tests.work.test_rule_change import KEY, ask


def agreed(**other: Any) -> int:
    """Asked for and agreed to by both posts; not carried out yet."""
    request = ask(**other)
    for version, login in ((1, "check.sun"), (2, "legal.qian")):
        with open_session(scope(login), "approvals", write=True) as session:
            requests.decide(session, request.id, version, "agreed", "", None)
    return request.id


def entries(key: str = KEY) -> list[m.RuleEntry]:
    with bulk("look", write=False) as session:
        row = m.RuleEntry
        return list(session.scalars(select(row).where(row.key == key).order_by(row.version)))


def test_a_dated_entry_beside_the_former(bank: SmallBank) -> None:
    since = today() + timedelta(days=3)
    done = carry_out(agreed(since=since))
    assert done is not None and (done.rows, done.since) == (1, since) and "按新条目执行" in done.sentence()
    former, added = entries()
    assert (former.value["value"], added.value["value"], added.version) == (90, 60, 2)
    assert added.valid_from == since and "赵磊提出，孙倩、钱程复核" in added.source
    known = book.rulebook()
    assert [known.value(KEY, day) for day in (today(), since - timedelta(days=1), since)] == [90, 90, 60]


def test_one_consent_is_not_enough(bank: SmallBank) -> None:
    request = ask()
    with open_session(scope("check.sun"), "approvals", write=True) as session:
        requests.decide(session, request.id, 1, "agreed", "", None)
    with pytest.raises(Refused, match="已经批准"):
        carry_out(request.id)
    with bulk("forger") as session:
        session.rows(update(m.ChangeRequest).where(m.ChangeRequest.id == request.id).values(state="accepted"))
    with pytest.raises(Refused, match="已经批准"):
        carry_out(request.id)
    assert len(entries()) == 1


def test_agreed_to_late_it_applies_from_then(bank: SmallBank) -> None:
    request_id = agreed()
    with bulk("days later") as session:
        row = session.scalars(select(m.ChangeRequest).where(m.ChangeRequest.id == request_id)).one()
        row.after = {**row.after, "since": (today() - timedelta(days=9)).isoformat()}
    carry_out(request_id)
    assert entries()[-1].valid_from == today()


def test_of_one_day_the_later_stands_and_its_examples_go_on(bank: SmallBank) -> None:
    carry_out(agreed(value=60))
    carry_out(agreed(value=45))
    assert [one.version for one in entries()] == [1, 2, 3] and book.rulebook().value(KEY, today()) == 45
    rows, __ = parse_text(as_toml(book.rulebook()), "book.toml")
    assert [row.value["value"] for row in rows if row.key == KEY] == [90, 45]


@pytest.mark.parametrize("kind", ["tag", "kpi"])
def test_tags_and_kpis_too(bank: SmallBank, kind: str) -> None:
    key, field, new = {"tag": ("senior", "kinds", ["corporate"]), "kpi": ("csat", "trap", "另一处")}[kind]
    value = {**book.rulebook().history(kind, key)[-1].value, field: new}
    carry_out(agreed(kind=kind, key=key, value=value))
    assert book.rulebook().history(kind, key)[-1].value == value
    known = book.rulebook()
    assert known.kpi("csat", today()).trap == "另一处" if kind == "kpi" else len(known.tags(today()))


def test_a_killed_run_adds_its_entry_once(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = agreed()

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(job, "_mark", killed)
        carry_out(request_id)
    (done,) = carry_out_all()
    assert done.rows == 0 and done.title == "重复投诉认定期" and len(entries()) == 2
    assert carry_out(request_id) is None


def test_runs_at_once_add_one_entry(bank: SmallBank) -> None:
    request_id = agreed()
    together, wrong = threading.Barrier(3), []

    def run() -> None:
        together.wait()
        try:
            carry_out(request_id)
        except Exception as error:  # what a thread raises would be lost
            wrong.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(entries()) == 2
    with bulk("look", write=False) as session:
        carried = select(func.count()).where(m.ChangeStep.request_id == request_id, m.ChangeStep.act == "carried")
        assert session.scalar(carried) == 1


def test_restated_examples_go_with_the_entry(sqlite_bank: SmallBank) -> None:
    from lib.jobs.examples import run
    from lib.rulebook.examples import examples_of
    from tests.work.test_rule_change import proposal

    asked = proposal(key="tier.watch_quarters", known=book.rulebook(), value=0)
    restated = tuple(replace(one.example, expect=one.got) for one in run(asked.row(), asked.examples, book.rulebook()))
    carry_out(agreed(key="tier.watch_quarters", value=0, examples=restated))
    entry = book.rulebook().history("rule", "tier.watch_quarters")[-1]
    assert examples_of("rule", "tier.watch_quarters", entry) == restated
    __, examples = parse_text(as_toml(book.rulebook()), "book.toml")
    assert [one for one in examples if one.key == "tier.watch_quarters"] == list(restated)
