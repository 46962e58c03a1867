"""What leaves the bank: for whom, under which name, and what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import select

from lib.store.bulk import bulk
from lib.store.models import AccessEntry
from lib.store.scope import Scope
from lib.store.session import Refused
from lib.web import exports
from lib.web.exports import Exporter, Made
from tests.cast import ZHANG
from tests.web.client import Client


def _list(scope: Scope, query: Mapping[str, str]) -> Made:
    if query.get("branch") == "2":
        raise Refused("这个支行不在你的范围内。")
    if "quarter" in query and "Q" not in query["quarter"]:
        raise ValueError("not a quarter")

    def rows() -> Iterator[bytes]:
        yield "客户号\n".encode("utf-8-sig")
        for number in range(3):
            yield f"{scope.login},{number}\n".encode()
        if query.get("break"):
            raise RuntimeError("half way")

    return "季度指标.csv", "text/csv; charset=utf-8", rows()


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_exporters", {})
    exports.offer("kpis", Exporter("kpis", _list))
    exports.offer("imports", Exporter("imports", _list))


def ledger() -> list[tuple[int, str, str, str]]:
    with bulk("look", write=False) as session:
        entry = AccessEntry
        rows = session.execute(
            select(entry.actor_id, entry.what, entry.page, entry.reason).where(entry.what == "export")
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def test_a_file_has_a_name_of_its_own_and_an_entry_in_the_ledger(zhang: Client) -> None:
    first, second = zhang.get("/export/kpis?quarter=2026Q3"), zhang.get("/export/kpis?quarter=2026Q3")
    assert first.status == 200 and first.body.decode("utf-8-sig").splitlines()[1] == "rm.zhang,0"
    assert first.header("content-disposition").startswith("attachment; filename*=UTF-8''%E5%AD%A3")
    assert first.header("content-disposition").endswith(".csv")
    assert first.header("content-disposition") != second.header("content-disposition")
    assert first.header("cache-control") == "no-store"
    assert ledger() == [(ZHANG, "export", "kpis", "导出 kpis：quarter=2026Q3")] * 2


def test_a_number_somebody_asks_for_is_masked_in_the_ledger(zhang: Client) -> None:
    zhang.get("/export/kpis?quarter=2026Q3&text=138%200013%201001")
    assert ledger()[0][3].endswith("text=*********1001")


def test_nobody_without_a_session(client: Client) -> None:
    assert client.request("GET", "/export/kpis", headers={}).status == 401


def test_nobody_without_the_page(zhang: Client) -> None:
    assert zhang.get("/export/imports").status == 403
    assert ledger() == []


def test_unknown_refused_and_senseless(zhang: Client) -> None:
    assert zhang.get("/export/nothing").status == 404
    assert zhang.get("/export/kpis?branch=2").status == 403
    assert zhang.get("/export/kpis?quarter=3").status == 400
    assert ledger() == []


def test_a_failure_half_way_sends_nothing_and_is_no_access(zhang: Client) -> None:
    with pytest.raises(RuntimeError):
        zhang.get("/export/kpis?break=1")
    assert ledger() == []


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="kpis"):
        exports.offer("kpis", Exporter("review", _list))
