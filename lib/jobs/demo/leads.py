"""The customers the cast is shown with: placed first in the bank, with what makes them worth a look."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lib.jobs.demo.lives import STAYS, Lives
from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.people import NEVER, People
from lib.jobs.demo.plan import Plan
from lib.settings import ROOT

LEAST_CUSTOMERS = 100
ELSEWHERE = ("overdue", "waiting", "fresh", "due_soon", "overdue", "answered", "asking", "asking_again",
             "waiting_customer", "crisis", "reviewed", "fresh", "asking", "due_soon")  # fmt: skip
MATTERS_APART = 7


@dataclass
class Leads:
    """The leads of a chunk, by row: what the file says, open matters wanted, days until a position matures."""

    matters: list[tuple[int, str]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    maturing: dict[int, int] = field(default_factory=dict)


def place_leads(plan: Plan, org: Organisation, people: People) -> Leads:
    """Make the first customers of the bank the ones of data/demo/leads.toml."""
    leads = Leads()
    if plan.customers < LEAST_CUSTOMERS or people.place[0] != 0:
        return leads
    for row, said in enumerate(shipped_leads()):
        _shape(plan, org, people, row, said)
        leads.said.append(said)
        if "complaint" in said:
            leads.matters.append((row, said["complaint"]))
        if "matures_in" in said:
            leads.maturing[row] = said["matures_in"]
    return leads


def send_away(plan: Plan, leads: Leads, lives: Lives) -> None:
    """The leads marked as leaving are on their way out now; the others stay."""
    for row, said in enumerate(leads.said):
        lives.gone_in[row] = len(plan.quarters) - 1 + said["leaves_in"] if "leaves_in" in said else STAYS
        lives.fades[row] = False


def add_matters(plan: Plan, leads: Leads, lives: Lives, people: People) -> None:
    """A few more open matters among the other customers, so that every branch has something to see to."""
    if not leads.said:
        return
    stays = (lives.gone_in == STAYS) & (people.opened < plan.starts[-1]) & (np.arange(len(people)) >= len(leads.said))
    for row, matter in zip(np.flatnonzero(stays)[::MATTERS_APART], ELSEWHERE, strict=False):
        leads.matters.append((int(row), matter))


def _shape(plan: Plan, org: Organisation, people: People, row: int, said: dict[str, Any]) -> None:
    manager = org.by_login[said["manager"]]
    branch = next(place for place, ids in enumerate(org.managers) if manager in ids)
    people.manager[row] = people.before_manager[row] = manager
    people.branch[row] = people.before_branch[row] = branch
    people.moved_on[row] = NEVER
    people.firm[row] = said["kind"] == "corporate"
    people.prospect[row] = said.get("prospect", False)
    people.rank[row], people.growth[row] = said["rank"], said.get("growth", 0.005)
    people.pace[row], people.temper[row] = said.get("pace", 4.0), 0.0
    people.opened[row] = people.known[row] = np.datetime64(said.get("opened", plan.today))
    if people.prospect[row]:
        people.opened[row], people.known[row] = NEVER, np.datetime64(plan.today) - 30
    if "age" in said:
        people.born[row] = _birthday(plan, said["age"], said.get("birthday_in", 120))
    people.gender[row] = said.get("gender", "M")
    people.capacity[row] = int(said.get("capacity", "C0")[1])
    people.declines[row] = said.get("do_not_contact", False)
    people.salaried[row] = said.get("salaried", False)


def _birthday(plan: Plan, age: int, days: int) -> np.datetime64:
    """A birth date whose next birthday is that many days ahead, when the age will be reached."""
    coming = np.datetime64(plan.today) + days
    year, rest = str(coming).split("-", 1)
    return np.datetime64(f"{int(year) - age}-{'02-28' if rest == '02-29' else rest}")


def shipped_leads() -> list[dict[str, Any]]:
    """What data/demo/leads.toml says of each."""
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "data" / "demo" / "leads.toml").read_text("utf-8"))["lead"]
    return found
