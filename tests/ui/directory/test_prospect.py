"""登记潜在客户 from the directory: by a manager, a head, the department; and not somebody twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.store.bulk import bulk
from lib.store.models import AccessEntry, Customer
from tests import cast
from tests.cast import GAO, LI, OTHER, OWN, ZHANG, phone_of
from tests.screen import page, words_of

FILE = "customers/directory.py"
SAID = {"name": "郑新客", "phone": "139 1111 2222"}


def filled_in(at: AppTest, **said: str) -> AppTest:
    for field, value in said.items():
        at.text_input(key=f"prospect-{field}").set_value(value)
    at.selectbox(key="prospect-source").set_value("branch")
    return at


def send(at: AppTest) -> list[str]:
    at.button(key="prospect-save").click().run()
    assert not at.exception
    return [error.value for error in at.error]


def prospects() -> list[Customer]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(Customer).where(Customer.source == "branch")))


def test_a_manager_registers_their_own(sqlite_bank: cast.SmallBank) -> None:
    at = page(FILE, "rm.zhang")
    assert "请选择客户来源。" in send(at)
    assert send(filled_in(at, **SAID)) == []
    (made,) = prospects()
    assert (made.name, made.manager_id, made.stage) == ("郑新客", ZHANG, "prospect")
    assert at.query_params["customer"] == [made.number] or at.query_params["customer"] == made.number


@pytest.mark.parametrize(
    ("login", "offered"), [("head.wang", {ZHANG, GAO}), ("head.zhu", {LI}), ("crm.zhao", {ZHANG, GAO, LI})]
)
def test_others_choose_whose_it_is(sqlite_bank: cast.SmallBank, login: str, offered: set[int]) -> None:
    at = filled_in(page(FILE, login), **SAID)
    assert len(at.selectbox(key="prospect-manager").options) == len(offered)
    assert "请选择客户经理。" in send(at)
    chosen = sorted(offered)[-1]
    at.selectbox(key="prospect-manager").set_value(chosen)
    assert send(at) == []
    assert [made.manager_id for made in prospects()] == [chosen]


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("login", ["care.chen", "legal.qian", "exec.zhou", "check.sun"])
def test_who_does_not_write_has_no_form(sqlite_bank: cast.SmallBank, login: str, locale: str) -> None:
    assert not [one for one in page(FILE, login, locale).button if str(one.key).startswith("prospect-")]


def test_somebody_within_reach_is_shown_and_not_registered_again(sqlite_bank: cast.SmallBank) -> None:
    at = filled_in(page(FILE, "rm.zhang"), name="欧阳小明", phone=phone_of(OWN))
    assert send(at) == ["已有这位客户，不再重复登记。"]
    assert "电话与名称相同" in words_of(at) and "欧阳小明" in words_of(at) and prospects() == []
    assert not at.checkbox


def test_of_somebody_out_of_reach_only_that_there_is_one(sqlite_bank: cast.SmallBank) -> None:
    at = filled_in(page(FILE, "rm.zhang"), name="郑新客", phone=phone_of(OTHER))
    assert any("可能已有" in error for error in send(at))
    assert "不在你的权限范围内" in words_of(at) and "秦岭" not in words_of(at)
    at.run()
    with bulk("look", write=False) as session:
        looks = session.scalars(select(AccessEntry.customer_id).where(AccessEntry.what == "locate")).all()
        assert looks == [OTHER]  # looked once, drawn twice
    at.checkbox[0].check()
    assert send(at) == [] and [made.name for made in prospects()] == ["郑新客"]


def test_what_was_ticked_for_one_is_not_ticked_for_another(sqlite_bank: cast.SmallBank) -> None:
    at = filled_in(page(FILE, "rm.zhang"), name="郑新客", phone=phone_of(OTHER))
    send(at)
    at.checkbox[0].check()
    at.text_input(key="prospect-phone").set_value(phone_of(OWN))
    assert any("可能已有" in error for error in send(at)) and prospects() == []
