"""Every page as every person: nothing the server sends holds an identity number or a phone in clear."""

from __future__ import annotations

import http.client
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from lib.store.models import Case
from lib.ui.nav import lines_for
from tests.browser.server import running
from tests.cast import C_LIN, C_OWN, CASES, CUSTOMERS, OWN, STAFF, case_number_of, identity_of, number_of, phone_of
from tests.conftest import copy_sqlite

PLANTED = "13911112222"
#: what each page is asked for beside its bare address
QUESTIONS = {
    "directory": [
        "order=number&stage=all&cols=phone_masked,tags,last_contact", f"order=number&text={phone_of(OWN)}",
        f"order=number&text={identity_of(OWN)}",
    ],
    "portrait": [
        *(f"customer={number_of(customer)}" for customer in CUSTOMERS),
        *(f"customer={number_of(customer)}&print=1" for customer in CUSTOMERS),
    ],
    "complaints": [
        *(f"case={case_number_of(case)}" for case in CASES), "register=1", "view=analysis", "view=actions", "state=all",
    ],
    "approvals": ["view=mine", "view=decided", *(f"request={request}" for request in range(1, 7))],
    "rulebook": ["view=calendar", "view=causes"],
}  # fmt: skip
EXPORTS = (
    "/export/complaint-register?month=2026-03", "/export/kpi-table?quarter=2026Q1", "/attachment/2001",
    "/export/customers?order=number&stage=all", f"/export/customers?order=number&text={phone_of(OWN)}",
)  # fmt: skip
CLEAR = [found for customer in CUSTOMERS for found in (phone_of(customer), identity_of(customer))]


@pytest.fixture(scope="module")
def address(cast_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("walk")
    copy_sqlite(Path(cast_template("sqlite").removeprefix("sqlite:///")), folder / "crm.db")
    _plant(folder / "crm.db")
    with running(folder, CRM_DATABASE_URL=f"sqlite:///{folder / 'crm.db'}", CRM_DEMO="1") as started:
        yield started
    log = (folder / "server.log").read_bytes()
    assert b"Traceback" not in log and _clear(log) == [], "nothing of it stands in the log"


def _plant(bank: Path) -> None:
    """A clear number where a person wrote it: the walk must find it, else it proves nothing."""
    with closing(sqlite3.connect(bank)) as link, link:
        link.execute(f'UPDATE "{Case.__tablename__}" SET summary = ? WHERE id = ?', (f"请回电 {PLANTED}", C_LIN))


@pytest.mark.parametrize("login", list(STAFF))
def test_nothing_sent_holds_a_clear_number(address: str, login: str) -> None:
    cookie = _signed_in(address, login)
    leaks, walked = [], 0
    for line in lines_for(STAFF[login][2]):
        for question in ("", *QUESTIONS.get(line.key, [])):
            sent = _sent(address, cookie, line.key, question)
            walked += 1
            leaks += [(line.key, question, found) for found in _clear(sent)]
    for path in EXPORTS:
        _status, headers, body = _get(address, path, Cookie=cookie)
        leaks += [(path, "", found) for found in _clear(_opened(body) + str(headers).encode())]
    assert leaks == []
    assert walked >= len(lines_for(STAFF[login][2])) >= 1


def test_the_walk_would_find_one(address: str) -> None:
    sent = _sent(address, _signed_in(address, "care.lin"), "complaints", f"case={case_number_of(C_LIN)}")
    assert PLANTED.encode() in _dense(sent)
    tab = _sent(address, _signed_in(address, "rm.zhang"), "portrait", f"customer={number_of(OWN)}")
    assert "管户经过".encode() in tab and "家庭与业务关系".encode() in tab, "every tab is walked"
    other = _sent(address, _signed_in(address, "care.chen"), "complaints", f"case={case_number_of(C_OWN)}")
    assert "投诉处理".encode() in other and PLANTED.encode() not in _dense(other)


def _clear(sent: bytes) -> list[str]:
    dense = _dense(sent)
    return [found for found in CLEAR if found.encode() in dense]


def _dense(sent: bytes) -> bytes:
    """Without the spaces and strokes people put into numbers."""
    return re.sub(rb"[ \-]", b"", sent)


def _signed_in(address: str, login: str) -> str:
    status, headers, _body = _get(address, f"/?demo_user={login}")
    assert status == 303, login
    return headers["set-cookie"].split(";")[0]


def _opened(body: bytes) -> bytes:
    """What a file says: a workbook's parts are packed."""
    if not body.startswith(b"PK"):
        return body
    with ZipFile(BytesIO(body)) as file:
        return b"".join(file.read(part) for part in file.namelist())


def _sent(address: str, cookie: str, page: str, question: str) -> bytes:
    """Everything the server sends for a page, as it goes over the wire: its first run, and one for every tab."""
    url = address.replace("http", "ws") + "/_stcore/stream"
    with connect(url, additional_headers={"Cookie": cookie}, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        sent, tabs = _run(socket, page, question)
        for where, titles in tabs.items():
            for title in titles[1:]:
                more, _tabs = _run(socket, page, question, (where, title))
                sent += more
        return sent


def _run(
    socket: Any, page: str, question: str, opened: tuple[str, str] | None = None
) -> tuple[bytes, dict[str, list[str]]]:
    """What one run sent, and the titles of the tabs in it of which only the open one is drawn."""
    message, sent = BackMsg(), b""
    message.rerun_script.query_string = question
    message.rerun_script.page_name = page
    if opened is not None:
        message.rerun_script.widget_states.widgets.add(id=opened[0], string_value=opened[1])
    socket.send(message.SerializeToString())
    boxes: dict[tuple[int, ...], str] = {}
    tabs: dict[str, list[str]] = {}
    while True:
        raw = socket.recv(timeout=60)
        sent += raw
        forward = ForwardMsg()
        forward.ParseFromString(raw)
        block, path = forward.delta.add_block, tuple(forward.metadata.delta_path)
        if block.WhichOneof("type") == "tab_container" and block.id:
            boxes[path] = block.id
        elif block.WhichOneof("type") == "tab" and path[:-1] in boxes:
            tabs.setdefault(boxes[path[:-1]], []).append(block.tab.label)
        done = forward.WhichOneof("type") == "script_finished"
        if done and forward.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return sent, tabs


def _get(address: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
