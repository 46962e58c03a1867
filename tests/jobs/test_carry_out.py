"""Carrying out what was agreed for the whole bank: calendar years and causes, once, and to the end after a kill."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from lib.jobs import carry_out as job
from lib.jobs.carry_out import carry_out, carry_out_all
from lib.rulebook import CalendarDay as Day
from lib.settings import settings
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Refused, open_session
from lib.work import calendar_year, cause_tree, requests
from lib.work.calendar_year import days_in
from lib.work.cause_tree import Edit, edited, tree
from lib.work.causes import causes
from tests.cast import C_FIRM, C_OWN, C_POOL, SmallBank, scope
from tests.complaints.conftest import registered as registered

YEAR = tuple(Day(date(2027, 1, 1) + timedelta(days=n), "holiday", "元旦") for n in range(7))
#: a matter of a firm, received a day before the holidays of 2027: five working days
RECEIVED = datetime(2026, 12, 30, 2, tzinfo=UTC)


@pytest.fixture
def on_the_day(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_AS_OF", "2026-11-22")
    settings.cache_clear()
    with bulk("test") as session:
        values = {"received_at": RECEIVED, "customer_kind": "corporate", "complex": True, "clocks_provisional": True}
        session.rows(update(m.Case).where(m.Case.id.in_((C_OWN, C_FIRM))).values(values))


def agreed(days: tuple[Day, ...] = YEAR, verdict: str = "agreed") -> int:
    """A year asked for and decided; the request's id."""
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        request = calendar_year.propose(session, days, "通知")
    return decided(request.id, verdict)


def decided(request_id: int, verdict: str = "agreed") -> int:
    with open_session(scope("check.sun"), "approvals", write=True) as session:
        requests.decide(session, request_id, 1, verdict, "看过", None)
    return request_id


def stored(table: Any, key: int) -> Any:
    with bulk("look", write=False) as session:
        return session.scalars(select(table).where(table.id == key)).one()


def editions(year: int) -> set[int]:
    with bulk("look", write=False) as session:
        within = m.CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
        return set(session.scalars(select(m.CalendarDay.year_version).where(within)))


def test_a_new_year_is_written_and_open_clocks_are_judged_anew(on_the_day: None) -> None:
    job.set_clocks(again=True)
    presumed = stored(m.Case, C_OWN)
    assert presumed.clocks_provisional and book.calendar().is_working(date(2027, 1, 4)).reason != "元旦"
    closed = stored(m.Case, C_FIRM).promise_due_at
    said: list[str] = []
    request_id = agreed()
    done = carry_out(request_id, said.append)
    assert done is not None and (done.rows, done.clocks) == (7, 5) and said
    assert done.changed == 1  # the others were counted on days the calendar knew
    known = stored(m.Case, C_OWN)
    assert not known.clocks_provisional and known.promise_due_at > presumed.promise_due_at
    assert stored(m.Case, C_FIRM).promise_due_at == closed, "an ended case keeps its clocks"
    assert book.calendar().until == 2027 and book.calendar().version == "2027 v1"
    request = stored(m.ChangeRequest, request_id)
    assert request.carried_out_at is not None and request.version == 3


def test_what_it_did_is_told_in_the_request(on_the_day: None) -> None:
    request_id = agreed()
    carry_out(request_id)
    with open_session(scope("crm.zhao"), "approvals") as session:
        steps = session.scalars(requests.steps_of(stored(m.ChangeRequest, request_id))).all()
    assert [step.act for step in steps] == ["asked", "agreed", "carried"]
    assert "日历已写入 7 天" in (steps[-1].text or "")


def test_twice_is_once(on_the_day: None) -> None:
    request_id = agreed()
    assert carry_out(request_id) is not None
    assert carry_out(request_id) is None and carry_out_all() == []
    with bulk("look", write=False) as session:
        carried = select(func.count()).where(m.ChangeStep.request_id == request_id, m.ChangeStep.act == "carried")
        assert session.scalar(carried) == 1
    assert editions(2027) == {1}


