"""A server nobody has opened yet: no page runs without sign-in, by whatever way one comes."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.server import running
from tests.conftest import copy_sqlite

STREAM = "/_stcore/stream"


@pytest.fixture(scope="module")
def address(cast_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("fresh")
    path = Path(cast_template("sqlite").removeprefix("sqlite:///"))
    copy_sqlite(path, folder / "crm.db")
    with running(folder, CRM_DATABASE_URL=f"sqlite:///{folder / 'crm.db'}", CRM_DEMO="1") as started:
        yield started


def get(address: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


def test_a_deep_link_leads_to_the_door(address: str) -> None:
    for path in ("/portrait?customer=1", "/", "/nowhere"):
        status, headers, body = get(address, path, Accept="text/html")
        assert status == 303 and headers["location"].startswith("/sign-in?next=%2F"), path
        assert body == b""


OPEN_IN_STREAMLIT = (
    "/_stcore/metrics", "/_stcore/health", "/_stcore/host-config", "/_stcore/agent/openapi.json",
    "/_stcore/upload_file/a/b", "/media/0.csv", "/static/js/x.js",
)  # fmt: skip


@pytest.mark.parametrize("path", OPEN_IN_STREAMLIT)
def test_what_streamlit_leaves_open_is_closed(address: str, path: str) -> None:
    assert get(address, path)[0] == 401


@pytest.mark.parametrize(
    "headers", ({}, {"X-Crm-User": "crm.zhao", "X-Crm-Session": "1"}, {"Cookie": "crm_session=a.b"})
)
def test_the_handshake_is_refused(address: str, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(address.replace("http", "ws") + STREAM, additional_headers=headers, subprotocols=["streamlit"])  # type: ignore[list-item]
    assert refused.value.response.status_code == 403


def test_with_a_session_the_script_runs_and_knows_the_person(address: str) -> None:
    status, headers, _body = get(address, "/?demo_user=admin.wu")
    assert status == 303
    cookie = headers["set-cookie"].split(";")[0]
    assert get(address, "/_stcore/health", Cookie=cookie)[0] == 200
    said = "".join(_run(address, {"Cookie": cookie, "X-Crm-User": "crm.zhao", "X-Crm-Session": "1"}))
    assert "吴迪" in said and "系统管理员" in said
    assert "赵磊" not in said


def _run(address: str, headers: dict[str, str]) -> Iterator[str]:
    """Run the script once as a browser does and give every element it sent, as text."""
    url = address.replace("http", "ws") + STREAM
    with connect(url, additional_headers=headers, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        message = BackMsg()
        message.rerun_script.query_string = ""
        socket.send(message.SerializeToString())
        while True:
            forward = ForwardMsg()
            forward.ParseFromString(socket.recv(timeout=30))  # type: ignore[arg-type]
            if forward.WhichOneof("type") == "script_finished":
                return
            yield MessageToString(forward.delta.new_element, as_utf8=True)
