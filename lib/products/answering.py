"""The risk questionnaire: what it asks, when it may be answered again, and taking it; nobody types a level.

Law: 金融机构产品适当性管理办法 (yearly, at most so often; no leading the customer to a result).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select

from lib.rulebook import Rulebook
from lib.settings import bank_day, business_now, day_start, today
from lib.store.book import rulebook
from lib.store.capacity import append_test
from lib.store.family import family_of
from lib.store.ids import new_id
from lib.store.models import CapacityTest, Customer, Staff
from lib.store.questionnaire import Result, result_of, unanswered
from lib.store.session import Conflict, Refused, StoreSession
from lib.store.suitability import age_on
from lib.words import _, codes, day, integer, name, translate
from lib.work.months import months_later

RULE, LIMITS = "capacity.questionnaire", "capacity.limits"
_YEAR = 12  # months over which answers are counted


def valid_until(answered: date, book: Rulebook) -> date:
    """The last day a questionnaire answered on a day holds, by rule `capacity.valid_months`."""
    return months_later(answered, book.value("capacity.valid_months", answered))


def questions(book: Rulebook, on: date) -> list[tuple[str, str, dict[str, str]]]:
    """What is asked, in its order: code, question, and the options by code, in the reader's language; no points."""
    asked = book.value(RULE, on)["questions"]
    return [(one["code"], translate(one["name"]), {o["code"]: translate(o["name"]) for o in one["options"]})
            for one in asked]  # fmt: skip


def problems(answers: Mapping[str, str], channel: str, born: date | None, book: Rulebook, on: date) -> list[str]:
    """What keeps answers from being sent, as sentences: every question is needed, and the age is the customer's."""
    rule = book.value(RULE, on)
    order = [one["code"] for one in rule["questions"]]
    missing = [integer(order.index(code) + 1) for code in unanswered(answers, rule) if code in order]
    found = [_("第 {numbers} 题还没有作答。").format(numbers=_("、").join(missing))] if missing else []
    if channel not in codes("capacity_channel"):
        found.append(_("请选择测评在哪里进行。"))
    if born is None or "own_age" not in answers:
        return found
    age = age_on(born, on)
    said = next((one for one in rule["ages"] if one["option"] == answers["own_age"]), None)
    if said is not None and not said["from"] <= age < said["below"]:
        found.append(_("年龄一题与登记的出生日期（{n} 岁）不符。").format(n=age))
    return found


def next_possible(answered: Sequence[datetime], book: Rulebook, on: date) -> date:
    """The first day, from `on`, on which one more questionnaire may be answered (rule capacity.limits)."""
    limits = book.value(LIMITS, on)
    days = sorted(bank_day(at) for at in answered)
    first = on + timedelta(days=1) if days.count(on) >= limits["a_day"] else on
    counted = [one for one in days if months_later(one, _YEAR) > first]
    over = len(counted) - limits["in_twelve_months"]
    return first if over < 0 else max(first, months_later(counted[over], _YEAR))


def too_often(answered: Sequence[datetime], book: Rulebook, on: date) -> str | None:
    """Why no questionnaire may be answered today, with the day it may; None if it may."""
    possible = next_possible(answered, book, on)
    if possible <= on:
        return None
    limits = book.value(LIMITS, on)
    said = _("测评一天内不超过 {day} 次、十二个月内不超过 {year} 次：最早可在 {on} 再做。")
    return said.format(day=limits["a_day"], year=limits["in_twelve_months"], on=day(possible))


def tests(ids: Sequence[int]) -> Select:
    """The questionnaires answered, the newest first, as `CapacityTest`, and who took each as `staff`."""
    row = CapacityTest
    query = select(row, Staff.name.label("staff")).outerjoin(Staff, Staff.id == row.staff_id)
    return query.where(row.customer_id.in_(ids)).order_by(row.answered_at.desc(), row.id.desc())


