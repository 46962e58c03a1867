"""积分: what each post sees of the ledger and of customers, redeeming, taking back, on the page and the portrait."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from lib.engagement.points.write import RedeemForm, redeem
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.rights import rights
from lib.store.session import open_session
from tests.cast import LEVELS, NORTH, OTHER, OWN, PEER, STAFF, SmallBank, number_of, scope
from tests.engagement.points import ledger
from tests.screen import application, page, words_of

QUARTER = str(Quarter.of(today()))
SOON = today() + timedelta(days=30)
READERS = [login for login, (_i, _n, role, _b) in STAFF.items() if rights(role, "engagement").see]
FILE = "service/engagement.py"


@pytest.fixture(autouse=True)
def points(sqlite_bank: SmallBank) -> None:
    """OWN, PEER and OTHER have points that expire soon; the stored figures say 1000 × the level's place."""
    ledger.empty()
    for customer, n in ((OWN, 250), (PEER, 90), (OTHER, 400)):
        ledger.given(customer, n, SOON, deed="survey:1")
    with bulk("test") as session:
        for table in (m.MeasureQuarter, m.QuarterRun):
            session.execute(delete(table))
        session.add(m.QuarterRun(quarter=QUARTER, version=1, state="open", cutoff=today().isoformat(),
                                 rules_digest="x", data_version=1))  # fmt: skip
        for place, (level, branch, staff) in enumerate(LEVELS, 1):
            for measure, share in (("points_outstanding", 1000), ("points_issued", 400), ("points_redeemed", 100)):
                session.add(m.MeasureQuarter(
                    quarter=QUARTER, version=1, level=level, measure=measure, branch_id=branch, staff_id=staff,
                    kind="personal", tier="mass", value=share * place,
                ))  # fmt: skip


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page(FILE, login, locale, view="points", **query)


def owed(at: AppTest) -> str | None:
    return next((str(one.value) for one in at.metric if one.label in ("未用积分", "Points not used")), None)


def listed(at: AppTest) -> set[str]:
    return {name for one in at.dataframe if "expiring" in one.value for name in one.value["name"]}


