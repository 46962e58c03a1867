"""Commands that bring data in: import, and withdrawing what was imported."""

from __future__ import annotations

import getpass
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lib.cli.bank import ready
from lib.cli.output import Failed, answer, tell, wants_json
from lib.imports import run_import, withdraw
from lib.jobs.clocks import set_clocks
from lib.jobs.sizes import set_sizes
from lib.store.engine import analyse
from lib.words import _


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    command = commands.add_parser("import", help=_("按映射文件导入一个文件夹"))
    command.add_argument("mapping", nargs="?", type=Path)
    command.add_argument("folder", nargs="?", type=Path)
    command.add_argument("--dry-run", action="store_true", help=_("只说会发生什么，不写入"))
    command.add_argument("--rejected", type=Path, metavar="CSV", help=_("把未收下的行写到这个文件"))
    command.add_argument("--withdraw", type=int, metavar="BATCH", help=_("撤回一个批次"))
    wants_json(command)
    command.set_defaults(run=_import)


def _import(given: Namespace) -> None:
    ready()
    actor = getpass.getuser()
    if given.withdraw is not None:
        counts = withdraw(given.withdraw, actor)
        answer(counts, [_("批次 {batch} 已撤回。").format(batch=given.withdraw)], as_json=given.json)
        return
    if given.mapping is None or given.folder is None:
        raise Failed(_("请给出映射文件和数据文件夹。"))
    report = run_import(
        given.mapping, given.folder, dry_run=given.dry_run, actor=actor, progress=tell, rejected_to=given.rejected
    )
    if report.state == "landed":
        set_clocks(tell)
        set_sizes()
        analyse()
    answer(asdict(report), report.sentences(), as_json=given.json)
    if report.state == "refused":
        raise Failed(_("整批未收下。"))
