"""Key fields on screen: asked for on the portrait, seen waiting, checked on the approvals page."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from lib.store.bulk import bulk
from lib.store.models import ChangeRequest, Customer
from tests import cast
from tests.cast import FIRM, OWN, number_of, phone_of
from tests.screen import page, words_of

NEW_PHONE = "13912345678"


def profile(login: str, customer: int = OWN) -> AppTest:
    """The tab of particulars of a portrait."""
    at = page("customers/portrait.py", login, customer=number_of(customer))
    at.session_state["portrait-tab"] = "资料"
    return at.run()


def ask(at: AppTest, customer: int = OWN, reason: str = "客户来电", **fields: str) -> AppTest:
    key = f"info-{number_of(customer)}"
    for field, value in fields.items():
        at.get_by_key(f"{key}-{field}").set_value(value)
    at.text_input(key=f"{key}-reason").set_value(reason)
    return at.button(key=f"{key}-save").click().run()


def sent(at: AppTest) -> str:
    return str(at.main) + json.dumps([str(one.proto) for kind in ("badge", "dataframe", "text_input")
                                      for one in at.get(kind)])  # fmt: skip


def test_from_the_portrait_to_consent(sqlite_bank: cast.SmallBank) -> None:
    at = ask(profile("rm.zhang"), phone=NEW_PHONE, address="新华路 1 号")
    assert not at.error and not at.exception
    seen = page("customers/portrait.py", "rm.zhang", customer=number_of(OWN))
    assert any("待复核：电话、地址" in link.label for link in seen.get("page_link"))
    with bulk("look", write=False) as session:
        request = session.query(ChangeRequest).filter(ChangeRequest.kind == "customer_info").one()
    at = page("governance/approvals.py", "check.sun", request=str(request.id))
    assert phone_of(OWN) not in sent(at) and NEW_PHONE not in sent(at)
    at.text_input(key="request-clear-reason").set_value("核对申请表")
    at.button(key="request-clear-now").click().run()
    assert not at.error
    key = f"decide-{request.id}-1"
    at.get_by_key(f"{key}-verdict").set_value("agreed")
    at.button(key=f"{key}-save").click().run()
    assert not at.error and not at.exception
    with bulk("look", write=False) as session:
        assert session.get_one(Customer, OWN).address == "新华路 1 号"


def test_problems_are_sentences_and_nothing_is_lost(sqlite_bank: cast.SmallBank) -> None:
    at = ask(profile("rm.zhang"), phone="12345678901", reason="")
    said = " ".join(error.value for error in at.error)
    assert "手机号应为 11 位" in said and "请写明理由" in said
    assert at.text_input(key=f"info-{number_of(OWN)}-phone").value == "12345678901"


def test_a_firm_has_its_own_fields(sqlite_bank: cast.SmallBank) -> None:
    at = ask(profile("rm.zhang", FIRM), FIRM, identity="91350100M000100Y44", legal_representative="钱多多")
    assert any("统一社会信用代码校验位不符" in error.value for error in at.error)


def test_who_only_reads_has_no_form(sqlite_bank: cast.SmallBank) -> None:
    for login in ("legal.qian", "exec.zhou", "care.chen"):
        at = profile(login)
        assert not [one for one in at.text_input if str(one.key).startswith("info-")], login
        assert "申请修改关键信息" not in words_of(at)
