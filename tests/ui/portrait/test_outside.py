"""外部信息 on the portrait: recorded with its basis, ended, and for whom it is."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.store.bulk import bulk
from lib.store.models import OutsideFact
from tests import cast
from tests.cast import OUTSIDER, OWN, filled, number_of
from tests.screen import page, words_of

KEY = f"outside-{number_of(OWN)}"


@pytest.fixture
def learned(sqlite_bank: cast.SmallBank) -> None:
    """One standing fact of OWN and one that ended."""
    with bulk("test") as session:
        for row in session.scalars(select(OutsideFact).where(OutsideFact.customer_id == OWN)):
            session.delete(row)
        session.flush()
        common = {"customer_id": OWN, "source_kind": "social", "lawful_basis": "public_disclosed", "source": "微博"}
        session.add(filled(OutsideFact, id=1, content="常去音乐节", learned_on=date(2026, 3, 2), **common))
        session.add(filled(OutsideFact, id=2, content="", learned_on=date(2026, 3, 1), ended_on=date(2026, 3, 5),
                           ended_reason="客户要求", **common))  # fmt: skip


def kept(login: str, *opened: str, customer: int = OWN, locale: str = "zh_CN", tab: str = "关系与记录") -> AppTest:
    at = page("customers/portrait.py", login, locale, customer=number_of(customer))
    at.session_state["portrait-tab"] = tab
    for section in opened:
        at.session_state[f"records-{section}"] = True
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> list[str]:
    return [one for table in at.dataframe if "consent" in table.value.columns for one in table.value["content"]]


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang"])
def test_recorded_on_screen(learned: None, login: str) -> None:
    at = kept(login, "outside-add")
    at.button(key=f"{KEY}-save").click().run()
    assert {"请选择来源类别。", "请写明来源（名称或网址）。"} <= {error.value for error in at.error}
    at.selectbox(key=f"{KEY}-kind").set_value("bought")
    at.text_input(key=f"{KEY}-source").set_value("某数据公司")
    at.selectbox(key=f"{KEY}-basis").set_value("contract")
    at.text_area(key=f"{KEY}-content").set_value("名下有两处房产 ![x](http://evil/x.png)")
    at.button(key=f"{KEY}-save").click().run()
    assert [error.value for error in at.error] == ["购买的信息须以客户同意为依据，否则不能登记。"]
    at.selectbox(key=f"{KEY}-basis").set_value("consent")
    at.date_input(key=f"{KEY}-consent").set_value(date(2026, 3, 1))
    at.button(key=f"{KEY}-save").click().run()
    assert not at.error and not at.exception
    assert shown(at) == ["名下有两处房产 ![x](http://evil/x.png)", "常去音乐节"]


def test_ended_on_screen(learned: None) -> None:
    at = kept("rm.zhang", "outside-end")
    ending = f"outside-end-{number_of(OWN)}"
    at.button(key=f"{ending}-save").click().run()
    assert any("写明停用原因" in error.value for error in at.error)
    at.text_input(key=f"{ending}-reason").set_value("客户撤回同意")
    at.button(key=f"{ending}-save").click().run()
    assert not at.error and not at.exception and shown(at) == []
    said = words_of(at)
    assert "客户撤回同意" in said and "客户要求" in said and "音乐节" not in said
    with bulk("look", write=False) as session:
        assert session.get_one(OutsideFact, (OWN, 1)).content == ""


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("login", ["legal.qian", "exec.zhou"])
def test_who_only_reads(learned: None, login: str, locale: str) -> None:
    at = kept(login, "outside-add", locale=locale, tab="关系与记录" if locale == "zh_CN" else "Relations and records")
    assert not [one for one in at.button if str(one.key).startswith("outside-")]
    if login == "legal.qian":
        assert shown(at) == ["常去音乐节"]
    else:
        assert shown(at) == [] and "微博" not in words_of(at) and "客户要求" not in words_of(at)


def test_a_narrow_reader_has_nothing_of_it(learned: None) -> None:
    at = page("customers/portrait.py", "care.chen", customer=number_of(OWN))
    assert shown(at) == [] and "外部信息" not in words_of(at) and "微博" not in words_of(at)


def test_nothing_is_recorded_of_who_is_no_customer(learned: None) -> None:
    at = kept("crm.zhao", "outside-add", customer=OUTSIDER)
    assert not [one for one in at.button if str(one.key).startswith("outside-")]
