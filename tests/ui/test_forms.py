"""An explicit save: once, with sentences, and nothing overwritten unseen."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.cast import SmallBank
from tests.screen import script


def _form() -> None:
    from typing import Any

    import streamlit as st

    from lib.store.session import Conflict, Refused
    from lib.ui.forms import SaveForm, flash

    store: dict[str, Any] = st.session_state.setdefault("store", {"note": "旧", "version": 1, "writes": []})
    flash()
    form = SaveForm("note", version=store["version"], before={"note": store["note"]})
    with form:
        note = st.text_input("备注", value=store["note"], key=form.key("text"))

        def save(seen: Any) -> None:
            if note == "refuse":
                raise Refused("不在你的范围内。")
            if seen.version != store["version"]:
                raise Conflict({"note": store["note"]}, store["version"])
            store["writes"].append((note, seen.once))
            store.update(note=note, version=store["version"] + 1)
            if note == "interrupted":
                st.session_state["forms.open"]["note"].written = True
                st.rerun()

        saved = form.submit(
            save,
            problems=[] if note else ["请填写备注。"],
            mine={"note": note},
            titles={"note": "备注"},
            done="已记下。",
        )
    st.caption(f"saved {saved}")


@pytest.fixture
def at(sqlite_bank: SmallBank) -> AppTest:
    return script(_form, "crm.zhao")


def writes(at: AppTest) -> list[str]:
    return [note for note, _once in at.session_state["store"]["writes"]]


def fill(at: AppTest, text: str) -> AppTest:
    at.text_input[0].set_value(text)
    return at.button[0].click().run()


def test_it_saves_says_so_and_begins_anew(at: AppTest) -> None:
    assert at.text_input(key="note-text").value == "旧"
    fill(at, "新")
    assert writes(at) == ["新"]
    assert at.toast[0].value == "已记下。" and at.caption[-1].value == "saved True"
    assert at.text_input(key="note-text-1").value == "新"
    at.run()
    assert at.caption[-1].value == "saved False" and not at.toast


def test_a_problem_is_a_sentence_and_nothing_is_lost(at: AppTest) -> None:
    fill(at, "")
    assert at.error[0].value == "请填写备注。" and writes(at) == []
    fill(at, "补上")
    assert writes(at) == ["补上"] and not at.error


def test_a_refusal_is_a_sentence(at: AppTest) -> None:
    fill(at, "refuse")
    assert at.error[0].value == "不在你的范围内。" and at.text_input[0].value == "refuse"


def test_the_second_click_belongs_to_a_form_that_is_gone(at: AppTest) -> None:
    first = at.button[0].proto.id
    fill(at, "一次")
    assert at.button[0].proto.id != first
    assert writes(at) == ["一次"]


def test_a_click_that_interrupts_the_first_finds_it_written(at: AppTest) -> None:
    fill(at, "interrupted")
    assert writes(at) == ["interrupted"]
    assert at.text_input(key="note-text-1").value == "interrupted"


def changed_by_another(at: AppTest) -> None:
    at.session_state["store"] = {"note": "他的", "version": 2, "writes": []}


def test_a_conflict_shows_three_sides_and_writes_nothing(at: AppTest) -> None:
    changed_by_another(at)
    fill(at, "我的")
    assert writes(at) == []
    table = at.table[0].value
    assert table.to_dict("list") == {"字段": ["备注"], "我的": ["我的"], "别人刚保存的": ["他的"], "我打开时": ["旧"]}


def test_mine_may_win_knowingly(at: AppTest) -> None:
    changed_by_another(at)
    fill(at, "我的")
    next(button for button in at.button if button.label == "用我的修改覆盖").click().run()
    assert writes(at) == ["我的"] and not at.table


def test_mine_wins_over_what_was_seen_and_not_over_what_came_after(at: AppTest) -> None:
    changed_by_another(at)
    fill(at, "我的")
    at.session_state["store"] = {"note": "又一个", "version": 3, "writes": []}
    next(button for button in at.button if button.label == "用我的修改覆盖").click().run()
    assert writes(at) == [] and at.table[0].value["别人刚保存的"].tolist() == ["又一个"]


def test_theirs_may_stay(at: AppTest) -> None:
    changed_by_another(at)
    fill(at, "我的")
    next(button for button in at.button if button.label == "放弃我的修改").click().run()
    assert writes(at) == [] and not at.table
    assert at.text_input(key="note-text-1").value == "他的"


def _fields() -> None:
    from typing import Any

    import streamlit as st

    from lib.store.session import Conflict
    from lib.ui.forms import SaveForm

    store: dict[str, Any] = st.session_state.setdefault("store", {"job": "教师", "note": "旧", "version": 1})
    form = SaveForm("two", version=store["version"], before={"job": store["job"], "note": store["note"]})
    with form:
        mine = {"job": st.text_input("职业", store["job"], key=form.key("job")),
                "note": st.text_input("备注", store["note"], key=form.key("note"))}  # fmt: skip

        def save(seen: Any) -> None:
            if seen.version != store["version"]:
                raise Conflict({"job": store["job"], "note": store["note"]}, store["version"])
            store.update({one: value for one, value in mine.items() if one not in seen.keep})

        form.submit(save, mine=mine, titles={"job": "职业", "note": "备注"}, by_field=True)


@pytest.mark.parametrize(
    ("chosen", "stored"),
    [
        ({}, {"job": "律师", "note": "我的"}),
        ({"job": "mine"}, {"job": "教师", "note": "我的"}),
        ({"note": "theirs"}, {"job": "律师", "note": "他的"}),
    ],
)
def test_each_field_is_decided_by_itself(sqlite_bank: SmallBank, chosen: dict, stored: dict) -> None:
    """Where I changed nothing theirs stays, unless I choose otherwise."""
    at = script(_fields, "crm.zhao")
    at.session_state["store"] = {"job": "律师", "note": "他的", "version": 2}
    at.text_input(key="two-note").set_value("我的")
    at.button(key="two-save").click().run()
    assert set(at.table[0].value["字段"]) == {"职业", "备注"}
    for one, side in chosen.items():
        at.segmented_control(key=f"two-{one}-v2").set_value(side)
    at.button(key="two-mine").click().run()
    kept = at.session_state["store"]
    assert {one: kept[one] for one in ("job", "note")} == stored
