"""Notes beside a review: who writes and edits which, a stale edit, and that signing freezes them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select

from lib.review import notes, signing
from lib.review.notes import NoteForm
from lib.review.signing import SignForm
from lib.store.bulk import bulk
from lib.store.models import ReviewNote
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from lib.words import codes
from tests.cast import NORTH, WANG, SmallBank, scope
from tests.review.sitting import LAST, closed, present, sign

FORM = NoteForm("churn", "到期客户先联系")


def written(login: str, form: NoteForm = FORM) -> int:
    with open_session(scope(login), "review", write=True) as session:
        return notes.write(session, LAST, form).id


def edit(login: str, note_id: int, text: str, read: int = 1) -> None:
    with open_session(scope(login), "review", write=True) as session:
        notes.edit(session, note_id, read, NoteForm("churn", text))


def stored(note_id: int) -> ReviewNote:
    with bulk("look", write=False) as session:
        return session.get_one(ReviewNote, note_id)


def test_what_a_note_must_say() -> None:
    assert FORM.problems() == [] and "churn" in codes("review_section")
    for form, field in ((NoteForm("churn", " "), "text"), (NoteForm("churn", "长" * 2001), "text"),
                        (NoteForm("nothing", "x"), "section")):  # fmt: skip
        assert [one.field for one in form.problems()] == [field]


@pytest.mark.parametrize(
    ("login", "branch"), [("crm.zhao", None), ("exec.zhou", None), ("head.wang", NORTH)]
)  # fmt: skip
def test_who_writes_for_whom(bank: SmallBank, login: str, branch: int | None) -> None:
    note = stored(written(login))
    assert (note.branch_id, note.text, note.addendum) == (branch, FORM.text, False)


@pytest.mark.parametrize("login", ["rm.zhang", "care.chen", "legal.qian", "product.he"])
def test_who_writes_none(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused):
        written(login)


def test_a_note_is_its_authors_and_a_stale_edit_loses_nothing(bank: SmallBank) -> None:
    note_id = written("head.wang")
    with pytest.raises(Refused):
        edit("crm.zhao", note_id, "改别人的")
    with pytest.raises(Refused):
        edit("head.zhu", note_id, "看不到的")
    edit("head.wang", note_id, "第一个窗口")
    with pytest.raises(Conflict) as stale:
        edit("head.wang", note_id, "第二个窗口")
    assert stale.value.theirs == {"text": "第一个窗口"}
    assert stored(note_id).text == "第一个窗口"


def test_signing_freezes_them_and_what_comes_after_is_an_addendum(bank: SmallBank) -> None:
    closed()
    present([WANG])
    note_id = written("head.wang")
    sign("head.wang")
    with pytest.raises(Refused):
        edit("head.wang", note_id, "签后改")
    assert stored(written("head.wang", NoteForm("churn", "签后补"))).addendum
    with pytest.raises(PassesBy), open_session(scope("crm.zhao"), "review", write=True) as session:
        session.add(ReviewNote(quarter=str(LAST), section="churn", text="x", staff_id=8, addendum=False, version=1))


def test_an_edit_under_way_waits_for_the_signature_and_is_then_refused(bank: SmallBank) -> None:
    """Nobody signs over a text that changes in the same moment."""
    closed()
    present([WANG])
    note_id = written("crm.zhao")
    with ThreadPoolExecutor(1) as pool:
        with open_session(scope("head.wang"), "review", write=True) as session:
            signing.sign(session, LAST, 1, 1, SignForm("agree"))
            late = pool.submit(edit, "crm.zhao", note_id, "同时改")
            assert not wait([late], timeout=0.4).done
        with pytest.raises(Refused):
            late.result(timeout=20)
    assert stored(note_id).text == FORM.text


def test_two_windows_sign_once(bank: SmallBank) -> None:
    closed()
    present([WANG])
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(sign, "head.wang") for _window in range(2)]
        wait(both)
    failed = [one.exception() for one in both if one.exception() is not None]
    assert len(failed) == 1 and isinstance(failed[0], Refused | Conflict)


def test_who_reads_which(sqlite_bank: SmallBank) -> None:
    bank_wide, north = written("crm.zhao"), written("head.wang")
    seen = {"crm.zhao": {bank_wide, north}, "exec.zhou": {bank_wide, north}, "legal.qian": {bank_wide, north},
            "head.wang": {north}, "head.zhu": set(), "rm.zhang": set(), "care.chen": set()}  # fmt: skip
    for login, ids in seen.items():
        with open_session(scope(login), "review") as session:
            found = select(ReviewNote.id).where(ReviewNote.quarter == str(LAST))
            assert set(session.scalars(found)) == ids, login
