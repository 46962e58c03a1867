"""登记投诉与建议 on screen: what is asked of whom, what is filled in, and the look at duplicates before saving."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from lib.store.bulk import bulk
from lib.store.models import AccessEntry, Attachment, Case, CaseParty, Customer
from tests.cast import FIRM, OTHER, OWN, SmallBank, case_number_of, number_of, phone_of
from tests.complaints.conftest import registered, stored
from tests.screen import page, words_of
from tests.work import files

__all__ = ["registered"]
Registered = Callable[..., str]


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    """The registration as this person opens it by its address."""
    return page("service/complaints.py", login, locale, register="1", **query)


def fill(at: AppTest, form: str, **said: object) -> None:
    """Say these fields: texts as text, `select_…` as a choice."""
    for field, value in said.items():
        key = f"register-{form}-{field.removeprefix('select_').removeprefix('area_')}"
        if field.startswith("select_"):
            at.selectbox(key=key).select(value)
        elif field.startswith("area_"):
            at.text_area(key=key).set_value(value)
        else:
            at.text_input(key=key).set_value(value)


def save(at: AppTest) -> AppTest:
    next(one for one in at.button if one.label in ("登记", "Register")).click().run()
    assert not at.exception
    return at


COMMON = {
    "select_business": "payment",
    "select_reason": "error",
    "area_summary": "转账转错账户",
    "area_demand": "协助追回",
}


def written(summary: str = "转账转错账户") -> list[Case]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(Case).where(Case.summary == summary).order_by(Case.id)))


def test_a_manager_registers_for_another_branch_s_customer(sqlite_bank: SmallBank) -> None:
    at = opened("rm.zhang")
    at.text_input(key="register-customer").set_value(phone_of(OTHER)).run()
    assert "秦\\*" in words_of(at) and "秦岭" not in words_of(at)
    assert "138" in words_of(at) and phone_of(OTHER) not in words_of(at)
    at = save(at)
    assert any("投诉内容" in error.value for error in at.error) and written() == []
    fill(at, number_of(OTHER), **COMMON)
    at = save(at)
    (case,) = written()
    with bulk("look", write=False) as session:
        looks = select(func.count()).where(AccessEntry.customer_id == OTHER, AccessEntry.what == "locate")
        assert session.scalar(looks) == 2  # the search and the registration, not every rerun
    assert (case.customer_id, case.channel, case.handler_id, case.complainant) == (OTHER, "branch", None, "秦岭")
    assert case.number in words_of(at) and at.query_params["case"] == case.number


def test_what_the_bank_holds_is_shown_and_not_asked(sqlite_bank: SmallBank) -> None:
    at = opened("rm.zhang", customer=number_of(OWN))
    assert "欧阳小明" in words_of(at) and phone_of(OWN) not in words_of(at)
    assert not [one.key for one in at.text_input if str(one.key).endswith(("complainant", "contact", "identity"))]


def test_an_officer_takes_down_a_person_who_is_no_customer(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen")
    at.segmented_control(key="register-who").set_value("personal").run()
    fill(at, "personal", complainant="郑过客", contact="13911112222", identity="110105194912310021", **COMMON)
    at = save(at)
    assert any("校验位" in error.value for error in at.error) and written() == []
    fill(at, "personal", identity="11010519491231002X")
    save(at)
    with bulk("look", write=False) as session:
        person = session.scalars(select(Customer).where(Customer.name == "郑过客")).one()
    (case,) = written()
    assert (person.stage, case.customer_id, case.handler_id) == ("outsider", person.customer_id, 5)


def test_a_firm_that_is_no_customer_says_who_stands_for_it(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen")
    at.segmented_control(key="register-who").set_value("corporate").run()
    fill(at, "corporate", complainant="远山商贸有限公司", contact="010-88886666", **COMMON)
    at = save(at)
    said = " ".join(error.value for error in at.error)
    assert all(word in said for word in ("统一社会信用代码", "住所", "法定代表人"))
    fill(at, "corporate", identity="91350100M000100Y43", address="解放路 2 号", legal_representative="孙大山")
    save(at)
    assert written()[0].customer_kind == "corporate"


def test_a_suggestion_asks_for_less(sqlite_bank: SmallBank) -> None:
    at = opened("rm.zhang", customer=number_of(OWN), kind="suggestion")
    keys = {str(one.key) for kind in ("text_area", "selectbox") for one in at.get(kind)}
    assert not {key for key in keys if key.endswith(("-demand", "-reason", "register-speaker"))}
    fill(at, number_of(OWN), select_business="online_banking", area_summary="希望增加大字版")
    save(at)
    (case,) = written("希望增加大字版")
    assert (case.kind, case.number[0], case.legal_due_at, case.demand) == ("suggestion", "J", None, None)


def test_an_agent_proves_the_right_to_act(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen", customer=number_of(OWN))
    at.selectbox(key="register-speaker").select("agent").run()
    form = number_of(OWN)
    fill(at, form, **COMMON, **{"agent-0-party_name": "马代理", "agent-0-phone": "13812345678"})
    at = save(at)
    assert any("马代理" in error.value and "授权或证明" in error.value for error in at.error)
    fill(at, form, **{"agent-0-authorisation": "授权委托书"})
    save(at)
    with bulk("look", write=False) as session:
        assert session.scalars(select(CaseParty.name).where(CaseParty.role == "agent")).all() == ["马代理"]


def test_a_joint_complaint_has_up_to_five_to_speak_for_it(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen", customer=number_of(OWN))
    at.selectbox(key="register-speaker").select("representative").run()
    assert len([one for one in at.text_input if str(one.key).endswith("party_name")]) == 5
    names = {f"representative-{row}-party_name": f"代表{row}" for row in (0, 3)}
    fill(at, number_of(OWN), **COMMON, **names)
    save(at)
    with bulk("look", write=False) as session:
        found = session.scalars(select(CaseParty.name).where(CaseParty.role == "representative").order_by(CaseParty.id))
        assert found.all() == ["代表0", "代表3"]


def test_what_the_regulator_passes_on_has_its_number_and_term(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen", customer=number_of(OWN))
    fill(at, number_of(OWN), **COMMON, select_channel="regulator")
    at = save(at)
    assert any("转办编号" in error.value for error in at.error) and written() == []
    fill(at, number_of(OWN), outside_number="监-2026-18")
    save(at)
    assert written()[0].outside_number == "监-2026-18"


def test_a_likely_duplicate_is_shown_and_takes_a_tick(sqlite_bank: SmallBank, registered: Registered) -> None:
    known = registered("care.chen", business="payment", summary="转账转错了账户", hold=True)
    at = opened("care.chen", customer=number_of(OWN))
    fill(at, number_of(OWN), **COMMON)
    at = save(at)
    assert known in words_of(at) and "陈静" in words_of(at) and any("疑似重复" in one.value for one in at.error)
    assert written() == []
    next(one for one in at.checkbox if known in str(one.key)).check()
    save(at)
    assert len(written()) == 1


def test_of_a_duplicate_out_of_reach_little_is_told(sqlite_bank: SmallBank, registered: Registered) -> None:
    known = registered("care.chen", business="payment", summary="转账转错了账户", hold=True)
    at = opened("rm.li", customer=number_of(OWN))
    fill(at, number_of(OWN), **COMMON)
    at = save(at)
    assert known in words_of(at) and "陈静" not in words_of(at)


def test_a_person_on_record_is_looked_up_too(sqlite_bank: SmallBank, registered: Registered) -> None:
    who = {"customer": "", "contact": "13911112222", "complainant": "郑过客"}
    known = registered("rm.zhang", business="payment", summary="转账转错了账户", **who)
    at = opened("rm.li")
    at.segmented_control(key="register-who").set_value("personal").run()
    fill(at, "personal", complainant="郑过客", contact="139 1111 2222", **COMMON)
    assert known in words_of(save(at))


def test_files_are_kept_with_the_registration(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen", customer=number_of(FIRM))
    fill(at, number_of(FIRM), **COMMON)
    key = f"register-{number_of(FIRM)}-files"
    at.file_uploader(key=key).upload("凭证.pdf", files.EXE, "application/pdf")
    at = save(at)
    assert any("不是可以保存的类型" in error.value for error in at.error) and written() == []
    at.file_uploader(key=key).upload("凭证.pdf", files.PDF, "application/pdf")
    save(at)
    with bulk("look", write=False) as session:
        kept = session.scalars(select(Attachment).where(Attachment.case_id == written()[0].id)).one()
        assert (kept.name, kept.staff_id) == ("凭证.pdf", 5)


def test_files_are_added_to_a_case_on_screen(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    at = page("service/complaints.py", "care.chen", case=number)
    at.file_uploader(key=f"attach-{number}-files").upload("记录.txt", files.TEXT, "text/plain")
    next(one for one in at.button if one.label == "保存附件").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        kept = session.scalars(select(Attachment).where(Attachment.case_id == stored(number).id)).one()
    (link,) = [one for one in at.get("link_button") if one.proto.url == f"/attachment/{kept.id}"]
    assert "记录" in link.proto.label and "陈静" in words_of(at)
    assert not [one for one in page("service/complaints.py", "legal.qian", case=number).get("file_uploader")]


@pytest.mark.parametrize("typed", ["9999999999", case_number_of(2001), "'; drop table"])
def test_nobody_is_found_by_a_guess(sqlite_bank: SmallBank, typed: str) -> None:
    at = opened("rm.zhang")
    at.text_input(key="register-customer").set_value(typed).run()
    assert any("没有找到唯一的客户" in one.value for one in at.warning)


def test_in_english(sqlite_bank: SmallBank) -> None:
    at = opened("care.chen", "en", customer=number_of(OTHER))
    kinds = ("text_input", "selectbox", "text_area", "checkbox", "expander", "button", "file_uploader")
    labels = [one.label for kind in kinds for one in at.get(kind)]
    assert len(labels) > 15
    assert not [label for label in labels if any("\u3400" <= letter <= "\u9fff" for letter in label)]
