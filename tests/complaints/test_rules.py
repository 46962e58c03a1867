"""Complaint rules: the moves, who may take them, and what the forms demand."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from lib.complaints.parties import Party
from lib.complaints.rules import ComplaintForm, code_list, extension_problem, standard_code
from lib.rulebook import Rulebook, shipped_rows
from lib.words import SHANGHAI, code_names
from lib.work.causes import causes, leaves
from lib.work.moves import CAPABILITIES, ENDED, NEEDS, STATES, MoveForm, moves, moves_from

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
BOOK = Rulebook(shipped_rows())
MOVES = moves("complaint", BOOK, TODAY)
CAUSES = [cause.code for cause in leaves(causes(BOOK, TODAY))]
GOOD = ComplaintForm(
    customer_kind="personal",
    complainant="张建国",
    channel="hotline",
    business="deposit",
    reason="attitude",
    summary="柜面等候两小时",
    demand="道歉",
    received_at=NOW,
)


def fields(found: list) -> list[str]:
    return [problem.field for problem in found]


def test_the_moves_speak_only_known_words() -> None:
    for move in MOVES:
        assert {move.start, move.to} <= set(STATES)
        assert set(move.who) <= set(CAPABILITIES) and move.who
        assert set(move.needs) <= set(NEEDS)


def test_every_state_is_reached_and_every_open_one_leads_to_an_end() -> None:
    assert {move.to for move in MOVES} | {"received"} == set(STATES)
    leads = set(ENDED)
    for _round in STATES:
        leads |= {move.start for move in MOVES if move.to in leads}
    assert leads == set(STATES)


def test_withdrawn_is_final_and_nothing_closes_without_follow_up() -> None:
    assert moves_from("withdrawn", "crm", MOVES) == ()
    assert {move.start for move in MOVES if move.to == "closed"} == {"followed_up"}


def test_who_may_do_nothing_is_offered_nothing() -> None:
    assert moves_from("received", "visitor", MOVES) == ()


#: how an unhappy customer found by a survey came in: nobody chooses it when registering
OF_SURVEYS = {"survey", "satisfaction"}


def test_code_lists_carry_names_and_the_standards_empty_column() -> None:
    for family in ("channel", "business", "reason"):
        found = code_list(family, BOOK, TODAY)
        names = [code for code in code_names()[f"complaint_{family}"] if code not in OF_SURVEYS]
        assert [code.code for code in found] == names
        assert {code.standard_code for code in found} == {""}
        assert all(code.name != code.code for code in found)
    passed_on = {code.code for code in code_list("channel", BOOK, TODAY) if code.outside}
    assert passed_on == {"regulator", "12378", "12345"}


def test_a_good_complaint_has_no_problems() -> None:
    assert GOOD.problems(NOW, BOOK) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "riddle"}, "kind"),
        ({"customer_kind": "alien"}, "customer_kind"),
        ({"summary": ""}, "summary"),
        ({"summary": "长" * 4001}, "summary"),
        ({"grounds": "长" * 4001}, "grounds"),
        ({"demand": ""}, "demand"),
        ({"channel": "pigeon"}, "channel"),
        ({"business": ""}, "business"),
        ({"reason": "x"}, "reason"),
        ({"reason": ""}, "reason"),
        ({"received_at": NOW + timedelta(minutes=1)}, "received_at"),
        ({"channel": "regulator"}, "outside_number"),
        ({"channel": "12378", "outside_number": " "}, "outside_number"),
        ({"outside_number": "1" * 41}, "outside_number"),
        ({"outside_due_at": NOW}, "outside_due_at"),
        ({"parties": (Party("agent", "马代", phone="13812345678"),)}, "authorisation"),
    ],
)
def test_what_keeps_a_complaint_from_being_registered(change: dict, field: str) -> None:
    found = replace(GOOD, **change).problems(NOW, BOOK)
    assert fields(found) == [field] and found[0].sentence


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "12345", "outside_number": "H-1", "outside_due_at": NOW + timedelta(minutes=1)},
        {"channel": "regulator", "outside_number": "H-1"},
        {"complainant": ""},  # a customer's name is the bank's to fill in
        {"parties": tuple(Party("representative", f"代表{n}") for n in range(5))},
    ],
)
def test_what_may_be(change: dict) -> None:
    assert replace(GOOD, **change).problems(NOW, BOOK) == []


def test_a_suggestion_needs_no_demand_and_no_reason() -> None:
    idea = replace(GOOD, kind="suggestion", demand="", reason="", contact="", complainant="匿名")
    assert idea.problems(NOW, BOOK) == idea.outsider_problems(NOW) == []
    assert fields(replace(idea, summary="").problems(NOW, BOOK)) == ["summary"]
    assert fields(replace(idea, reason="x").problems(NOW, BOOK)) == ["reason"]
    assert fields(replace(idea, contact="后门口").outsider_problems(NOW)) == ["contact"]


PERSON = replace(GOOD, contact="138 1234 5678")
FIRM = replace(GOOD, customer_kind="corporate", complainant="江河机械", contact="010-88886666", address="解放路 1 号",
               identity="91350100M000100Y43", legal_representative="孙大川")  # fmt: skip


@pytest.mark.parametrize(
    ("form", "change", "wrong"),
    [
        (PERSON, {}, []),
        (PERSON, {"contact": "a@b.cn"}, []),
        (PERSON, {"contact": ""}, ["contact"]),
        (PERSON, {"contact": "1381234567"}, ["contact"]),
        (PERSON, {"complainant": " "}, ["complainant"]),
        (PERSON, {"identity": "11010519491231002x"}, []),
        (PERSON, {"identity": "110105194912310021"}, ["identity"]),
        (PERSON, {"identity": "E12345678"}, []),
        (PERSON, {"identity": "91350100M000100Y43"}, ["identity"]),
        (FIRM, {}, []),
        (FIRM, {"identity": ""}, ["identity"]),
        (FIRM, {"identity": "91350100M000100Y44"}, ["identity"]),
        (FIRM, {"identity": "11010519491231002X"}, ["identity"]),
        (FIRM, {"address": "", "legal_representative": ""}, ["address", "legal_representative"]),
        (FIRM, {"kind": "suggestion", "identity": "", "address": "", "legal_representative": ""}, []),
    ],
)
def test_who_is_no_customer_says_who_they_are(form: ComplaintForm, change: dict, wrong: list[str]) -> None:
    assert fields(replace(form, **change).outsider_problems(NOW)) == wrong


def test_the_standard_codes_of_the_bank_are_joined() -> None:
    assert standard_code(GOOD, BOOK, TODAY) is None
    entered = {("complaint.channels", "hotline"): "01", ("complaint.reasons", "attitude"): "0302"}
    rows = []
    for row in shipped_rows():
        said = row.value.get("value")
        if row.key in ("complaint.channels", "complaint.reasons"):
            said = [{**one, "standard_code": entered.get((row.key, one["code"]), "")} for one in said]
            row = replace(row, value={**row.value, "value": said})
        rows.append(row)
    assert standard_code(GOOD, Rulebook(rows), TODAY) == "01-0302"


@pytest.mark.parametrize(
    ("state", "form", "missing"),
    [
        ("received", MoveForm("accepted"), []),
        ("investigating", MoveForm("answered"), ["answer", "fault"]),
        ("investigating", MoveForm("answered", answer="已退费", fault="own"), []),
        ("answered", MoveForm("followed_up"), ["satisfaction"]),
        ("answered", MoveForm("followed_up", satisfaction=6), ["satisfaction"]),
        ("answered", MoveForm("followed_up", satisfaction=0), ["satisfaction"]),
        ("answered", MoveForm("followed_up", satisfaction=1), []),
        ("answered", MoveForm("followed_up", not_asked_reason="三次未接通"), []),
        ("followed_up", MoveForm("closed"), ["root_cause", "measure"]),
        ("followed_up", MoveForm("closed", root_cause="process", measure="x"), ["root_cause"]),
        ("followed_up", MoveForm("closed", root_cause="process_slow", measure="增设叫号"), []),
        ("closed", MoveForm("reopened"), ["reason"]),
        ("received", MoveForm("closed", root_cause="process_slow", measure="x"), ["to"]),
        ("closed", MoveForm("nowhere"), ["to"]),
    ],
)
def test_moves_and_what_they_need(state: str, form: MoveForm, missing: list[str]) -> None:
    assert fields(form.problems(state, "handler", MOVES, CAUSES)) == missing


def test_only_a_head_withdraws_what_was_answered() -> None:
    form = MoveForm("withdrawn", reason="客户撤回")
    assert fields(form.problems("answered", "handler", MOVES, CAUSES)) == ["to"]
    assert form.problems("answered", "head", MOVES, CAUSES) == []


@pytest.mark.parametrize(
    ("now", "asked", "allowed"),
    [
        ("none", "complex", True),
        ("complex", "specially_complex", True),
        ("none", "specially_complex", False),
        ("complex", "none", False),
        ("specially_complex", "specially_complex", False),
        ("none", "forever", False),
    ],
)
def test_extensions_climb_one_step_at_a_time(now: str, asked: str, allowed: bool) -> None:
    assert (extension_problem(now, asked) is None) == allowed
