"""Improvement actions: who gives, changes, finishes and drops them, what a form must say, and who sees which."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lib.complaints import actions
from lib.complaints.actions import ActionForm
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Action, AuditEntry
from lib.store.session import Conflict, Refused, open_session
from lib.work.steps import root_causes
from tests.cast import CHEN, LI, NORTH, SOUTH, WANG, ZHANG, ZHAO, ZHU, SmallBank, scope

FORM = ActionForm("缩短排队", "增开一个窗口", "process_slow", "complaints_received", ZHANG, today(), "降三成", NORTH)
BANK_WIDE = replace(FORM, branch_id=None, owner_id=CHEN)


def given(login: str = "head.wang", form: ActionForm = FORM) -> int:
    """The id of a new action."""
    with open_session(scope(login), "complaints", write=True) as session:
        return actions.give(session, form).id


def act(login: str, what: Any, action_id: int, *said: Any, version: int = 1) -> None:
    with open_session(scope(login), "complaints", write=True) as session:
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
        ({"cause": "process"}, "cause"),  # not a leaf of the tree
        ({"cause": ""}, "cause"),
        ({"kpi_key": "no_such"}, "kpi_key"),
        ({"owner_id": None}, "owner_id"),
        ({"due_on": None}, "due_on"),
        ({"due_on": today() - timedelta(days=1)}, "due_on"),
    ],
)
def test_what_a_form_must_say(sqlite_bank: SmallBank, changes: dict[str, Any], field: str) -> None:
    book = rulebook()
    causes, kpis = root_causes(book), [kpi.key for kpi in book.kpis(today())]
    assert FORM.problems(today(), causes, kpis) == []
    assert [one.field for one in replace(FORM, **changes).problems(today(), causes, kpis)] == [field]
    with pytest.raises(Refused):
        given(form=replace(FORM, **changes))


@pytest.mark.parametrize(
    ("login", "form"),
    [
        ("head.wang", FORM),
        ("crm.zhao", FORM),
        ("crm.zhao", BANK_WIDE),
        ("head.zhu", replace(FORM, branch_id=SOUTH, owner_id=LI)),
        ("head.wang", replace(FORM, owner_id=CHEN)),
    ],
)
def test_heads_give_in_their_branch_and_the_department_everywhere(
    bank: SmallBank, login: str, form: ActionForm
) -> None:
    action = stored(given(login, form))
    assert (action.state, action.owner_id, action.branch_id) == ("open", form.owner_id, form.branch_id)
    assert action.created_by == scope(login).staff_id


@pytest.mark.parametrize(
    ("login", "form"),
    [
        ("head.zhu", FORM),
        ("head.wang", BANK_WIDE),
        ("rm.zhang", FORM),
        ("care.chen", BANK_WIDE),
        ("legal.qian", FORM),
        ("exec.zhou", FORM),
        ("head.wang", replace(FORM, owner_id=LI)),  # of another branch
        ("head.wang", replace(FORM, owner_id=ZHU)),
        ("crm.zhao", replace(FORM, owner_id=11)),  # leadership writes no actions
    ],
)
def test_nobody_else_gives_and_nobody_else_owns(sqlite_bank: SmallBank, login: str, form: ActionForm) -> None:
    with pytest.raises(Refused):
        given(login, form)


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("crm.zhao", True),
        ("legal.qian", True),
        ("exec.zhou", True),
        ("head.wang", True),
        ("rm.zhang", True),
        ("rm.gao", False),
        ("head.zhu", False),
        ("care.chen", False),
        ("product.he", False),
    ],
)
def test_who_sees_an_action(bank: SmallBank, login: str, seen: bool) -> None:
    action_id = given()
    with open_session(scope(login), "complaints") as session:
        assert (action_id in {action.id for action in session.scalars(actions.listed())}) == seen


def test_the_owner_finishes_with_evidence(bank: SmallBank) -> None:
    action_id = given()
    with pytest.raises(Refused, match="证据"):
        act("rm.zhang", actions.finish, action_id, "  ")
    act("rm.zhang", actions.finish, action_id, "窗口已增开，附照片")
    action = stored(action_id)
    assert (action.state, action.ended_on, action.evidence) == ("done", today(), "窗口已增开，附照片")
    with bulk("look", write=False) as session:
        entries = session.query(AuditEntry).filter(AuditEntry.table == "action").order_by(AuditEntry.id)
        assert [entry.action for entry in entries] == ["insert", "update"]


@pytest.mark.parametrize("login", ["rm.gao", "head.zhu", "care.chen", "exec.zhou", "legal.qian"])
def test_others_do_not_finish_it(sqlite_bank: SmallBank, login: str) -> None:
    action_id = given()
    with pytest.raises(Refused):
        act(login, actions.finish, action_id, "做完了")
    assert stored(action_id).state == "open"


def test_the_owner_does_not_drop_or_change_it(sqlite_bank: SmallBank) -> None:
    action_id = given()
    with pytest.raises(Refused):
        act("rm.zhang", actions.drop, action_id, "不想做")
    with pytest.raises(Refused):
        act("rm.zhang", actions.change, action_id, replace(FORM, due_on=today() + timedelta(days=90)))
    act("head.wang", actions.drop, action_id, "改由总行统一办理")
    assert stored(action_id).state == "dropped"


def test_an_ended_action_stays_as_it_is(sqlite_bank: SmallBank) -> None:
    action_id = given()
    act("rm.zhang", actions.finish, action_id, "做完了")
    for what, said in ((actions.finish, "又一次"), (actions.drop, "不要了"), (actions.change, FORM)):
        with pytest.raises(Refused, match="已经结束"):
            act("head.wang", what, action_id, said, version=2)


def test_a_change_keeps_cause_and_branch(sqlite_bank: SmallBank) -> None:
    action_id = given()
    act("head.wang", actions.change, action_id, replace(FORM, title="缩短等候", owner_id=WANG, branch_id=SOUTH))
    action = stored(action_id)
    assert (action.title, action.owner_id, action.branch_id) == ("缩短等候", WANG, NORTH)
    with pytest.raises(Refused, match="原因"):
        act("head.wang", actions.change, action_id, replace(FORM, cause="people_error"), version=2)


def test_two_who_save_at_once(sqlite_bank: SmallBank) -> None:
    action_id = given()
    act("head.wang", actions.change, action_id, replace(FORM, title="甲"))
    with pytest.raises(Conflict) as conflict:
        act("crm.zhao", actions.change, action_id, replace(FORM, title="乙"))
    assert conflict.value.theirs["title"] == "甲" and stored(action_id).title == "甲"


def test_an_overdue_action_can_be_changed_but_not_given(sqlite_bank: SmallBank) -> None:
    late = today() - timedelta(days=3)
    action_id = given()
    with bulk("test") as session:
        session.get_one(Action, action_id).due_on = late
    act("head.wang", actions.change, action_id, replace(FORM, title="缩短等候", due_on=late), version=2)
    with pytest.raises(Refused, match="期限"):
        act("head.wang", actions.change, action_id, replace(FORM, due_on=late + timedelta(days=1)), version=3)


def test_lists(sqlite_bank: SmallBank) -> None:
    first, second = given(), given("crm.zhao", replace(BANK_WIDE, cause="people_error", owner_id=ZHAO))
    third = given()
    act("head.wang", actions.finish, third, "做完了")
    with bulk("test") as session:
        session.get_one(Action, first).due_on = today() - timedelta(days=1)

    def ids(**wanted: Any) -> list[int]:
        with open_session(scope("crm.zhao"), "complaints") as session:
            found = (action.id for action in session.scalars(actions.listed(**wanted)))
            return [one for one in found if one in (first, second, third)]

    assert ids() == [first, second, third]
    assert ids(state="open") == [first, second] and ids(state="done") == [third]
    assert ids(cause="process_slow") == [first, third]
    assert ids(overdue_on=today()) == [first]
    assert actions.is_overdue(stored(first), today()) and not actions.is_overdue(stored(third), today())
