"""The bank's own rows: branches, staff, products and currency rates; and who works where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pypinyin import lazy_pinyin

from lib.jobs.demo.names import person_names
from lib.jobs.demo.plan import Array, Plan, material
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.load import load

MANAGERS_A_LEAVER = 15
USD_START, USD_STEP = 7_120_000, 28_000


@dataclass(frozen=True)
class Organisation:
    """Staff ids by what they do. `managers[b]` work at branch b (ids from 1), `left[b]` did until `left_on[b]`."""

    branch_ids: Array
    weights: Array
    managers: tuple[Array, ...]
    left: tuple[int, ...]
    left_on: tuple[np.datetime64, ...]
    heads: Array
    officers: Array
    crm: int
    by_login: dict[str, int]
    joined: dict[int, np.datetime64]


def found_bank(session: BulkSession, plan: Plan) -> Organisation:
    """Write the bank's own rows and say who works where."""
    said = material("bank")
    session.add(m.Bank(id=1, name=said["name"], base_currency="CNY", is_demo=True,
                       opened_on=said["opened_on"], seed=plan.seed))  # fmt: skip
    session.flush()
    load(session, m.Branch, _branches(plan))
    people = _staff(plan)
    load(session, m.Staff, {name: [person[name] for person in people] for name in people[0]})
    load(session, m.Product, _products())
    load(session, m.CurrencyRate, _rates(plan))
    return _organised(plan, people)


def _branches(plan: Plan) -> dict[str, Any]:
    said, places = material("bank")["branch_names"], material("names")["place"]
    names, regions = list(said), [places["districts"][n % len(places["districts"])] for n in range(plan.branches)]
    roads = [road.removesuffix("大道").removesuffix("路").removesuffix("街") for road in places["roads"].split()]
    districts = places["districts"].split()
    for n in range(len(said), plan.branches):
        area = districts[n % len(districts)].removesuffix("区")
        names.append(f"{area}{roads[n // len(districts) % len(roads)]}{'第' + str(n) if n > 200 else ''}支行")
    regions = [districts[n % len(districts)] for n in range(plan.branches)]
    ids = list(range(1, plan.branches + 1))
    return {"id": ids, "code": [f"B{n:03d}" for n in ids], "name": names[: plan.branches], "region": regions}


def _staff(plan: Plan) -> list[dict[str, Any]]:
    """The cast first, then the other heads and officers, then the managers of each branch and who left it."""
    people = [
        {**person, "branch_id": person.get("branch"), "left_on": None, "active": True}
        for person in material("bank")["staff"]
    ]
    for person in people:
        person.pop("branch", None)
    wanted: list[tuple[str, int | None]] = [("head", branch) for branch in range(3, plan.branches + 1)]
    wanted += [("complaint_officer", None)] * (plan.officers - 2)
    wanted += [("manager", branch) for branch in _branches_of_managers(plan)]
    wanted += [("left", branch) for branch in range(1, plan.branches + 1)]
    people += _invented(plan, wanted)
    for number, person in enumerate(people, 101):
        person["id"] = number
    return people


def _branches_of_managers(plan: Plan) -> list[int]:
    """Branches of the managers still to be named: shares by branch weight; two are of the cast."""
    exact = _weights(plan) * plan.managers
    count = np.maximum(1, np.floor(exact).astype(int))
    for place in np.argsort(np.floor(exact) - exact)[: max(0, plan.managers - count.sum())]:
        count[place] += 1
    count[:2] = np.maximum(count[:2] - 1, 0)
    return [branch for branch, n in enumerate(count, 1) for _place in range(n)]


def _invented(plan: Plan, wanted: list[tuple[str, int | None]]) -> list[dict[str, Any]]:
    rng = plan.random(1)
    genders = np.where(rng.random(len(wanted)) < 0.5, "M", "F")
    names = person_names(rng, genders, rng.integers(1966, 1999, len(wanted)))
    days = np.datetime64(plan.quarters[0].start) - rng.integers(200, 5000, len(wanted))
    leave = _leave_days(plan, plan.branches)
    people, taken = [], set[str]()
    for (role, branch), name, joined in zip(wanted, names, days, strict=True):
        gone = leave[branch - 1].item() if role == "left" and branch else None
        people.append({
            "login": _login(role, name, taken), "name": name, "role": "manager" if role == "left" else role,
            "joined_on": joined.item(), "branch_id": branch, "left_on": gone, "active": gone is None,
        })  # fmt: skip
    return people


def _leave_days(plan: Plan, size: int) -> list[np.datetime64]:
    """When the manager who left each branch did: somewhere in the middle of the window."""
    first, last = plan.starts[len(plan.quarters) // 3], plan.ends[-1]
    span = int((last - first).astype(int)) * 3 // 4
    return [first + int(day) for day in plan.random(2).integers(0, max(span, 1), size)]


def _login(role: str, name: str, taken: set[str]) -> str:
    prefix = {"head": "head", "complaint_officer": "care"}.get(role, "rm")
    base = f"{prefix}.{''.join(lazy_pinyin(name))}"
    login, count = base, 1
    while login in taken:
        count += 1
        login = f"{base}{count}"
    taken.add(login)
    return login


def _products() -> dict[str, Any]:
    said = material("bank")["product"]
    columns = {"code": "code", "name": "name", "category": "category", "risk_level": "risk", "customer_kind": "kind",
               "term_days": "term", "annual_margin_bp": "margin", "age_from": "age_from", "age_below": "age_below",
               "needs": "needs", "description": "description"}  # fmt: skip
    found: dict[str, Any] = {name: [one.get(key) for one in said] for name, key in columns.items()}
    return {
        "id": list(range(1, len(said) + 1)),
        **found,
        "currency": [one.get("currency", "CNY") for one in said],
    }


def _rates(plan: Plan) -> dict[str, Any]:
    """The dollar's rate on the first of every month: a slow random walk around seven yuan."""
    first = plan.quarters[0].shift(-1).start
    months = np.arange(np.datetime64(first, "M"), np.datetime64(plan.today, "M") + 1)
    walk = USD_START + np.cumsum(plan.random(3).normal(0, USD_STEP, len(months)))
    return {"currency": "USD", "valid_from": months.astype("datetime64[D]"), "micro": walk.astype(np.int64)}


def _weights(plan: Plan) -> Array:
    """Branches differ in size, the first being the largest."""
    weights = 1 / (np.arange(plan.branches) + 6)
    return np.asarray(weights / weights.sum())


def _organised(plan: Plan, people: list[dict[str, Any]]) -> Organisation:
    def ids(role: str, branch: int | None = None, active: bool = True) -> Array:
        fits = (p["id"] for p in people
                if p["role"] == role and p["active"] == active and branch in (None, p["branch_id"]))  # fmt: skip
        return np.array(list(fits))

    branches = range(1, plan.branches + 1)
    left = [p for p in people if not p["active"]]
    return Organisation(
        branch_ids=np.array(branches),
        weights=_weights(plan),
        managers=tuple(ids("manager", branch) for branch in branches),
        left=tuple(p["id"] for p in left),
        left_on=tuple(np.datetime64(p["left_on"]) for p in left),
        heads=np.array([ids("head", branch)[0] for branch in branches]),
        officers=ids("complaint_officer"),
        crm=int(ids("crm")[0]),
        by_login={p["login"]: p["id"] for p in people},
        joined={p["id"]: np.datetime64(p["joined_on"]) for p in people},
    )
