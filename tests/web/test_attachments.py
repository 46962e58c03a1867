"""Files of cases on their way out: to whom, how, and what the ledger says."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from lib.store.bulk import bulk
from lib.store.models import AccessEntry, AttachmentContent
from lib.store.session import open_session
from lib.work.attachments import attach
from tests.cast import C_FIRM, C_OWN, ZHANG, case_number_of, scope
from tests.web.client import Client
from tests.work import files


def kept(case: int, login: str = "care.chen", name: str = "年费 凭证.pdf") -> int:
    with open_session(scope(login), "complaints", write=True) as session:
        return attach(session, case_number_of(case), name, files.PDF).id


def looked() -> list[tuple[int, str]]:
    with bulk("look", write=False) as session:
        entry = AccessEntry
        rows = session.execute(select(entry.actor_id, entry.reason).where(entry.what == "attachment"))
        return [(row[0], row[1]) for row in rows]


def test_a_file_is_saved_under_its_name_and_ledgered(zhang: Client) -> None:
    answer = zhang.get(f"/attachment/{kept(C_OWN)}")
    assert answer.status == 200 and answer.body == files.PDF
    assert answer.header("content-type") == "application/pdf"
    assert answer.header("content-disposition") == "attachment; filename*=UTF-8''%E5%B9%B4%E8%B4%B9%20%E5%87%AD%E8%AF%81.pdf"  # fmt: skip  # noqa: E501
    assert answer.header("cache-control") == "no-store" and answer.header("x-content-type-options") == "nosniff"
    assert looked() == [(ZHANG, "年费 凭证.pdf")]


@pytest.mark.parametrize("damage", [b"", b"too short", bytes(200)])
def test_a_damaged_file_is_a_sentence_and_not_handed_out(zhang: Client, damage: bytes) -> None:
    number = kept(C_OWN)
    with bulk("damage") as session:
        session.rows(update(AttachmentContent).where(AttachmentContent.id == number).values(sealed=damage))
    answer = zhang.get(f"/attachment/{number}")
    assert answer.status == 500 and "已损坏" in answer.text and looked() == []


@pytest.mark.parametrize("target", ["1", str(2**63 - 1), str(2**64), "0"])
def test_what_never_was_is_not_found(zhang: Client, target: str) -> None:
    assert zhang.get(f"/attachment/{target}").status == 404


@pytest.mark.parametrize("login", ["rm.li", "care.lin", "exec.zhou", "product.he", "admin.wu"])
def test_out_of_reach_is_as_if_it_never_was(front: Any, login: str) -> None:
    number = kept(C_OWN)
    client = Client(front)
    client.get(f"/x?demo_user={login}")
    known, unknown = client.get(f"/attachment/{number}"), client.get("/attachment/1")
    assert (known.status, known.body, known.headers) == (404, unknown.body, unknown.headers)
    assert looked() == []


def test_nobody_without_a_session(client: Client) -> None:
    number = kept(C_FIRM)
    assert client.request("GET", f"/attachment/{number}", headers={}).status == 401
    assert client.request("POST", f"/attachment/{number}", headers={}).status == 401
