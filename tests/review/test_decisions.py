"""Decisions of a review: who records, changes, proves and ends them; what a form must say; what ended stays ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lib.complaints import actions as complaints
from lib.review import decision_lists, decisions
from lib.review.decisions import DecisionForm
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.models import Action, AuditEntry
from lib.store.quarter import Quarter
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from tests.cast import CHEN, LI, NORTH, SOUTH, WANG, ZHANG, ZHU, SmallBank, scope

LAST = Quarter.of(today()).shift(-1)
FORM = DecisionForm("午间增开柜台", "十一点半起增开一个", "wait_in_time", ZHANG, today(), 0.9, "九成不超时", NORTH)
BANK_WIDE = replace(FORM, branch_id=None, owner_id=CHEN)


def made(login: str = "head.wang", form: DecisionForm = FORM, quarter: Quarter = LAST) -> int:
    with open_session(scope(login), "review", write=True) as session:
        return decisions.decide(session, quarter, form).id


def act(login: str, what: Any, action_id: int, *said: Any, version: int = 1) -> None:
    with open_session(scope(login), "review", write=True) as session:
        what(session, action_id, version, *said)


def stored(action_id: int) -> Action:
    with bulk("look", write=False) as session:
        return session.get_one(Action, action_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"steps": ""}, "steps"),
        ({"expected": "长" * 201}, "expected"),
        ({"expected": "", "expected_value": None}, "expected"),
        ({"expected_value": float("nan")}, "expected_value"),
        ({"expected_value": float("inf")}, "expected_value"),
        ({"kpi_key": "no_such"}, "kpi_key"),
        ({"owner_id": None}, "owner_id"),
        ({"due_on": None}, "due_on"),
        ({"due_on": today() - timedelta(days=1)}, "due_on"),
    ],
)
def test_what_a_form_must_say(sqlite_bank: SmallBank, changes: dict[str, Any], field: str) -> None:
    kpis = [kpi.key for kpi in rulebook().kpis(today())]
    assert FORM.problems(today(), kpis) == []
    assert replace(FORM, expected="").problems(today(), kpis) == []  # a value is enough, and so is a sentence
    assert replace(FORM, expected_value=None).problems(today(), kpis) == []
    assert [one.field for one in replace(FORM, **changes).problems(today(), kpis)] == [field]


@pytest.mark.parametrize(
    ("login", "form", "allowed"),
    [
        ("head.wang", FORM, True),
        ("crm.zhao", FORM, True),
        ("exec.zhou", FORM, True),
        ("crm.zhao", BANK_WIDE, True),
        ("exec.zhou", BANK_WIDE, True),
        ("head.zhu", FORM, False),
        ("head.wang", BANK_WIDE, False),
        ("rm.zhang", FORM, False),
        ("care.chen", BANK_WIDE, False),
        ("legal.qian", BANK_WIDE, False),
        ("product.he", BANK_WIDE, False),
    ],
)
def test_who_decides(sqlite_bank: SmallBank, login: str, form: DecisionForm, allowed: bool) -> None:
    if not allowed:
        with pytest.raises(Refused):
            made(login, form)
        return
    action = stored(made(login, form))
    assert (action.quarter, action.state, action.expected_e4, action.cause) == (str(LAST), "open", 9000, None)
    with bulk("look", write=False) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.actor, entry.table, entry.action) == (login, "action", "insert")


def test_the_store_refuses_who_goes_round_the_command(sqlite_bank: SmallBank) -> None:
    def given_by(login: str, **columns: Any) -> None:
        with open_session(scope(login), "review", write=True) as session:
            session.add(Action(**{
                "id": new_id(), "title": "x", "steps": "x", "owner_id": ZHANG, "branch_id": NORTH, "due_on": today(),
                "state": "open", "created_by": ZHANG, "quarter": str(LAST), "version": 1, **columns,
            }))  # fmt: skip

    with pytest.raises(Refused):
        given_by("rm.zhang")  # even one's own
    with pytest.raises(Refused):
        given_by("head.zhu")
    with pytest.raises(Refused):
        given_by("exec.zhou", quarter=None)  # the leadership decides in the review, and gives no other actions
    with pytest.raises(PassesBy):
        given_by("crm.zhao", state="done")
    with pytest.raises(PassesBy), open_session(scope("crm.zhao"), "review", write=True) as session:
        session.get_one(Action, made()).quarter = "2020Q1"


@pytest.mark.parametrize(("branch", "owner"), [(NORTH, LI), (NORTH, ZHU), (None, ZHANG)])
def test_who_is_elsewhere_owns_nothing_here(sqlite_bank: SmallBank, branch: int | None, owner: int) -> None:
    with pytest.raises(Refused):
        made("crm.zhao", replace(FORM, branch_id=branch, owner_id=owner))


def test_evidence_adds_up_and_ending_keeps_it(bank: SmallBank) -> None:
    action_id = made()
    act("rm.zhang", decisions.prove, action_id, "已增开")
    act("head.wang", decisions.prove, action_id, "等候已降", version=2)
    act("rm.zhang", decisions.finish, action_id, "九成不超时", version=3)
    done = stored(action_id)
    assert (done.state, done.ended_on) == ("done", today())
    lines = (done.evidence or "").split("\n")
    assert [line.split("：")[1] for line in lines] == ["已增开", "等候已降", "九成不超时"]
    assert "张伟" in lines[0] and "王强" in lines[1]


@pytest.mark.parametrize(
    ("login", "what", "allowed"),
    [
        ("rm.zhang", decisions.prove, True),
        ("rm.zhang", decisions.finish, True),
        ("rm.zhang", decisions.drop, False),
        ("head.wang", decisions.drop, True),
        ("exec.zhou", decisions.drop, True),
        ("crm.zhao", decisions.finish, True),
        ("rm.gao", decisions.prove, False),
        ("head.zhu", decisions.finish, False),
        ("legal.qian", decisions.finish, False),
    ],
)
def test_who_works_on_it(sqlite_bank: SmallBank, login: str, what: Any, allowed: bool) -> None:
    action_id = made()
    if allowed:
        act(login, what, action_id, "说明")
    else:
        with pytest.raises(Refused):
            act(login, what, action_id, "说明")


def test_a_stale_save_shows_what_the_other_saved(bank: SmallBank) -> None:
    action_id = made()
    act("rm.zhang", decisions.prove, action_id, "先写的")
    with pytest.raises(Conflict) as stale:
        act("head.wang", decisions.finish, action_id, "后写的")
    assert stale.value.version == 2 and "先写的" in stale.value.theirs["evidence"]
    assert stored(action_id).state == "open"


def test_an_overdue_one_may_be_changed_and_keeps_its_quarter(sqlite_bank: SmallBank) -> None:
    action_id = made()
    with bulk("test") as session:
        session.get_one(Action, action_id).due_on = today() - timedelta(days=3)
        session.note("action", 1)
    version = stored(action_id).version
    late = replace(FORM, title="改名", due_on=today() - timedelta(days=3))
    act("head.wang", decisions.change, action_id, late, version=version)
    assert (stored(action_id).title, stored(action_id).quarter) == ("改名", str(LAST))
    with pytest.raises(Refused):
        earlier = replace(FORM, due_on=today() - timedelta(days=4))
        act("head.wang", decisions.change, action_id, earlier, version=version + 1)


def test_complaints_and_reviews_keep_to_their_own(sqlite_bank: SmallBank) -> None:
    action_id = made()
    with open_session(scope("crm.zhao"), "complaints", write=True) as session:
        assert action_id not in {one.id for one in session.scalars(complaints.listed())}
        with pytest.raises(Refused):
            complaints.finish(session, action_id, 1, "x")
        with pytest.raises(Refused):
            decisions.finish(session, 1, 1, "x")


def test_the_next_review_opens_with_them(sqlite_bank: SmallBank) -> None:
    last, older = made(quarter=LAST.shift(-1)), made(quarter=LAST.shift(-3))
    act("rm.zhang", decisions.finish, older, "早做完")
    with bulk("test") as session:
        session.get_one(Action, older).ended_on = LAST.shift(-3).start
        session.note("action", 1)
    with open_session(scope("head.wang"), "review") as session:
        found = [one.id for one in session.scalars(decision_lists.followed(LAST, 2))]
        assert found[0] == last and older not in found
        assert made(quarter=LAST) not in found
        assert 6 in found  # the measure of a finding
        assert [one.id for one in session.scalars(decision_lists.of_quarter(LAST.shift(-1)))] == [last]


def test_todays_reminder_counts_ones_own(sqlite_bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "today") as session:
        before = session.execute(decision_lists.due_of(ZHANG, today())).one()
    made()
    made("crm.zhao", replace(FORM, owner_id=WANG))
    with open_session(scope("rm.zhang"), "today") as session:
        now = session.execute(decision_lists.due_of(ZHANG, today())).one()
    assert (now.due - before.due, now.late - before.late) == (1, 0)


MOVES = st.tuples(
    st.sampled_from(("rm.zhang", "head.wang", "exec.zhou", "rm.gao")),
    st.sampled_from(("prove", "finish", "drop")),
    st.sampled_from(("", "说明")),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tried=st.lists(MOVES, max_size=6))
def test_whatever_is_tried_what_ended_stays_ended(sqlite_bank: SmallBank, tried: list[tuple[str, str, str]]) -> None:
    action_id, state, said = made(), "open", 0
    for login, what, text in tried:
        mine = login != "rm.gao" and not (login == "rm.zhang" and what == "drop")
        allowed = state == "open" and mine and bool(text)
        version = stored(action_id).version
        try:
            act(login, getattr(decisions, what), action_id, text, version=version)
            assert allowed
        except Refused:
            assert not allowed
            continue
        said += 1
        state = {"prove": "open", "finish": "done", "drop": "dropped"}[what]
    row = stored(action_id)
    assert row.state == state and (row.ended_on is not None) == (state != "open")
    assert len((row.evidence or "").split("\n")) == max(said, 1)


def test_bank_wide_ones_are_known_to_every_head(sqlite_bank: SmallBank) -> None:
    action_id = made("crm.zhao", BANK_WIDE)
    south = made("head.zhu", replace(FORM, branch_id=SOUTH, owner_id=LI))
    for login, seen in {"head.zhu": {action_id, south}, "head.wang": {action_id}, "care.chen": {action_id},
                        "rm.zhang": set(), "exec.zhou": {action_id, south}}.items():  # fmt: skip
        with open_session(scope(login), "review") as session:
            assert {one.id for one in session.scalars(decision_lists.of_quarter(LAST))} == seen, login
