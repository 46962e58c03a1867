"""Refresh: the same facts whatever interrupts it, nothing closed rewritten, nothing half-built shown."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from lib.jobs import building, changed
from lib.jobs import refresh as job
from lib.jobs.close import close_before
from lib.jobs.demo import build
from lib.jobs.preview import preview
from lib.jobs.refresh import quarters_to_refresh, refresh
from lib.jobs.runs import FACTS
from lib.kpi import frame
from lib.rulebook import shipped_rows
from lib.settings import ROOT, bank_day, business_now, today
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.engine import engine_for
from lib.store.ids import new_id
from lib.store.quarter import Quarter
from lib.store.scope import scope_of
from lib.store.session import open_session
from lib.tiers.rules import CHANGES

CUSTOMERS, QUARTERS = 60, 2
Enter = Callable[[str], str]


@pytest.fixture(params=("sqlite", "postgresql"))
def unrefreshed(request: pytest.FixtureRequest, new_database: Any, entered: Enter, monkeypatch: Any) -> str:
    """A small demonstration bank without facts, read in chunks of 25 customers."""
    url = entered(new_database(request.param))
    build(customers=CUSTOMERS, quarters=QUARTERS, seed=3, progress=_quiet)
    monkeypatch.setattr(building, "CHUNK", 25)
    return url


def _quiet(_line: str) -> None:
    return


def _facts() -> dict[str, list[tuple[Any, ...]]]:
    """Every published fact and what the customers bear, without the version's number."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with bulk("test", write=False) as session:
        runs = {(r.quarter, r.version) for r in session.scalars(select(m.QuarterRun)) if r.state in ("open", "closed")}
        for table in FACTS:
            columns = [c for c in table.__table__.c if c.key not in ("version", "since_version")]
            rows = session.execute(select(table.version, *columns))
            kept = [tuple(row[1:]) for row in rows if (row.quarter, row.version) in runs]
            found[table.__tablename__] = sorted(kept, key=str)
        tags = select(m.CustomerTag.customer_id, m.CustomerTag.tag)
        found["tags"] = sorted(tuple(row) for row in session.execute(tags))
        tiers = select(m.Customer.customer_id, m.Customer.tier, m.Customer.tier_since)
        found["tiers"] = sorted((tuple(row) for row in session.execute(tiers)), key=str)
    return found


def _steps(monkeypatch: pytest.MonkeyPatch, die_at: int | None) -> list[str]:
    """Count the steps a refresh does; dies inside the transaction of step `die_at`."""
    done: list[str] = []
    step = building.step

    def counted(of: frame.Frame, name: str, work: Callable[..., int], tell: Any) -> None:
        def dying(session: Any) -> int:
            rows = work(session)
            if len(done) == die_at:
                raise InterruptedError(name)
            return rows

        step(of, name, dying, tell)
        done.append(name)

    for module in (building, job):
        monkeypatch.setattr(module, "step", counted)
    return done


