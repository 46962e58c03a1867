"""The tab 关系与记录: what each reader finds there, and recording on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from tests import cast
from tests.cast import FIRM, OTHER, OWN, ZHANG, filled, number_of
from tests.screen import page, words_of

NUMBER = number_of(OWN)
TOLD = (m.CustomerTag, m.LifeEvent, m.Gift, m.CustomerLink, m.Relation, m.CustomerQuarter)
PRIVATE = ("高尔夫", "客户自述", "女儿留学", "茶叶", "中秋", "example.com", "官网", "江河机械", "秦岭", "登山")


@pytest.fixture
def told(sqlite_bank: cast.SmallBank) -> None:
    """OWN with tags by rule and by hand, relations and referrals, an event, a gift and a link."""
    with bulk("test") as session:
        for table in TOLD:
            for row in session.query(table).filter_by(customer_id=OWN):
                session.delete(row)
        session.flush()
        _tags(session)
        for i, (other, kind) in enumerate([(FIRM, "employer"), (OTHER, "family")], 1):
            session.add(filled(m.Relation, customer_id=OWN, id=i, other_customer_id=other, kind=kind))
        session.get_one(m.Customer, FIRM).referred_by_id = OWN
        session.get_one(m.Customer, OWN).referred_by_id = OTHER
        session.add(filled(m.LifeEvent, customer_id=OWN, id=1, kind="education", note="女儿留学"))
        session.add(filled(m.Gift, customer_id=OWN, id=1, item="茶叶", value_fen=20_000, occasion="festival",
                           given_on=today(), note="中秋", staff_id=ZHANG))  # fmt: skip
        session.add(filled(m.CustomerLink, customer_id=OWN, id=1, title="官网", staff_id=ZHANG,
                           address="https://www.example.com/x"))  # fmt: skip


def _tags(session: Any) -> None:
    quarter = str(Quarter.of(today()))
    session.merge(filled(m.QuarterRun, quarter=quarter, version=1, state="open"))
    session.add(filled(m.CustomerQuarter, customer_id=OWN, quarter=quarter, version=1))
    session.get_one(m.Customer, OWN).birth_date = date(today().year - 67, 1, 1)
    session.add(filled(m.CustomerTag, customer_id=OWN, tag="senior", family="life_cycle", by_rule=True))
    by_hand = {"why": "客户自述", "by": "张伟"}
    session.add(filled(m.CustomerTag, customer_id=OWN, tag="高尔夫", family="behaviour", evidence=by_hand))
    over = {"why": "偶遇", "by": "张伟", "ended": "已不登山", "ended_by": "王强"}
    session.add(filled(m.CustomerTag, customer_id=OWN, tag="登山", family="behaviour", evidence=over,
                       until_day=today()))  # fmt: skip


def records(login: str, *opened: str, customer: int = OWN, locale: str = "zh_CN", tab: str = "关系与记录") -> AppTest:
    at = page("customers/portrait.py", login, locale, customer=number_of(customer))
    at.session_state["portrait-tab"] = tab
    for section in opened:
        at.session_state[f"records-{section}"] = True
    at.run()
    assert not at.exception
    return at


#: a table and a column that only it has
MARKS = {"tags": "evidence", "tags-ended": "why", "relations": "relation", "life": "happened_on", "gifts": "given_on"}


def table(at: AppTest, which: str) -> list[dict[str, Any]]:
    return next(one.value.to_dict("records") for one in at.dataframe if MARKS[which] in one.value.columns)


def buttons(at: AppTest) -> set[str]:
    return {str(button.key) for button in at.button}


def web(at: AppTest) -> list[tuple[str, str]]:
    """The links to other sites: address and label."""
    return [(one.proto.url, one.proto.label) for one in at.get("link_button") if one.proto.url.startswith("http")]


def stored(table: Any) -> list[Any]:
    with bulk("look", write=False) as session:
        return list(session.query(table).filter_by(customer_id=OWN))


def everything(at: AppTest) -> str:
    """What the tab sent: words, tables and links."""
    tables = " ".join(str(frame.value.to_dict()) for frame in at.dataframe)
    return words_of(at) + tables + " ".join(str(link.proto) for link in at.get("link_button"))


# --- who finds what


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao", "legal.qian"])
def test_each_section_in_its_order(told: None, login: str) -> None:
    at = records(login)
    titles = [title.value for title in at.subheader]
    wanted = ["标签", "家庭与业务关系", "推荐", "生活事件", "馈赠", "链接"]
    assert [title for title in titles if title in wanted] == wanted
    shown = everything(at)
    assert [
        word for word in ("高尔夫", "女儿留学", "茶叶", "中秋", "江河机械", "example.com") if word not in shown
    ] == []
    assert "今年已馈赠 200.00 元，年度限额 2,000.00 元，单次限额 500.00 元" in shown


def test_out_of_reach_has_neither_name_nor_number(told: None) -> None:
    at = records("rm.zhang")
    assert [(row["relation"], row["name"]) for row in table(at, "relations")] == [
        ("工作单位", "江河机械有限公司"), ("家庭成员", "不在你的范围内的客户")]  # fmt: skip
    shown = everything(at)
    assert "秦岭" not in shown and number_of(OTHER) not in shown
    assert "由不在你的范围内的客户推荐" in shown and "推荐了 1 位客户" in shown
    at = records("crm.zhao")
    assert {row["name"] for row in table(at, "relations")} == {"江河机械有限公司", "秦岭"}
    firm = {row["relation"]: row["name"] for row in table(records("rm.zhang", customer=FIRM), "relations")}
    assert firm["员工"] == "欧阳小明"


def test_the_leadership_gets_rules_and_counts(told: None) -> None:
    at = records("exec.zhou", "tag-add", "gift-add", "link-add", "life-add", "tags-ended")
    shown = everything(at)
    tags = table(at, "tags")
    assert [(row["title"], row["made"]) for row in tags] == [("老年客户", "规则")]
    assert tags[0]["evidence"] == "年龄（岁） ≥ 60"  # not how old
    own_tab = shown.split("标签", 1)[1]
    assert [word for word in PRIVATE if word in own_tab] == []
    counts = [caption.value for caption in at.caption if caption.value.startswith("共")]
    assert counts[:5] == ["共 2 条", *["共 1 条"] * 4]
    assert len(at.dataframe) == 1 and not [key for key in buttons(at) if NUMBER in key]


@pytest.mark.parametrize(("login", "writes"), [("rm.zhang", True), ("head.wang", True), ("crm.zhao", True),
                                                ("legal.qian", False), ("exec.zhou", False)])  # fmt: skip
def test_forms_only_for_who_may_write_and_once_opened(told: None, login: str, writes: bool) -> None:
    forms = {f"{form}-{NUMBER}-save" for form in ("tag", "tag-end", "life", "gift", "link", "link-end")}
    assert not buttons(records(login)) & forms
    opened = records(login, "tag-add", "tag-end", "life-add", "gift-add", "link-add", "link-end")
    assert buttons(opened) & forms == (forms if writes else set())


def test_who_sees_the_customer_through_a_case_has_no_such_tab(told: None) -> None:
    shown = everything(records("care.chen"))
    assert [word for word in PRIVATE if word in shown] == [] and "家庭与业务关系" not in shown


def test_an_outsider_gets_no_forms(told: None) -> None:
    at = records("crm.zhao", "gift-add", "tag-add", customer=cast.OUTSIDER)
    assert not [key for key in buttons(at) if key.startswith(("gift-", "tag-"))]


# --- tags


def test_every_tag_with_its_evidence(told: None) -> None:
    rows = {row["title"]: row for row in table(records("rm.zhang"), "tags")}
    assert rows["老年客户"]["made"] == "规则"
    assert rows["老年客户"]["evidence"] == "年龄（岁） ≥ 60（现为 67）"
    assert rows["老年客户"]["source"].startswith("方案 §2.2")
    golf = rows["高尔夫"]
    assert (golf["made"], golf["evidence"], golf["source"]) == ("手工", "客户自述", "张伟")
    over = table(records("rm.zhang"), "tags-ended")
    assert [(row["tag"], row["why"], row["by"]) for row in over] == [("登山", "已不登山", "王强")]


def test_a_tag_is_set_and_ended(told: None) -> None:
    at = records("rm.zhang", "tag-add", "tag-end")
    at.get_by_key(f"tag-{NUMBER}-save").click().run()
    assert "请填写标签" in at.error[0].value
    at.get_by_key(f"tag-{NUMBER}-tag").set_value("集邮")
    at.get_by_key(f"tag-{NUMBER}-family").set_value("behaviour")
    at.get_by_key(f"tag-{NUMBER}-why").set_value("办公室所见")
    at.get_by_key(f"tag-{NUMBER}-save").click().run()
    assert not at.exception and not at.error
    assert "集邮" in {row["title"] for row in table(at, "tags")}
    titles = [one.tag for one in stored(m.CustomerTag) if not one.by_rule and one.until_day is None]
    at.get_by_key(f"tag-end-{NUMBER}-tag").set_value(sorted(titles).index("集邮"))
    at.get_by_key(f"tag-end-{NUMBER}-why").set_value("已送人")
    at.get_by_key(f"tag-end-{NUMBER}-save").click().run()
    assert not at.exception and not at.error
    ended = {one.tag: one.until_day for one in stored(m.CustomerTag)}
    assert ended["集邮"] == today() and ended["高尔夫"] is None


# --- events, gifts, links


def test_an_event_is_recorded(told: None) -> None:
    at = records("rm.zhang", "life-add")
    at.get_by_key(f"life-{NUMBER}-save").click().run()
    assert "请选择发生了什么" in at.error[0].value
    at.get_by_key(f"life-{NUMBER}-kind").set_value("home")
    at.get_by_key(f"life-{NUMBER}-day").set_value(today() - timedelta(days=3))
    at.get_by_key(f"life-{NUMBER}-note").set_value("城东新居")
    at.get_by_key(f"life-{NUMBER}-save").click().run()
    assert not at.exception and not at.error and at.toast
    assert table(at, "life")[0]["note"] == "城东新居"


def fill_gift(at: AppTest, value: float, note: str = "") -> AppTest:
    number = at.session_state["forms.numbers"].get(f"gift-{NUMBER}", 0)
    for field, said in (("item", "丝巾"), ("value", value), ("occasion", "birthday"), ("note", note)):
        at.get_by_key(f"gift-{NUMBER}-{field}" + (f"-{number}" if number else "")).set_value(said)
    at.get_by_key(f"gift-{NUMBER}-save" + (f"-{number}" if number else "")).click().run()
    assert not at.exception
    return at


def test_gifts_up_to_the_limits(told: None) -> None:
    at = fill_gift(records("rm.zhang", "gift-add"), 500.01)
    assert "超过单次馈赠限额 500.00 元" in at.error[0].value
    for _time in range(3):
        assert not fill_gift(at, 500.0).error
    assert "今年已馈赠 1,700.00 元" in words_of(at)
    assert "2026 年馈赠合计将达" in fill_gift(at, 300.01).error[0].value.replace(str(today().year), "2026")
    assert len(stored(m.Gift)) == 4
    at = fill_gift(records("head.wang", "gift-add"), 400.0)
    assert "写明理由" in at.error[0].value
    assert not fill_gift(at, 400.0, "三十年老客户").error
    assert "今年已馈赠 2,100.00 元" in words_of(at) and len(stored(m.Gift)) == 5


def test_a_link_is_added_shown_with_its_site_and_ended(told: None) -> None:
    at = records("rm.zhang", "link-add", "link-end")
    at.get_by_key(f"link-{NUMBER}-title").set_value("[假](javascript:x)")
    at.get_by_key(f"link-{NUMBER}-address").set_value("javascript:alert(1)")
    at.get_by_key(f"link-{NUMBER}-save").click().run()
    assert "须以 http" in at.error[0].value
    at.get_by_key(f"link-{NUMBER}-address").set_value("https://news.example.org/x")
    at.get_by_key(f"link-{NUMBER}-save").click().run()
    assert not at.exception and not at.error
    assert [url for url, _label in web(at)] == ["https://www.example.com/x", "https://news.example.org/x"]
    assert web(at)[1][1] == "\\[假\\]\\(javascript\\:x\\)"
    assert "news.example.org" in words_of(at)
    at.get_by_key(f"link-end-{NUMBER}-save").click().run()
    assert not at.exception and not at.error
    assert [url for url, _label in web(at)] == ["https://news.example.org/x"]


def test_in_english(told: None) -> None:
    at = records("rm.zhang", "tag-add", "gift-add", "link-add", "life-add", locale="en", tab="Relations and records")
    titles = {title.value for title in at.subheader}
    assert {"Tags", "Family and business relations", "Referrals", "Life events", "Gifts given", "Links"} <= titles


def test_choosing_a_relation_opens_its_portrait(told: None) -> None:
    at = records("rm.zhang")
    key = next(one.key for one in at.dataframe if str(one.key).startswith("portrait-relations"))
    at.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    at.run()
    assert at.subheader[0].value == "欧阳小明"  # out of reach: nobody to go to
    at.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at.run()
    assert not at.exception and at.subheader[0].value == "江河机械有限公司"
