"""Duplicates on screen: found, asked to merge, agreed to, shown as one, undone."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from lib.store.bulk import bulk
from lib.store.models import ChangeRequest, Customer
from tests import cast
from tests.cast import FIRM, OWN, PEER, number_of
from tests.screen import page, words_of


def profile(login: str, customer: int = OWN) -> AppTest:
    at = page("customers/portrait.py", login, customer=number_of(customer))
    at.session_state["portrait-tab"] = "资料"
    return at.run()


def agree(kind: str) -> None:
    with bulk("look", write=False) as session:
        request = session.query(ChangeRequest).filter(ChangeRequest.kind == kind).one()
    at = page("governance/approvals.py", "check.sun", request=str(request.id))
    at.get_by_key(f"decide-{request.id}-1-verdict").set_value("agreed")
    at.button(key=f"decide-{request.id}-1-save").click().run()
    assert not at.error and not at.exception


def test_one_phone_two_records(sqlite_bank: cast.SmallBank) -> None:
    with bulk("twin") as session:
        session.get_one(Customer, PEER).phone_hash = session.get_one(Customer, OWN).phone_hash
    at = profile("head.wang")
    assert any("可能与 1 条记录重复" in warning.value for warning in at.warning)
    key = f"merge-{number_of(OWN)}-{number_of(PEER)}"
    at.text_input(key=f"{key}-reason").set_value("同一手机号，客户确认")
    at.button(key=f"{key}-save").click().run()
    assert not at.error and not at.exception
    agree("merge")
    at = profile("head.wang", PEER)
    assert f"客户号 {number_of(PEER)} 已合并到 {number_of(OWN)}" in " ".join(info.value for info in at.info)
    key = f"unmerge-{number_of(PEER)}"
    at.text_input(key=f"{key}-reason").set_value("两位家人共用手机")
    at.button(key=f"{key}-save").click().run()
    agree("unmerge")
    assert "已合并到" not in words_of(profile("head.wang", PEER))


def test_another_record_by_its_number(sqlite_bank: cast.SmallBank) -> None:
    at = profile("head.wang")
    box = at.text_input(key=f"merge-number-{number_of(OWN)}")
    box.set_value("C999999999").run()
    assert any("没有客户号为" in error.value for error in at.error)
    at.text_input(key=f"merge-number-{number_of(OWN)}").set_value(number_of(FIRM)).run()
    assert "个人与企业不能合并" in words_of(at)
