"""The command that computes the cards of a quarter or year: appraise."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from lib.cli.bank import ready
from lib.cli.output import answer, wants_json
from lib.jobs.appraise import appraise
from lib.staff.appraisal_period import Period
from lib.words import _


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    command = commands.add_parser("appraise", help=_("计算一个季度或年度的考核单"))
    command.add_argument("period", metavar="PERIOD", help=_("季度（2026Q3）或年度（2026）"))
    command.add_argument("--reason", default="", help=_("已签署的考核单要重算时的理由"))
    wants_json(command)
    command.set_defaults(run=_appraise)


def _appraise(given: Namespace) -> None:
    ready()
    done = appraise(Period.parse(given.period), given.reason)
    answer(asdict(done), done.sentences(), as_json=given.json)
