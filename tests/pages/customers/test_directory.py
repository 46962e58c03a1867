"""客户名单 on screen: filters in the address, columns chosen, several handled together, and for whom it is."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from lib.export import customers as export
from lib.store.bulk import bulk
from lib.store.models import ChangeRequest, Customer, CustomerTag, DueItem
from lib.store.session import Refused
from tests import cast
from tests.cast import GAO, OWN, ZHANG, number_of, scope
from tests.screen import page, words_of

FILE = "customers/directory.py"


def names(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["name"]) if at.dataframe else []


@pytest.mark.parametrize(
    ("login", "query", "who"),
    [
        ("rm.zhang", {"order": "number"}, ["欧阳小明", "江河机械有限公司"]),
        ("rm.zhang", {"order": "number", "kind": "corporate"}, ["江河机械有限公司"]),
        ("rm.zhang", {"text": "oyxm", "order": "number"}, ["欧阳小明"]),
        ("rm.zhang", {"tier": "nonsense", "order": "number"}, ["欧阳小明", "江河机械有限公司"]),
        ("care.chen", {"order": "number"}, ["欧阳小明", "江河机械有限公司"]),
        ("rm.zhang", {"text": "不存在"}, []),
    ],
)
def test_what_the_address_asks_for(sqlite_bank: cast.SmallBank, login: str, query: dict, who: list[str]) -> None:
    at = page(FILE, login, **query)
    assert names(at) == who
    if not who:
        assert "没有符合条件的客户" in words_of(at)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao", "legal.qian", "exec.zhou", "check.sun"])
def test_every_reader_has_a_page(sqlite_bank: cast.SmallBank, login: str, locale: str) -> None:
    at = page(FILE, login, locale, order="number")
    assert bool(names(at)) is (login != "check.sun")
    if login == "exec.zhou":
        assert all("*" in one for one in names(at))


def test_the_columns_are_in_the_address(sqlite_bank: cast.SmallBank) -> None:
    at = page(FILE, "rm.zhang", order="number", cols="tier,phone_masked")
    assert list(at.dataframe[0].value.columns) == ["name", "number", "tier", "phone_masked"]
    assert "138****1001" in list(at.dataframe[0].value["phone_masked"])


def tick(login: str, *rows: int) -> AppTest:
    at = page(FILE, login, order="number")
    at.toggle(key="directory-several").set_value(True).run()
    at.session_state[at.dataframe[0].key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return at.run()


def test_several_are_tagged(sqlite_bank: cast.SmallBank) -> None:
    at = tick("rm.zhang", 0, 1)
    at.text_input(key="directory-tag-tag").set_value("年会名单")
    at.text_input(key="directory-tag-why").set_value("支行年会")
    at.button(key="directory-tag-save").click().run()
    assert "已处理 2 位客户" in words_of(at)
    with bulk("look", write=False) as session:
        assert session.query(CustomerTag).filter(CustomerTag.tag == "年会名单").count() == 2


def test_visits_are_planned(sqlite_bank: cast.SmallBank) -> None:
    at = tick("rm.zhang", 0)
    at.text_input(key="directory-visit-title").set_value("年度回访")
    at.button(key="directory-visit-save").click().run()
    with bulk("look", write=False) as session:
        item = session.query(DueItem).filter(DueItem.kind == "visit", DueItem.title == "年度回访").one()
        assert (item.customer_id, item.owner_id) == (OWN, ZHANG)


def test_managers_are_reminded_to_verify(sqlite_bank: cast.SmallBank) -> None:
    at = tick("head.wang", 0)
    at.button(key="directory-remind-save").click().run()
    assert "已处理 1 位客户" in words_of(at)
    with bulk("look", write=False) as session:
        item = session.query(DueItem).filter(DueItem.kind == "refresh", DueItem.state == "open").one()
        assert (item.customer_id, item.owner_id) == (OWN, ZHANG)
    at = page(FILE, "head.wang", order="number", due="refresh")
    assert list(at.dataframe[0].value["number"]) == [number_of(OWN)]


def test_several_are_handed_over_by_one_request(sqlite_bank: cast.SmallBank) -> None:
    at = tick("rm.zhang", 0, 1)
    key = f"transfer-several-2-{number_of(OWN)}"
    at.selectbox(key=f"{key}-to").set_value(GAO)
    at.selectbox(key=f"{key}-reason").set_value("workload")
    at.button(key=f"{key}-save").click().run()
    assert not at.error
    with bulk("look", write=False) as session:
        assert session.query(ChangeRequest).filter(ChangeRequest.kind == "transfer").one().after["count"] == 2


def test_who_leaves_hands_all_over(sqlite_bank: cast.SmallBank) -> None:
    at = page(FILE, "head.wang", order="number", manager=str(ZHANG))
    key = f"leaving-{ZHANG}"
    at.selectbox(key=f"{key}-to").set_value(GAO)
    at.selectbox(key=f"{key}-reason").set_value("leaving")
    at.button(key=f"{key}-save").click().run()
    assert not at.error
    with bulk("look", write=False) as session:
        request = session.query(ChangeRequest).filter(ChangeRequest.kind == "transfer_by_head").one()
        assert request.after["count"] == 2


def test_who_only_reads_handles_nothing(sqlite_bank: cast.SmallBank) -> None:
    for login in ("legal.qian", "exec.zhou", "care.chen"):
        at = page(FILE, login, order="number")
        assert not at.toggle, login


def exported(login: str, **query: str) -> list[tuple]:
    _name, _kind, content = export.make(scope(login), query)
    return list(load_workbook(io.BytesIO(b"".join(content))).active.values)


def test_the_file_is_masked_narrowed_and_marked(sqlite_bank: cast.SmallBank) -> None:
    rows = exported("rm.zhang", order="number")
    assert "张伟" in rows[0][0] and "已脱敏" in rows[0][0]
    assert [row[1] for row in rows[2:]] == ["欧阳小明", "江河机械有限公司"]
    told = str(rows)
    assert cast.phone_of(OWN) not in told and cast.identity_of(OWN) not in told and "138****1001" in told
    assert all("*" in row[1] for row in exported("exec.zhou", order="number")[2:])
    for login in ("care.chen", "check.sun", "product.he", "admin.wu"):
        with pytest.raises(Refused):
            exported(login)


def test_the_file_has_the_columns_chosen(sqlite_bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        session.add(CustomerTag(customer_id=OWN, tag="常客", family="behaviour", since_day=cast.DAY, by_rule=False,
                                evidence={"note": "面谈"}))  # fmt: skip
    rows = exported("rm.zhang", order="number", cols="tags,tier,phone_masked,nonsense,number")
    assert rows[1] == ("客户号", "客户", "标签", "层级", "电话")
    assert rows[2][0] == number_of(OWN) and "常客" in rows[2][2]
    assert len(exported("rm.zhang", order="number", cols="nonsense")[1]) == len(export.COLUMNS)


def test_a_phone_typed_as_a_filter_stays_out_of_address_and_file(sqlite_bank: cast.SmallBank) -> None:
    at = page(FILE, "rm.zhang", order="number", text=cast.phone_of(OWN))
    assert "text" not in at.query_params and len(names(at)) == 2
    assert cast.phone_of(OWN) not in str([one.proto for one in at.get("link_button")])


def test_nobody_is_visited_against_their_will(sqlite_bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        session.get_one(Customer, OWN).do_not_contact = True
    at = tick("rm.zhang", 0, 1)
    at.text_input(key="directory-visit-title").set_value("年度回访")
    at.button(key="directory-visit-save").click().run()
    told = words_of(at)
    assert "已处理 1 位客户" in told and "未处理 1 位客户" in told
    assert any("请勿联系" in str(one.value) for one in (*at.dataframe, *at.table))
