"""Saved views on a page: kept from the filters of the moment, chosen by link, shared within rights, ended."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lib.store.bulk import bulk
from lib.store.models import SavedView
from lib.store.session import open_session
from lib.work.views import save_view
from tests.cast import SmallBank, scope
from tests.screen import page, words_of


def opened(login: str, locale: str = "zh_CN", edit: bool = False, **query: str) -> AppTest:
    """The queue with its saved views open."""
    at = page("service/complaints.py", login, locale, **query)
    at.session_state["views-complaints"] = True
    at.session_state["views-edit-complaints"] = edit
    at.run()
    assert not at.exception
    return at


def links(at: AppTest) -> dict[str, str]:
    return {one.proto.label: one.proto.query_string for one in at.get("page_link")}


def press(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click().run()
    assert not at.exception
    return at


def saved(login: str, name: str, shared: str = "own") -> int:
    with open_session(scope(login), "complaints", write=True) as session:
        return save_view(session, "complaints", name, {"clock": "overdue", "whose": "mine"}, shared).id


def view_of(view_id: int) -> SavedView:
    with bulk("look", write=False) as session:
        return session.get(SavedView, view_id)


def test_the_filters_of_the_moment_are_kept_and_found_again(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen", clock="overdue", whose="mine")
    at.text_input(key="view-new-complaints-name").set_value("我的 *逾期*")
    at = press(at, "保存筛选")
    again = links(opened("care.chen"))
    assert sorted(again["我的 \\*逾期\\*"].split("&")) == ["clock=overdue", "whose=mine"]
    assert "我的 \\*逾期\\*（正在使用）" in links(opened("care.chen", clock="overdue", whose="mine"))
    assert not any("逾期\\*" in label for label in links(opened("care.lin")))


def test_what_is_wrong_is_said(sqlite_bank: SmallBank) -> None:
    saved("care.chen", "甲")
    at = press(opened("care.chen", clock="overdue"), "保存筛选")
    assert any("起名" in error.value for error in at.error)
    at.text_input(key="view-new-complaints-name").set_value("甲")
    at = press(at, "保存筛选")
    assert any("同名" in error.value for error in at.error)


def test_without_filters_there_is_nothing_to_keep(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen")
    assert "保存筛选" not in [one.label for one in at.button] and "还没有保存的筛选" in words_of(at)


@pytest.mark.parametrize(
    ("login", "reaches"),
    [("care.chen", None), ("head.wang", ["只有我", "本机构"]), ("crm.zhao", ["只有我", "本机构", "全行"])],
)
def test_one_is_offered_to_share_as_far_as_one_may(
    sqlite_bank: SmallBank, login: str, reaches: list[str] | None
) -> None:
    shown = [one.options for one in opened(login, clock="overdue").selectbox if one.label == "谁可以用"]
    assert shown == ([reaches] if reaches else [])


def test_a_shared_view_is_used_by_others_and_changed_by_its_owner_alone(sqlite_bank: SmallBank) -> None:
    view = saved("crm.zhao", "全行逾期", "bank")
    theirs = opened("rm.zhang", edit=True)
    assert "全行逾期（共享）" in links(theirs) and "停用" not in [one.label for one in theirs.button]
    at = opened("crm.zhao", edit=True)
    at.text_input(key=f"view-{view}-name").set_value("逾期一览")
    press(at, "改名或共享")
    assert "逾期一览（共享）" in links(opened("rm.zhang"))
    press(opened("crm.zhao", edit=True), "停用")
    assert view_of(view).ended_at is not None and not any("逾期一览" in label for label in links(opened("rm.zhang")))


def test_a_view_changed_in_another_window_is_not_overwritten(sqlite_bank: SmallBank) -> None:
    view = saved("crm.zhao", "甲")
    slow, quick = opened("crm.zhao", edit=True), opened("crm.zhao", edit=True)
    quick.text_input(key=f"view-{view}-name").set_value("乙")
    press(quick, "改名或共享")
    slow.text_input(key=f"view-{view}-name").set_value("丙")
    slow = press(slow, "改名或共享")
    assert any("刚被别人保存过" in warning.value for warning in slow.warning) and view_of(view).name == "乙"


def test_in_english(sqlite_bank: SmallBank) -> None:
    saved("crm.zhao", "overdue", "bank")
    at = opened("rm.zhang", "en", clock="overdue")
    assert "overdue (shared)" in " ".join(links(at)).replace("\\", "")
    assert "Keep the filters" in [one.label for one in at.button]
