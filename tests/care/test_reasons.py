"""Why somebody stands on the list: each kind of item in words with its numbers, and what happened to it since."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lib.care.reasons import About, House, distance, is_late, notes, of_case, sentence
from lib.store.models import Case, DueItem
from lib.words import use_locale

ON, NOW = date(2026, 11, 29), datetime(2026, 11, 29, 2, tzinfo=UTC)
HOUSE = House(ON, NOW, "CNY", {"vip": 60, "mass": 180}, {"elderly": 90}, 3)
TALKED = date(2026, 9, 3)


def item(kind: str, **said: Any) -> DueItem:
    given = {"due_on": ON, "original_due_on": said.get("due_on", ON), "attempts": 0} | said
    return DueItem(customer_id=1, id=1, kind=kind, state="open", **given)


VIP = About("vip", TALKED)
TABLE = [
    (item("visit"), VIP, "贵宾客户每 60 天回访，上次联系 2026-09-03，已 87 天"),
    (item("visit", about_on=TALKED), About("vip"), "贵宾客户每 60 天回访，上次联系 2026-09-03，已 87 天"),
    (item("visit"), About("vip"), "贵宾客户每 60 天回访，还没有联系记录"),
    (item("visit"), About(None, TALKED), "回访应于 2026-11-29 办理，就在今天"),
    (item("visit", title="年度资产回顾"), VIP, "回访：年度资产回顾"),
    (item("meeting", about_on=date(2026, 8, 28)), VIP, "企业客户每 3 个月开一次沟通会，上次在 2026-08-28"),
    (item("meeting"), VIP, "企业客户每 3 个月开一次沟通会，还没有开过"),
    (item("check", about="elderly"), VIP, "老年客户每 90 天走访，上次联系 2026-09-03，已 87 天"),
    (item("check", about="elderly"), About("vip"), "老年客户每 90 天走访，还没有联系记录"),
    (item("event", about="Salon", about_on=date(2026, 11, 27)), VIP, "2026-11-27 参加了“Salon”，会后请联系"),
    (item("check"), VIP, "特殊客户走访应于 2026-11-29 办理，就在今天"),
    (item("maturity", about_on=date(2026, 12, 5), value_fen=50_000_000), About(product="稳健增利 90 天"),
     "稳健增利 90 天 50 万元 于 2026-12-05 到期，还有 6 天"),
    (item("maturity", about_on=ON, value_fen=50_000_000), About(), "合计 50 万元 于 2026-11-29 到期，就在今天"),
    (item("maturity", about_on=date(2026, 11, 28), value_fen=100), About(product="定期"),
     "定期 1.00 元 于 2026-11-28 到期，已过 1 天"),
    (item("churn", value_fen=30_000_000), About(), "流失预警，可能流失 30 万元"),
    (item("churn", value_fen=30_000_000), About(churn=("AUM 降", "没有交易", "要到期")),
     "流失预警，可能流失 30 万元：AUM 降；没有交易；要到期"),
    (item("birthday", about_on=date(2026, 12, 1)), About(), "生日 2026-12-01，还有 2 天"),
    (item("birthday", about_on=date(2026, 12, 1)), About(lunar="10-23"),
     "农历10月23日生日，今年在 2026-12-01，还有 2 天"),
    (item("birthday", about_on=ON), About(lunar="L06-05"), "农历闰6月5日生日，今年在 2026-11-29，就在今天"),
    (item("festival", about_on=date(2027, 2, 6), about="spring_festival"), About(), "春节 2027-02-06，还有 69 天"),
    (item("milestone", about_on=date(2026, 11, 23), about="account_opened"), About(),
     "开立账户（2026-11-23），已过 6 天"),
    (item("life_event", about_on=date(2026, 11, 23), about="home"), About(), "购房（2026-11-23），已过 6 天"),
    (item("capacity"), About(), "持有理财，但没有有效的风险测评"),
    (item("capacity", about_on=date(2026, 11, 28)), About(), "风险测评已于 2026-11-28 过期，续测前不能再购买理财"),
    (item("capacity", about_on=ON), About(), "风险测评 2026-11-29 到期，就在今天"),
    (item("refresh", due_on=date(2026, 11, 19)), About(), "客户信息应于 2026-11-19 前核实，已过 10 天"),
    (item("follow_up", title="发送利率表"), About(promised_by="张伟", promised_on=TALKED),
     "承诺：发送利率表（张伟 于 2026-09-03 答应）"),
    (item("follow_up", title="发送利率表"), About(), "跟进：发送利率表"),
    (item("suitability"), About(), "适当性复核应于 2026-11-29 办理，就在今天"),
    (item("other"), About(), "其他应于 2026-11-29 办理，就在今天"),
    # what a rule left out is told plainly rather than not at all
    (item("maturity"), About(), "到期服务应于 2026-11-29 办理，就在今天"),
    (item("birthday"), About(lunar="10-23"), "生日关怀应于 2026-11-29 办理，就在今天"),
    (item("festival"), About(), "节日关怀应于 2026-11-29 办理，就在今天"),
    (item("milestone"), About(), "节点关怀应于 2026-11-29 办理，就在今天"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "about", "said"), TABLE)
def test_the_sentence_of_an_item(of: DueItem, about: About, said: str) -> None:
    assert sentence(of, about, HOUSE) == said


@pytest.mark.parametrize(("of", "about", "_said"), TABLE)
def test_every_sentence_has_its_english(of: DueItem, about: About, _said: str) -> None:
    with use_locale("en"):
        told = sentence(of, About(about.tier, about.talked), HOUSE)
    named = of.title or ""
    assert not any("一" <= letter <= "鿿" for letter in told.replace(named, ""))


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (item("visit"), []),
        (item("visit", attempts=2, snoozed_until=ON, snooze_reason="未联系上"), ["已试 2 次未联系上"]),
        (item("visit", original_due_on=date(2026, 11, 20)), ["原定 2026-11-20"]),
        (item("visit", snoozed_until=ON, snooze_reason="客户出差"), ["曾暂缓：客户出差"]),
        (item("visit", attempts=1, original_due_on=TALKED), ["已试 1 次未联系上", "原定 2026-09-03"]),
    ],
)
def test_what_happened_to_it_since(of: DueItem, said: list[str]) -> None:
    assert notes(of, HOUSE) == said


def case(kind: str = "complaint", **said: Any) -> Case:
    return Case(customer_id=1, id=1, number="T1", kind=kind, received_at=NOW - timedelta(days=2), **said)


@pytest.mark.parametrize(
    ("of", "said", "late"),
    [
        (case(promise_due_at=NOW + timedelta(hours=3)), "投诉 T1：承诺答复剩 3 小时", False),
        (case(promise_due_at=NOW - timedelta(minutes=1)), "投诉 T1：承诺答复逾期 1 分", True),
        (case(promise_due_at=NOW - timedelta(days=1), promise_met_at=NOW - timedelta(days=2),
              legal_due_at=NOW + timedelta(days=2, hours=1)), "投诉 T1：法定期限剩 2 天 1 小时", False),
        (case(promise_met_at=NOW, legal_due_at=NOW - timedelta(days=2)), "投诉 T1：法定期限逾期 2 天", True),
        (case(), "投诉 T1", False),
        (case("churn", at_risk_fen=30_000_000), "流失预警 T1 于 2026-11-27 立案，可能流失 30 万元，还没有联系", False),
    ],
)  # fmt: skip
def test_the_sentence_of_a_case(of: Case, said: str, late: bool) -> None:
    assert (of_case(of, HOUSE), is_late(of, HOUSE)) == (said, late)


@pytest.mark.parametrize(("days", "said"), [(-1, "已过 1 天"), (0, "就在今天"), (1, "还有 1 天")])
def test_how_far_off_a_day_is(days: int, said: str) -> None:
    assert distance(ON + timedelta(days=days), ON) == said
