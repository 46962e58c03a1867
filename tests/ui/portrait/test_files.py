"""文件 on the portrait: added, drawn with the way to them, and not for every reader."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.store.bulk import bulk
from lib.store.models import Attachment
from tests import cast
from tests.cast import OWN, ZHANG, number_of
from tests.screen import words_of
from tests.ui.portrait.test_outside import kept
from tests.work import files

KEY = f"file-{number_of(OWN)}"


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang"])
def test_added_on_screen(sqlite_bank: cast.SmallBank, login: str) -> None:
    at = kept(login, "file-add")
    at.button(key=f"{KEY}-save").click().run()
    assert [error.value for error in at.error] == ["请选择文件。"]
    at.file_uploader(key=f"{KEY}-files").upload("程序.pdf", files.EXE, "application/pdf")
    at.button(key=f"{KEY}-save").click().run()
    assert any("不是可以保存的类型" in error.value for error in at.error)
    at.file_uploader(key=f"{KEY}-files").upload("收入证明.pdf", files.PDF, "application/pdf")
    at.button(key=f"{KEY}-save").click().run()
    assert not at.error and not at.exception
    with bulk("look", write=False) as session:
        row = session.scalars(select(Attachment).where(Attachment.name == "收入证明.pdf")).one()
        assert (row.customer_id, row.case_id, row.staff_id) == (OWN, 0, cast.STAFF[login][0])
    (link,) = [one for one in at.get("link_button") if one.proto.url == f"/attachment/{row.id}"]
    assert "收入证明" in link.proto.label and cast.STAFF[login][1] in words_of(at)


@pytest.mark.parametrize(("login", "sees"), [("rm.zhang", True), ("legal.qian", True), ("exec.zhou", False)])
def test_who_reads_what(sqlite_bank: cast.SmallBank, login: str, sees: bool) -> None:
    with bulk("test") as session:
        own = session.scalars(select(Attachment).where(Attachment.customer_id == OWN, Attachment.case_id == 0)).one()
        own.name, own.staff_id = "欧阳小明的合同.pdf", ZHANG
    at = kept(login, "file-add")
    links = [one.proto.label for one in at.get("link_button") if one.proto.url.startswith("/attachment/")]
    assert any("合同" in label for label in links) is sees
    assert ("不向你的岗位开放" in words_of(at)) is not sees
    assert bool(at.get("file_uploader")) is (login == "rm.zhang")
