"""Checks: who records which, what a form must say, what they come to, and that one taken back counts nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.satisfaction import check_lists, checks
from lib.satisfaction.check_lists import Wanted
from lib.satisfaction.checks import CheckForm
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import CheckMark, ServiceCheck
from lib.store.quarter import Quarter
from lib.store.session import Conflict, Refused, open_session
from lib.work.check_form import score_of
from tests.cast import NORTH, SOUTH, SmallBank, scope

FORM = CheckForm(
    "mystery", NORTH, today(), {"greeting": 6, "manner": 10, "privacy": None}, "远见咨询", "", {"greeting": "无人"}
)
SELF = CheckForm("self", NORTH, today(), {"windows": 20})


def recorded(login: str = "crm.zhao", form: CheckForm = FORM) -> int:
    with open_session(scope(login), "satisfaction", write=True) as session:
        return checks.record(session, form).id


def read(login: str, query: Any) -> list[Any]:
    with open_session(scope(login), "satisfaction") as session:
        return list(session.execute(query).all())


def test_marks_are_kept_with_what_they_could_be(bank: SmallBank) -> None:
    check = recorded()
    with bulk("look", write=False) as session:
        marks = session.execute(
            select(CheckMark.item, CheckMark.points, CheckMark.most, CheckMark.note)
            .where(CheckMark.check_id == check).order_by(CheckMark.item)
        ).all()  # fmt: skip
        assert [tuple(mark) for mark in marks] == [("greeting", 6, 12, "无人"), ("manner", 10, 10, None)]
        version = rulebook().entry("quality.form.mystery", today()).version
        assert session.get_one(ServiceCheck, check).form == version


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"branch_id": None}, "branch_id"),
        ({"checked_on": None}, "checked_on"),
        ({"checked_on": today() + timedelta(days=1)}, "checked_on"),
        ({"marks": {}}, "marks"),
        ({"marks": {"greeting": None}}, "marks"),
        ({"marks": {"greeting": 13}}, "marks"),
        ({"marks": {"greeting": -1}}, "marks"),
        ({"marks": {"records": 1}}, "marks"),  # of another form
        ({"inspector": "长" * 81}, "inspector"),
        ({"notes": {"greeting": "长" * 201}}, "notes"),
    ],
)
def test_what_a_form_must_say(sqlite_bank: SmallBank, changes: dict[str, Any], field: str) -> None:
    assert FORM.problems(today(), rulebook()) == []
    assert [one.field for one in replace(FORM, **changes).problems(today(), rulebook())] == [field]
    with pytest.raises(Refused):
        recorded(form=replace(FORM, **changes))


@pytest.mark.parametrize(
    ("login", "form", "may"),
    [
        ("crm.zhao", FORM, True),
        ("crm.zhao", replace(SELF, branch_id=SOUTH), True),
        ("head.wang", SELF, True),
        ("head.wang", FORM, False),
        ("head.wang", replace(SELF, branch_id=SOUTH), False),
        ("rm.zhang", SELF, False),
        ("care.chen", SELF, False),
        ("exec.zhou", FORM, False),
        ("legal.qian", FORM, False),
    ],
)
def test_who_records_what(bank: SmallBank, login: str, form: CheckForm, may: bool) -> None:
    if may:
        assert recorded(login, form)
        return
    with pytest.raises(Refused):
        recorded(login, form)


def test_one_taken_back_counts_nowhere_and_stays_readable(bank: SmallBank) -> None:
    first, second = recorded(), recorded(form=replace(FORM, marks={"greeting": 12}))
    with pytest.raises(Refused):
        void("head.wang", first, 1)
    with pytest.raises(Conflict):
        void("crm.zhao", first, 2)
    void("crm.zhao", first, 1)
    with pytest.raises(Refused):
        void("crm.zhao", first, 2)
    wanted = Wanted("mystery", NORTH, since=today())
    (row,) = read("crm.zhao", check_lists.by_branch(wanted, [Quarter.of(today())]))
    assert (row.checks, row.points, row.most) == (1, 12, 12)
    (item,) = read("crm.zhao", check_lists.by_item(wanted, 60))
    assert (item.item, item.marks, item.points, item.most, item.poor) == ("greeting", 1, 12, 12, 0)
    listed = read("head.wang", check_lists.listed(wanted))
    assert {row.id: row.voided_on for row in listed} == {first: today(), second: None}


def void(login: str, check: int, version: int) -> None:
    with open_session(scope(login), "satisfaction", write=True) as session:
        checks.void(session, check, version, "录入错误")


def test_the_weakest_item_is_on_top_and_sums_are_of_points(bank: SmallBank) -> None:
    recorded(form=replace(FORM, marks={"greeting": 3, "manner": 10}))
    recorded(form=replace(FORM, marks={"greeting": 9, "manner": 2}))
    recorded(form=replace(FORM, branch_id=SOUTH, marks={"greeting": 12}))
    rows = read("crm.zhao", check_lists.by_item(Wanted("mystery", None, today()), 60))
    assert [(row.item, row.points, row.most, row.poor) for row in rows] == [
        ("manner", 12, 20, 1), ("greeting", 24, 36, 1),
    ]  # fmt: skip
    own = read("rm.zhang", check_lists.by_item(Wanted("mystery", None, today()), 60))
    assert [(row.item, row.points) for row in own] == [("greeting", 12), ("manner", 12)]


@pytest.mark.parametrize(
    ("marks", "points", "most", "passed", "poor"),
    [
        ({}, 0, 0, False, ()),
        ({"a": (17, 20)}, 17, 20, True, ()),  # on the very line
        ({"a": (169, 200)}, 169, 200, False, ()),
        ({"a": (6, 10), "b": (5, 10), "c": (0, 10)}, 11, 30, False, ("c", "b")),
    ],
)
def test_what_marks_come_to(
    marks: dict[str, tuple[int, int]], points: int, most: int, passed: bool, poor: tuple[str, ...]
) -> None:
    from lib.rulebook import Rulebook, shipped_rows

    score = score_of(marks, Rulebook(shipped_rows()), date(2026, 11, 22))
    assert (score.points, score.most, score.passed, score.poor) == (points, most, passed, poor)
    assert (score.share is None) == (most == 0)
