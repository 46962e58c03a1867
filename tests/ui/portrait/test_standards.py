"""Service standards on the portrait: those of the tier, kept or broken this quarter, for who may see the items."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from lib.store.bulk import bulk
from tests.kpi.ten import PEOPLE, B, F, ten_bank, ten_made
from tests.screen import page

_ = (ten_bank, ten_made)


def portrait(login: str, customer: int = B) -> AppTest:
    at = page("customers/portrait.py", login, customer=f"C{customer}")
    at.session_state["portrait-tab"] = "服务记录"
    at.session_state["portrait-standards"] = True
    at.run()
    assert not at.exception
    return at


def standards(at: AppTest) -> dict[str, list[str]]:
    found = [one.value for one in at.dataframe if {"standing", "soon"} <= set(one.value)]
    return dict(zip(found[0]["standard"], found[0]["standing"], strict=True)) if found else {}


@pytest.mark.parametrize("login", ["rm.ma", "head.wang", "crm.zhao"])
def test_the_tiers_own_standards_this_quarter(ten_bank: str, login: str) -> None:
    found = standards(portrait(login))
    assert found["定期回访"] == ["1 / 1 按时"] and found["到期联系"] == ["本季尚无到期"]
    assert (
        "季度沟通会" not in found and "生日问候" not in found and "特殊客户走访" not in found
    )  # not of this tier, not so marked


def test_a_firm_has_its_own(ten_bank: str) -> None:
    found = standards(portrait("rm.ni", F))
    assert "季度沟通会" in found and "生日问候" not in found


def test_special_care_is_promised_to_who_is_marked(ten_bank: str) -> None:
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == B).values(special_care="elderly"))
    assert "特殊客户走访" in standards(portrait("rm.ma"))


def test_leadership_sees_none_of_it(ten_bank: str) -> None:
    assert standards(portrait("exec.zhou")) == {} and B in PEOPLE
