"""Enquiries and breakpoints on the page: every role's list, one form at the counter, a case by its address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.enquiries.steps import StepForm
from lib.settings import business_now
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import LI, OTHER, OWN, PEER, SmallBank, number_of
from tests.enquiries.rows import ANSWERED, REPAIRED, TOLD, handed, registered, stored, taken
from tests.screen import application, page, words_of

FILE = "service/complaints.py"
DAY = timedelta(days=1)


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page(FILE, login, locale, **query)


def numbers(at: AppTest) -> list[str]:
    return next((list(frame.value["number"]) for frame in at.dataframe if "number" in frame.value), [])


def said(at: AppTest) -> str:
    return words_of(at).replace("\\", "")


@pytest.fixture
def known(sqlite_bank: SmallBank) -> dict[str, str]:
    """Enquiries and a breakpoint of both branches, by what each is."""
    return {
        "late": registered(received_at=business_now() - 2 * DAY),
        "calm": registered("rm.gao", customer=number_of(PEER)),
        "south": registered("rm.li", customer=number_of(OTHER)),
        "settled": registered(**ANSWERED),
        "broken": registered(kind="breakpoint", received_at=business_now() - DAY * 3),
    }


SEEN = {
    "rm.zhang": ["late"], "rm.gao": ["calm"], "rm.li": ["south"], "head.wang": ["late", "calm"], "head.zhu": ["south"],
    "care.chen": [], "crm.zhao": ["late", "calm", "south"], "legal.qian": ["late", "calm", "south"],
}  # fmt: skip


@pytest.mark.parametrize("login", SEEN)
def test_each_sees_the_open_ones_of_the_own_scope(known: dict[str, str], login: str) -> None:
    at = opened(login, kind="enquiry")
    assert numbers(at) == [known[one] for one in SEEN[login]]
    may = login != "legal.qian"
    assert ("＋ 登记咨询" in [link.proto.label for link in at.get("page_link")]) == may
    if not SEEN[login]:
        assert "没有未答复的咨询" in said(at)


def test_leadership_reads_counts_and_no_enquiry(known: dict[str, str]) -> None:
    at = opened("exec.zhou", kind="enquiry")
    assert numbers(at) == [] and known["late"] not in said(at)
    assert "matters" not in [one.key for one in at.get("segmented_control")]
    assert known["late"] not in said(opened("exec.zhou", case=known["late"]))


@pytest.mark.parametrize("login", ["product.he", "check.sun", "admin.wu"])
def test_posts_without_the_page_cannot_open_it(known: dict[str, str], login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page(f"../../pages/{FILE}")


def test_the_filters_are_in_the_address(known: dict[str, str]) -> None:
    assert numbers(opened("head.wang", kind="enquiry", clock="overdue")) == [known["late"]]
    assert numbers(opened("head.wang", kind="enquiry", state="all", what="answered")) == [known["settled"]]
    assert numbers(opened("rm.gao", kind="enquiry", whose="mine")) == [known["calm"]]
    assert numbers(opened("head.wang", kind="breakpoint")) == [known["broken"]]
    late = next(card for card in opened("head.wang", kind="enquiry").metric if card.label == "逾期未答复")
    assert late.value == ":red[1]"


def test_the_complaints_stay_what_they_were(known: dict[str, str]) -> None:
    at = opened("crm.zhao")
    assert not set(known.values()) & set(numbers(at))
    assert next(card for card in at.metric if card.label == "未办结").value == "5"


def filled(at: AppTest, kind: str, customer: int, **texts: str) -> AppTest:
    """Fill in the registration of a kind for a customer; texts by field."""
    key = f"{kind}-{number_of(customer)}"
    at.selectbox(key=f"{key}-business").set_value("deposit")
    for field, text in texts.items():
        at.text_area(key=f"{key}-{field}").set_value(text)
    return at


def test_at_the_counter_one_form_settles_it(sqlite_bank: SmallBank) -> None:
    at = opened("rm.zhang", register="1", kind="enquiry", customer=number_of(OTHER))
    assert "个人 24 小时、企业 24 小时内答复" in said(at) and "秦岭" not in said(at)
    filled(at, "enquiry", OTHER, summary="问利率", answer="1.75%")
    at.button(key=f"enquiry-{number_of(OTHER)}-save").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        case = session.scalars(select(m.Case).where(m.Case.kind == "enquiry")).one()
    assert (case.state, case.outcome, case.customer_id, case.handler_id) == ("closed", "answered", OTHER, 1)
    assert case.number in said(at) and "按时答复" in said(at)


def test_what_is_missing_is_said_and_nothing_is_lost(sqlite_bank: SmallBank) -> None:
    at = opened("rm.zhang", register="1", kind="enquiry", customer=number_of(OWN))
    filled(at, "enquiry", OWN, answer="1.75%")
    at.button(key=f"enquiry-{number_of(OWN)}-save").click().run()
    assert "请填写“咨询内容”" in [one.value for one in at.error]
    assert at.text_area(key=f"enquiry-{number_of(OWN)}-answer").value == "1.75%"


def test_a_breakpoint_is_registered_and_runs_its_clock(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen", register="1", kind="breakpoint", customer=number_of(OWN))
    at.selectbox(key=f"breakpoint-{number_of(OWN)}-step").set_value("lending")
    filled(at, "breakpoint", OWN, summary="材料停留五天", concerned="三位申请人")
    at.button(key=f"breakpoint-{number_of(OWN)}-save").click().run()
    assert not at.exception
    assert "告知客户的时限" in said(at) and "剩 " in said(at) and "三位申请人" in said(at) and "贷款审批" in said(at)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_address_of_a_case_opens_it_with_its_clock_and_rule(known: dict[str, str], locale: str) -> None:
    at = opened("rm.zhang", locale, case=known["late"])
    assert known["late"] in said(at) and "enquiry.answer@always" in said(at)
    assert ("逾期 1 天" if locale == "zh_CN" else "1 d over") in said(at)
    for other in ("rm.li", "care.chen"):
        assert known["late"] not in said(opened(other, case=known["late"]))


def test_answering_on_the_page_closes_it(known: dict[str, str]) -> None:
    number = known["late"]
    at = opened("rm.zhang", case=number)
    key = f"enquiry-answered-{number}-{stored(number).version}"
    at.text_area(key=f"{key}-answer").set_value("可提前支取")
    at.button(key=f"{key}-save").click().run()
    assert not at.exception and "已办结" in said(at) and stored(number).outcome == "answered"


def test_handing_over_on_the_page_needs_its_reason(known: dict[str, str]) -> None:
    number = registered("rm.zhang", customer=number_of(OTHER))
    at = opened("rm.zhang", case=number)
    key = f"hand-over-{number}-{stored(number).version}"
    to = next(one for one in at.selectbox(key=f"{key}-to").options if "李娜" in one)
    at.selectbox(key=f"{key}-to").set_value(to)
    at.button(key=f"{key}-save").click().run()
    assert "请写明移交理由。" in [one.value for one in at.error] and stored(number).handler_id == 1
    at.text_area(key=f"{key}-reason").set_value("客户在城南管户")
    at.button(key=f"{key}-save").click().run()
    assert stored(number).handler_id == LI and "由李娜处理" in said(at) and "客户在城南管户" in said(at)
    assert "你是首问责任人" in said(at)
    assert numbers(opened("rm.zhang", kind="enquiry", whose="handed")) == [number]


def test_who_repaired_it_is_told_who_verifies(sqlite_bank: SmallBank) -> None:
    number = registered(kind="breakpoint")
    taken(number, TOLD)
    taken(number, REPAIRED)
    assert "修复由修复人以外的人核验" in said(opened("rm.zhang", case=number))
    at = opened("head.wang", case=number)
    key = f"breakpoint-closed-{number}-{stored(number).version}"
    at.text_area(key=f"{key}-result").set_value("抽查三笔正常")
    at.button(key=f"{key}-save").click().run()
    assert stored(number).state == "closed" and "已核验" in said(at)


def test_an_interest_in_a_product_becomes_something_to_do(sqlite_bank: SmallBank) -> None:
    number = registered(**{**ANSWERED, "outcome": "product_interest"}, next_step="周五介绍大额存单")
    at = opened("rm.zhang", case=number)
    at.button(key=f"follow-up-{number}-save").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        item = session.scalars(select(m.DueItem).where(m.DueItem.kind == "follow_up")).one()
    assert (item.customer_id, item.title, item.owner_id) == (OWN, "周五介绍大额存单", 1)
    away = registered("rm.zhang", customer=number_of(OTHER), **{**ANSWERED, "outcome": "product_interest"})
    assert "请客户经理按适当性要求跟进" in said(opened("rm.zhang", case=away))


def test_a_complaint_from_an_enquiry_is_linked_both_ways(sqlite_bank: SmallBank) -> None:
    number = registered()
    taken(number, StepForm("closed", outcome="complaint", reason="不认可", complaint_reason="fees", demand="退"))
    with bulk("look", write=False) as session:
        opened_ = session.scalars(select(m.Case.number).where(m.Case.origin_id == stored(number).id)).one()
    links = [link.proto.label.replace("\\", "") for link in opened("rm.zhang", case=number).get("page_link")]
    assert f"由此另立 投诉 {opened_} 已登记" in links
    links = [link.proto.label.replace("\\", "") for link in opened("rm.zhang", case=opened_).get("page_link")]
    assert f"来自 咨询 {number} 已办结" in links


def test_the_portrait_shows_them_and_offers_to_register(known: dict[str, str]) -> None:
    at = page("customers/portrait.py", "rm.zhang", customer=number_of(OWN))
    links = [link.proto.label.replace("\\", "") for link in at.get("page_link")]
    assert f"咨询 {known['late']} · 待答复" in links and f"服务断点 {known['broken']} · 已发现" in links
    assert "登记咨询" in links
    at = page("customers/portrait.py", "legal.qian", customer=number_of(OWN))
    assert "登记咨询" not in [link.proto.label for link in at.get("page_link")]
    handed(known["broken"], 13, "rm.zhang")
    assert stored(known["broken"]).handler_id == 13
