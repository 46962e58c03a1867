"""Cached reads keep to their own: by function, by scope, by the data's version."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.store.models import Case
from lib.ui.cached import cached
from tests.cast import SmallBank, scope


@cached()
def cases_in_scope(session: Session) -> int:
    return session.scalar(select(func.count(Case.id))) or 0


@cached()
def nothing_at_all(session: Session) -> int:
    return -1


def test_two_reads_with_the_same_arguments_do_not_answer_for_each_other(sqlite_bank: SmallBank) -> None:
    assert cases_in_scope(scope("crm.zhao")) == 6
    assert nothing_at_all(scope("crm.zhao")) == -1


def test_two_scopes_do_not_answer_for_each_other(sqlite_bank: SmallBank) -> None:
    assert cases_in_scope(scope("crm.zhao")) == 6
    assert cases_in_scope(scope("exec.zhou")) == 0
