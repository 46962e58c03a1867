"""Past values are told to who reaches the whole record, to nobody else, and never a sealed number."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.customers.rules import ProfileForm
from lib.customers.write import edit_profile
from lib.store import audit
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.history import Change, field_history, told_fields
from lib.store.session import open_session
from lib.words import codes
from tests.cast import FIRM, OTHER, OWN, PEER, SmallBank, identity_of, phone_of, scope


def version(customer_id: int = OWN) -> int:
    with bulk("test", write=False) as session:
        return session.scalars(select(m.Customer.version).where(m.Customer.customer_id == customer_id)).one()


def edit(login: str, notes: str, occupation: str = "教师") -> None:
    with open_session(scope(login), "portrait", write=True) as session:
        form = ProfileForm("personal", notes=notes, occupation=occupation, employer="一中", income_fen=1_200_000)
        edit_profile(session, OWN, version(), form)


def history(login: str, *ids: int) -> list[Change]:
    with open_session(scope(login), "portrait") as session:
        return field_history(session, ids or (OWN,))


def test_who_what_and_when_the_newest_first(bank: SmallBank) -> None:
    edit("rm.zhang", "喜欢咖啡")
    edit("head.wang", "喜欢咖啡", "校长")
    told = [(one.field, one.before, one.after, one.who) for one in history("rm.zhang")]
    assert told[:2] == [("occupation", "教师", "校长", "王强"), ("notes", "喜欢喝茶", "喜欢咖啡", "张伟")]


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao", "legal.qian"])
def test_told_to_who_reaches_the_record(bank: SmallBank, login: str) -> None:
    edit("rm.zhang", "喜欢咖啡")
    assert "notes" in [one.field for one in history(login)]


@pytest.mark.parametrize(
    "login",
    ["rm.li", "rm.gao", "head.zhu", "care.chen", "care.lin", "check.sun", "product.he", "exec.zhou", "admin.wu"],
)
def test_told_to_nobody_else(bank: SmallBank, login: str) -> None:
    edit("rm.zhang", "喜欢咖啡")
    assert history(login, OWN, PEER, OTHER, FIRM) == [] or "喜欢咖啡" not in str(history(login, OWN, PEER, OTHER, FIRM))
    assert OWN not in [one.customer_id for one in history(login, OWN, PEER, OTHER, FIRM)]


def test_a_sealed_number_is_told_by_its_masks_or_only_as_changed(bank: SmallBank) -> None:
    sealed = {"identity_sealed": "#a", "identity_hash": "#b"}
    with bulk("test") as session:
        audit.append(session, OWN, 1, "rm.zhang", "approvals", "update", "customer", str(OWN),
                     {**sealed, "identity_masked": "1*1"}, {**sealed, "identity_masked": "1*2"})  # fmt: skip
        audit.append(session, OWN, 1, "rm.zhang", "approvals", "update", "customer", str(OWN), sealed, sealed)
    told = [one for one in history("rm.zhang") if one.field == "identity"]
    assert [(one.before, one.after) for one in told] == [(None, None), ("1*1", "1*2")]
    assert "#a" not in str(told) and "#b" not in str(told)


def test_the_trail_itself_holds_no_clear_number(bank: SmallBank) -> None:
    edit("rm.zhang", "喜欢咖啡")
    said = str(history("crm.zhao", OWN, PEER, OTHER, FIRM))
    assert phone_of(OWN) not in said and identity_of(OWN) not in said


def test_erased_content_tells_nothing_and_breaks_nothing(bank: SmallBank) -> None:
    edit("rm.zhang", "喜欢咖啡")
    with bulk("test") as session:
        for entry in session.scalars(select(m.AuditEntry).where(m.AuditEntry.customer_id == OWN)):
            entry.before = entry.after = entry.salt = None
    assert history("rm.zhang") == []


def test_every_field_told_has_a_name() -> None:
    assert told_fields() <= set(codes("record_field"))
