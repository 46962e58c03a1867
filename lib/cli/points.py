"""The command that checks the points ledger: every transfer sums to zero, every balance is the sum of its entries."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict, dataclass
from typing import Any

from lib.cli.bank import ready
from lib.cli.output import Failed, answer, wants_json
from lib.store.bulk import bulk
from lib.store.points_check import Fault, faults, totals
from lib.words import _, integer


@dataclass(frozen=True)
class Checked:
    """What was found: how much there is, and what does not add up."""

    accounts: int
    transfers: int
    outstanding: int
    faults: list[Fault]


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    command = commands.add_parser("points", help=_("积分账簿"))
    command.add_argument("what", choices=["check"])
    wants_json(command)
    command.set_defaults(run=_check)


def _check(given: Namespace) -> None:
    ready()
    with bulk("points check", write=False) as session:
        found = Checked(*totals(session), list(faults(session)))
    said = [one.sentence() for one in found.faults]
    if given.json:
        answer(asdict(found), [], as_json=True)
    if said:
        raise Failed("\n".join(said))
    if not given.json:
        print(_("积分账簿平衡：{accounts} 个账户，{transfers} 笔，未用 {points} 分。").format(
            accounts=integer(found.accounts), transfers=integer(found.transfers),
            points=integer(found.outstanding)))  # fmt: skip
