"""Streamlit's browser files: smaller, once and for all, and the same."""

from __future__ import annotations

import gzip

import brotli

from lib.web.compression import compressed
from lib.web.protection import plotly_chunk, static_folder
from tests.web.client import Client


def raw(path: str) -> bytes:
    return (static_folder() / path.lstrip("/")).read_bytes()


def test_the_chart_library_is_a_third_of_itself_and_unchanged(zhang: Client) -> None:
    path = plotly_chunk()
    answer = zhang.request("GET", path, headers={"accept-encoding": "gzip, deflate, br"})
    assert answer.header("content-encoding") == "br"
    assert answer.header("content-type").startswith("text/javascript")
    assert "immutable" in answer.header("cache-control")
    assert brotli.decompress(answer.body) == raw(path)
    assert len(answer.body) < len(raw(path)) / 3


def test_gzip_and_plain_for_who_asks_so(zhang: Client) -> None:
    path = next(p for p in ("/static/css/" + f.name for f in (static_folder() / "static" / "css").iterdir()))
    zipped = zhang.request("GET", path, headers={"accept-encoding": "gzip"})
    plain = zhang.request("GET", path, headers={})
    assert gzip.decompress(zipped.body) == plain.body == raw(path)
    assert plain.header("content-encoding") == ""


def test_it_is_compressed_once() -> None:
    assert compressed(plotly_chunk(), "br") is compressed(plotly_chunk(), "br")


def test_nothing_beside_its_folder(zhang: Client) -> None:
    assert zhang.request("GET", "/static/../index.html", headers={}).header("content-encoding") == ""
