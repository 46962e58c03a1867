"""客户画像: who sees what of a customer, and what may be done there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.customers.rules import ProfileForm
from lib.customers.write import edit_profile
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.session import open_session
from lib.ui import nav
from tests import cast
from tests.screen import application, page, words_of

YUAN = 100
TOLD = (m.Account, m.Holding, m.Transaction, m.BalanceMonth, m.CustomerTag, m.Contact, m.LifeEvent, m.CustomerQuarter)
AUM = (300_000, 420_000, 480_000, 462_000)


@pytest.fixture
def rich(sqlite_bank: cast.SmallBank) -> Iterator[None]:
    """OWN with four quarters of facts, money and a story; FIRM with its figures."""
    with bulk("test") as session:
        for table in TOLD:
            for row in session.query(table).filter_by(customer_id=cast.OWN):
                session.delete(row)
        session.flush()
        _facts(session)
        _money(session)
        _story(session)
    yield


def _facts(session: Any) -> None:
    now = Quarter.of(today())
    for i, aum in enumerate(AUM):
        quarter = str(now.shift(i + 1 - len(AUM)))
        session.merge(cast.filled(m.QuarterRun, quarter=quarter, version=1, state="open"))
        figures = {"aum_fen": aum * YUAN, "deposits_fen": aum * YUAN, "contribution_fen": 1000 * YUAN}
        codes = {"tier": "vip", "tier_reached": "potential", "kind": "personal", "watch": int(i == 3)}
        session.add(
            cast.filled(m.CustomerQuarter, customer_id=cast.OWN, quarter=quarter, version=1, **figures, **codes)
        )
    owner = session.get(m.Customer, cast.OWN)
    owner.tier, owner.tier_since, owner.risk_rating = "vip", "2025Q3", "middle"
    owner.risk_capacity, owner.risk_capacity_until = "C3", today() - timedelta(days=1)
    owner.verified_on, owner.birth_date, owner.preferred_channel = today(), date(1980, 5, 1), "wechat"
    firm = session.get(m.Customer, cast.FIRM)
    firm.industry, firm.employees, firm.revenue_fen = "manufacturing", 1000, 40_000 * 10_000 * YUAN


def _money(session: Any) -> None:
    session.add(m.Product(id=2, code="W1", name="稳健理财 90 天", category="wealth", risk_level="R2", currency="CNY"))
    session.flush()
    start = today() - timedelta(days=80)
    common = {"customer_id": cast.OWN, "currency": "CNY", "category": "deposit"}
    session.add(cast.filled(m.Account, id=1, number_masked="622200****0001", product_id=1, opened_on=start, **common))
    holding = {"product_id": 2, "amount_fen": 50_000 * YUAN, "matures_on": today() + timedelta(days=10)}
    session.add(cast.filled(m.Holding, id=1, started_on=start, **common | {"category": "wealth"}, **holding))
    for i, fen in enumerate((900_000, -250_000), 1):
        line = {"account_id": 1, "booked_on": today() - timedelta(days=i), "kind": "cash_in", "counterparty": "对方甲"}
        session.add(cast.filled(m.Transaction, id=i, amount_fen=fen, **common, **line))


def _story(session: Any) -> None:
    tag = {"tag": "long_standing", "family": "life_cycle", "since_day": today()}
    session.add(cast.filled(m.CustomerTag, customer_id=cast.OWN, **tag))
    call = {
        "staff_id": cast.ZHANG,
        "channel": "phone",
        "purpose": "visit",
        "outcome": "reached",
        "note": "谈到女儿留学",
    }
    session.add(cast.filled(m.Contact, customer_id=cast.OWN, id=1, **call))
    session.add(cast.filled(m.LifeEvent, customer_id=cast.OWN, id=1, kind="education", happened_on=date(2026, 2, 1)))


def portrait(login: str, customer: int = cast.OWN, tab: str = "", locale: str = "zh_CN") -> AppTest:
    """The portrait of a customer as a member of the cast sees it, on one of its tabs."""
    at = page("customers/portrait.py", login, locale, customer=cast.number_of(customer))
    if tab:
        at.session_state["portrait-tab"] = tab
        at.run()
    assert not at.exception
    return at


def stored(customer_id: int = cast.OWN) -> m.Customer:
    with bulk("test", write=False) as session:
        return session.get(m.Customer, customer_id)


def ledger(actor: str) -> list[tuple[str, str]]:
    with bulk("test", write=False) as session:
        query = select(m.AccessEntry.what, m.AccessEntry.reason).where(m.AccessEntry.actor == actor)
        return [tuple(row) for row in session.execute(query.order_by(m.AccessEntry.id)) if row.what != "x"]


def sent(at: AppTest) -> str:
    """Everything the server sent for what is on the screen."""
    waiting, said = [at._tree], []
    while waiting:
        node = waiting.pop()
        waiting.extend(getattr(node, "children", {}).values())
        said.append(str(getattr(node, "proto", "")))
        said.append(str(getattr(node, "value", "")) if hasattr(node, "value") else "")
    return "\n".join(said)


# --- who sees what


@pytest.mark.parametrize(
    ("login", "present", "absent"),
    [
        ("rm.zhang", ["欧阳小明", "138****1001"], []),
        ("head.wang", ["欧阳小明"], []),
        ("crm.zhao", ["欧阳小明"], []),
        ("legal.qian", ["欧阳小明"], []),
        ("exec.zhou", ["欧\\*\\*\\*"], ["欧阳小明"]),
        ("care.chen", ["欧阳小明", "仅身份信息和相关投诉"], ["月日均 AUM", "资产"]),
        ("rm.li", ["不在你的权限范围内"], ["欧阳小明", "138****1001"]),
        ("head.zhu", ["不在你的权限范围内"], ["欧阳小明"]),
        ("care.lin", ["不在你的权限范围内"], ["欧阳小明"]),
        ("check.sun", ["客户画像不对该岗位开放"], ["欧阳小明"]),
    ],
)
def test_each_role_sees_its_portrait(rich: None, login: str, present: list[str], absent: list[str]) -> None:
    at = portrait(login)
    told = words_of(at) + " ".join(card.label for card in at.metric)
    assert [word for word in present if word not in told] == []
    assert [word for word in absent if word in told] == []


@pytest.mark.parametrize("role", ["product", "admin"])
def test_who_has_no_business_with_customers_has_no_such_page(role: str) -> None:
    assert "portrait" not in {line.key for line in nav.lines_for(role)}


@pytest.mark.parametrize("tab", ["资产", "收支", "服务记录", "资料"])
@pytest.mark.parametrize("login", ["rm.zhang", "legal.qian", "exec.zhou"])
def test_no_tab_sends_a_phone_or_identity_number_in_clear(rich: None, login: str, tab: str) -> None:
    told = sent(portrait(login, tab=tab))
    assert "1001" in told
    assert cast.phone_of(cast.OWN) not in told and cast.identity_of(cast.OWN) not in told


@pytest.mark.parametrize("tab", ["收支", "服务记录", "资料"])
def test_the_leadership_does_not_see_who_it_is(rich: None, tab: str) -> None:
    told = sent(portrait("exec.zhou", tab=tab))
    for telling in (
        "欧阳小明",
        "喜欢喝茶",
        "谈到女儿留学",
        "约见其女儿",
        "1001@example.com",
        "解放路",
        "一中",
        "对方甲",
    ):
        assert telling not in told


def test_only_who_may_write_gets_forms_and_only_who_may_reveal_a_button(rich: None) -> None:
    def forms(login: str) -> tuple[bool, bool, bool]:
        keys = {b.key for tab in ("服务记录", "资料") for b in portrait(login, tab=tab).button}
        number = cast.number_of(cast.OWN)
        return f"contact-{number}-save" in keys, f"profile-{number}-save" in keys, "reveal-phone" in keys

    assert forms("rm.zhang") == forms("head.wang") == forms("crm.zhao") == (True, True, True)
    assert forms("legal.qian") == (False, False, True)
    assert forms("exec.zhou") == (False, False, False)


def test_an_officer_sees_the_case_and_no_private_field(rich: None) -> None:
    told = sent(portrait("care.chen"))
    assert cast.case_number_of(cast.C_OWN) in told
    for private in ("教师", "喜欢喝茶", "谈到女儿留学", "622200****0001", "解放路"):
        assert private not in told


def test_reading_by_the_law_office_is_ledgered_once(rich: None) -> None:
    at = portrait("legal.qian")
    at.run()
    assert ledger("legal.qian") == [("portrait", "legal")]
    portrait("rm.zhang")
    assert ledger("rm.zhang") == []


# --- finding


@pytest.mark.parametrize("typed", ["欧阳小明", "oyxm", "13800131001"])
def test_one_match_opens_at_once(sqlite_bank: cast.SmallBank, typed: str) -> None:
    at = application("rm.zhang")
    at.get_by_key("customer-search").set_value(typed).run()
    assert at.subheader[0].value == "欧阳小明"
    assert at.get_by_key("customer-search-1").value == ""


def test_an_empty_page_says_how_to_begin_and_then_whom_one_saw(sqlite_bank: cast.SmallBank) -> None:
    at = page("customers/portrait.py", "rm.zhang")
    assert "打开一位客户的画像" in words_of(at) and not at.dataframe
    at.query_params["customer"] = cast.number_of(cast.OWN)
    at.run()
    del at.query_params["customer"]
    at.run()
    assert "最近查看" in words_of(at)
    assert list(at.dataframe[0].value["name"]) == ["欧阳小明"]


def test_nothing_found_is_a_sentence(sqlite_bank: cast.SmallBank) -> None:
    at = application("rm.zhang")
    at.get_by_key("customer-search").set_value("秦岭").run()
    assert "没有找到“秦岭”" in words_of(at)


def test_several_matches_are_a_list_to_choose_from(sqlite_bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        session.get(m.Customer, cast.FIRM).phone_hash = stored().phone_hash
    at = application("rm.zhang")
    at.get_by_key("customer-search").set_value(cast.phone_of(cast.OWN)).run()
    assert list(at.dataframe[0].value["name"]) == ["欧阳小明", "江河机械有限公司"]
    key = at.dataframe[0].key
    at.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    at.run()
    assert at.subheader[0].value == "江河机械有限公司"


def test_an_unknown_number_in_the_address_is_a_sentence(sqlite_bank: cast.SmallBank) -> None:
    at = page("customers/portrait.py", "rm.zhang", customer="999")
    assert "没有客户号为“999”的客户" in words_of(at)


# --- what it says


def test_the_head_says_tier_why_and_what_is_due(rich: None) -> None:
    at = portrait("rm.zhang")
    cards = {card.label: card for card in at.metric}
    assert cards["层级"].value == ":orange[贵宾]"
    assert "距贵宾线差 3.8 万元" in cards["层级"].help and "方案 §2.2" in cards["层级"].help
    assert (cards["月日均 AUM"].value, cards["月日均 AUM"].delta) == ("46.2 万元", "\\-1.8 万元")
    assert cards["利润贡献"].value == "3,000.00 元"
    assert cards["风险承受能力"].value == ":red[C3 稳健型]"
    assert cards["在办事项"].value == "1"
    told = words_of(at)
    assert "降级观察第 1 季" in told and "已过期" in told and "十年老客户" in told


def test_aum_is_drawn_against_the_tier_lines(rich: None) -> None:
    at = portrait("rm.zhang")
    drawing = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert drawing["data"][0]["y"] == [30, 42, 48, 46.2]
    assert [note["text"] for note in drawing["layout"]["annotations"]][1:] == ["贵宾线"]
    assert "**月日均 AUM 46.2 万元，距贵宾线差 3.8 万元**" in words_of(at)
    assert [next(iter(frame.value.columns)) for frame in at.dataframe] == ["product", "number_masked"]
    assert "到期 1 笔：稳健理财 90 天" in words_of(at)


def test_figures_by_quarter_are_unfolded(rich: None) -> None:
    at = page("customers/portrait.py", "rm.zhang", customer=cast.number_of(cast.OWN))
    at.session_state["portrait-quarters-open"] = True
    at.run()
    assert list(at.dataframe[0].value["aum_fen"]) == [float(aum) for aum in reversed(AUM)]


def test_movements_are_summed_and_listed(rich: None) -> None:
    at = portrait("rm.zhang", tab="收支")
    assert "近 12 个月流入 9,000.00 元，流出 2,500.00 元，净流入 6,500.00 元" in words_of(at)
    assert list(at.dataframe[0].value["amount_fen"]) == [9000.0, -2500.0]


def test_service_is_one_timeline_that_can_be_filtered(rich: None) -> None:
    at = portrait("rm.zhang", tab="服务记录")
    told = words_of(at)
    assert "谈到女儿留学" in told and "子女教育" in told and cast.case_number_of(cast.C_OWN) in told
    at.get_by_key("portrait-kinds").set_value(["life_event"]).run()
    told = words_of(at)
    assert "子女教育" in told and "谈到女儿留学" not in told


def test_a_person_and_a_firm_have_their_own_fields(rich: None) -> None:
    person, firm = words_of(portrait("rm.zhang", tab="资料")), words_of(portrait("rm.zhang", cast.FIRM, "资料"))
    assert "出生日期" in person and "职业" in person and "法定代表人" not in person
    assert "法定代表人" in firm and "大型（从业人员（人） 1,000，达到 1,000" in firm and "出生日期" not in firm
    assert "风险承受能力" not in {card.label for card in portrait("rm.zhang", cast.FIRM).metric}


@pytest.mark.parametrize("customer", [cast.OWN, cast.FIRM])
def test_in_english(rich: None, customer: int) -> None:
    for tab in ("Assets", "Cash flow", "Service", "Particulars"):
        at = portrait("rm.zhang", customer, tab, "en")
        assert at.title[0].value == "Customer portrait"
        assert {"Tier", "Monthly-average AUM"} <= {card.label for card in at.metric}
    assert {"Occupation", "Sector"} & {field.label for field in (*at.text_input, *at.selectbox)}


# --- what may be done


def test_an_edit_is_saved(rich: None) -> None:
    at = portrait("rm.zhang", tab="资料")
    form = f"profile-{cast.number_of(cast.OWN)}"
    at.get_by_key(f"{form}-occupation").set_value("律师")
    at.get_by_key(f"{form}-income_fen").set_value(300_000.0)
    at.get_by_key(f"{form}-do_not_contact").check()
    at.get_by_key(f"{form}-save").click().run()
    assert not at.exception and at.toast
    now = stored()
    assert (now.occupation, now.income_fen, now.do_not_contact) == ("律师", 30_000_000, True)
    assert "请勿联系" in words_of(at)


def test_a_second_saver_compares_and_decides(rich: None) -> None:
    at = portrait("rm.zhang", tab="资料")
    form, version = f"profile-{cast.number_of(cast.OWN)}", stored().version
    with open_session(cast.scope("head.wang"), "test", write=True) as session:
        edit_profile(session, cast.OWN, version, ProfileForm("personal", occupation="医生", preferred_channel="app"))
    at.get_by_key(f"{form}-occupation").set_value("律师")
    at.get_by_key(f"{form}-save").click().run()
    assert stored().occupation == "医生"
    assert "刚被别人保存过" in at.warning[-1].value
    compared = at.table[0].value
    row = dict(zip(compared.iloc[:, 0], compared.iloc[:, 1:].to_numpy().tolist(), strict=True))
    assert row["职业"] == ["律师", "医生", "教师"]
    assert row["偏好渠道"] == ["微信", "手机银行", "微信"]
    at.get_by_key(f"{form}-mine").click().run()
    assert stored().occupation == "律师" and stored().preferred_channel == "app", "what I did not touch stays theirs"


def test_a_contact_is_logged_in_one_click_with_filled_in_defaults(rich: None) -> None:
    at = portrait("rm.zhang", tab="服务记录")
    form = f"contact-{cast.number_of(cast.OWN)}"
    at.get_by_key(f"{form}-note").set_value("约定下周来网点")
    at.get_by_key(f"{form}-save").click().run()
    assert not at.exception and at.toast
    with bulk("test", write=False) as session:
        row = session.scalars(select(m.Contact).where(m.Contact.form_key.is_not(None))).one()
    assert (row.channel, row.purpose, row.outcome, row.staff_id) == ("wechat", "visit", "reached", cast.ZHANG)
    assert "约定下周来网点" in words_of(at)
    assert at.get_by_key(f"{form}-note-1").value == ""


def test_a_contact_with_problems_says_so(rich: None) -> None:
    at = portrait("rm.zhang", tab="服务记录")
    form = f"contact-{cast.number_of(cast.OWN)}"
    at.get_by_key(f"{form}-outcome").set_value("follow_up")
    at.get_by_key(f"{form}-save").click().run()
    assert [error.value for error in at.error] == ["需要跟进时请写明下一步"]


def test_a_number_is_revealed_once_with_a_reason_and_ledgered(rich: None) -> None:
    at = portrait("rm.zhang")
    at.get_by_key("reveal-identity").click().run()
    at.get_by_key("reveal-now").click().run()
    assert "请写明理由" in at.error[0].value and ledger("rm.zhang") == []
    at.get_by_key("reveal-reason").set_value("核对开户资料")
    at.get_by_key("reveal-now").click().run()
    assert [code.value for code in at.code] == [cast.identity_of(cast.OWN)]
    assert ledger("rm.zhang") == [("reveal:identity", "核对开户资料")]
    at.run()
    assert cast.identity_of(cast.OWN) not in sent(at)


def test_an_open_case_is_the_reason_for_its_phone(rich: None) -> None:
    at = portrait("care.chen")
    at.get_by_key("reveal-phone").click().run()
    at.get_by_key("reveal-now").click().run()
    assert [code.value for code in at.code] == [cast.phone_of(cast.OWN)]
    assert ledger("care.chen") == [("reveal:phone", f"case {cast.case_number_of(cast.C_OWN)}")]
