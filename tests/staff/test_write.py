"""Accounts from the command line: made whole or not at all, ended at once, each change in the trail."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from lib.staff.write import AccountProblem, add_user, disable_user, end_sessions, list_users, set_password
from lib.store import audit, sessions
from lib.store.bulk import bulk
from lib.store.credentials import WeakPassword, password_is_right
from lib.store.models import AuditEntry, Staff, StaffCredential
from tests.cast import NORTH, STAFF, SmallBank

GOOD = "a long enough secret"


def trail() -> list[tuple[str, Any]]:
    with bulk("look", write=False) as session:
        assert list(audit.verify(session)) == []
        entries = select(AuditEntry).where(AuditEntry.customer_id == 0, AuditEntry.page == "cli")
        return [(entry.row_id, entry.after) for entry in session.scalars(entries.order_by(AuditEntry.seq))]


def staff_count() -> int:
    with bulk("look", write=False) as session:
        return session.scalar(select(func.count()).select_from(Staff)) or 0


def test_a_new_account_signs_in_with_its_role(bank: SmallBank) -> None:
    made = add_user("rm.new", " 新人 ", "manager", "b1", GOOD)
    assert password_is_right("rm.new", GOOD)
    begun = sessions.begin("rm.new", "password")
    person = sessions.find(begun.token) if begun else None
    assert person is not None
    assert (person.staff_id, person.name, person.role, person.branch_id) == (made, "新人", "manager", NORTH)
    assert person.scope.customers == "own"
    (entry,) = trail()
    assert entry[0] == str(made) and entry[1]["role"] == "manager"
    assert {"login": "rm.new", "name": "新人", "role": "manager", "branch": "B1", "password": True} in list_users()


@pytest.mark.parametrize(
    ("account", "error"),
    [
        (("rm.zhang", "张", "manager", "B1", GOOD), AccountProblem),
        (("Rm.Zhang", "张", "manager", "B1", GOOD), AccountProblem),
        (("x y", "张", "crm", None, GOOD), AccountProblem),
        (("", "张", "crm", None, GOOD), AccountProblem),
        (("crm.x", "  ", "crm", None, GOOD), AccountProblem),
        (("crm.x", "张", "root", None, GOOD), AccountProblem),
        (("rm.x", "张", "manager", None, GOOD), AccountProblem),
        (("head.x", "张", "head", "B9", GOOD), AccountProblem),
        (("crm.x", "张", "crm", None, "short"), WeakPassword),
    ],
)
def test_a_refused_account_leaves_nothing(sqlite_bank: SmallBank, account: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as met:
        add_user(*account)
    assert str(met.value)
    assert staff_count() == len(STAFF) and trail() == []


def test_a_closed_account_is_out_at_once(bank: SmallBank) -> None:
    set_password("rm.zhang", GOOD)
    begun = sessions.begin("rm.zhang", "password")
    assert begun and sessions.find(begun.token)
    disable_user("rm.zhang")
    assert sessions.find(begun.token) is None
    assert sessions.begin("rm.zhang", "password") is None
    assert not password_is_right("rm.zhang", GOOD)
    assert "rm.zhang" not in {user["login"] for user in list_users()}
    assert staff_count() == len(STAFF), "its history stays"
    assert [after for _row, after in trail()] == [{"password": "changed"}, {"active": False}]


def test_a_new_password_ends_the_sessions_of_the_old_one(bank: SmallBank) -> None:
    set_password("rm.zhang", GOOD)
    begun = sessions.begin("rm.zhang", "password")
    set_password("rm.zhang", GOOD + "er")
    assert begun and sessions.find(begun.token) is None
    assert password_is_right("rm.zhang", GOOD + "er") and not password_is_right("rm.zhang", GOOD)


def test_ending_sessions_counts_them(bank: SmallBank) -> None:
    begun = [sessions.begin("rm.zhang", "demonstration") for _ in range(3)]
    other = sessions.begin("rm.li", "demonstration")
    assert end_sessions("rm.zhang") == 3
    assert not any(sessions.find(one.token) for one in begun if one)
    assert other and sessions.find(other.token)
    assert end_sessions("rm.zhang") == 0


@pytest.mark.parametrize("act", [disable_user, end_sessions, lambda login: set_password(login, GOOD)])
def test_an_unknown_account_is_a_sentence(sqlite_bank: SmallBank, act: Any) -> None:
    with pytest.raises(AccountProblem, match="nobody"):
        act("nobody")


def test_no_password_and_no_hash_is_in_the_trail(bank: SmallBank) -> None:
    add_user("crm.new", "新人", "crm", None, GOOD)
    set_password("crm.new", GOOD + "er")
    with bulk("look", write=False) as session:
        hashes = list(session.scalars(select(StaffCredential.password_hash)))
        said = [str(entry.after) for entry in session.scalars(select(AuditEntry))]
    assert any(stored.startswith("$argon2id$") for stored in hashes)
    assert not any(GOOD in text or "argon2" in text for text in said)
