"""Files of a customer: who keeps them, who opens them, and that they are none of a case's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.customers.files import attach_to_customer, files_of
from lib.rulebook import Rulebook
from lib.store.bulk import bulk
from lib.store.models import AccessEntry, Attachment, AttachmentContent, CaseEvent
from lib.store.session import Refused, open_session
from lib.work import attachments
from lib.work.attachments import Limits, attachments_of, content_of
from tests.cast import C_OWN, FIRM, OTHER, OUTSIDER, OWN, PROSPECT, ZHANG, SmallBank, scope
from tests.store.test_together import at_once
from tests.work import files


def keep(login: str, customer: int = OWN, name: str = "收入证明.pdf", content: bytes = files.PDF) -> Attachment:
    with open_session(scope(login), "portrait", write=True) as session:
        return attach_to_customer(session, customer, name, content)


def names(login: str, *customers: int) -> list[str]:
    with open_session(scope(login), "portrait") as session:
        return [row.Attachment.name for row in session.execute(files_of(customers))]


@pytest.mark.parametrize(
    ("login", "customer", "may"),
    [
        ("rm.zhang", OWN, True),
        ("head.wang", PROSPECT, True),
        ("crm.zhao", OTHER, True),
        ("rm.zhang", OTHER, False),
        ("care.chen", OWN, False),  # handles a case of the customer's, and may keep files there
        ("legal.qian", OWN, False),
        ("exec.zhou", OWN, False),
        ("crm.zhao", OUTSIDER, False),
    ],
)
def test_who_keeps_one(bank: SmallBank, login: str, customer: int, may: bool) -> None:
    if may:
        kept = keep(login, customer)
        assert (kept.customer_id, kept.case_id, kept.staff_id) == (customer, 0, scope(login).staff_id)
        return
    with pytest.raises(Refused):
        keep(login, customer)


def test_who_sees_and_opens_one(bank: SmallBank) -> None:
    kept = keep("rm.zhang")
    for login in ("rm.zhang", "head.wang", "crm.zhao", "legal.qian"):
        assert "收入证明.pdf" in names(login, OWN), login
        with open_session(scope(login), "complaints", write=True) as session:
            found = content_of(session, kept.id)
            assert found is not None and found[1] == files.PDF, login
    for login in ("rm.li", "head.zhu", "care.chen", "exec.zhou", "check.sun", "product.he", "admin.wu"):
        assert names(login, OWN) == [], login
        with open_session(scope(login), "complaints", write=True) as session:
            assert content_of(session, kept.id) is None, login


def test_it_is_sealed_and_opening_it_is_ledgered_on_the_portrait(bank: SmallBank) -> None:
    kept = keep("rm.zhang")
    with open_session(scope("rm.zhang"), "complaints", write=True) as session:
        content_of(session, kept.id)
    with bulk("look", write=False) as session:
        sealed = session.scalars(select(AttachmentContent.sealed).where(AttachmentContent.id == kept.id)).one()
        assert b"%PDF" not in sealed
        looks = select(AccessEntry.actor_id, AccessEntry.page).where(AccessEntry.what == "attachment")
        assert [tuple(row) for row in session.execute(looks)] == [(ZHANG, "portrait")]


def test_a_case_of_the_customer_s_has_none_of_it(bank: SmallBank) -> None:
    kept = keep("rm.zhang")
    with bulk("look", write=False) as session:
        case = session.get_one(attachments.Case, (OWN, C_OWN))
        assert kept.id not in [one.id for one in session.scalars(attachments_of(case))]
        assert session.scalars(select(CaseEvent).where(CaseEvent.kind == "document")).all() == []
    with open_session(scope("rm.zhang"), "portrait") as session:
        assert {row.Attachment.case_id for row in session.execute(files_of([OWN, FIRM]))} == {0}


def test_the_same_content_is_the_same_file_of_one_customer(bank: SmallBank) -> None:
    assert keep("rm.zhang").id == keep("head.wang", name="又一份.pdf").id
    assert keep("rm.zhang", FIRM).id != keep("rm.zhang").id


def test_the_rule_of_files_holds_here_too(sqlite_bank: SmallBank) -> None:
    with pytest.raises(Refused, match="不是可以保存的类型"):
        keep("rm.zhang", name="程序.pdf", content=files.EXE)
    with pytest.raises(Refused, match="空文件"):
        keep("rm.zhang", content=b"")


def test_a_customer_keeps_so_many_however_many_add_at_once(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    def two(_book: Rulebook, _on: object) -> Limits:
        return Limits(1, 2, ("txt",))

    monkeypatch.setattr(attachments, "limits", two)  # one is there: the cast has one of every customer
    answers = at_once(3, lambda i: keep("rm.zhang", name=f"{i}.txt", content=str(i).encode()).name)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 2 and "一位客户最多保存 2 个文件" in str(refused[0]), answers
    assert len(names("rm.zhang", OWN)) == 2


def test_the_newest_comes_first_also_of_merged_records(sqlite_bank: SmallBank) -> None:
    keep("rm.zhang", OWN, "一.txt", b"1")
    keep("rm.zhang", FIRM, "二.txt", b"2")
    assert names("rm.zhang", OWN, FIRM)[:2] == ["二.txt", "一.txt"]
