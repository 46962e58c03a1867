"""Closing: what is closed is never rewritten, whatever comes later; a correction stands beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from lib.jobs import building, close
from lib.jobs import close_order as orders
from lib.jobs.close import NotReady, carry_on, order
from lib.jobs.close_seen import late, look
from lib.jobs.refresh import refresh
from lib.kpi.difference import difference
from lib.rulebook import RuleRow
from lib.settings import day_end, now
from lib.store import audit
from lib.store import models as m
from lib.store.book import frozen_book, look_again, rulebook
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.scope import Refused
from lib.store.session import open_session
from tests.review.closable import (
    LAST,
    add_late_rows,
    closable,
    closable_made,
    closable_on_sqlite,
    closed_run,
    crm,
    facts,
    person,
    quiet,
    runs,
    told,
)

_ = (closable, closable_made, closable_on_sqlite)


def closed(reason: str = "") -> close.Closed:
    order(LAST, crm(), "close", reason)
    return carry_on(LAST, crm(), quiet)


def corrected(reason: str = "补录") -> close.Closed:
    order(LAST, crm(), "correct", reason)
    return carry_on(LAST, crm(), quiet)


def ready() -> None:
    """Take away what would warn, so that the quarter closes without a word."""
    with bulk("test") as session:
        session.rows(update(m.Case).values(state="closed", closed_at=now()))
        session.rows(update(m.ChangeRequest).values(state="withdrawn", stage_role=""))
        session.note("case", 1)


def reopen_one(session: Any) -> None:
    """A complaint of the quarter is not settled after all."""
    case = m.Case
    its = (case.kind == "complaint", case.received_at < day_end(LAST.end))
    one = session.scalars(select(case).where(*its).order_by(case.id).limit(1)).one()
    one.state, one.closed_at = "investigating", None


def change_everything() -> None:
    """What a bank does after a closing: customers move, rows come late, the rulebook and the catalogue change."""
    add_late_rows(LAST)
    with bulk("afterwards") as session:
        staff = session.scalars(select(m.Staff.id).where(m.Staff.role == "manager").order_by(m.Staff.id)).all()
        session.rows(update(m.Customer).values(manager_id=staff[-1], tier="mass"))
        session.rows(update(m.Case).values(promise_met_at=None))
        session.rows(delete(m.SurveyAnswer))
        session.note("customer", 1)
        for kind, key, value in (
            ("rule", "target.churn_rate", {"unit": "percent", "value": 0.9}),
            ("rule", "display.small_n", {"unit": "count", "value": 10_000}),
            ("kpi", "churn_rate", _definition("churn_rate", formula="改过的公式", numerator="cohort")),
        ):
            _enter(session, kind, key, value)
    look_again()


def _definition(key: str, **changed: Any) -> dict[str, Any]:
    with bulk("test", write=False) as session:
        row = session.scalars(select(m.RuleEntry).where(m.RuleEntry.kind == "kpi", m.RuleEntry.key == key)).first()
        assert row is not None
        return {**row.value, **changed}


def _enter(session: Any, kind: str, key: str, value: dict[str, Any]) -> None:
    row = RuleRow(kind, key, LAST.start, "assumed", "后来的决定", f"后来的 {key}", value, 9_999)
    version = session.scalar(select(func.max(m.RuleEntry.version)).where(m.RuleEntry.key == key)) or 0
    session.add(m.RuleEntry(
        id=new_id(), kind=kind, key=key, version=version + 1, valid_from=row.valid_from, basis=row.basis,
        source=row.source, title=row.title, value=value, position=9_999, digest=row.digest,
    ))  # fmt: skip


def test_a_closed_quarter_says_the_same_whatever_comes_later(closable: str) -> None:
    ready()
    done = closed()
    stored, said, parts = facts(LAST, done.version), told(LAST), told(LAST, "branch")
    titles = {kpi.key: (kpi.title, kpi.formula, kpi.version) for kpi in _book(done.version).kpis(LAST.end)}
    assert stored["customer_quarter"] and all(row.closed for row in said)
    change_everything()
    refresh(quiet)
    assert rulebook().kpi("churn_rate", LAST.end).formula == "改过的公式"
    assert facts(LAST, done.version) == stored
    assert (told(LAST), told(LAST, "branch")) == (said, parts)
    assert {kpi.key: (kpi.title, kpi.formula, kpi.version) for kpi in _book(done.version).kpis(LAST.end)} == titles
    open_ones = [row for row in told(LAST.shift(1)) if row.key == "churn_rate"]
    assert [row.target for row in open_ones] == [0.9], "a quarter that is not closed follows the rulebook"


def _book(version: int) -> Any:
    book = frozen_book(str(LAST), version)
    assert book is not None
    return book


def test_what_is_closed_bears_who_when_why_and_how_it_stood(closable_on_sqlite: str) -> None:
    with bulk("test") as session:
        reopen_one(session)
    with pytest.raises(NotReady) as refused:
        order(LAST, crm())
    assert {one.code for one in refused.value.checks if one.state == "warn"} >= {"clocks"}
    assert orders.under_way(LAST) is None, "what is refused leaves no order behind"
    closed("一件投诉在途，不影响汇报")
    run = closed_run(LAST)
    assert (run.closed_by, run.reason, run.corrects) == ("crm.zhao", "一件投诉在途，不影响汇报", None)
    assert run.cutoff == LAST.end.isoformat() and run.closed_at is not None and run.checks is not None
    assert run.checks["state"]["clocks"] == "warn"  # type: ignore[index]
    with bulk("test", write=False) as session:
        entry = session.scalars(select(m.AuditEntry).where(m.AuditEntry.table == "quarter_run").order_by(
            m.AuditEntry.id.desc())).first()  # fmt: skip
        assert entry is not None and (entry.actor, entry.action) == ("crm.zhao", "close")
        assert list(audit.verify(session)) == []


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "care.chen", "legal.qian", "exec.zhou", "product.he"])
def test_only_the_department_closes_and_corrects(closable_on_sqlite: str, login: str) -> None:
    for act in ("close", "correct"):
        with pytest.raises(Refused):
            order(LAST, person(login), act, "理由")
    with pytest.raises(Refused):
        carry_on(LAST, person(login))
    assert set(runs(LAST).values()) == {"open"}


def test_a_quarter_is_closed_once_and_in_its_order(closable_on_sqlite: str) -> None:
    ready()
    running = LAST.shift(1)
    with pytest.raises(NotReady) as refused:
        order(running, crm(), "close", "年底了")
    assert {one.code for one in refused.value.checks if one.state == "stop"} == {"ended", "facts", "earlier"}
    with pytest.raises(Refused):
        order(LAST, crm(), "correct", "还没关")
    closed()
    with pytest.raises(Refused):
        order(LAST, crm(), "close", "再关一次")
    with pytest.raises(Refused):
        order(LAST, crm(), "correct", "  ")


def test_a_correction_takes_in_what_came_late_and_keeps_what_it_corrects(closable: str) -> None:
    ready()
    first = closed()
    stored, said = facts(LAST, first.version), told(LAST)
    assert late(LAST).total == 0  # type: ignore[union-attr]
    rows = add_late_rows(LAST)
    waits = late(LAST)
    assert rows and waits is not None and waits.rows == {"transaction": rows} and waits.sentences()
    refresh(quiet)
    second = corrected("补录七月流水")
    assert (second.corrects, runs(LAST)[first.version], runs(LAST)[second.version]) == (
        first.version, "corrected", "closed")  # fmt: skip
    assert second.version > first.version and late(LAST).total == 0  # type: ignore[union-attr]
    assert facts(LAST, first.version) == stored and told(LAST, version=first.version) == said
    with open_session(crm(), "test") as session:
        found = difference(session, rulebook(), LAST, first.version, second.version, ["active_rate"], _scene())
    whole = [one for one in found if one.by == "bank"]
    assert len(whole) == 1 and whole[0].new.numerator - whole[0].old.numerator == rows  # type: ignore[union-attr]
    by_branch = [one for one in found if one.by == "branch"]
    assert sum(one.new.numerator - one.old.numerator for one in by_branch) == rows  # type: ignore[union-attr]
    assert {row.version for row in told(LAST)} == {second.version}


def _scene() -> Any:
    from lib.kpi import Scene

    return Scene()


def test_a_correction_is_of_data_and_not_of_rules(closable_on_sqlite: str) -> None:
    ready()
    first = closed()
    said = [(row.key, row.numerator, row.denominator, row.target) for row in told(LAST)]
    with bulk("afterwards") as session:
        _enter(session, "rule", "target.churn_rate", {"unit": "percent", "value": 0.9})
        _enter(session, "kpi", "churn_rate", _definition("churn_rate", numerator="cohort"))
        value = rulebook().value("churn.lost", LAST.end)
        _enter(session, "rule", "churn.lost", {"unit": "method", "value": value | {"quarters": 1}})
    look_again()
    second = corrected()
    assert second.version != first.version
    assert [(row.key, row.numerator, row.denominator, row.target) for row in told(LAST)] == said


def test_the_following_quarter_is_built_on_the_correction_or_says_that_it_is_not(closable_on_sqlite: str) -> None:
    ready()
    closed()
    before = LAST.shift(-1)
    add_late_rows(before)
    order(before, crm(), "correct", "二季度补录")
    carry_on(before, crm(), quiet)
    waits = late(LAST)
    assert waits is not None and waits.moved_before and len(waits.sentences()) == 1
    corrected("期初随上季更正")
    assert not late(LAST).moved_before  # type: ignore[union-attr]


@pytest.mark.parametrize("act", ["close", "correct"])
def test_killed_at_any_step_it_goes_on_and_ends_the_same(
    closable: str, new_database: Any, entered: Any, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    ready()
    if act == "correct":
        closed()
    add_late_rows(LAST)
    dialect = closable.split(":")[0].split("+")[0]
    _dispose(closable)
    entered(new_database(dialect, like=closable))
    steps = _steps(monkeypatch, None)
    expected, number = _done(act), len(steps)
    assert number >= 9
    for die_at in range(0, number, 4):
        entered(new_database(dialect, like=closable))
        with monkeypatch.context() as patch:
            _steps(patch, die_at)
            order(LAST, crm(), act, "理由")
            with pytest.raises(InterruptedError):
                carry_on(LAST, crm(), quiet)
        begun = orders.standing(LAST)
        assert begun is not None and begun.done == die_at and begun.order.reason == "理由"
        assert _done(act) == expected, f"died at step {die_at}"
        assert orders.standing(LAST) is None


def _done(act: str) -> Any:
    order(LAST, crm(), act, "理由")
    done = carry_on(LAST, crm(), quiet)
    return done, [(row.key, row.numerator, row.denominator) for row in told(LAST, "branch")]


def _steps(monkeypatch: pytest.MonkeyPatch, die_at: int | None) -> list[str]:
    done: list[str] = []
    step = building.step

    def counted(of: Any, name: str, work: Any, tell: Any) -> None:
        def dying(session: Any) -> int:
            if len(done) == die_at:
                raise InterruptedError(name)
            return int(work(session))

        step(of, name, dying, tell)
        done.append(name)

    monkeypatch.setattr(building, "step", counted)
    return done


def _dispose(url: str) -> None:
    from lib.store.engine import engine_for

    engine_for(url).dispose()


def test_what_is_refused_at_the_end_gives_the_order_up(
    closable_on_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready()
    order(LAST, crm())

    def meanwhile(_run: Any, _tell: Any) -> None:
        with bulk("meanwhile") as session:
            reopen_one(session)

    monkeypatch.setattr(close, "build_facts", lambda run, tell: (building.build_facts(run, tell), meanwhile(run, tell)))
    with pytest.raises(NotReady):
        carry_on(LAST, crm(), quiet)
    assert orders.under_way(LAST) is None and "closed" not in runs(LAST).values()
    monkeypatch.undo()


def test_rows_recorded_before_the_figures_were_made_do_not_wait(closable_on_sqlite: str) -> None:
    ready()
    rows = add_late_rows(LAST)
    done = closed()
    assert rows and late(LAST).total == 0  # type: ignore[union-attr]
    with bulk("test", write=False) as session:
        run = session.get_one(m.QuarterRun, (str(LAST), done.version))
        latest = session.scalar(select(func.max(m.Transaction.recorded_at)))
        assert latest is not None and latest < run.started_at + timedelta(seconds=60)


def test_looking_closes_nothing(closable_on_sqlite: str) -> None:
    seen, found = look(LAST)
    assert seen.cutoff == LAST.end and len(found) == 11
    assert runs(LAST) == {max(runs(LAST)): "open"}
