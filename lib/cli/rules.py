"""Commands about the rulebook: list, show, export, and a file beside it: diff, import."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lib.cli.bank import ready
from lib.cli.output import Failed, answer, wants_json
from lib.export import rulebook as exported
from lib.jobs.examples import run
from lib.rulebook import Entry
from lib.rulebook.examples import as_data, examples_of
from lib.rulebook.said import said_of
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Bank, Staff
from lib.store.scope import Scope, scope_of
from lib.store.session import Refused, open_session
from lib.words import _, codes, day, name, translate
from lib.work import rule_change
from lib.work.rule_file import Change, Compared, read_file

_KINDS = ("rule", "kpi", "tag")


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    topics = commands.add_parser("rules", help=_("口径库")).add_subparsers(required=True)
    command = topics.add_parser("list", help=_("现行的规则、指标与标签"))
    command.add_argument("--basis", choices=codes("basis"))
    _ready_to_answer(command, _list)
    command = topics.add_parser("show", help=_("一条口径及其历次条目"))
    command.add_argument("key")
    _ready_to_answer(command, _show)
    command = topics.add_parser("export", help=_("把口径库写成 TOML 文件；- 为标准输出"))
    command.add_argument("file", type=Path)
    command.set_defaults(run=_export)
    command = topics.add_parser("diff", help=_("口径文件与口径库的差异，逐条列出"))
    command.add_argument("file", type=Path)
    _ready_to_answer(command, _diff)
    command = topics.add_parser("import", help=_("把口径文件的差异逐条提交审批"))
    command.add_argument("file", type=Path)
    command.add_argument("--dry-run", action="store_true", help=_("只检查，不提交"))
    command.add_argument("--by", metavar="LOGIN", help=_("以谁的名义提出"))
    command.add_argument("--reason", default="", help=_("申请理由"))
    _ready_to_answer(command, _import)


def _ready_to_answer(command: Any, run_: Any) -> None:
    wants_json(command)
    command.set_defaults(run=run_)


def _list(given: Namespace) -> None:
    ready()
    found = [(kind, key, entry) for kind in _KINDS for key in rulebook().keys(kind)
             if (entry := rulebook().find_of(kind, key, today())) and given.basis in (None, entry.basis)]  # fmt: skip
    rows = [_row(kind, key, entry) for kind, key, entry in found]
    answer(rows, [_line(kind, entry) for kind, __, entry in found], as_json=given.json)


def _show(given: Namespace) -> None:
    ready()
    book = rulebook()
    found = [(kind, book.history(kind, given.key)) for kind in _KINDS if book.history(kind, given.key)]
    if not found:
        raise Failed(_("口径库里没有“{key}”。").format(key=given.key))
    documents, lines = [], []
    for kind, history in found:
        shown = as_data(examples_of(kind, given.key, history[-1]))
        documents.append({"kind": kind, "key": given.key, "title": history[-1].title, "examples": shown,
                          "entries": [_row(kind, given.key, entry) for entry in history]})  # fmt: skip
        lines += [_line(kind, entry) for entry in reversed(history)]
    answer(documents, lines, as_json=given.json)


def _export(given: Namespace) -> None:
    ready()
    content = b"".join(exported.content())
    if str(given.file) == "-":
        sys.stdout.write(content.decode())
    else:
        given.file.write_bytes(content)
        print(_("已写入 {file}。").format(file=given.file))


def _diff(given: Namespace) -> None:
    ready()
    compared = _read(given.file)
    answer(_document(compared), _told(compared), as_json=given.json)


def _import(given: Namespace) -> None:
    """Exit code 0 only where every difference was, or with --dry-run could be, asked for."""
    ready()
    compared = _read(given.file)
    against = [_against(one, sentence) for one in compared.changes for sentence in _problems(one)]
    if given.dry_run:
        answer(_document(compared), _told(compared), as_json=given.json)
    if against:
        raise Failed("\n".join(against))
    if given.dry_run or not compared.changes:
        if not given.dry_run:
            answer(_document(compared), _told(compared), as_json=given.json)
        return
    made = _propose(compared, _person(given.by), given.reason)
    answer(made, [_("已提交 {n} 项申请。").format(n=len(made))], as_json=given.json)


def _propose(compared: Compared, who: Scope, reason: str) -> list[dict[str, Any]]:
    """Ask for all differences together: on the command line it is all or none."""
    try:
        with open_session(who, "rulebook", write=True) as session:
            made = [rule_change.propose(session, one.proposal, reason, run) for one in compared.changes]
            return [{"request": one.id, "kind": one.subject, "key": one.subject_key} for one in made]
    except Refused as refused:
        raise Failed(str(refused)) from refused


def _problems(one: Change) -> list[str]:
    """What speaks against a change, the examples that do not hold included."""
    if one.problems:
        return list(one.problems)
    outcomes = run(one.proposal.row(), one.proposal.examples, rulebook())
    failed = sum(not outcome.holds for outcome in outcomes)
    said = _("{n} 个算例与新口径不符：请在文件中改写算例的预期。")
    return [said.format(n=failed)] if failed else []


def _read(file: Path) -> Compared:
    return read_file(file.read_bytes(), file.name, rulebook(), today())


def _person(login: str | None) -> Scope:
    with bulk("rules import", write=False) as session:
        one = session.scalars(select(Staff).where(Staff.login == (login or ""), Staff.active)).one_or_none()
    if one is None:
        raise Failed(_("请用 --by 给出一位在职同事的账号：申请以其名义提出。"))
    return scope_of(one.id, one.login, one.name, one.role, one.branch_id)


def _currency() -> str:
    with bulk("rules", write=False) as session:
        return session.scalar(select(Bank.base_currency)) or "CNY"


def _document(compared: Compared) -> dict[str, Any]:
    return {
        "same": compared.same, "past": list(compared.past),
        "changes": [
            {"kind": one.proposal.kind, "key": one.proposal.key, "title": one.proposal.title,
             "from": one.proposal.since, "differences": [item._asdict() for item in one.differences],
             "problems": _problems(one)}
            for one in compared.changes
        ],
    }  # fmt: skip


def _told(compared: Compared) -> list[str]:
    lines = []
    for one in compared.changes:
        asked = one.proposal
        said = _("{title}（{key}），自 {day} 起：")
        lines.append(said.format(title=translate(asked.title), key=asked.key, day=day(asked.since)))
        lines += [f"  {item.what}: {item.before} → {item.after}" for item in one.differences]
        lines += [f"  ! {sentence}" for sentence in _problems(one)]
    summary = _("{n} 条与现行口径不同，{same} 条相同。").format(n=len(compared.changes), same=compared.same)
    return [*lines, *compared.past, summary]


def _against(one: Change, sentence: str) -> str:
    return _("“{title}”：{why}").format(title=translate(one.proposal.title), why=sentence)


def _row(kind: str, key: str, entry: Entry) -> dict[str, Any]:
    return {"kind": kind, "key": key, "title": entry.title, "from": entry.valid_from, "basis": entry.basis,
            "source": entry.source, "unit": entry.unit, "value": entry.value, "version": entry.version}  # fmt: skip


def _line(kind: str, entry: Entry) -> str:
    since = day(entry.valid_from) if entry.valid_from else _("一直")
    said = [entry.key, name("basis", entry.basis), since, translate(entry.title)]
    return "\t".join([*said, said_of(kind, entry, _currency())])
