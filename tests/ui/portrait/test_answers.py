"""满意度 on the portrait: what was answered, the way to an open invitation, and what is said of one's own accord."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import OWN, SmallBank, number_of
from tests.satisfaction.rows import answered, invited, nobody_asked
from tests.screen import page, words_of

RECORDS = "关系与记录"


def portrait(login: str) -> object:
    at = page("customers/portrait.py", login, customer=number_of(OWN))
    at.session_state["portrait-tab"] = RECORDS
    return at.run()


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao"])
def test_answers_stand_with_their_words(sqlite_bank: SmallBank, login: str) -> None:
    nobody_asked()
    answered(OWN, 3, 9, verbatim="等候略久")
    waiting = invited(OWN)
    at = portrait(login)
    (shown,) = [one.value for one in at.dataframe if "verbatim" in one.value]  # type: ignore[attr-defined]
    assert list(shown["overall"].fillna(0)) == [0, 3] and list(shown["verbatim"])[1] == "等候略久"
    assert any(str(waiting) in str(one.proto.query_string) for one in at.get("page_link"))  # type: ignore[attr-defined]


def test_leadership_reads_the_count_only(sqlite_bank: SmallBank) -> None:
    nobody_asked()
    answered(OWN, 3, verbatim="等候略久")
    at = portrait("exec.zhou")
    assert "等候略久" not in words_of(at) and not [  # type: ignore[arg-type]
        one for one in at.dataframe if "verbatim" in one.value]  # type: ignore[attr-defined]  # fmt: skip


def test_what_is_said_unasked_is_entered(sqlite_bank: SmallBank) -> None:
    nobody_asked()
    at = portrait("rm.zhang")
    (box,) = [one for one in at.expander if "主动评价" in one.label]  # type: ignore[attr-defined]
    assert box is not None
    with bulk("look", write=False) as session:
        assert session.scalars(select(m.SurveyAnswer)).all() == []
