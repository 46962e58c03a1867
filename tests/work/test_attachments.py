"""Files of a case: who adds them, what is refused and why, and that nothing is stored in clear."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date

import pytest
from sqlalchemy import func, select

from lib.rulebook import Rulebook, shipped_rows
from lib.store.bulk import bulk
from lib.store.models import AccessEntry, Attachment, AttachmentContent, AuditEntry, CaseEvent
from lib.store.sealedfile import Exchanged
from lib.store.session import Refused, StoreSession, open_session
from lib.words import use_locale
from lib.work import attachments
from lib.work.attachments import Limits, attach, clean_name, content_of, upload_problem
from tests.cast import C_FIRM, C_OUT, C_OWN, C_POOL, CHEN, OWN, SmallBank, case_number_of, scope
from tests.work import files

ALLOWED = attachments.limits(Rulebook(shipped_rows()), date(2026, 11, 22))


def writing(login: str) -> AbstractContextManager[StoreSession]:
    return open_session(scope(login), "complaints", write=True)


def add(login: str, case: int, name: str = "凭证.pdf", content: bytes = files.PDF) -> Attachment:
    with writing(login) as session:
        return attach(session, case_number_of(case), name, content)


def test_a_file_is_kept_sealed_and_opened_as_it_was(bank: SmallBank) -> None:
    added = add("care.chen", C_OWN)
    assert (added.name, added.media_type, added.size) == ("凭证.pdf", "application/pdf", len(files.PDF))
    with bulk("look", write=False) as session:
        sealed = session.scalars(select(AttachmentContent.sealed).where(AttachmentContent.id == added.id)).one()
        assert files.PDF not in sealed and b"%PDF" not in sealed
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "document")).one()
        assert (event.case_id, event.staff_id, event.text) == (C_OWN, CHEN, "凭证.pdf")
        trail = session.scalars(select(AuditEntry.after).where(AuditEntry.table == "attachment_content")).all()
        assert all(str(entry["sealed"]).startswith("#") for entry in trail if entry)
    with writing("care.chen") as session:
        found = content_of(session, added.id)
    assert found is not None and found[1] == files.PDF
    with bulk("look", write=False) as session:
        looks = select(AccessEntry.customer_id, AccessEntry.reason).where(AccessEntry.what == "attachment")
        assert session.execute(looks).all() == [(OWN, "凭证.pdf")]


def test_another_file_s_content_does_not_open(sqlite_bank: SmallBank) -> None:
    first, second = add("care.chen", C_OWN), add("care.chen", C_OWN, "记录.txt", files.TEXT)
    with bulk("exchange") as session:
        rows = session.scalars(select(AttachmentContent).where(AttachmentContent.id.in_([first.id, second.id]))).all()
        rows[0].sealed, rows[1].sealed = rows[1].sealed, rows[0].sealed
    with pytest.raises(Exchanged), writing("care.chen") as session:
        content_of(session, first.id)


@pytest.mark.parametrize(
    ("login", "case", "may"),
    [
        ("care.chen", C_OWN, True),  # handles it
        ("head.wang", C_OWN, True),
        ("crm.zhao", C_OWN, True),
        ("rm.zhang", C_OWN, False),  # the customer's manager reads the case
        ("legal.qian", C_OWN, False),
        ("care.lin", C_OWN, False),  # out of reach
        ("rm.zhang", C_POOL, True),  # took it down, nobody holds it yet
        ("care.chen", C_OUT, True),
    ],
)
def test_who_may_add(sqlite_bank: SmallBank, login: str, case: int, may: bool) -> None:
    if may:
        assert add(login, case).case_id == case
        return
    with pytest.raises(Refused):
        add(login, case)


def test_who_does_not_reach_the_case_opens_nothing_and_leaves_no_trace(sqlite_bank: SmallBank) -> None:
    added = add("care.chen", C_OWN)
    for login in ("care.lin", "rm.li", "exec.zhou", "product.he", "admin.wu"):
        with writing(login) as session:
            assert content_of(session, added.id) is None
    with bulk("look", write=False) as session:
        assert session.scalar(select(func.count()).where(AccessEntry.what == "attachment")) == 0


def test_the_same_content_is_the_same_file(sqlite_bank: SmallBank) -> None:
    assert add("care.chen", C_OWN).id == add("care.chen", C_OWN, "又一份.pdf").id
    assert add("care.chen", C_OWN, "记录.txt", files.TEXT).id != add("crm.zhao", C_FIRM, "记录.txt", files.TEXT).id


def test_a_case_keeps_so_many(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "limits", lambda _book, _on: Limits(1, 2, ("txt",)))
    add("care.chen", C_FIRM, "1.txt", b"one")  # beside the one the cast has there
    with pytest.raises(Refused, match="最多保存 2 个"):
        add("care.chen", C_FIRM, "2.txt", b"two")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.pdf", b"", "空文件"),
        ("大.txt", b"x" * (10 * 1024 * 1024 + 1), "最大 10 MB"),
        ("程序.pdf", files.EXE, "不是可以保存的类型"),
        ("旧版.doc", files.OLE, "不是可以保存的类型"),
        ("图片.png", files.picture("JPEG"), "与文件名不符"),
        ("页面.html", b"<html></html>", "与文件名不符"),
        ("账单.xlsm", files.workbook(), "与文件名不符"),
        ("账单.xlsx", files.document(word__vbaProject=b"x"), "含有宏"),
        ("图.png", files.picture("PNG")[:40], "已损坏"),
    ],
)
def test_what_is_refused(name: str, content: bytes, said: str) -> None:
    problem = upload_problem(name, content, ALLOWED)
    assert problem is not None and said in problem and f"“{name}”" in problem
    with use_locale("en"):
        assert upload_problem(name, content, ALLOWED) != problem


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.JPEG", files.picture("JPEG")),
        ("凭证", files.PDF),
        ("十兆.txt", b"x" * (10 * 1024 * 1024)),
        ("a.b.docx", files.document()),
    ],
)
def test_what_is_kept(name: str, content: bytes) -> None:
    assert upload_problem(name, content, ALLOWED) is None


def test_every_type_of_the_rule_is_told_apart() -> None:
    assert set(ALLOWED.types) <= set(attachments.MEDIA_TYPES)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\fakepath\\凭证.pdf", "凭证.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("凭证\u202efdp.exe", "凭证fdp.exe"),
        ("  两  个 空格 .png", "两 个 空格 .png"),
        (".htaccess", "htaccess"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("", ""),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert clean_name(given) == kept and len(clean_name(given)) <= 120


def test_a_name_that_says_nothing_gets_its_type(sqlite_bank: SmallBank) -> None:
    assert add("care.chen", C_OWN, "凭证").name == "凭证.pdf"
    assert add("care.chen", C_OWN, "///", files.TEXT).name == "附件.txt"
