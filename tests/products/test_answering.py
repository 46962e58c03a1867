"""The questionnaire: every question, its points and caps, how often it may be answered, taking it once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st
from sqlalchemy import select, update

from lib import words
from lib.products import answering
from lib.rulebook import Rulebook, shipped_rows
from lib.settings import bank_day, day_start, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.questionnaire import result_of, unanswered
from lib.store.session import Conflict, Refused, open_session
from lib.work.months import months_later
from tests.cast import FIRM, OTHER, OUTSIDER, OWN, PEER, SmallBank, scope
from tests.products.rows import C1, C4, given, products, rows_of, stored
from tests.store.test_together import at_once

BOOK = Rulebook(shipped_rows())
DAY = date(2026, 6, 15)
RULE = BOOK.value(answering.RULE, DAY)


def uniform(option: str, **more: str) -> dict[str, str]:
    return {one["code"]: option for one in RULE["questions"]} | more


@pytest.mark.parametrize(("answers", "score", "level", "limits"), [
    (C4, 79, "C4", 0),
    (C1, 72, "C1", 1),
    (uniform("a"), 22, "C1", 0),
    (uniform("d", own_age="b", invested_share="c", own_debt="a"), 100, "C5", 0),
    (uniform("d", own_age="b", invested_share="c", own_debt="a", loss="a"), 90, "C1", 1),
    (uniform("d", invested_share="c", own_debt="a"), 90, "C3", 1),  # 65 or older
    (uniform("d", own_age="b", invested_share="c", own_debt="a", experience="a"), 90, "C3", 1),
    (uniform("d", own_age="b", invested_share="c", own_debt="a", attitude="a", loss="a"), 80, "C1", 2),
])  # fmt: skip
def test_points_levels_and_what_limits_them(answers: dict[str, str], score: int, level: str, limits: int) -> None:
    found = result_of(answers, RULE)
    assert (found.score, found.level, len(found.limits)) == (score, level, limits)


@pytest.mark.parametrize(("score", "level"), [
    (24, "C1"), (25, "C2"), (44, "C2"), (45, "C3"), (64, "C3"), (65, "C4"), (84, "C4"), (85, "C5"),
])  # fmt: skip
def test_the_edges_of_the_bands(score: int, level: str) -> None:
    rule = {**RULE, "caps": [], "questions": [{"code": "q", "options": [{"code": "a", "points": score}]}]}
    assert result_of({"q": "a"}, rule).level == level


def test_one_more_point_never_lowers_the_level() -> None:
    """Over every pair of answers to two questions, the others as they are and without caps."""
    rule = {**RULE, "caps": []}
    results = [result_of(C4 | {"loss": a, "purpose": b}, rule) for a, b in product("abcd", "abcd")]
    found = sorted((one.score, one.level) for one in results)
    assert [level for _score, level in found] == sorted(level for _score, level in found)


@pytest.mark.parametrize("answers", [{}, C4 | {"loss": "z"}, {k: C4[k] for k in C4 if k != "loss"}, C4 | {"x": "a"}])
def test_every_question_is_needed(answers: dict[str, str]) -> None:
    assert unanswered(answers, RULE)
    with pytest.raises(ValueError, match="not answered"):
        result_of(answers, RULE)


@pytest.mark.parametrize(("born", "option", "wrong"), [
    (date(1980, 5, 1), "b", 0), (date(1980, 5, 1), "a", 1), (date(1995, 6, 15), "b", 0), (date(1995, 6, 16), "b", 1),
    (date(1961, 6, 15), "d", 0), (date(1961, 6, 16), "d", 1), (None, "d", 0),
])  # fmt: skip
def test_the_age_is_the_customers(born: date | None, option: str, wrong: int) -> None:
    assert len(answering.problems(C4 | {"own_age": option}, "branch", born, BOOK, DAY)) == wrong


def test_what_is_missing_is_named_by_its_number() -> None:
    [said] = answering.problems({k: C4[k] for k in C4 if k not in ("own_debt", "loss")}, "branch", None, BOOK, DAY)
    assert said == "第 4、10 题还没有作答。"
    assert len(answering.problems(C4, "", None, BOOK, DAY)) == 1


def at(*days: date) -> list[datetime]:
    return [day_start(day) + timedelta(hours=3) for day in days]


@pytest.mark.parametrize(("days", "first"), [
    ([], DAY),
    ([DAY], DAY),
    ([DAY, DAY], date(2026, 6, 16)),
    ([date(2026, 6, 14)] * 2, DAY),
    ([date(2026, 1, 10)] * 8, date(2027, 1, 10)),
    ([date(2025, 6, 15)] * 8, DAY),  # twelve months ago to the day: they no longer count
    ([date(2025, 6, 16)] * 8, date(2026, 6, 16)),
    ([date(2025, 7, 1), *[date(2026, 2, 1)] * 7], date(2026, 7, 1)),
    ([date(2025, 7, 1), date(2025, 8, 1), *[date(2026, 2, 1)] * 7], date(2026, 8, 1)),
    ([*[date(2026, 2, 1)] * 6, DAY, DAY], date(2027, 2, 1)),
])  # fmt: skip
def test_at_most_two_a_day_and_eight_in_twelve_months(days: list[date], first: date) -> None:
    assert answering.next_possible(at(*days), BOOK, DAY) == first


@tried(st.lists(st.integers(0, 500), max_size=25))
def test_on_the_day_named_it_is_possible_and_the_day_before_it_is_not(back: list[int]) -> None:
    days = [DAY - timedelta(days=one) for one in back]
    first = answering.next_possible(at(*days), BOOK, DAY)

    def possible(on: date) -> bool:
        return days.count(on) < 2 and sum(months_later(day, 12) > on for day in days) < 8

    assert possible(first)
    assert all(not possible(DAY + timedelta(days=n)) for n in range((first - DAY).days))


def test_a_year_from_the_day() -> None:
    assert answering.valid_until(date(2028, 2, 29), BOOK) == date(2029, 2, 28)


def test_no_question_shows_points_and_every_text_has_its_english() -> None:
    asked = answering.questions(BOOK, DAY)
    assert len(asked) == 10 and all(len(options) >= 2 for _code, _text, options in asked)
    texts = [text for _code, text, options in asked for text in (text, *options.values())]
    assert not any("分" in text for text in texts)
    assert [text for text in texts if text not in words.catalogue("en")] == []


def take(login: str = "rm.zhang", customer_id: int = OWN, key: str = "once", **answers: str) -> m.CapacityTest:
    version = stored(customer_id).version
    with open_session(scope(login), "portrait", write=True) as session:
        return answering.take(session, customer_id, version, C4 | answers, "branch", key)


@pytest.fixture
def ready(bank: SmallBank) -> SmallBank:
    products()
    given(birth_date=date(today().year - 40, 1, 1))
    return bank


def test_taken_once_for_one_form(ready: SmallBank) -> None:
    first, again = take(), take()
    assert first.id == again.id and len(rows_of(m.CapacityTest)) == 1
    customer = stored()
    assert (customer.risk_capacity, customer.risk_capacity_until) == (
        "C4", answering.valid_until(today(), rulebook()))  # fmt: skip
    assert bank_day(first.answered_at) == today() and first.staff_id == scope("rm.zhang").staff_id
    assert answering.reasons_of(first, rulebook()) == ["合计 79 分，65 分起为 C4 进取型。"]


def test_the_reasons_name_what_limits_the_level(ready: SmallBank) -> None:
    made = take(loss="a")
    assert answering.reasons_of(made, rulebook())[1:] == ["“可承受的损失”答“不能承受任何损失”，最高为 C1 保守型。"]
    made.rule_version = "capacity.questionnaire@1999-01-01"
    assert answering.reasons_of(made, rulebook()) == []


def test_over_the_limits_it_says_when(ready: SmallBank) -> None:
    take(key="1")
    take(key="2")
    with pytest.raises(Refused, match=f"最早可在 {today() + timedelta(days=1)} 再做"):
        take(key="3")
    with bulk("test") as session:  # yesterday's do not count for today, and those of a merged record count too
        moved = day_start(today() - timedelta(days=1))
        session.rows(update(m.CapacityTest).values(answered_at=moved))
        session.rows(update(m.Customer).where(m.Customer.customer_id == PEER).values(merged_into_id=OWN))
        for number in range(6):
            row = session.scalars(select(m.CapacityTest).limit(1)).one()
            session.add(m.CapacityTest(customer_id=PEER, id=5_000 + number, answered_at=moved, answers=row.answers,
                                       score=79, level="C4", valid_until=today(), channel="branch", rule_version="x",
                                       staff_id=1))  # fmt: skip
    with pytest.raises(Refused, match="十二个月内不超过 8 次"):
        take("head.wang", key="4")


def test_two_at_once_do_not_slip_through_the_limit(ready: SmallBank) -> None:
    take(key="1")
    answers = at_once(4, lambda place: take("rm.zhang", key=f"at-once-{place}"))
    assert sum(isinstance(one, m.CapacityTest) for one in answers) == 1
    assert len(rows_of(m.CapacityTest)) == 2


def test_stale_is_a_conflict(ready: SmallBank) -> None:
    version = stored().version
    take(key="1")
    with pytest.raises(Conflict), open_session(scope("head.wang"), "portrait", write=True) as session:
        answering.take(session, OWN, version, C4, "branch", "2")


@pytest.mark.parametrize(("login", "customer"), [
    ("rm.zhang", OTHER), ("rm.zhang", FIRM), ("care.chen", OWN), ("legal.qian", OWN), ("exec.zhou", OWN),
    ("product.he", OWN), ("crm.zhao", OUTSIDER),
])  # fmt: skip
def test_nobody_else(ready: SmallBank, login: str, customer: int) -> None:
    with pytest.raises(Refused):
        take(login, customer)


def test_not_for_a_merged_record(ready: SmallBank) -> None:
    given(merged_into_id=PEER)
    with pytest.raises(Refused, match="已并入"):
        take("head.wang")