@pytest.mark.parametrize("login", sorted(set(STAFF) - set(READERS)))
def test_who_may_not_see_it_has_no_page(login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page(f"../../pages/{FILE}")


@pytest.mark.parametrize(
    ("login", "sum_", "names"),
    [
        ("rm.zhang", "4,000", {"欧阳小明"}), ("rm.gao", "5,000", {"孟芳"}), ("rm.li", "6,000", {"秦岭"}),
        ("head.wang", "2,000", {"欧阳小明", "孟芳"}), ("head.zhu", "3,000", {"秦岭"}),
        ("crm.zhao", "1,000", {"欧阳小明", "孟芳", "秦岭"}), ("exec.zhou", "1,000", set()), ("care.chen", None, set()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_everyone_sees_their_own(login: str, sum_: str | None, names: set[str], locale: str) -> None:
    at = opened(login, locale)
    said = owed(at)
    assert (said is None) if sum_ is None else (said is not None and said.startswith(sum_))
    assert listed(at) == names


def test_leadership_opens_no_customer() -> None:
    at = opened("exec.zhou", customer=number_of(OWN))
    assert "没有客户号" in words_of(at) and not at.dataframe


@pytest.mark.parametrize("login", ["rm.gao", "rm.li", "head.zhu"])
def test_a_customer_out_of_reach(login: str) -> None:
    at = opened(login, customer=number_of(OWN))
    assert "没有客户号" in words_of(at) and "现有" not in words_of(at)


def test_redeeming_and_the_balance_after_it() -> None:
    number = number_of(OWN)
    at = opened("rm.zhang", customer=number)
    assert "现有 250 分" in words_of(at) and f"250 分有效至 {SOON}" in words_of(at)
    offered = at.selectbox(key=f"points-{number}-reward").options
    assert [one.split(" · ")[1] for one in offered] == ["200 分", "100 分"]
    at.selectbox(key=f"points-{number}-reward").select("phone_credit")
    at.number_input(key=f"points-{number}-quantity").set_value(2)
    at.button(key=f"points-{number}-save").click().run()
    assert not at.exception and ledger.balances()[OWN] == 50 and ledger.adds_up()
    assert "现有 50 分" in words_of(at) and "还不够兑换" in words_of(at)


def test_too_much_is_a_sentence_and_nothing_is_lost() -> None:
    number = number_of(OWN)
    at = opened("rm.zhang", customer=number)
    at.selectbox(key=f"points-{number}-reward").select("cinema_ticket")
    at.number_input(key=f"points-{number}-quantity").set_value(2)
    at.button(key=f"points-{number}-save").click().run()
    assert "积分不足：现有 250 分，需要 400 分。" in words_of(at)
    assert at.number_input(key=f"points-{number}-quantity").value == 2 and ledger.balances()[OWN] == 250


def test_nothing_chosen_is_said() -> None:
    number = number_of(OWN)
    at = opened("rm.zhang", customer=number)
    at.button(key=f"points-{number}-save").click().run()
    assert "请选择要兑换的权益。" in words_of(at)


def test_a_head_takes_back_with_a_reason() -> None:
    number = number_of(OWN)
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        redeem(session, OWN, RedeemForm("phone_credit", 1), "k")
    at = opened("head.wang", customer=number)
    at.selectbox(key=f"points-undo-{number}-deed").select("redeem:k")
    at.button(key=f"points-undo-{number}-save").click().run()
    assert "请写明更正的理由。" in words_of(at) and ledger.balances()[OWN] == 150
    at.text_input(key=f"points-undo-{number}-reason").set_value("客户没有领取")
    at.button(key=f"points-undo-{number}-save").click().run()
    assert not at.exception and ledger.balances()[OWN] == 250 and ledger.adds_up()
    left = next(one.options for one in at.selectbox if one.label == "更正哪一笔")
    assert len(left) == 1 and "答复问卷" in left[0]


def test_ones_own_redemption_is_taken_back_by_another() -> None:
    number = number_of(OWN)
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        redeem(session, OWN, RedeemForm("phone_credit", 1), "k")
    at = opened("rm.zhang", customer=number)
    at.selectbox(key=f"points-undo-{number}-deed").select("redeem:k")
    at.text_input(key=f"points-undo-{number}-reason").set_value("错登")
    at.button(key=f"points-undo-{number}-save").click().run()
    assert "另一位同事" in words_of(at) and ledger.balances()[OWN] == 150


def test_whose_points_by_their_number() -> None:
    at = opened("rm.zhang")
    at.text_input(key="points-number").set_value(f" {number_of(OWN).lower()} ")
    at.button(key="points-open").click().run()
    assert "现有 250 分" in words_of(at) and at.query_params["customer"] == number_of(OWN)


def test_a_branch_of_the_bank() -> None:
    at = opened("crm.zhao", branch=f"B{NORTH}")
    assert listed(at) == {"欧阳小明", "孟芳"} and (owed(at) or "").startswith("2,000")


def test_a_bank_without_points_says_what_to_do() -> None:
    ledger.empty()
    with bulk("test") as session:
        session.execute(delete(m.MeasureQuarter))
    at = opened("head.wang")
    assert "运行 python -m lib refresh" in words_of(at) and "没有客户的积分到期" in words_of(at)


@pytest.mark.parametrize(("login", "writes"), [("rm.zhang", True), ("legal.qian", False), ("exec.zhou", None)])
def test_on_the_portrait(login: str, writes: bool | None) -> None:
    at = page("customers/portrait.py", login, customer=number_of(OWN))
    at.session_state["portrait-tab"] = "关系与记录"
    at.run()
    assert not at.exception
    said = words_of(at)
    assert ("现有 250 分" in said) == (writes is not None)
    keys = {one.key for one in at.selectbox}
    assert (f"points-{number_of(OWN)}-reward" in keys) == bool(writes)


def test_the_days_differ() -> None:
    ledger.given(OWN, 40, date(2028, 12, 31), deed="survey:2")
    assert f"250 分有效至 {SOON}；40 分有效至 2028-12-31" in words_of(opened("rm.zhang", customer=number_of(OWN)))
