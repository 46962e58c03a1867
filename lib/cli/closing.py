"""The command that closes a quarter, or corrects a closed one: checks, progress, and what a correction changed."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from lib.cli.bank import ready
from lib.cli.operator import operator
from lib.cli.output import Failed, answer, tell, wants_json
from lib.jobs.close import Closed, NotReady, carry_on, order
from lib.jobs.close_seen import late, look
from lib.kpi import Scene
from lib.kpi.difference import Change, difference, kpis_of
from lib.review.checks import Check
from lib.rulebook import Kpi
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.store.session import open_session
from lib.words import _, figure, translate

MARKS = {"ok": "✓", "redo": "↻", "warn": "!", "stop": "✗"}


def add_to(commands: Any) -> None:
    """Add this group's command."""
    command = commands.add_parser("close", help=_("关账：检查后冻结一个季度；或更正已关账的季度"))
    command.add_argument("quarter", type=Quarter.parse)
    command.add_argument("--anyway", metavar="REASON", default="", help=_("有提示仍要关账的理由"))
    command.add_argument("--correct", metavar="REASON", default=None, help=_("把关账后到的数据并入，作为新的一版"))
    command.add_argument("--check", action="store_true", help=_("只检查，不关账"))
    wants_json(command)
    command.set_defaults(run=_close)


def _close(given: Namespace) -> None:
    ready()
    if given.check:
        return _check(given)
    act = "close" if given.correct is None else "correct"
    found = look(given.quarter)[1] if act == "close" else []
    try:
        order(given.quarter, operator(), act, given.correct or given.anyway, "cli")
        done = carry_on(given.quarter, operator(), tell)
    except NotReady as refusal:
        if given.json:
            answer({"closed": False, "checks": _documents(refusal.checks)}, [], as_json=True)
        hint = _("写明理由：--anyway “理由”") if "stop" not in {one.state for one in refusal.checks} else ""
        raise Failed("\n".join([str(refusal), *([hint] if hint else [])])) from None
    _told(given, done, found)


def _check(given: Namespace) -> None:
    """How a quarter stands, and what waits for its correction if it is closed."""
    waits = late(given.quarter)
    found = look(given.quarter)[1] if waits is None else []
    document = {"closed": waits is not None, "checks": _documents(found), "late": waits and asdict(waits)}
    said = _lines(found) if waits is None else waits.sentences() or [_("关账后没有新到的数据。")]
    answer(document, said, as_json=given.json)


def _told(given: Namespace, done: Closed, found: list[Check]) -> None:
    changes, kpis, names = _changes(given.quarter, done)
    document = {**asdict(done), "closed": True, "checks": _documents(found),
                "difference": [_document(one, names) for one in changes]}  # fmt: skip
    currency = names[""]
    lines = [_line(one, kpis[one.key], names, currency) for one in changes]
    if done.corrects is not None and not lines:
        lines = [_("没有指标因此改变。")]
    answer(document, [*_lines(found), done.sentence(), *lines], as_json=given.json)


def _changes(quarter: Quarter, done: Closed) -> tuple[list[Change], dict[str, Kpi], dict[Any, str]]:
    with open_session(operator(), "cli") as session:
        names: dict[Any, str] = dict(session.execute(select(m.Branch.id, m.Branch.code)).all())
        names[""] = session.scalar(select(m.Bank.base_currency)) or "CNY"
        if done.corrects is None:
            return [], {}, names
        book = rulebook()
        kpis = {kpi.key: kpi for kpi in kpis_of(session, book, quarter, done.version)}
        found = difference(session, book, quarter, done.corrects, done.version, list(kpis), Scene())
        return found, kpis, names


def _documents(found: list[Check]) -> list[dict[str, Any]]:
    return [{"code": one.code, "state": one.state, "count": one.count, "sentence": one.sentence} for one in found]


def _lines(found: list[Check]) -> list[str]:
    return [f"{MARKS[one.state]} {one.sentence}" for one in found]


def _document(change: Change, names: dict[Any, str]) -> dict[str, Any]:
    old, new = change.old, change.new
    return {
        "key": change.key, "by": change.by, "group": names.get(change.group, "") if change.group else "",
        "old": old and old.value, "new": new and new.value, "change": change.by_how_much,
        "old_numerator": old and old.numerator - old.less, "new_numerator": new and new.numerator - new.less,
        "old_denominator": old and old.denominator, "new_denominator": new and new.denominator,
    }  # fmt: skip


def _line(change: Change, kpi: Kpi, names: dict[Any, str], currency: str) -> str:
    group = f"{names.get(change.group, '')}\t" if change.group else ""
    sides = [figure(None if row is None or row.value is None else float(row.value), kpi.unit, currency)
             for row in (change.old, change.new)]  # fmt: skip
    return f"{group}{translate(kpi.title)}\t{sides[0]} → {sides[1]}"
