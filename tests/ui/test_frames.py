"""Cards, paging, links; nothing from data becomes markup."""

from __future__ import annotations

import pytest

from tests.cast import SmallBank
from tests.screen import script, words_of


def _cards() -> None:
    from lib.ui.frames import Card, Link, cards, empty

    cards(
        [
            Card("满意度", "92.3%", delta="-1.2%", better=False, target="90%", spark=[0.9, None, 0.92], help="*x*"),
            Card("*名* [a](http://evil)", "7", "件", tone="risk", delta="+0.0%", href=Link("imports")),
            Card("转介绍率", "0.8%", small=True, delta="+3", better=True),
        ],
        key="cards",
    )
    empty("没有 *数据*。")


def test_a_card_says_figure_change_and_target(sqlite_bank: SmallBank) -> None:
    at = script(_cards, "crm.zhao")
    assert not at.exception
    first, second, third = at.metric
    assert (first.value, first.delta) == ("92.3%", "\\-1.2%")
    assert at.caption[0].value == "目标 90%"
    assert second.value == ":red[7 件]" and third.value == ":gray[0.8%]"


def test_its_arrow_follows_the_sign_and_colour_the_meaning(sqlite_bank: SmallBank) -> None:
    kinds = script(_cards, "crm.zhao").metric
    protos = [metric.proto for metric in kinds]
    arrows = [proto.DESCRIPTOR.enum_types_by_name["MetricDirection"].values_by_number[p.direction].name
              for p in protos for proto in (p,)]  # fmt: skip
    assert arrows == ["DOWN", "NONE", "UP"]


def test_markup_in_data_is_shown_letter_by_letter(sqlite_bank: SmallBank) -> None:
    at = script(_cards, "crm.zhao")
    assert at.metric[1].label == "\\*名\\* \\[a\\]\\(http\\://evil\\)"
    assert "没有 \\*数据\\*。" in words_of(at)


def _paged(size: int, branch: int) -> None:
    import streamlit as st
    from sqlalchemy import select

    from lib.store.models import Customer
    from lib.ui.frames import page_of
    from lib.ui.page import open_page

    with open_page("portrait") as page, page.session() as session:
        query = select(Customer).order_by(Customer.customer_id)
        if branch:
            query = query.where(Customer.branch_id == branch)
        found = page_of(session, query, key="people", size=size, filters=branch)
        st.text(f"{found.total}: " + ",".join(str(row.customer_id) for row in found.rows))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("login", "line"),
    [
        ("rm.zhang", "2: 1001,1006"),
        ("head.zhu", "2: 1004,1007"),
        ("care.lin", "2: 1005,1007"),
        ("crm.zhao", "8: 1001,1002,1003,1004,1005,1006,1007,1008"),
    ],
)
def test_the_count_is_as_narrow_as_the_rows(bank: SmallBank, login: str, line: str) -> None:
    at = script(_paged, login, size=50, branch=0)
    assert not at.exception
    assert at.text[0].value == line
    assert f"共 {line.split(':')[0]} 条" in words_of(at)


def test_pages_follow_one_another_and_a_new_filter_begins_anew(sqlite_bank: SmallBank) -> None:
    at = script(_paged, "crm.zhao", size=3, branch=0)
    assert at.text[0].value == "8: 1001,1002,1003"
    at.session_state["people"] = 3
    at.run()
    assert at.text[0].value == "8: 1007,1008"
    at._kwargs = {"size": 1, "branch": 2}  # type: ignore[attr-defined]
    at.run()
    assert at.text[0].value.startswith(("8: 1007", "2: 1004"))


def test_nothing_found_is_no_error(sqlite_bank: SmallBank) -> None:
    assert script(_paged, "crm.zhao", size=3, branch=77).text[0].value == "0:"
