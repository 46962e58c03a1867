"""Saved views: whose they are, who may use them, who may share how far, and two who save at once."""

from __future__ import annotations

import pytest

from lib.store.bulk import bulk
from lib.store.models import SavedView
from lib.store.session import Conflict, Refused, open_session
from lib.work.views import end_view, may_share, rename_view, save_view, views_of
from tests.cast import STAFF, SmallBank, scope

QUERY = {"clock": "overdue", "whose": "mine"}


def saved(login: str, name: str = "我的逾期", shared: str = "own", page: str = "complaints") -> int:
    with open_session(scope(login), page, write=True) as session:
        return save_view(session, page, name, QUERY, shared).id


def names(login: str, page: str = "complaints") -> list[str]:
    with open_session(scope(login), page) as session:
        return [view.name for view in views_of(session, page)]


@pytest.mark.parametrize(
    ("shared", "by", "users"),
    [
        ("own", "head.wang", {"head.wang"}),
        ("branch", "head.wang", {"head.wang", "rm.zhang", "rm.gao"}),
        ("branch", "crm.zhao", {"crm.zhao", "care.chen", "care.lin", "legal.qian", "check.sun", "product.he",
                                "exec.zhou", "admin.wu"}),
        ("bank", "crm.zhao", set(STAFF)),
    ],
)  # fmt: skip
def test_who_may_use_a_view(bank: SmallBank, shared: str, by: str, users: set[str]) -> None:
    saved(by, shared=shared)
    assert {login for login in STAFF if names(login) == ["我的逾期"]} == users


def test_a_view_belongs_to_its_page_and_keeps_its_filters(sqlite_bank: SmallBank) -> None:
    saved("care.chen")
    assert names("care.chen", "portrait") == []
    with open_session(scope("care.chen"), "complaints") as session:
        assert [view.query for view in views_of(session, "complaints")] == [QUERY]


def test_one_s_own_come_first(sqlite_bank: SmallBank) -> None:
    saved("crm.zhao", "甲", "bank")
    saved("care.chen", "乙")
    assert names("care.chen") == ["乙", "甲"] and names("care.lin") == ["甲"]


@pytest.mark.parametrize(
    ("login", "shares"),
    [("rm.zhang", ("own",)), ("care.chen", ("own",)), ("head.wang", ("own", "branch")), ("legal.qian", ("own",)),
     ("crm.zhao", ("own", "branch", "bank")), ("exec.zhou", ("own",)), ("check.sun", ())],
)  # fmt: skip
def test_who_may_share_how_far(sqlite_bank: SmallBank, login: str, shares: tuple[str, ...]) -> None:
    assert may_share(scope(login)) == shares
    for shared in {"own", "branch", "bank"} - set(shares):
        with pytest.raises(Refused):
            saved(login, shared=shared)
    assert names(login) == []


@pytest.mark.parametrize("name", ["", "  ", "长" * 61])
def test_a_view_has_a_name(sqlite_bank: SmallBank, name: str) -> None:
    with pytest.raises(Refused, match="起名"):
        saved("care.chen", name)


def test_a_name_is_used_once_by_one_person_until_it_is_free_again(sqlite_bank: SmallBank) -> None:
    first = saved("care.chen")
    with pytest.raises(Refused, match="同名"):
        saved("care.chen", " 我的逾期 ")
    saved("care.lin")
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        end_view(session, first, 1)
    assert names("care.chen") == []
    saved("care.chen")
    with bulk("look", write=False) as session:
        assert session.get(SavedView, first).ended_at is not None  # ended, not deleted


def test_of_two_windows_that_change_a_view_the_second_is_told(bank: SmallBank) -> None:
    view = saved("head.wang")
    with open_session(scope("head.wang"), "complaints", write=True) as session:
        rename_view(session, view, 1, "本行逾期", "branch")
    assert names("rm.zhang") == ["本行逾期"]
    for act in (lambda s: rename_view(s, view, 1, "别名", "own"), lambda s: end_view(s, view, 1)):
        with (
            pytest.raises(Conflict),
            open_session(scope("head.wang"), "complaints", write=True) as session,
        ):
            act(session)
    assert names("rm.zhang") == ["本行逾期"]


def test_nobody_changes_a_colleague_s_view(sqlite_bank: SmallBank) -> None:
    shared, own = saved("crm.zhao", shared="bank"), saved("care.lin")
    for view in (shared, own):
        with pytest.raises(Refused), open_session(scope("care.chen"), "complaints", write=True) as session:
            end_view(session, view, 1)
    assert names("care.lin") == ["我的逾期", "我的逾期"]


def test_a_name_may_be_kept_while_sharing_changes(sqlite_bank: SmallBank) -> None:
    view = saved("crm.zhao")
    with open_session(scope("crm.zhao"), "complaints", write=True) as session:
        rename_view(session, view, 1, "我的逾期", "bank")
    assert names("rm.li") == ["我的逾期"]
