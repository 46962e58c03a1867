"""The command line. Exit code 0 only when the work is done; what went wrong is one sentence on stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from lib.cli import (
    answers,
    appraise,
    bank,
    calendars,
    churn,
    closing,
    data,
    outbox,
    pack,
    people,
    points,
    rules,
    training,
)
from lib.cli.output import Failed
from lib.rulebook import RuleMissing
from lib.settings import SettingsError, settings
from lib.words import _, use_locale


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    try:
        use_locale(settings().locale)
        given = parser().parse_args(argv)
        given.run(given)
    except (SettingsError, Failed, RuleMissing, LookupError, ValueError, PermissionError) as refusal:
        print(refusal.args[0] if refusal.args else refusal, file=sys.stderr)
        return 1
    except OperationalError as trouble:
        print(_("数据库出错：{error}").format(error=str(trouble.orig).splitlines()[0]), file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read the answer has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(_("已中断；已提交的步骤保留，再次运行即可继续。"), file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(prog="python -m lib", description=_("客户关系系统命令行"))
    commands = top.add_subparsers(required=True, metavar=_("命令"))
    for group in (
        bank, data, closing, pack, answers, appraise, training, churn, calendars, outbox, points, rules, people,
    ):  # fmt: skip
        group.add_to(commands)
    return top
