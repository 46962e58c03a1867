"""The timeline on screen: every kind in words, by groups and periods, without texts for who sees people masked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from tests import cast
from tests.cast import NORTH, OWN, WANG, ZHANG, filled, number_of
from tests.screen import page, words_of

YUAN = 100
OF_OWN = (m.Contact, m.LifeEvent, m.Assignment, m.Gift, m.CustomerQuarter, m.Holding, m.DueItem, m.ChangeRequest)


@pytest.fixture
def story(sqlite_bank: cast.SmallBank) -> Iterator[None]:
    """One thing of each kind happened to OWN, the older ones years ago."""
    with bulk("test") as session:
        for table in OF_OWN:
            for row in session.query(table).filter_by(customer_id=OWN):
                session.delete(row)
        session.merge(filled(m.QuarterRun, quarter="2025Q4", version=1, state="open", cutoff="2025-12-31"))
        session.add(m.Product(id=2, code="W1", name="稳健理财", category="wealth", currency="USD"))
        session.flush()
        session.add_all(_rows())
    yield


def _rows() -> list[Any]:
    one: dict[str, Any] = {"customer_id": OWN, "id": 1}
    long_ago = date(today().year - 2, 5, 4)
    return [
        filled(m.Contact, **one, happened_at=datetime(2026, 1, 5, tzinfo=UTC), purpose="visit", channel="phone",
               outcome="reached", staff_id=ZHANG, note="谈到女儿留学", next_step="寄资料"),
        filled(m.LifeEvent, **one, kind="education", happened_on=today(), note="女儿考上大学"),
        filled(m.Assignment, **one, since_day=long_ago, manager_id=ZHANG, branch_id=NORTH, reason="moved",
               note="喜欢喝茶"),
        filled(m.Gift, **one, given_on=long_ago, item="儿童图书", value_fen=200 * YUAN, occasion="festival",
               staff_id=WANG, note="送给女儿"),
        filled(m.CustomerQuarter, customer_id=OWN, quarter="2025Q4", version=1, tier_before="mass", tier="potential",
               moved=1),
        filled(m.Holding, **one, product_id=2, category="wealth", currency="USD", amount_fen=5 * YUAN,
               started_on=date(2026, 1, 2), matures_on=today() + timedelta(days=30)),
        filled(m.DueItem, **one, kind="visit", subject_key="a", title="回访留学款", state="done", owner_id=ZHANG,
               branch_id=NORTH, outcome="已续存", ended_at=datetime(2026, 1, 4, tzinfo=UTC), ended_by=ZHANG),
        filled(m.ChangeRequest, **one, kind="customer_info", state="refused", requested_by=ZHANG, decided_by=WANG,
               decided_at=datetime(2026, 1, 3, tzinfo=UTC), branch_id=NORTH),
    ]  # fmt: skip


SAID = {
    "contact": "定期回访", "gift": "儿童图书", "life_event": "子女教育", "owner": "由张伟管户",
    "tier": "升级：大众 → 潜力", "holding": "购买 稳健理财", "due": "回访：回访留学款", "request": "修改客户关键信息",
    "case": cast.case_number_of(cast.C_OWN),
}  # fmt: skip
WRITTEN = ("女儿", "寄资料", "喜欢喝茶", "已续存", "留学款", "儿童图书")


def tab(login: str, locale: str = "zh_CN", name: str = "服务记录") -> AppTest:
    at = page("customers/portrait.py", login, locale, customer=number_of(OWN))
    at.session_state["portrait-tab"] = name
    return at.run()


def told(at: AppTest) -> str:
    """The entries alone: lines that begin with a day and carry the badge of a kind."""
    assert not at.exception and not at.error
    lines = [str(one.value) for one in at.markdown]
    return "\n".join(line for line in lines if line.startswith(":gray[") and "-badge[" in line).replace("\\", "")


def test_every_kind_reads_as_a_sentence(story: None) -> None:
    said = told(tab("rm.zhang"))
    for kind, words in SAID.items():
        assert words in said, kind
    facts = (
        "电话 · 已联系上 · 张伟 · 下一步：寄资料", "城北支行 · 客户搬迁", "节日 · 200.00 元 · 王强", "2025 年四季度",
        "季度未结账，可能变化", "理财 · 5.00 USD", "已完成 · 张伟", "不同意 · 王强", "喜欢喝茶",
    )  # fmt: skip
    for fact in facts:
        assert fact in said, fact


@pytest.mark.parametrize(
    ("group", "kinds"),
    [
        ("contact", {"contact", "gift"}),
        ("case", {"case"}),
        ("life_event", {"life_event"}),
        ("standing", {"tier", "owner"}),
        ("holding", {"holding"}),
        ("work", {"due", "request"}),
    ],
)
def test_a_group_shows_its_kinds_only(story: None, group: str, kinds: set[str]) -> None:
    at = tab("rm.zhang")
    at.get_by_key("portrait-kinds").set_value([group]).run()
    said = told(at)
    assert {kind for kind, words in SAID.items() if words in said} == kinds


def test_a_period_leaves_out_the_rest(story: None) -> None:
    at = tab("rm.zhang")
    box = at.selectbox(key="portrait-period")
    assert box.options[:3] == ["全部时间", "本季度", "近 12 个月"] and len(box.options) == 13
    box.set_value("quarter").run()
    assert SAID["life_event"] in told(at) and SAID["owner"] not in told(at)
    at.selectbox(key="portrait-period").set_value(str(today().year - 2)).run()
    said = told(at)
    assert {kind for kind, words in SAID.items() if words in said} == {"owner", "gift"}
    at.selectbox(key="portrait-period").set_value(str(today().year - 9)).run()
    assert told(at) == "" and "所选类别和时间内没有记录。" in words_of(at)


def test_who_sees_people_masked_reads_no_texts(story: None) -> None:
    at = tab("exec.zhou")
    said = told(at)
    assert SAID["owner"] in said and SAID["holding"] in said and SAID["life_event"] in said and "礼品" in said
    everything = words_of(at) + said
    for text in WRITTEN:
        assert text not in everything, text


def test_who_handles_a_case_sees_cases_only(story: None) -> None:
    at = page("customers/portrait.py", "care.chen", customer=number_of(OWN))
    said = told(at)
    assert {kind for kind, words in SAID.items() if words in said} == {"case"}
    assert not [one for one in at.selectbox if one.key == "portrait-period"]


def test_in_english(story: None) -> None:
    said = told(tab("rm.zhang", "en", "Service"))
    for words in ("Upgraded: Mass → Potential", "Looked after by 张伟", "Bought: 稳健理财", "Visit: 回访留学款"):
        assert words in said, words
