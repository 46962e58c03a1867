"""A transfer on screen: asked for on the portrait, seen waiting, agreed to by the head."""

from __future__ import annotations

from lib.store.bulk import bulk
from lib.store.models import ChangeRequest, Customer
from tests import cast
from tests.cast import GAO, OWN, number_of
from tests.screen import page


def test_from_the_portrait_to_the_head(sqlite_bank: cast.SmallBank) -> None:
    at = page("customers/portrait.py", "rm.zhang", customer=number_of(OWN))
    at.session_state["portrait-tab"] = "资料"
    at.run()
    key = f"transfer-{number_of(OWN)}"
    at.button(key=f"{key}-save").click().run()
    assert {"请选择接收人。", "请选择移交原因。"} <= {error.value for error in at.error}
    at.selectbox(key=f"{key}-to").set_value(GAO)
    at.selectbox(key=f"{key}-reason").set_value("specialty")
    at.text_area(key=f"{key}-note").set_value("喜欢午后来电")
    at.button(key=f"{key}-save").click().run()
    assert not at.error and not at.exception
    with bulk("look", write=False) as session:
        request = session.query(ChangeRequest).filter(ChangeRequest.kind == "transfer").one()
    at = page("governance/approvals.py", "head.wang", request=str(request.id))
    assert any("喜欢午后来电" in text.value for text in at.text)
    form = f"decide-{request.id}-1"
    at.get_by_key(f"{form}-verdict").set_value("agreed")
    at.button(key=f"{form}-save").click().run()
    assert not at.error and not at.exception
    with bulk("look", write=False) as session:
        assert session.get_one(Customer, OWN).manager_id == GAO
    at = page("customers/portrait.py", "rm.gao", customer=number_of(OWN))
    at.session_state["portrait-tab"] = "资料"
    assert any("喜欢午后来电" in str(table.value.to_dict()) for table in at.run().dataframe)


def test_who_only_reads_has_no_form(sqlite_bank: cast.SmallBank) -> None:
    for login in ("legal.qian", "exec.zhou"):
        at = page("customers/portrait.py", login, customer=number_of(OWN))
        at.session_state["portrait-tab"] = "资料"
        assert not [one for one in at.run().selectbox if str(one.key).startswith("transfer-")], login
