"""The shared case mechanism: who may act, and who wins when two act at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from lib.complaints.write import register
from lib.store.bulk import bulk
from lib.store.models import Case, CaseNumber
from lib.store.session import Conflict, Refused, open_session
from lib.work import cases, steps
from lib.work.cases import Taken, capabilities, may_take
from lib.work.moves import MoveForm
from tests.cast import CHEN, LIN, NORTH, SOUTH, WANG, ZHANG, SmallBank, scope
from tests.complaints.conftest import history, registered, registration, stored

__all__ = ["registered"]
Registered = Callable[..., str]


@pytest.mark.parametrize(
    ("login", "values", "expected"),
    [
        ("care.chen", {"handler_id": CHEN}, ("handler",)),
        ("care.lin", {"handler_id": CHEN}, ()),
        ("head.wang", {"branch_id": NORTH}, ("head",)),
        ("head.wang", {"branch_id": SOUTH, "about_branch_id": NORTH}, ("head",)),
        ("head.wang", {"branch_id": SOUTH, "first_owner_id": WANG}, ()),
        ("head.wang", {}, ()),
        ("head.wang", {"branch_id": NORTH, "about_staff_id": WANG}, ()),
        ("crm.zhao", {"handler_id": CHEN}, ("crm",)),
        ("legal.qian", {}, ()),
        ("rm.zhang", {"manager_id": ZHANG, "branch_id": NORTH}, ()),
    ],
)
def test_as_what_one_may_act(login: str, values: dict[str, int], expected: tuple[str, ...]) -> None:
    assert capabilities(scope(login), Case(**values)) == expected


def test_who_may_take() -> None:
    free = Case(about_staff_id=LIN)
    found = {login: may_take(scope(login), free) for login in ("care.chen", "care.lin", "rm.zhang", "legal.qian")}
    assert found == {"care.chen": True, "care.lin": False, "rm.zhang": True, "legal.qian": False}
    assert not may_take(scope("care.chen"), Case(handler_id=LIN))


def test_a_case_has_its_number_in_the_registry(bank: SmallBank, registered: Registered) -> None:
    case = stored(registered())
    with bulk("look", write=False) as session:
        entry = session.get_one(CaseNumber, case.number)
    assert (entry.customer_id, entry.case_id) == (case.customer_id, case.id)


def test_two_officers_take_one_case_at_once(bank: SmallBank, registered: Registered) -> None:
    number = registered("rm.li")
    said = at_once({login: lambda session: cases.take(session, number) for login in ("care.chen", "care.lin")})
    winner = {CHEN: "陈静", LIN: "林涛"}[stored(number).handler_id or 0]
    assert sorted(said.values(), key=repr) == sorted([None, f"这件事项已由{winner}处理。"], key=repr)
    assert [event.kind for event in history(number)] == ["move", "assignment"]


def test_two_people_move_one_case_at_once(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    version = stored(number).version
    said = at_once({
        "care.chen": lambda session: steps.move(session, number, version, MoveForm("accepted")),
        "crm.zhao": lambda session: steps.move(session, number, version, MoveForm("withdrawn", reason="撤诉")),
    })  # fmt: skip
    assert sorted(str(answer) for answer in said.values()) == ["None", "conflict"]
    moved = [event.to_state for event in history(number) if event.kind == "move"]
    assert moved[1:] == [stored(number).state]


def test_one_form_sent_four_times_at_once_writes_once(bank: SmallBank) -> None:
    def send(session: object) -> object:
        return register(session, registration(), "the same form")  # type: ignore[arg-type]

    threads = [threading.Thread(target=_run, args=("care.chen", send, {})) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count()).where(Case.form_key == "the same form")) == 1


def test_a_case_that_never_was_in_reach_is_not_found(sqlite_bank: SmallBank) -> None:
    with pytest.raises(Refused, match="没有找到") as refused, open_session(scope("rm.li"), "x", write=True) as session:
        cases.take(session, "T000000-00000")
    assert not isinstance(refused.value, Taken)


def at_once(acts: dict[str, Callable[..., object]]) -> dict[str, str | None]:
    """Run each person's command in a thread of its own, all together; the sentence each was told."""
    said: dict[str, str | None] = {}
    start = threading.Barrier(len(acts))
    threads = [threading.Thread(target=_run, args=(login, act, said, start)) for login, act in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def _run(
    login: str, act: Callable[..., object], said: dict[str, str | None], start: threading.Barrier | None = None
) -> None:
    if start is not None:
        start.wait()
    try:
        with open_session(scope(login), "complaints", write=True) as session:
            act(session)
        said[login] = None
    except Refused as refused:
        said[login] = str(refused)
    except Conflict:
        said[login] = "conflict"
