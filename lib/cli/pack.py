"""The command that writes the pack of a quarterly review: slides and workbook, whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.cli.bank import ready
from lib.cli.operator import operator
from lib.cli.output import Failed, answer, wants_json
from lib.export.pack import FORMS, PAGE, pack_of, within
from lib.store.audit import note_access
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import open_session
from lib.words import _, number


def add_to(commands: Any) -> None:
    """Add this group's command."""
    command = commands.add_parser("pack", help=_("季度评审材料：幻灯片与工作簿"))
    command.add_argument("quarter", type=Quarter.parse)
    command.add_argument("--out", metavar="DIR", type=Path, required=True)
    command.add_argument("--template", metavar="FILE", type=Path, help=_("本行自己的 PowerPoint 模板"))
    command.add_argument("--branch", metavar="CODE", help=_("只含一个支行"))
    command.add_argument("--version", metavar="N", type=int, help=_("更正前的某一版"))
    wants_json(command)
    command.set_defaults(run=_pack)


def _pack(given: Namespace) -> None:
    ready()
    began = time.monotonic()
    scope = replace(operator(), name=_("命令行"))
    scope = within(scope, given.branch) if given.branch else scope
    pack = pack_of(scope, given.quarter, given.version)
    files = {f"{pack.stem}.{form}": pack.content(form, given.template) for form in FORMS}
    _note(scope, given, files)
    paths = write_all(given.out, files)
    seconds, stamp = time.monotonic() - began, pack.meeting.stamp
    document = {
        "quarter": stamp.quarter, "version": stamp.version, "closed": stamp.closed, "scope": stamp.scope,
        "files": [str(path) for path in paths], "seconds": round(seconds, 2),
    }  # fmt: skip
    answer(document, [*map(str, paths), _("用时 {n} 秒。").format(n=number(seconds, 1))], as_json=given.json)


def _note(scope: Scope, given: Namespace, files: Mapping[str, bytes]) -> None:
    """The ledger first: a file that is not noted does not leave."""
    with open_session(scope, "cli", write=True) as session:
        said = _("导出 {name}：{query}").format(name="review-pack", query=_("、").join(files))
        note_access(session, scope, PAGE, 0, "export", said)


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """All the files or none: each is written beside its place, and put there when all are on the disk."""
    made: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            aside = folder / f".{secrets.token_hex(8)}.part"
            made.append((aside, folder / name))
            with aside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for aside, path in made:
            aside.replace(path)
    except OSError as error:
        raise Failed(_trouble(folder, error)) from None
    finally:
        for aside, _path in made:
            aside.unlink(missing_ok=True)
    return [path for _aside, path in made]


def _trouble(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("磁盘已满，没有写出任何文件：{folder}").format(folder=folder)
    return _("不能写入 {folder}：{error}").format(folder=folder, error=error.strerror or error)
