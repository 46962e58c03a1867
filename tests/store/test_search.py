"""Finding people by name: characters, pinyin, initials; and nothing typed breaks or widens the question."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import text
from sqlalchemy import select

from lib.store.bulk import bulk
from lib.store.models import Customer
from lib.store.search import matches, query_of, words_of
from lib.store.session import open_session
from tests.cast import CUSTOMERS, FIRM, OTHER, OUTSIDER, OWN, PEER, SmallBank, scope

FOUND = [
    ("欧阳", {OWN}), ("小明", {OWN}), ("阳小", {OWN}), ("明", {OWN}), ("明小", set()), ("欧明", set()),
    ("ouyang", {OWN}), ("ouyangxiaoming", {OWN}), ("oyxm", {OWN}), ("oyx", {OWN}), ("OYXM", {OWN}),
    ("xiao ming", {OWN}),
    ("jiang", {FIRM}), ("江河 机械", {FIRM}), ("机械 江河", {FIRM}), ("jhjxyxgs", {FIRM}), ("mengfang", {PEER}),
    ("qinling", {OTHER}), ("lurenjia", {OUTSIDER}), ("路人甲", {OUTSIDER}), ("秦 欧", set()), ("zzzz", set()),
    ("欧阳 xiao", {OWN}), ("  欧阳  ", {OWN}),
]  # fmt: skip
HOSTILE = ["", " ", "'", '"', "''", '""', "*", "-", "( ", "NEAR(", "AND", "OR NOT", "a OR b", "欧*", '欧"',
           "欧' OR 1=1 --", "!", "&", "|", "<->", ":*", "\\", "欧\\", "\x00", "%", "_", "^欧", "words:欧", "{", "🙂",
           "a" * 5000, "欧" * 500]  # fmt: skip


def found(login: str, typed: str) -> set[int]:
    with open_session(scope(login), "test") as session:
        return set(session.scalars(select(Customer.customer_id).where(matches(Customer.customer_id, typed))))


def test_what_is_found_by_what_is_typed(bank: SmallBank) -> None:
    assert {typed: found("crm.zhao", typed) for typed, _ids in FOUND} == dict(FOUND)


def test_search_stays_within_the_scope(bank: SmallBank) -> None:
    assert found("rm.li", "ouyang") == set() and found("rm.li", "秦") == {OTHER}


def test_nothing_typed_breaks_it(bank: SmallBank) -> None:
    everyone = set(CUSTOMERS)
    for typed in HOSTILE:
        assert found("crm.zhao", typed) < everyone, typed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text(max_size=30))
def test_whatever_is_typed(bank: SmallBank, typed: str) -> None:
    if not query_of(typed):
        assert found("crm.zhao", typed) == set()
    else:
        found("crm.zhao", typed)


def test_a_changed_name_is_found_and_the_old_one_is_not(bank: SmallBank) -> None:
    with bulk("rename") as session:
        session.index_names([(OWN, "司马光")])
    assert (found("crm.zhao", "司马"), found("crm.zhao", "smg"), found("crm.zhao", "欧阳")) == ({OWN}, {OWN}, set())
    with bulk("forget") as session:
        session.forget_names([OWN])
    assert found("crm.zhao", "司马") == set()


@pytest.mark.parametrize(
    ("name", "words"),
    [("张三丰", ["张", "三", "丰", "zhang", "san", "feng", "zhangsanfeng", "zsf"]),
     ("A-b 9", ["a", "b", "9"]), ("", []), ("王Tom", ["王", "wang", "wang", "w", "tom"]),
     ("𠮷野", ["𠮷", "野", "𠮷", "ye", "𠮷ye", "𠮷y"])],
)  # fmt: skip
def test_words_of_a_name(name: str, words: list[str]) -> None:
    assert words_of(name) == words
