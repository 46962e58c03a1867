"""Tables by what a column means."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from lib.ui import tables
from lib.ui.tables import Column, RowLink
from lib.words import use_locale
from tests.cast import SmallBank
from tests.screen import script

COLUMNS = (
    ("money", 123456, 1234.56),
    ("percent", 0.25, 25.0),
    ("integer", 7, 7),
    ("text", "*a*", "*a*"),
)


@pytest.mark.parametrize(("kind", "stored", "shown"), COLUMNS)
def test_a_value_by_its_kind(kind: str, stored: Any, shown: Any) -> None:
    assert tables._shown(pd.Series([stored], dtype=object), Column("x", "X", kind)).iloc[0] == shown


@pytest.mark.parametrize("kind", tables.KINDS)
def test_nothing_is_nothing_in_every_kind(kind: str) -> None:
    column = Column("x", "X", kind, family="tier")
    stored = pd.Series([None, None], dtype=object)
    values = tables._shown(stored, column)
    assert len(values) == 2
    assert "nan" not in str(values.iloc[0]).lower() or pd.isna(values.iloc[0])
    assert tables._config(column, stored)


def test_money_follows_its_currency() -> None:
    column = Column("x", "X", "money", currency="JPY")
    assert tables._shown(pd.Series([500], dtype=object), column).iloc[0] == 500


def test_a_code_is_named_and_a_moment_is_shanghai_s() -> None:
    with use_locale("zh_CN"):
        assert tables._shown(pd.Series(["vip"]), Column("x", "X", "code", family="tier")).iloc[0] == "贵宾"
    moment = pd.Series([pd.Timestamp("2026-09-30T17:00:00Z")], dtype=object)
    assert str(tables._shown(moment, Column("x", "X", "moment")).iloc[0]) == "2026-10-01 01:00:00"


def test_an_unknown_kind_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="colour"):
        tables._config(Column("x", "X", "colour"), pd.Series(["x"]))


def _list(numbers: list[str], link: bool) -> None:
    import streamlit as st

    from lib.ui.frames import Column, RowLink, table

    rows = [{"number": number, "name": f"张{number}"} for number in numbers]
    target = RowLink("portrait", "customer", "number") if link else None
    chosen = table(rows, [Column("name", "姓名")], key="list", link=target, select=True, nothing="一个也没有。")
    st.text(f"chosen {chosen}")


def test_an_empty_table_says_so(sqlite_bank: SmallBank) -> None:
    at = script(_list, "crm.zhao", numbers=[], link=False)
    assert at.caption[0].value == "一个也没有。" and at.text[0].value == "chosen None"


def test_a_choice_belongs_to_the_rows_it_was_made_in(sqlite_bank: SmallBank) -> None:
    first = script(_list, "crm.zhao", numbers=["1", "2"], link=False)
    assert first.text[0].value == "chosen None"
    key = first.dataframe[0].proto.id.rsplit("-", 1)[-1]
    assert key.startswith("list.")
    first.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    assert first.run().text[0].value == "chosen 1"
    other = script(_list, "crm.zhao", numbers=["3", "4"], link=False)
    assert other.dataframe[0].proto.id.rsplit("-", 1)[-1] != key


def test_the_column_behind_a_link_need_not_be_shown() -> None:
    frame = tables._frame(
        [{"a": 1, "b": 2}], [Column("a", "A"), *tables._carried([Column("a", "A")], RowLink("p", "q", "b"))]
    )
    assert list(frame.columns) == ["a", "b"]


def _ticked(names: list[str], since: int = 1) -> None:
    import streamlit as st

    from lib.ui.frames import Column, checklist

    rows = [{"name": name, "since": since} for name in names]
    shown = [Column("name", "姓名"), Column("since", "已等", "integer")]
    st.text(f"ticked {checklist(rows, shown, key='list', by='name')}")


def test_rows_are_ticked_until_others_stand_there(sqlite_bank: SmallBank) -> None:
    at = script(_ticked, "crm.zhao", names=["甲", "乙", "丙"])
    assert at.text[0].value == "ticked []"
    key = at.dataframe[0].proto.id.rsplit("-", 1)[-1]
    at.session_state[key] = {"selection": {"rows": [0, 2, 7], "columns": [], "cells": []}}
    assert at.run().text[0].value == "ticked [0, 2]"
    later = script(_ticked, "crm.zhao", names=["甲", "乙", "丙"], since=2)
    assert later.dataframe[0].proto.id.rsplit("-", 1)[-1] == key  # the same rows, a minute later
    other = script(_ticked, "crm.zhao", names=["甲", "丙", "乙"])
    assert other.dataframe[0].proto.id.rsplit("-", 1)[-1] != key