@pytest.mark.parametrize("broken", ["set_clocks", "_mark"])
def test_a_killed_run_is_continued(on_the_day: None, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    job.set_clocks(again=True)
    request_id = agreed()

    def killed(*_args: object, **_how: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(job, broken, killed)
        carry_out(request_id)
    assert stored(m.ChangeRequest, request_id).carried_out_at is None
    (done,) = carry_out_all()
    assert done.rows == 0, "the days stand already"
    assert not stored(m.Case, C_OWN).clocks_provisional and editions(2027) == {1}
    assert stored(m.ChangeRequest, request_id).carried_out_at is not None


def test_two_who_carry_out_at_once_do_it_once(on_the_day: None) -> None:
    carry_out(agreed())
    request_id = agreed(YEAR[:5])
    together, went_wrong = threading.Barrier(3), []

    def run() -> None:
        together.wait()
        try:
            carry_out(request_id)
        except Exception as error:  # what a thread raises would be lost
            went_wrong.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not went_wrong
    assert editions(2027) == {2} and days_in(book.calendar(), 2027) == YEAR[:5]
    with bulk("look", write=False) as session:
        carried = select(func.count()).where(m.ChangeStep.request_id == request_id, m.ChangeStep.act == "carried")
        assert session.scalar(carried) == 1


def test_a_corrected_year_is_its_next_edition(on_the_day: None) -> None:
    carry_out(agreed())
    corrected = (*YEAR[:-1], Day(date(2027, 1, 10), "workday", "元旦"))
    assert carry_out(agreed(corrected)) is not None
    assert days_in(book.calendar(), 2027) == corrected
    assert editions(2027) == {2} and editions(2026) == {1} and book.calendar().version == "2027 v2"
    last = corrected[:-1]
    carry_out(agreed(last))
    assert editions(2027) == {3} and days_in(book.calendar(), 2027) == last


@pytest.mark.parametrize("verdict", ["refused", "returned"])
def test_what_was_not_agreed_to_is_not_carried_out(on_the_day: None, verdict: str) -> None:
    request_id = agreed(verdict=verdict)
    with pytest.raises(Refused, match="已经批准"):
        carry_out(request_id)
    assert carry_out_all() == [] and book.calendar().until == 2026


def test_a_consent_that_nobody_else_gave_is_none(on_the_day: None) -> None:
    request_id = agreed()
    with bulk("forger") as session:
        session.rows(delete(m.ChangeStep).where(m.ChangeStep.request_id == request_id, m.ChangeStep.act == "agreed"))
    with pytest.raises(Refused, match="已经批准"):
        carry_out(request_id)


@pytest.mark.parametrize("request_id", [1, 6, 424242])
def test_other_requests_are_none_of_its_business(sqlite_bank: SmallBank, request_id: int) -> None:
    with pytest.raises(Refused):
        carry_out(request_id)


def test_the_next_change_waits_until_this_one_is_in_effect(on_the_day: None) -> None:
    request_id = agreed()
    with pytest.raises(Refused, match="尚未执行"):
        agreed(YEAR[:5])
    carry_out(request_id)
    agreed(YEAR[:5])


def test_causes_become_a_dated_entry_and_the_former_stays(bank: SmallBank) -> None:
    begun = tree(book.rulebook())
    ids = []
    for title in ("培训不足", "人手不足"):  # two changes of one day: the later stands
        nodes = tree(book.rulebook())
        with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
            request = cause_tree.propose(session, nodes, edited(nodes, Edit("add", title=title)), "新增")
        ids.append(decided(request.id))
        (done,) = carry_out_all()
        assert done.rows == 1 and "今日起生效" in done.sentence()
    with bulk("look", write=False) as session:
        rows = select(m.RuleEntry).where(m.RuleEntry.key == cause_tree.KEY).order_by(m.RuleEntry.version)
        first, *added = session.scalars(rows).all()
    assert cause_tree.from_data(first.value["value"]) == begun and first.valid_from is None
    assert [entry.version for entry in added] == [2, 3] and {entry.basis for entry in added} == {"stated"}
    assert all(str(one) in entry.source and "孙倩" in entry.source for one, entry in zip(ids, added, strict=True))
    known = causes(book.rulebook(), added[-1].valid_from)
    assert [cause.title for cause in known][-2:] == ["培训不足", "人手不足"]


def test_a_killed_run_adds_its_entry_once(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = tree(book.rulebook())
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        request = cause_tree.propose(session, nodes, edited(nodes, Edit("retire", "third_party")), "停用")
    decided(request.id)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(job, "_mark", _raise)
        carry_out(request.id)
    (done,) = carry_out_all()
    assert done.rows == 0
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count()).where(m.RuleEntry.key == cause_tree.KEY)) == 2


def _raise(*_args: object) -> None:
    raise KeyboardInterrupt


def test_a_sixty_day_case_registered_before_2027_is_known_is_marked_until_it_is_loaded(
    on_the_day: None, registered: Callable[..., str]
) -> None:
    number = registered("crm.zhao", received_at=datetime(2026, 11, 22, 2, tzinfo=UTC))
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.number == number).values(extension="specially_complex"))
    job.set_clocks(again=True)
    with bulk("look", write=False) as session:
        case = session.scalars(select(m.Case).where(m.Case.number == number)).one()
    assert case.clocks_provisional and case.legal_due_at == datetime(2027, 1, 21, 16, tzinfo=UTC)
    carry_out(agreed())
    assert not stored(m.Case, case.id).clocks_provisional
    assert stored(m.Case, C_POOL).clocks_provisional is False