def test_interrupted_at_any_step_the_next_run_completes_it(
    unrefreshed: str, new_database: Any, entered: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine_for(unrefreshed).dispose()
    dialect = unrefreshed.split(":")[0].split("+")[0]
    with monkeypatch.context() as patch:
        entered(new_database(dialect, like=unrefreshed))
        steps = _steps(patch, None)
        refresh(_quiet)
        expected = _facts()
    assert len(steps) > QUARTERS * 5 and expected["customer_quarter"] and expected["measure_quarter"]
    for die_at in range(0, len(steps), 5 if dialect == "sqlite" else 7):
        entered(new_database(dialect, like=unrefreshed))
        with monkeypatch.context() as patch:
            _steps(patch, die_at)
            with pytest.raises(InterruptedError):
                refresh(_quiet)
        refresh(_quiet)
        assert _facts() == expected, f"died at step {die_at}"


def test_a_killed_process_is_continued(new_database: Any, entered: Enter) -> None:
    url = entered(new_database("sqlite"))
    build(customers=CUSTOMERS, quarters=QUARTERS, seed=3, progress=_quiet)
    whole = new_database("sqlite", like=url)
    for wait in (0.9, 1.4, 1.9):
        with _running_refresh(url) as process:
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
    refresh(_quiet)
    found = _facts()
    entered(whole)
    refresh(_quiet)
    assert found == _facts()


def test_two_at_once_build_one_version_and_neither_fails(unrefreshed: str, new_database: Any, entered: Enter) -> None:
    engine_for(unrefreshed).dispose()
    whole = new_database(unrefreshed.split(":")[0].split("+")[0], like=unrefreshed)
    with _running_refresh(unrefreshed) as first, _running_refresh(unrefreshed) as second:
        pass
    assert (first.returncode, second.returncode) == (0, 0)
    found = _facts()
    with bulk("test", write=False) as session:
        runs = [(run.quarter, run.version, run.state) for run in session.scalars(select(m.QuarterRun))]
    assert all(state in ("open", "replaced") for _quarter, _version, state in runs)
    entered(whole)
    refresh(_quiet)
    assert found == _facts()


class _running_refresh:
    def __init__(self, url: str) -> None:
        environment = {**os.environ, "CRM_DATABASE_URL": url}
        self.process = subprocess.Popen([sys.executable, "-m", "lib", "refresh"], cwd=ROOT, env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.wait()


@pytest.fixture
def refreshed(new_database: Any, entered: Enter) -> Iterator[str]:
    """The small demonstration bank with its facts."""
    url = entered(new_database("sqlite"))
    build(customers=CUSTOMERS, quarters=QUARTERS, seed=3, progress=_quiet)
    refresh(_quiet)
    yield url


def test_without_a_change_nothing_is_done(refreshed: str) -> None:
    before = _facts()
    again = refresh(_quiet)
    assert again and not any(one.changed for one in again)
    assert _facts() == before


def test_a_change_makes_a_new_version_and_removes_the_old_one(refreshed: str) -> None:
    _add_a_contact()
    assert all(one.changed and one.version == 2 for one in refresh(_quiet))
    with bulk("test", write=False) as session:
        states = {(r.version, r.state) for r in session.scalars(select(m.QuarterRun))}
        versions = set(session.scalars(select(m.CustomerQuarter.version)))
    assert states == {(1, "replaced"), (2, "open")} and versions == {2}


def test_a_closed_quarter_is_never_rewritten(refreshed: str) -> None:
    first = quarters_to_refresh()[0]
    assert close_before(first.shift(1)) == [str(first)]
    before = _of(first)
    _add_a_contact()
    touched = {one.quarter for one in refresh(_quiet)}
    assert str(first) not in touched and touched
    assert _of(first) == before


def test_a_running_quarter_is_not_closed(refreshed: str) -> None:
    running = quarters_to_refresh()[-1]
    assert str(running) not in close_before(running.shift(4))


def test_a_half_built_version_is_not_published(refreshed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _facts()
    _add_a_contact()
    with monkeypatch.context() as patch:
        _steps(patch, 2)
        with pytest.raises(InterruptedError):
            refresh(_quiet)
    assert _facts() == before


def test_a_currency_without_a_rate_stops_with_a_sentence(refreshed: str) -> None:
    before = _facts()
    with bulk("test") as session:
        account = session.scalars(select(m.Account).limit(1)).one()
        account.currency = "XAU"
        session.note("account", 1)
    with pytest.raises(frame.RateMissing, match="XAU"):
        refresh(_quiet)
    assert _facts() == before


@pytest.fixture(params=("sqlite", "postgresql"))
def settled(request: pytest.FixtureRequest, new_database: Any, entered: Enter) -> str:
    """A refreshed bank."""
    url = entered(new_database(request.param))
    build(customers=CUSTOMERS, quarters=QUARTERS, seed=3, progress=_quiet)
    refresh(_quiet)
    return url


def test_only_changed_customers_are_computed_anew_and_the_facts_are_those_of_a_whole_refresh(
    settled: str, new_database: Any, entered: Enter
) -> None:
    _change_some()
    engine_for(settled).dispose()
    whole = new_database(settled.split(":")[0].split("+")[0], like=settled)
    entered(settled)
    done = refresh(_quiet)
    assert [0 < one.anew < 12 < one.customers for one in done] == [True] * QUARTERS
    incremental = _facts()
    entered(whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changed, "MOST", 0)
        again = refresh(_quiet)
    assert all(one.anew == one.customers for one in again)
    assert _facts() == incremental


def test_an_incremental_run_interrupted_is_completed(settled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _change_some()
    for die_at in (1, 6, 14):
        with monkeypatch.context() as patch:
            _steps(patch, die_at)
            with pytest.raises(InterruptedError):
                refresh(_quiet)
    refresh(_quiet)
    found = _facts()
    with bulk("a job that may have changed anybody") as session:
        session.note("customer", 1)
    assert all(one.anew == one.customers for one in refresh(_quiet))
    assert _facts() == found


def test_a_change_committed_late_with_an_older_number_makes_everybody_new(settled: str) -> None:
    _change_some()
    with bulk("test", write=False) as session:
        last = session.scalar(select(func.max(m.QuarterRun.data_version)))
    with bulk("test") as session:
        entry = session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc()).limit(1)).one()
        values = {c.key: getattr(entry, c.key) for c in m.AuditEntry.__table__.c}
        session.execute(insert(m.AuditEntry).values({**values, "id": last - 20, "seq": 999_999}))
    assert all(one.anew == one.customers for one in refresh(_quiet))


def test_a_preview_touches_nothing_and_says_what_the_refresh_then_does(settled: str) -> None:
    before = _facts()
    _lower_lines()
    found = preview()
    assert _facts() == before
    newest = found[-1]
    told: Counter[tuple[Any, Any]] = Counter()
    for one in newest.differences:
        if one.what == "tier":
            told[one.before, one.after] += one.customers
    assert told, "somebody reaches the lower lines"
    stood = _tiers(newest.quarter)
    done = refresh(_quiet)
    stands = _tiers(newest.quarter)
    moved = Counter((stood[one], stands[one]) for one in stands if stood[one] != stands[one])
    assert moved == told
    assert [one.version for one in done] == [1] * (QUARTERS - 1) + [2], (
        "the refresh goes on with what the preview built"
    )
    assert preview() == []


def _tiers(quarter: str) -> dict[int, str]:
    q = m.CustomerQuarter
    with bulk("test", write=False) as session:
        run = session.scalars(
            select(m.QuarterRun).where(m.QuarterRun.quarter == quarter, m.QuarterRun.state == "open")
        ).one()
        return dict(
            session.execute(select(q.customer_id, q.tier).where(q.quarter == quarter, q.version == run.version)).all()
        )  # type: ignore[arg-type]


def _lower_lines() -> None:
    """A quarter of the lines of persons, from the first day of the newest quarter on."""
    row = next(one for one in shipped_rows() if one.key == "tier.personal")
    said = row.value["value"]
    tiers = [{**one, "line": {"CNY": one["line"]["CNY"] // 4}} if "line" in one else one for one in said["tiers"]]
    value = {**row.value, "value": {**said, "tiers": tiers}}
    fresh = replace(row, valid_from=quarters_to_refresh()[-1].start, value=value, position=9_999)
    with bulk("rule entry") as session:
        session.insert(m.RuleEntry, [{**vars(fresh), "id": new_id(), "version": 2, "digest": fresh.digest}])
    book.look_again()


def test_a_rule_of_later_days_leaves_earlier_quarters_standing(settled: str) -> None:
    earlier, newest = (_of(quarter) for quarter in quarters_to_refresh())
    _lower_lines()
    done = refresh(_quiet)
    assert [one.changed for one in done] == [False, True]
    assert _of(quarters_to_refresh()[0]) == earlier and _of(quarters_to_refresh()[1]) != newest


def test_an_old_quarter_computed_again_under_later_rules_gives_the_old_result(settled: str) -> None:
    old = str(quarters_to_refresh()[0])
    before = _judged_in(old)
    _lower_lines()
    with bulk("a job that may have changed anybody") as session:
        session.note("customer", 1)
    assert [one.anew == one.customers for one in refresh(_quiet)] == [True] * QUARTERS
    assert _judged_in(old) == before and before


def _judged_in(quarter: str) -> list[tuple[Any, ...]]:
    """Everything said of every customer of a quarter, without the version's number."""
    columns = [column for column in m.CustomerQuarter.__table__.c if column.key != "version"]
    with bulk("test", write=False) as session:
        run = session.scalars(
            select(m.QuarterRun).where(m.QuarterRun.quarter == quarter, m.QuarterRun.state == "open")
        ).one()
        here = (m.CustomerQuarter.quarter == quarter, m.CustomerQuarter.version == run.version)
        return sorted(tuple(row) for row in session.execute(select(*columns).where(*here)))


def test_after_a_batch_everybody_is_computed_anew(settled: str) -> None:
    _add_a_contact()
    assert all(one.anew == one.customers for one in refresh(_quiet))


def test_a_refresh_tells_moves_by_their_reason(settled: str) -> None:
    with bulk("test", write=False) as session:
        run = session.scalars(select(m.QuarterRun).order_by(m.QuarterRun.quarter.desc())).first()
        q = m.CustomerQuarter
        here = (q.quarter == run.quarter, q.version == run.version)
        changes = list(session.scalars(select(q.tier_change).where(*here, q.closed == 0)))
        flagged = session.scalars(select(q.churn_flag).where(*here)).all()
    assert {name: changes.count(name) for name in CHANGES} == {name: run.counts[name] for name in CHANGES}
    assert run.counts["flagged"] == sum(flagged) and sum(run.counts[name] for name in CHANGES) == len(changes) > 0


def _change_some() -> None:
    """Three customers change as they do in a day: a conversation, a complaint, another day of birth."""
    with bulk("test", write=False) as session:
        first, second, third = session.scalars(
            select(m.Customer).where(m.Customer.stage == "customer", m.Customer.kind == "personal").limit(3)
        )
        staff = session.scalars(select(m.Staff).where(m.Staff.login == "crm.zhao")).one()
    person = scope_of(staff.id, staff.login, staff.name, staff.role, staff.branch_id)
    with open_session(person, "test", write=True) as session:
        day = business_now() - timedelta(days=1)
        session.add(m.Contact(customer_id=first.customer_id, staff_id=staff.id, happened_at=day, channel="phone",
                              purpose="visit", outcome="reached"))  # fmt: skip
        session.add(m.LifeEvent(customer_id=second.customer_id, kind="information_verified", happened_on=bank_day(day)))
        changed_one = session.get_one(m.Customer, third.customer_id)
        changed_one.preferred_channel = "wechat" if changed_one.preferred_channel != "wechat" else "app"


def _add_a_contact() -> None:
    with bulk("test") as session:
        customer = session.scalars(select(m.Customer.customer_id).limit(1)).one()
        day = quarters_to_refresh()[0].start
        session.insert(m.LifeEvent, [{"customer_id": customer, "kind": "other", "happened_on": day}])


def _of(quarter: Quarter) -> list[tuple[Any, ...]]:
    with bulk("test", write=False) as session:
        table = m.MeasureQuarter
        rows = session.execute(select(*table.__table__.c).where(table.quarter == str(quarter)))
        return sorted((tuple(row) for row in rows), key=str)


def test_training_alone_rewrites_the_sums_and_computes_nobody_anew(settled: str) -> None:
    """A test passed is no customer's change; the figures of training follow it all the same."""
    with bulk("test", write=False) as session:
        crm = session.scalars(select(m.Staff).where(m.Staff.login == "crm.zhao")).one()
    with open_session(scope_of(crm.id, crm.login, crm.name, crm.role, None), "test", write=True) as session:
        course = session.scalars(select(m.Course).order_by(m.Course.id)).first()
        assert course is not None
        session.add(m.TrainingRecord(
            session_id=new_id(), course_id=course.id, staff_id=crm.id, taken_on=today(), attended=True, score=99,
            passed=True, hours=course.hours, recorded_by=crm.id, version=1,
        ))  # fmt: skip
    before = _hours()
    done = [one for one in refresh(tell=_quiet) if one.changed]
    assert done and all(one.anew == 0 for one in done)
    assert _hours() > before
    assert not any(one.changed for one in refresh(tell=_quiet))


def _hours() -> int:
    """Hours of training of the newest quarter, of the whole bank."""
    fact = m.MeasureQuarter
    with bulk("test", write=False) as session:
        newest = session.scalar(select(func.max(fact.quarter)))
        return session.scalars(select(fact.value).where(
            fact.quarter == newest, fact.level == "bank", fact.measure == "training_hours")).one()  # fmt: skip
