"""关怀, 群发, 发件箱 on screen: who sees what, a message from draft to outbox, a campaign from list to results."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, update
from streamlit.testing.v1 import AppTest

from lib.care.greetings import AHEAD
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.work.lunar import lunar_key
from tests.care.writing import clean, due_item, given, message, queued
from tests.cast import FIRM, OTHER, OWN, PEER, UNASSIGNED, SmallBank, number_of
from tests.screen import application, page, words_of

FILE = "customers/care.py"
BORN = today().replace(year=1970) if (today().month, today().day) != (2, 29) else date(1970, 3, 1)
READERS = ("rm.zhang", "rm.li", "head.wang", "head.zhu", "crm.zhao", "care.chen", "care.lin")


@pytest.fixture(autouse=True)
def ready(sqlite_bank: SmallBank) -> None:
    clean()
    given(OWN, birth_date=BORN, preferred_channel="sms")


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page(FILE, login, locale, **{"view": "greetings", **query})


def names(at: AppTest) -> list[str]:
    return next((list(frame.value["name"]) for frame in at.dataframe if "name" in frame.value), [])


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("view", ["greetings", "campaigns", "outbox"])
@pytest.mark.parametrize("login", READERS)
def test_every_reader_has_every_view(login: str, view: str, locale: str) -> None:
    at = opened(login, locale, view=view)
    only_cases = login.startswith("care.")
    said = words_of(at)
    assert (("全貌" in said) or ("see a customer whole" in said)) is only_cases


@pytest.mark.parametrize("login", ["legal.qian", "exec.zhou", "product.he", "check.sun", "admin.wu"])
def test_posts_without_the_page_cannot_open_it(login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page(f"../../pages/{FILE}")


@pytest.mark.parametrize(("login", "seen"), [
    ("rm.zhang", {"欧阳小明"}), ("rm.li", {"秦岭"}), ("head.wang", {"欧阳小明", "孟芳", "贺平"}),
    ("crm.zhao", {"欧阳小明", "孟芳", "贺平", "秦岭"}),
])  # fmt: skip
def test_birthdays_of_the_own_reach(login: str, seen: set[str]) -> None:
    for one in (PEER, UNASSIGNED, OTHER):
        given(one, birth_date=BORN)
    assert set(names(opened(login))) == seen


def test_birthdays_by_either_calendar() -> None:
    moon = today() + timedelta(days=5)
    given(OWN, birth_date=date(1950, 1, 1), lunar_birthday=lunar_key(moon))
    given(PEER, birth_date=BORN.replace(year=1971))
    given(UNASSIGNED, birth_date=BORN - timedelta(days=40))
    frame = opened("head.wang").dataframe[0].value
    assert list(frame["name"]) == ["孟芳", "欧阳小明"]
    assert list(frame["day"]) == [today(), moon] and frame["kept"][1].startswith("农历")


def test_a_message_from_the_draft_into_the_outbox() -> None:
    due_item()
    at = opened("rm.zhang", write=f"{number_of(OWN)}.birthday.900")
    area = at.text_area[0]
    assert area.value.startswith("欧阳小明，您好！") and "张伟" in area.value
    area.set_value(area.value + "敬上")
    next(one for one in at.button if (one.key or "").endswith("-save")).click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        row = session.scalars(select(m.Message)).one()
        assert (row.state, row.channel, row.due_item_id) == ("queued", "sms", 900) and row.text.endswith("敬上")
        assert session.get_one(m.DueItem, (OWN, 900)).state == "done"


def test_a_greeting_leaves_on_its_day() -> None:
    moon = today() + timedelta(days=9)
    given(OWN, birth_date=date(1950, 1, 1), lunar_birthday=lunar_key(moon))
    at = opened("rm.zhang", write=f"{number_of(OWN)}.birthday.")
    assert at.date_input[0].value in (moon, moon + timedelta(days=1))  # the next, if it is a quiet one


@pytest.mark.parametrize(("values", "said"), [
    ({"do_not_contact": True}, "请勿联系"), ({"phone_masked": None, "email": None}, "没有可用的渠道地址"),
    ({"birth_date": BORN.replace(year=2020)}, "未成年人"),
])  # fmt: skip
def test_reasons_stand_where_the_form_would(values: dict[str, object], said: str) -> None:
    given(OWN, **values)
    at = opened("rm.zhang", write=f"{number_of(OWN)}.birthday.")
    assert said in words_of(at) and not at.text_area


def test_written_to_lately_it_says_what_and_when() -> None:
    queued()
    said = words_of(opened("head.wang", write=f"{number_of(OWN)}.birthday."))
    assert "近期已联系或已发消息" in said and "最近一条消息：生日" in said


@pytest.mark.parametrize("said", [f"{number_of(OTHER)}.birthday.", "x", "C1.raffle.", f"{number_of(OWN)}.birthday.x"])
def test_nobody_writes_beyond_the_own_reach(said: str) -> None:
    at = opened("rm.zhang", write=said)
    assert "不在你的权限范围内" in words_of(at) and not at.text_area


def drafted(login: str = "rm.zhang", **query: str) -> AppTest:
    said = {"view": "campaigns", "new": "1", "of": "filters", "template": "birthday", **query}
    at = opened(login, filters=urlencode({"stage": "customer"}), **said)
    next(one for one in at.button if (one.key or "").endswith("-save")).click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        row = session.scalars(select(m.Campaign).where(m.Campaign.title.like("%年%")).order_by(
            m.Campaign.created_at.desc())).first()  # fmt: skip
        assert row is not None
        return opened(login, view="campaigns", campaign=str(row.id))


def metrics(at: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def test_a_campaign_from_the_list_to_the_outbox() -> None:
    given(FIRM, do_not_contact=True)
    at = drafted()
    assert metrics(at) == {"选中": "2", "将收到": "1", "排除": "1"}
    assert "欧阳小明，您好" in words_of(at)
    assert any("请勿联系 1" in one for one in at.selectbox(key="choice-left_out").options)
    at.button(key="campaign-begin").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        (row,) = session.scalars(select(m.Message)).all()
        campaign = session.get_one(m.Campaign, row.campaign_id)
        assert (row.customer_id, row.state, campaign.state) == (OWN, "queued", "queued")
        assert campaign.counts == {"chosen": 2, "will_get": 1, "do_not_contact": 1, "queued": 1, "done": 1}
    assert "排队时排除：请勿联系 1" in words_of(at)
    at.button(key="campaign-cancel").click().run()
    assert not at.exception and message(row.id).state == "cancelled"


def test_left_out_are_listed() -> None:
    given(FIRM, do_not_contact=True)
    at = drafted()
    at.selectbox(key="choice-left_out").set_value("do_not_contact").run()
    assert names(at) == ["江河机械有限公司"]


def test_a_draft_is_thrown_away() -> None:
    at = drafted()
    at.button(key="campaign-away").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        states = session.scalars(select(m.Campaign.state).where(m.Campaign.title.like("%年%"))).all()
        assert states == ["cancelled"] and not session.scalar(select(func.count(m.Message.id)))


def test_a_head_reads_a_colleagues_campaign_and_cannot_move_it() -> None:
    drafted()
    with bulk("look", write=False) as session:
        row = session.scalars(select(m.Campaign).where(m.Campaign.title.like("%年%"))).one()
    at = opened("head.wang", view="campaigns", campaign=str(row.id))
    assert not [one for one in at.button if (one.key or "").startswith("campaign-")]
    assert "不在你的权限范围内" in words_of(opened("rm.li", view="campaigns", campaign=str(row.id)))


def test_the_outbox_by_state_and_what_may_be_done() -> None:
    waiting = queued()
    failed = queued(customer_id=FIRM, once="firm", text="江河机械有限公司，您好！")
    with bulk("test") as session:
        session.execute(update(m.Message).where(m.Message.id == failed.id).values(state="failed", failure="空号"))
    at = opened("rm.zhang", view="outbox")
    assert metrics(at) == {"待发送": "1", "发送失败": ":red[1]"} and set(names(at)) == {"欧阳小明", "江河机械有限公司"}
    assert names(opened("rm.zhang", view="outbox", state="failed")) == ["江河机械有限公司"]
    at = opened("rm.zhang", view="outbox", message=f"{FIRM}.{failed.id}")
    at.button(key=f"message-call-{failed.id}-save").click().run()
    with bulk("look", write=False) as session:
        kinds = session.scalars(select(m.DueItem.kind).where(m.DueItem.customer_id == FIRM)).all()
        assert "follow_up" in kinds
    at = opened("rm.zhang", view="outbox", message=f"{OWN}.{waiting.id}")
    at.button(key=f"message-cancel-{waiting.id}-save").click().run()
    assert not at.exception and message(waiting.id).state == "cancelled"


@pytest.mark.parametrize(("login", "seen"), [("rm.gao", []), ("rm.li", []), ("head.wang", ["欧阳小明"]),
                                             ("crm.zhao", ["欧阳小明"])])  # fmt: skip
def test_the_outbox_of_the_own_reach(login: str, seen: list[str]) -> None:
    row = queued()
    assert names(opened(login, view="outbox")) == seen
    found = words_of(opened(login, view="outbox", message=f"{OWN}.{row.id}"))
    assert ("不在你的权限范围内" in found) is (not seen)


def test_nothing_due_is_said() -> None:
    given(OWN, birth_date=BORN - timedelta(days=50))
    assert f"{AHEAD} 天内没有客户生日" in words_of(opened("rm.zhang"))
    assert "没有“到期服务”的待办" in words_of(opened("rm.zhang", about="maturity"))