def answered_at(ids: Sequence[int], on: date) -> Select:
    """When questionnaires were answered in the twelve months that count."""
    since = day_start(months_later(on, -_YEAR) - timedelta(days=1))
    return select(CapacityTest.answered_at).where(CapacityTest.customer_id.in_(ids), CapacityTest.answered_at >= since)


def take(
    session: StoreSession, customer_id: int, read_version: int, answers: Mapping[str, str], channel: str, form_key: str
) -> CapacityTest:
    """Keep the answers of a person within reach; the level that follows from them holds from now on.

    The same form gives the same questionnaire. Raises Refused with the problems of the answers, out of reach, for a
    firm or a record that was merged, and over the limits with the day it is possible again; Conflict when the
    customer was saved since `read_version`.
    """
    customer, on = _person(session, customer_id), today()
    known = session.scalars(select(CapacityTest).where(
        CapacityTest.customer_id == customer_id, CapacityTest.form_key == form_key)).first()  # fmt: skip
    if known is not None:
        return known
    book = rulebook()
    wrong = problems(answers, channel, customer.birth_date, book, on)
    often = too_often(session.scalars(answered_at(family_of(session, customer_id), on)).all(), book, on)
    if wrong or often:
        raise Refused("".join(wrong) or str(often))
    if customer.version != read_version:
        raise Conflict({"risk_capacity": customer.risk_capacity}, customer.version)
    rule = book.entry(RULE, on)
    found = result_of(answers, rule.value)
    test = CapacityTest(
        customer_id=customer_id, id=new_id(), answered_at=business_now(), answers=dict(answers), score=found.score,
        level=found.level, valid_until=valid_until(on, book), channel=channel, rule_version=rule.version,
        staff_id=session.scope.staff_id, form_key=form_key,
    )  # fmt: skip
    append_test(session, customer, test)
    return test


def _person(session: StoreSession, customer_id: int) -> Customer:
    """The person, locked until the transaction ends, so that no two questionnaires slip through one limit."""
    mine = select(Customer).where(Customer.customer_id == customer_id).with_for_update(of=Customer)
    customer = session.scalars(mine.execution_options(populate_existing=True)).one_or_none()
    if customer is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.kind != "personal":
        raise Refused(_("企业客户不做个人风险承受能力测评。"))
    if customer.merged_into_id is not None:
        raise Refused(_("这位客户已并入另一条记录，请在保留的记录上办理。"))
    if customer.stage == "outsider":
        raise Refused(_("非本行客户不登记这类记录。"))
    return customer


def reasons_of(test: CapacityTest, book: Rulebook) -> list[str]:
    """Why the answers came to this level, as sentences; empty where the rule they were judged by is not known."""
    entry = next((one for one in book.history("rule", RULE) if one.version == test.rule_version), None)
    if entry is None or unanswered(test.answers, entry.value):
        return []
    found = result_of(test.answers, entry.value)
    start = next(band["from"] for band in entry.value["bands"] if band["code"] == found.reached)
    told = _("合计 {score} 分，{start} 分起为 {level}。")
    said = [told.format(score=found.score, start=start, level=name("risk_capacity", found.reached))]
    return said + [_limit(one, found, entry.value) for one in found.limits]


def _limit(limit: tuple[str, str], found: Result, rule: Mapping[str, object]) -> str:
    asked: dict[str, dict[str, str]] = {
        one["code"]: {o["code"]: o["name"] for o in one["options"]}
        for one in rule["questions"]  # type: ignore[attr-defined]
    }
    most = next(cap["most"] for cap in rule["caps"] if (cap["question"], cap["option"]) == limit)  # type: ignore[attr-defined]
    said = _("“{question}”答“{answer}”，最高为 {most}。")
    return said.format(question=name("capacity_question", limit[0]), answer=translate(asked[limit[0]][limit[1]]),
                       most=name("risk_capacity", most))  # fmt: skip
