"""The tree of causes as the bank edits it: each edit and its edges, the differences, the request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Rulebook, shipped_rows
from lib.store.session import Refused, open_session
from lib.work import cause_tree
from lib.work.cause_tree import ACTS, CauseChange, Edit, Node, Tree, as_data, changes, edited, from_data, ordered
from lib.work.causes import causes, leaves
from tests.cast import SmallBank, scope

SHIPPED = from_data(Rulebook(shipped_rows()).value(cause_tree.KEY, date(2026, 11, 22)))
SMALL = (
    Node("people"), Node("people_skill", "people"), Node("people_error", "people"), Node("system"),
    Node("old", "", "旧", True),
)  # fmt: skip


def book_with(nodes: Tree) -> Rulebook:
    """The shipped rulebook with another tree."""
    value = {"unit": "codes", "value": as_data(nodes)}
    return Rulebook(replace(row, value=value) if row.key == cause_tree.KEY else row for row in shipped_rows())


def codes(nodes: Tree) -> list[str]:
    return [node.code for node in nodes]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (Edit("add", title="培训不足", parent="people"), ""),
        (Edit("add", title="培训不足"), ""),
        (Edit("add", title="  "), "名称"),
        (Edit("add", title="字" * 31), "名称"),
        (Edit("add", title="技能不足", parent="people"), ""),
        (Edit("add", title="甲", parent="people_skill"), "两级"),
        (Edit("add", title="甲", parent="old"), "在用"),
        (Edit("add", title="甲", parent="nowhere"), "在用"),
        (Edit("rename", "people_skill", "技能"), ""),
        (Edit("rename", "nowhere", "技能"), "请选择"),
        (Edit("rename", "people_skill", ""), "名称"),
        (Edit("move", "people_skill", parent="system"), ""),
        (Edit("move", "people_skill", parent=""), ""),
        (Edit("move", "system", parent="people"), ""),
        (Edit("move", "people", parent="system"), "两级"),
        (Edit("move", "system", parent="system"), "两级"),
        (Edit("retire", "people_skill"), ""),
        (Edit("retire", "people"), "下面还有"),
        (Edit("restore", "old"), ""),
        (Edit("drop", "old"), "请选择"),
    ],
)
def test_which_edits_can_be_made(edit: Edit, sentence: str) -> None:
    if not sentence:
        assert edited(SMALL, edit) != SMALL
        return
    with pytest.raises(Refused, match=sentence):
        edited(SMALL, edit)


def test_names_are_told_apart_among_neighbours_only() -> None:
    named = edited(SMALL, Edit("add", title="培训不足", parent="people"))
    with pytest.raises(Refused, match="已有"):
        edited(named, Edit("add", title="培训不足", parent="people"))
    elsewhere = edited(named, Edit("add", title="培训不足", parent="system"))
    with pytest.raises(Refused, match="已有"):
        edited(elsewhere, Edit("move", "own_2", parent="people"))


def test_what_hangs_under_a_retired_cause_is_not_restored_alone() -> None:
    gone = edited(edited(SMALL, Edit("retire", "people_skill")), Edit("retire", "people_error"))
    gone = edited(gone, Edit("retire", "people"))
    with pytest.raises(Refused, match="上级已停用"):
        edited(gone, Edit("restore", "people_skill"))


def test_codes_stay_and_new_ones_are_never_given_again() -> None:
    nodes = edited(SMALL, Edit("add", title="甲"))
    nodes = edited(nodes, Edit("add", title="乙", parent="people"))
    assert codes(nodes) == ["people", "people_skill", "people_error", "own_2", "system", "old", "own_1"]
    nodes = edited(nodes, Edit("retire", "own_2"))
    assert "own_3" in codes(edited(nodes, Edit("add", title="丙")))


def test_changes_are_said_one_by_one() -> None:
    nodes = edited(SMALL, Edit("add", title="甲", parent="system"))
    nodes = edited(nodes, Edit("rename", "people_skill", "技能"))
    nodes = edited(nodes, Edit("move", "people_error", parent="system"))
    nodes = edited(nodes, Edit("retire", "people_skill"))
    said = changes(SMALL, nodes)
    assert {(change.act, change.code) for change in said} == {
        ("add", "own_1"), ("rename", "people_skill"), ("move", "people_error"), ("retire", "people_skill"),
    }  # fmt: skip
    assert changes(nodes, nodes) == []
    assert CauseChange("rename", "people_skill", SMALL[1].title, "技能") in said


@given(st.lists(st.tuples(
    st.sampled_from(ACTS), st.sampled_from([*codes(SMALL), "own_1", "own_2", "x", ""]),
    st.sampled_from(["甲", "乙", ""]),
    st.sampled_from(["", "people", "system", "old", "own_1", "people_skill"]),
), max_size=12))  # fmt: skip
def test_no_row_of_edits_loses_a_cause_or_breaks_the_two_levels(said: list[tuple[str, str, str, str]]) -> None:
    nodes = ordered(SMALL)
    for one in said:
        before = nodes
        try:
            nodes = edited(nodes, Edit(*one))
        except Refused:
            assert nodes == before
        assert set(codes(before)) <= set(codes(nodes)) and len(set(codes(nodes))) == len(nodes)
    top = {node.code for node in nodes if not node.parent}
    assert all(not node.parent or node.parent in top for node in nodes)
    assert from_data(as_data(nodes)) == nodes


def test_a_retired_cause_keeps_its_name_and_is_not_offered() -> None:
    known = causes(book_with(edited(SHIPPED, Edit("retire", "third_party"))), date(2026, 11, 22))
    assert "third_party" in {cause.code for cause in known}
    assert "third_party" not in {cause.code for cause in leaves(known)}


def test_a_cause_whose_parts_are_all_retired_can_be_chosen_itself() -> None:
    nodes = SHIPPED
    for node in SHIPPED:
        if node.parent == "product":
            nodes = edited(nodes, Edit("retire", node.code))
    offered = {cause.code for cause in leaves(causes(book_with(nodes), date(2026, 11, 22)))}
    assert "product" in offered and "product_price" not in offered


def test_the_shipped_tree_survives_being_read_and_written() -> None:
    assert as_data(SHIPPED) == Rulebook(shipped_rows()).value(cause_tree.KEY, date(2026, 11, 22))
    assert ordered(SHIPPED) == SHIPPED


def test_who_may_propose_and_from_what(sqlite_bank: SmallBank) -> None:
    wanted = edited(SHIPPED, Edit("add", title="培训不足", parent="people"))
    with pytest.raises(Refused, match="客户关系管理部"), open_session(scope("check.sun"), "x", write=True) as session:
        cause_tree.propose(session, SHIPPED, wanted, "理由")
    with pytest.raises(Refused, match="没有任何修改"), open_session(scope("crm.zhao"), "x", write=True) as session:
        cause_tree.propose(session, SHIPPED, SHIPPED, "理由")
    with pytest.raises(Refused, match="刚被改过"), open_session(scope("crm.zhao"), "x", write=True) as session:
        cause_tree.propose(session, SMALL, wanted, "理由")
    with open_session(scope("crm.zhao"), "x", write=True) as session:
        request = cause_tree.propose(session, SHIPPED, wanted, "新增一类")
    assert (request.subject, request.subject_key, request.stage_role) == ("rule", cause_tree.KEY, "reviewer")
    assert len(request.after["causes"]) == len(request.before["causes"]) + 1
