"""CPU of one page script, warm, as the server runs it: prints one JSON line; runs in a process of its own."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from lib.store import models as m
from lib.store.bulk import bulk
from tests.screen import application

WARM, COUNTED = 4, 40

_spent: list[float] = []


def _timed(run: Callable[..., None]) -> Callable[..., None]:
    """Note the CPU of the thread that runs the script: what the server spends, without what the test reads of it."""

    def timed(*arguments: Any, **named: Any) -> None:
        began = time.thread_time()
        run(*arguments, **named)
        _spent.append((time.thread_time() - began) * 1000)

    return timed


ScriptRunner._run_script = _timed(ScriptRunner._run_script)  # type: ignore[method-assign]


def main() -> None:
    """Time every page given as `login:file?name=value`."""
    found = {}
    for given in sys.argv[1:]:
        login, _, rest = given.partition(":")
        file, _, query = rest.partition("?")
        params = dict(part.split("=") for part in query.split("&") if part)
        found[given] = _times(login, file, {name: _known(value, login) for name, value in params.items()})
    found["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found))


def _known(value: str, login: str) -> str:
    """`{customer}` and `{case}` stand for one of the person's own."""
    if not value.startswith("{"):
        return value
    with bulk("bench", write=False) as session:
        staff = session.scalars(select(m.Staff).where(m.Staff.login == login)).one()
        table: Any = m.Customer if value == "{customer}" else m.Case
        own = table.manager_id == staff.id if staff.role == "manager" else True
        return str(session.scalars(select(table.number).where(own).limit(1)).first())


def _times(login: str, file: str, params: dict[str, str]) -> dict[str, float]:
    test = application(login)
    test.switch_page(f"../../pages/{file}")
    for name, value in params.items():
        test.query_params[name] = value
    for _ in range(WARM):
        test.run()
    assert not test.exception, test.exception
    gc.collect()
    gc.freeze()
    _spent.clear()
    for _ in range(COUNTED):
        test.run()
    spent = sorted(_spent)
    return {"median_ms": round(spent[len(spent) // 2], 1), "p95_ms": round(spent[int(len(spent) * 0.95)], 1)}


main()
