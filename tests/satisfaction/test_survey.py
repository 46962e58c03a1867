"""A survey from draft to close: counted, drawn as anyone can repeat, invited each once, moved by its owner alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lib.satisfaction import survey
from lib.satisfaction.drawing import rank
from lib.satisfaction.survey import Preview
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from tests.cast import FIRM, OTHER, OWN, PEER, PROSPECT, UNASSIGNED, SmallBank, scope
from tests.satisfaction.rows import drafted, everybody, invited, nobody_asked

NORTH_PEOPLE = {OWN, FIRM, PEER, UNASSIGNED}


@pytest.fixture(autouse=True)
def asked(bank: SmallBank) -> Iterator[None]:
    """Nobody was asked before."""
    nobody_asked()
    yield


def look(row: m.Survey, login: str) -> Preview:
    with open_session(scope(login), "satisfaction") as session:
        return survey.preview(session, everybody(), row)


def run(row: m.Survey, login: str, size: int = 200) -> list[int]:
    """Begin and invite until nobody is left; how many each step invited."""
    seen = look(row, login)
    with open_session(scope(login), "satisfaction", write=True) as session:
        survey.begin(session, row.id, row.version, seen)
    return on(row, login, size)


def on(row: m.Survey, login: str, size: int = 200) -> list[int]:
    steps = []
    while not steps or steps[-1]:
        with open_session(scope(login), "satisfaction", write=True) as session:
            steps.append(survey.invite_some(session, row.id, everybody(), size))
    return steps


def asked_by(row: m.Survey) -> set[int]:
    with bulk("look", write=False) as session:
        return set(session.scalars(select(m.SurveyAnswer.customer_id).where(m.SurveyAnswer.survey_id == row.id)))


def now(row: m.Survey) -> m.Survey:
    with bulk("look", write=False) as session:
        return session.get_one(m.Survey, row.id)


def test_everybody_is_counted_by_the_first_reason() -> None:
    invited(PEER, 10)
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == OWN).values(do_not_contact=True))
    seen = look(drafted("head.wang", size=1), "head.wang")
    assert seen == Preview(5, 1, {"not_customer": 1, "do_not_contact": 1, "recent": 1, "not_drawn": 1})
    assert sum(seen.left_out.values()) + seen.drawn == seen.chosen
    assert look(drafted("rm.zhang"), "rm.zhang") == Preview(2, 1, {"do_not_contact": 1})


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
def test_who_is_drawn_can_be_told_by_anyone(size: int) -> None:
    row = drafted("head.wang", size=size, seed="秋季")
    run(row, "head.wang")
    expected = sorted(NORTH_PEOPLE, key=lambda one: rank("秋季", one))[:size]
    assert asked_by(row) == set(expected)
    kept = now(row)
    assert kept.counts["drawn"] == min(size, 4) and survey.is_whole(kept) and kept.state == "running"


def test_invited_in_steps_each_once_and_gone_on_with() -> None:
    row = drafted("crm.zhao", size=4)
    seen = look(row, "crm.zhao")
    with open_session(scope("crm.zhao"), "satisfaction", write=True) as session:
        survey.begin(session, row.id, row.version, seen)
    with open_session(scope("crm.zhao"), "satisfaction", write=True) as session:
        assert survey.invite_some(session, row.id, everybody(), 2) == 2
    assert not survey.is_whole(now(row))
    assert on(row, "crm.zhao", 3) == [2, 0]
    expected = sorted([*NORTH_PEOPLE, OTHER], key=lambda one: rank("2026Q3", one))[:4]
    assert asked_by(row) == set(expected)
    assert on(row, "crm.zhao") == [0]


def test_a_second_survey_asks_nobody_again() -> None:
    run(drafted("head.wang"), "head.wang")
    second = drafted("head.wang", title="再问一次")
    assert look(second, "head.wang").drawn == 0
    with pytest.raises(Refused, match="没有可以调查的客户"):
        run(second, "head.wang")


def test_closed_it_invites_nobody_and_does_not_come_back() -> None:
    row = drafted("head.wang")
    run(row, "head.wang")
    with open_session(scope("head.wang"), "satisfaction", write=True) as session:
        survey.close(session, row.id, now(row).version)
    with pytest.raises(Refused, match="已结束"):
        on(row, "head.wang")
    with pytest.raises(Refused, match="已经结束"), open_session(scope("head.wang"), "x", write=True) as session:
        survey.close(session, row.id, now(row).version)
    with pytest.raises(PassesBy), open_session(scope("head.wang"), "x", write=True) as session:
        session.get_one(m.Survey, row.id).state = "running"
        session.flush()


@pytest.mark.parametrize(("more", "said"), [
    ({"title": " "}, "起名"), ({"title": "长" * 81}, "80"), ({"questionnaire": "x"}, "问卷"),
    ({"channel": "sms"}, "方式"),
    ({"size": 0}, "1 至"), ({"size": 5001}, "5000"), ({"closes_on": today()}, "截止日"),
])  # fmt: skip
def test_a_draft_with_problems_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        drafted(**more)


def test_only_the_owner_begins_and_the_department_may_close() -> None:
    row = drafted("head.wang")
    seen = look(row, "head.wang")
    with pytest.raises(Refused, match="发起人"), open_session(scope("crm.zhao"), "x", write=True) as session:
        survey.begin(session, row.id, row.version, seen)
    run(row, "head.wang")
    with pytest.raises(Refused, match="发起人"), open_session(scope("rm.zhang"), "x", write=True) as session:
        survey.close(session, row.id, now(row).version)
    with open_session(scope("crm.zhao"), "x", write=True) as session:
        survey.close(session, row.id, now(row).version)
    assert now(row).state == "closed"


def test_what_runs_asks_what_it_asked() -> None:
    row = drafted("head.wang")
    run(row, "head.wang")
    for field, value in (("seed", "x"), ("size", 99), ("questionnaire", "short"), ("title", "另一个")):
        with pytest.raises(PassesBy), open_session(scope("head.wang"), "x", write=True) as session:
            setattr(session.get_one(m.Survey, row.id), field, value)
            session.flush()


def test_begun_by_two_it_begins_once() -> None:
    row = drafted("head.wang")
    seen = look(row, "head.wang")
    with open_session(scope("head.wang"), "x", write=True) as session:
        survey.begin(session, row.id, row.version, seen)
    with pytest.raises(Refused, match="已经发出"), open_session(scope("head.wang"), "x", write=True) as session:
        survey.begin(session, row.id, row.version, seen)
    other = drafted("head.wang", title="旧版本")
    with pytest.raises(Conflict), open_session(scope("head.wang"), "x", write=True) as session:
        survey.begin(session, other.id, other.version + 1, seen)


def test_a_day_that_is_over_is_no_day_to_begin() -> None:
    row = drafted("head.wang")
    with bulk("test") as session:
        session.rows(update(m.Survey).where(m.Survey.id == row.id).values(closes_on=today() - timedelta(days=1)))
    with pytest.raises(Refused, match="截止日已过"):
        run(now(row), "head.wang")
    assert PROSPECT not in asked_by(row)
