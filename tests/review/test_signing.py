"""Sign-off: the department says who is there, each signs for himself, once, the closed version that stands."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lib.meeting.decided import signing_section
from lib.review import signing
from lib.review.signing import SignForm
from lib.settings import now
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, ReviewSignature
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from tests.cast import LI, WANG, ZHAO, ZHU, SmallBank, scope
from tests.review.sitting import LAST, closed, present, sign

ZHOU = 11


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (SignForm(""), "opinion"),
        (SignForm("no"), "opinion"),
        (SignForm("remark"), "remark"),
        (SignForm("remark", " "), "remark"),
        (SignForm("agree", "长" * 1001), "remark"),
    ],
)
def test_what_a_signature_must_say(form: SignForm, field: str) -> None:
    assert [one.field for one in form.problems()] == [field]
    assert SignForm("agree").problems() == SignForm("remark", "目标偏紧").problems() == []


def test_those_present_sign_for_themselves(bank: SmallBank) -> None:
    closed()
    assert present([WANG, ZHOU]) == 2
    sign("head.wang", "remark", "目标偏紧")
    with open_session(scope("exec.zhou"), "review") as session:
        told = signing_section(session, LAST)
    assert told.findings == ("第 1 版：到会 2 人，已签署 1 人，其中保留意见 1 人。",)
    assert {row.cells[0]: row.cells[3] for row in told.tables[0].rows} == {"王强": "同意，保留意见", "周正": "未签署"}
    with bulk("look", write=False) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.actor, entry.table, entry.action) == ("head.wang", "review_signature", "update")


def test_nobody_signs_twice_or_stale(bank: SmallBank) -> None:
    closed()
    present([WANG])
    with pytest.raises(Conflict):
        sign("head.wang", read=7)
    sign("head.wang")
    with pytest.raises(Refused):
        sign("head.wang", "remark", "改主意", read=2)


def test_who_is_not_there_does_not_sign(sqlite_bank: SmallBank) -> None:
    closed()
    present([WANG, ZHU])
    assert present([ZHU]) == 1  # 王强 left before signing
    with pytest.raises(Refused):
        sign("head.wang", read=2)
    with pytest.raises(Refused):
        sign("exec.zhou")
    sign("head.zhu")
    present([WANG])  # who has signed stays signed, whoever is named
    with open_session(scope("crm.zhao"), "review") as session:
        rows = {row.staff_id: row for row, _who in session.execute(signing.of_quarter(LAST))}
    assert rows[ZHU].present and rows[ZHU].opinion == "agree" and rows[WANG].present


@pytest.mark.parametrize("login", ["head.wang", "exec.zhou", "legal.qian", "product.he", "rm.zhang"])
def test_only_the_department_says_who_is_there(sqlite_bank: SmallBank, login: str) -> None:
    closed()
    with pytest.raises(Refused):
        present([WANG], login)


def test_managers_do_not_sign(sqlite_bank: SmallBank) -> None:
    closed()
    with pytest.raises(Refused):
        present([LI])


@pytest.mark.parametrize("state", ["open", "building"])
def test_what_is_not_closed_is_not_signed(sqlite_bank: SmallBank, state: str) -> None:
    closed(state=state)
    with pytest.raises(Refused):
        present([WANG])


def test_a_correction_leaves_the_signature_with_its_version(bank: SmallBank) -> None:
    closed()
    present([WANG, ZHOU])
    sign("head.wang")
    closed(version=2)
    with pytest.raises(Refused):
        sign("exec.zhou")  # the version of that time stands no more
    present([WANG], version=2)
    with open_session(scope("exec.zhou"), "review") as session:
        told = signing_section(session, LAST).findings
    assert told == (
        "第 2 版：到会 1 人，已签署 0 人，其中保留意见 0 人。",
        "1 人签署的是第 1 版，此后数字更正，现为第 2 版。",
    )
    sign("head.wang", version=2)


def test_the_store_lets_nobody_sign_for_another(sqlite_bank: SmallBank) -> None:
    closed()
    present([WANG, ZHU])

    def change(login: str, **values: Any) -> None:
        with open_session(scope(login), "review", write=True) as session:
            whose = (ReviewSignature.staff_id == WANG, ReviewSignature.quarter == str(LAST))
            row = session.scalars(select(ReviewSignature).where(*whose)).one()
            for name, value in values.items():
                setattr(row, name, value)

    signature = {"opinion": "agree", "signed_at": now()}
    for login in ("crm.zhao", "head.zhu", "exec.zhou"):
        with pytest.raises(Refused):
            change(login, **signature)
    with pytest.raises(Refused):
        change("head.wang", present=False)
    with pytest.raises(PassesBy):
        change("crm.zhao", facts_version=2)
    sign("head.wang")
    for login in ("head.wang", "crm.zhao"):
        with pytest.raises(PassesBy):
            change(login, remark="后来加的")
    with pytest.raises(PassesBy), open_session(scope("crm.zhao"), "review", write=True) as session:
        session.add(ReviewSignature(quarter=str(LAST), facts_version=1, staff_id=ZHAO, role="crm", present=True,
                                    present_by=ZHAO, version=1, **signature))  # fmt: skip
