"""绩效与培训 on screen: each post its own view, no other's card, and the steps from signature to ruling."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from tests.cast import NORTH, SOUTH, ZHANG, SmallBank
from tests.screen import page, words_of
from tests.staff.cards import DISPUTE, MEASURES, SIGN, appraised, card_of, facts, line_of, small_bank_appraised, taken

FILE = "management/appraisal.py"
PERIOD = {"period": "2025Q3"}


@pytest.fixture
def cards(sqlite_bank: SmallBank) -> SmallBank:
    """The small bank with cards of 2025Q3."""
    small_bank_appraised()
    return sqlite_bank


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page(FILE, login, locale, **(PERIOD | query))


def shown(at: AppTest) -> str:
    return words_of(at).replace("\\", "")


def figures(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\\", "") for metric in at.metric}


def table(at: AppTest) -> Any:
    """The widest table on the page: cards, or the lines of one."""
    return max((frame.value for frame in at.dataframe), key=lambda frame: frame.shape[1])


def press(at: AppTest, key: str) -> AppTest:
    next(button for button in at.button if button.key == key).click()
    at.run()
    assert not at.exception
    return at


def field(at: AppTest, kind: str, key: str, value: object) -> None:
    next(one for one in at.get(kind) if one.key == key).set_value(value)


@pytest.mark.parametrize(
    ("login", "locale", "said"),
    [
        ("rm.zhang", "zh_CN", ["张伟 · 2025 年三季度", "等待支行负责人签署", "同岗只有 3 张"]),
        ("rm.gao", "zh_CN", ["高远 · 2025 年三季度", "续购率（只有 5 例，不足 10）"]),
        ("rm.zhang", "en", ["Q3 2025", "Waiting for the branch head", "Only 3 scored cards"]),
        ("head.wang", "zh_CN", ["选中一行打开考核单"]),
        ("crm.zhao", "zh_CN", ["张考核单"]),
        ("exec.zhou", "zh_CN", ["张考核单"]),
        ("care.chen", "zh_CN", ["没有考核方案"]),
        ("check.sun", "zh_CN", ["没有考核方案"]),
        ("legal.qian", "zh_CN", ["没有考核方案"]),
        ("product.he", "en", ["There is no appraisal scheme for this post"]),
    ],
)  # fmt: skip
def test_every_post_sees_its_own_view(cards: SmallBank, login: str, locale: str, said: list[str]) -> None:
    told = shown(opened(login, locale))
    assert [one for one in said if one not in told] == []


def test_a_bank_without_cards_says_what_makes_them(sqlite_bank: SmallBank) -> None:
    from lib.store.bulk import bulk

    with bulk("test") as session:
        for card in session.query(m.AppraisalCard):
            session.delete(card)
    assert "python -m lib appraise" in shown(page(FILE, "crm.zhao"))
    assert "还没有你的考核单" in shown(page(FILE, "rm.zhang"))


def test_a_card_shows_what_was_counted(cards: SmallBank) -> None:
    at = opened("rm.zhang")
    assert figures(at) | {"考核得分": "70.0", "评定等级": "称职", "计入的权重": "95%"} == figures(at)
    lines = {row["title"]: row for row in table(at).to_dict("records")}
    assert lines["回访完成率"]["counted"] == "12 / 20" and lines["回访完成率"]["points"] == "40.0"
    assert (
        lines["新增业务额"]["counted"] == "175 万元" and lines["新增业务额"]["line"] == "50 万元 / 300 万元 / 800 万元"
    )
    assert lines["续购率"]["state"] == ["样本不足，不计"] and lines["续购率"]["share"] == 0


def test_head_sees_the_branch_and_the_bank_is_for_who_has_it(cards: SmallBank) -> None:
    assert set(table(opened("head.wang"))["person"]) == {"张伟", "高远"}
    assert set(table(opened("crm.zhao", level="manager"))["person"]) == {"张伟", "高远", "李娜"}
    assert set(table(opened("crm.zhao", level="manager", at_branch="B2"))["person"]) == {"李娜"}
    assert set(table(opened("exec.zhou"))["branch"]) == {"城北支行", "城南支行"}
    views = next(one for one in opened("head.wang").get("button_group") if one.key == "choice-view")
    assert [str(one) for one in views.options] == ["本支行", "我的考核", "培训"]


@pytest.mark.parametrize(
    ("login", "subject", "level", "reached"),
    [
        ("rm.zhang", ZHANG, "manager", True), ("rm.gao", ZHANG, "manager", False), ("rm.zhang", NORTH, "branch", False),
        ("head.wang", ZHANG, "manager", True), ("head.zhu", ZHANG, "manager", False),
        ("head.zhu", NORTH, "branch", False), ("care.chen", ZHANG, "manager", False),
        ("legal.qian", ZHANG, "manager", False), ("exec.zhou", SOUTH, "branch", True),
    ],
)  # fmt: skip
def test_a_card_out_of_reach_does_not_exist(
    cards: SmallBank, login: str, subject: int, level: str, reached: bool
) -> None:
    told = shown(opened(login, card=str(card_of(subject, level=level).id)))
    assert ("没有这张考核单" in told) is not reached and ("2025 年三季度" in told) is reached


@pytest.mark.parametrize("said", ["x", "999", "-1", "1;drop"])
def test_a_strange_card_is_a_sentence(cards: SmallBank, said: str) -> None:
    assert "没有这张考核单" in shown(opened("crm.zhao", card=said))


def test_from_signature_to_ruling(cards: SmallBank) -> None:
    card = card_of(ZHANG)
    query, key = {"card": str(card.id)}, f"appraisal-signed-{card.id}"
    at = press(opened("head.wang", **query), f"{key}-save")
    assert "请填写“评语”" in shown(at) and card_of(ZHANG).state == "computed"
    field(at, "text_area", f"{key}-comment", SIGN.comment)
    press(at, f"{key}-save")
    assert (card_of(ZHANG).state, card_of(ZHANG).comment) == ("signed", SIGN.comment)

    at = opened("rm.zhang", **query)
    assert SIGN.comment in shown(at)
    field(at, "button_group", f"appraisal-step-{card.id}-{card_of(ZHANG).version}", "disputed")
    at.run()
    field(at, "text_area", f"appraisal-disputed-{card.id}-grounds", DISPUTE.grounds)
    press(at, f"appraisal-disputed-{card.id}-save")
    assert card_of(ZHANG).state == "disputed"

    at = opened("crm.zhao", view="disputes")
    assert list(table(at)["grounds"]) == [DISPUTE.grounds]
    at = opened("crm.zhao", **query)
    field(at, "button_group", f"appraisal-step-{card.id}-{card_of(ZHANG).version}", "replaced")
    at.run()
    form = f"appraisal-replaced-{card.id}"
    field(at, "selectbox", f"{form}-kpi", "visit_completion")
    field(at, "number_input", f"{form}-numerator", 16)
    field(at, "text_area", f"{form}-settlement", "视频回访计入")
    press(at, f"{form}-save")
    stands = card_of(ZHANG)
    assert (stands.number, stands.state, stands.score) == (2, "final", 7632)
    line = line_of(stands, "visit_completion")
    assert (line["numerator"], line["denominator"]) == (16, 20)

    told = shown(opened("rm.zhang", **query))
    assert "这是旧版" in told and "各个版本" in told


def test_an_own_card_offers_no_signature(cards: SmallBank) -> None:
    at = opened("rm.zhang")
    assert not any("appraisal-signed" in (button.key or "") for button in at.button)
    at = opened("head.wang", view="own")
    assert "城北支行 · 2025 年三季度" in shown(at) and "等待客户关系管理部签署" in shown(at)
    assert not any("appraisal-signed" in (button.key or "") for button in at.button)


def test_who_signed_is_told_why_they_do_not_rule(cards: SmallBank) -> None:
    card = card_of(NORTH, level="branch")
    taken("crm.zhao", card, SIGN)
    taken("head.wang", card, DISPUTE)
    at = opened("crm.zhao", card=str(card.id))
    assert "签署人不裁定自己签的" in shown(at)


def test_a_year_stands_beside_its_quarters(cards: SmallBank) -> None:
    facts("2025Q4", {ZHANG: MEASURES})
    appraised("2025")
    at = opened("rm.zhang", period="2025")
    assert "2025 年度" in shown(at)
    counted = {row["title"]: row["counted"] for row in table(at).to_dict("records")}
    assert counted["新增客户"] == "6 / 2 人季" and counted["回访完成率"] == "24 / 40"
