"""The page of engagement, for every role: events, one event's guests, communities, referrals, by right and reach."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from streamlit.testing.v1 import AppTest

from lib.customers.marks import set_tag
from lib.engagement.communities import JoinForm
from lib.settings import business_now, today
from lib.store.bulk import bulk
from lib.store.models import Customer, CustomerTag, Event, Gift, Invitation, Referral
from lib.store.rights import rights
from lib.store.session import open_session
from tests.cast import FIRM, OWN, PEER, PROSPECT, STAFF, SmallBank, number_of, scope
from tests.engagement.rows import event, guests, let_pass, planned, referral, registered, ticked
from tests.screen import application, page, words_of

FILE = "service/engagement.py"
VIEWS = ("", "communities", "referrals")


@pytest.fixture
def full(sqlite_bank: SmallBank) -> int:
    """The small bank with an event that is open and has guests, a community with a member, a referral that is due."""
    with bulk("test") as session:
        for table in (Invitation, Referral, Event):
            session.rows(delete(table))
        session.add(Referral(customer_id=OWN, referred_id=PEER, recorded_on=today(), became_on=today(), state="open",
                             version=1))  # fmt: skip
    event_id = planned(seats=1, community="wealth_club")
    registered(event_id, OWN, "rm.zhang")
    registered(event_id, FIRM, "rm.zhang")
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        set_tag(session, OWN, "稳健理财社", "need", JoinForm(today(), "branch").evidence())
    return event_id


def opened(login: str, view: str = "", **query: str) -> AppTest:
    return page(FILE, login, **({"view": view} if view else {}), **query)


def pressed(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception
    return at


def rows_of(at: AppTest, place: int = 0) -> list[dict[str, object]]:
    return at.dataframe[place].value.to_dict("records")  # type: ignore[no-any-return]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("login", list(STAFF))
def test_every_role_sees_what_the_matrix_gives_it(full: int, login: str, view: str) -> None:
    if not rights(STAFF[login][2], "engagement").see:
        with pytest.raises(ValueError, match="navigation page"):
            application(login).switch_page(f"../../pages/{FILE}")
        return
    at = opened(login, view)
    assert at.title[0].value == "活动与权益" and not at.error


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("part", ["", "invite", "change"])
def test_one_event_in_both_languages(full: int, part: str, locale: str) -> None:
    at = page(FILE, "head.wang", locale, event=str(full), **({"part": part} if part else {}))
    assert not at.error and "稳健理财讲座" in words_of(at)


@pytest.mark.parametrize(
    ("login", "names"),
    [("rm.zhang", {"欧阳小明", "江河机械有限公司"}), ("rm.gao", set()), ("head.wang", {"欧阳小明", "江河机械有限公司"}),
     ("care.chen", {"欧阳小明", "江河机械有限公司"}), ("care.lin", None), ("rm.li", None)],
)  # fmt: skip
def test_guests_are_those_within_reach(full: int, login: str, names: set[str] | None) -> None:
    """None: the event itself is out of reach."""
    at = opened(login, event=str(full))
    if names is None:
        assert "没有这项活动" in words_of(at)
        return
    found = {str(row["name"]) for row in rows_of(at)} if at.dataframe else set()
    assert found == names
    if login == "care.chen":  # sees the guests whose cases they handle, and does nothing with them
        assert not [one for one in at.button if str(one.key).startswith("guests-")]


def test_a_head_plans_an_event(full: int) -> None:
    at = opened("head.wang", plan="1")
    at.text_input(key="event-new-1-title").set_value("岁末茶会")
    at.text_input(key="event-new-1-place").set_value("贵宾室")
    pressed(at, "event-new-1-save")
    with bulk("look", write=False) as session:
        row = session.scalars(select(Event).where(Event.title == "岁末茶会")).one()
    assert (row.state, row.branch_id, row.owner_id) == ("draft", 1, STAFF["head.wang"][0])
    assert at.query_params["event"] == str(row.id) and "岁末茶会" in words_of(at)
    pressed(at, "event-to-open")
    assert event(row.id).state == "open"


def test_a_plan_without_a_title_is_told_and_kept(full: int) -> None:
    at = opened("head.wang", plan="1")
    at.text_input(key="event-new-1-place").set_value("贵宾室")
    pressed(at, "event-new-1-save")
    assert [one.value for one in at.error] == ["请填写“活动名称”。"]
    assert at.text_input(key="event-new-1-place").value == "贵宾室"


def test_a_manager_plans_none_and_registers_by_number(full: int) -> None:
    at = opened("rm.gao", plan="1")
    assert not [one for one in at.text_input if str(one.key).startswith("event-new")]
    at = opened("rm.gao", event=str(full))
    assert [one for one in at.button if str(one.key).startswith("event-to")] == []
    at.text_input(key=f"guest-{full}-number").set_value(number_of(PEER))
    pressed(at, f"guest-{full}-save")
    assert guests(full)[PEER].state == "waiting"
    at.text_input(key=f"guest-{full}-number-1").set_value(number_of(OWN))
    pressed(at, f"guest-{full}-save-1")
    assert "权限范围内" in at.error[0].value


def test_an_event_is_cancelled_with_a_reason(full: int) -> None:
    at = opened("head.wang", event=str(full))
    pressed(at, "event-to-cancelled")
    assert "理由" in at.error[0].value and event(full).state == "open"
    at.text_input(key="event-off-why").set_value("讲师生病").run()
    pressed(at, "event-to-cancelled")
    assert event(full).state == "cancelled"


def test_inviting_from_a_list(full: int) -> None:
    at = opened("head.wang", event=str(full), part="invite", list="people")
    assert "已邀请过 1" in words_of(at)
    pressed(at, "event-invite")
    assert {PEER} < set(guests(full)) and PROSPECT not in guests(full)
    at = page("customers/care.py", "head.wang", view="campaigns", new="1", of=f"event-{full}")
    assert not at.error and "“稳健理财讲座”已邀请、未答复的客户" in at.selectbox(key="choice-of").options


def test_the_result_is_called_a_comparison(full: int) -> None:
    let_pass(full, 1)
    ticked(full, {OWN: True})
    with bulk("test") as session:
        session.get_one(Event, full).state = "held"
    assert not opened("head.wang", event=str(full), part="result").error


def test_communities_are_for_who_sees_customers_whole(full: int) -> None:
    at = opened("head.wang", "communities")
    (row,) = [one for one in rows_of(at) if one["name"] == "稳健理财社"]
    assert (row["members"], row["joined"], row["coming"]) == (1, 1, 1)
    at = opened("head.wang", "communities", **{"in": "wealth_club"})
    at.text_input(key="join-wealth_club-number").set_value(number_of(PEER))
    at.selectbox(key="join-wealth_club-channel").set_value("phone")
    pressed(at, "join-wealth_club-save")
    with bulk("look", write=False) as session:
        tag = session.get_one(CustomerTag, (PEER, "稳健理财社"))
    assert "客户同意加入" in str((tag.evidence or {})["why"])
    for login in ("exec.zhou", "care.chen"):
        at = opened(login, "communities")
        assert not at.dataframe and "手工标签" in words_of(at)


def test_a_reward_is_given_as_a_gift_among_the_customers_gifts(full: int) -> None:
    at = opened("rm.zhang", "referrals")
    assert [row["name"] for row in rows_of(at)] == ["欧阳小明"]
    with bulk("test") as session:
        session.rows(delete(Gift))
    at = opened("rm.zhang", "referrals", who=f"{OWN}-{PEER}")
    pressed(at, f"reward-{OWN}-{PEER}-save")
    assert referral(OWN, PEER).state == "given"
    with bulk("look", write=False) as session:
        gift = session.scalars(select(Gift).where(Gift.customer_id == OWN)).one()
    assert (gift.value_fen, gift.occasion, gift.note) == (10_000, "thanks", "推荐答谢")


def test_a_referrer_is_recorded(full: int) -> None:
    at = opened("rm.gao", "referrals")
    at.text_input(key="referral-record-number").set_value(number_of(PROSPECT))
    at.text_input(key="referral-record-by").set_value(number_of(PEER))
    pressed(at, "referral-record-save")
    with bulk("look", write=False) as session:
        assert session.get_one(Customer, PROSPECT).referred_by_id == PEER


def test_the_portrait_tells_of_events_and_registers_for_one(full: int) -> None:
    at = page("customers/portrait.py", "rm.gao", customer=number_of(PEER))
    at.session_state["portrait-tab"] = "关系与记录"
    at.run()
    assert not at.exception and "还没有受邀参加活动。" in words_of(at)


def test_the_address_of_no_event_is_told(full: int) -> None:
    for said in ("1", "x", "9" * 30):
        assert "没有这项活动" in words_of(opened("head.wang", event=said))


def test_an_event_to_come_is_listed_before_those_over(full: int) -> None:
    later = planned(title="后来的讲座", starts_at=business_now() + timedelta(days=30))
    at = opened("crm.zhao")
    assert [row["title"] for row in rows_of(at)] == ["稳健理财讲座", "后来的讲座"]
    at = opened("crm.zhao", when="past")
    assert "没有活动" in words_of(at) and later
