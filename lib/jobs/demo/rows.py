"""A chunk's columns as the tables keep them: customers, accounts, money, service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from lib.customers.rules import size_class
from lib.jobs.demo import leaving, names, papers, responses
from lib.jobs.demo.lives import Lives
from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, pick
from lib.store import crypto, mask
from lib.work.lunar import lunar_key

INDUSTRIES = {"manufacturing": 22, "wholesale": 15, "retail": 14, "construction": 9, "software": 7, "transport": 5,
              "catering": 5, "leasing": 5, "other": 5, "agriculture": 4, "accommodation": 2, "information": 2,
              "real_estate": 2, "property": 2, "storage": 1, "education": 2, "health": 2, "finance": 1}  # fmt: skip
OLD = np.datetime64("1948-01-01")
TWICE = 0.06  # of the prospects
LEAVING = {"price": 27, "competitor": 22, "moved": 18, "service": 9, "closed": 14, "other": 10}


def customer_rows(
    plan: Plan, people: People, lives: Lives, closed: Array, verified: tuple[Array, Array],
    leads: list[dict[str, Any]], rng: np.random.Generator,
) -> dict[str, Any]:  # fmt: skip
    """The customer table's columns, with sealed, masked and hashed identity numbers and phones."""
    size, firm = len(people), people.firm
    stage = np.where(people.prospect, "prospect", np.where(np.isnat(closed), "customer", "former")).astype(object)
    columns: dict[str, Any] = {
        "customer_id": people.ids, "number": papers.customer_numbers(people.place),
        "kind": np.where(firm, "corporate", "personal").astype(object), "stage": stage, "name": None,
        "known_since": people.known, "opened_on": people.opened, "closed_on": closed,
        "leaving_reason": _reasons(people, lives, closed, rng), "address": _addresses(people, rng),
        "preferred_channel": _channels(plan, people, rng), "do_not_contact": people.declines,
        "no_automated_advice": rng.random(size) < 0.03, "special_care": _care(plan, people, rng),
        "manager_id": people.manager, "branch_id": people.branch + 1, "source": "demo",
        "created_at": people.known.astype("datetime64[s]"), "verified_on": _last(size, verified),
    }  # fmt: skip
    columns |= _persons(plan, people, rng) | _firms(plan, people, leads, rng) | _risk(plan, people, rng)
    columns |= _secrets(people)
    columns |= leaving.said(plan, people, columns["leaving_reason"], closed)
    columns["name"] = _names(people, columns["industry"], rng)
    columns["referred_by_id"] = _referred(plan, people, closed, rng)
    _enter_twice(columns, people, np.arange(size) >= len(leads), closed, rng)
    return _led(columns, leads)


def _enter_twice(columns: dict[str, Any], people: People, free: Array, closed: Array, rng: np.random.Generator) -> None:
    """Some prospects are customers already, entered again by somebody who did not look: same person, same phone."""
    again = np.flatnonzero(people.prospect & ~people.firm & free & (rng.random(len(people)) < TWICE))
    known = np.flatnonzero(~people.prospect & ~people.firm & free & np.isnat(closed))
    if not len(known):
        return
    for row in again:
        same = known[people.manager[known] == people.manager[row]]
        other = int(rng.choice(same if len(same) else known))
        for name in ("name", "gender", "birth_date", "lunar_birthday", "phone_masked", "phone_sealed", "phone_hash"):
            columns[name][row] = columns[name][other]


def account_numbers(ids: Array) -> list[str]:
    """Masked account numbers."""
    return [mask.card(f"622588{number * 7_919_777 % 10**13:013d}") for number in ids.tolist()]


def _names(people: People, industry: Array, rng: np.random.Generator) -> Array:
    found = np.empty(len(people), dtype=object)
    firm = people.firm
    years = people.born[~firm].astype("datetime64[Y]").astype(int) + 1970
    found[~firm] = names.person_names(rng, people.gender[~firm], years)
    found[firm] = names.firm_names(rng, industry[firm])
    return found


def _addresses(people: People, rng: np.random.Generator) -> Array:
    found = np.empty(len(people), dtype=object)
    for fits, homes in ((~people.firm, True), (people.firm, False)):
        found[fits] = names.addresses(rng, int(fits.sum()), homes)
    return found


def _persons(plan: Plan, people: People, rng: np.random.Generator) -> dict[str, Any]:
    ages = people.ages(np.datetime64(plan.today))
    return {
        "gender": _only(~people.firm, people.gender),
        "birth_date": np.where(people.firm, np.datetime64("NaT"), people.born),
        "occupation": _only(~people.firm, names.occupations(rng, ages, people.salaried, people.gender == "F")),
        "employer": _only(~people.firm, names.employers(rng, people.salaried)),
        "income_fen": _only(~people.firm & (people.income > 0), people.income),
        "lunar_birthday": _lunar(people, ages),
    }


def _lunar(people: People, ages: Array) -> Array:
    """Three of five who are sixty or older keep their birthday by the lunar calendar."""
    found = np.full(len(people), None, dtype=object)
    born = people.born.astype("datetime64[D]")
    for row in np.flatnonzero(~people.firm & (ages >= 60) & (born.astype(int) % 5 < 3)):
        found[row] = lunar_key(born[row].item())
    return found


def _firms(plan: Plan, people: People, leads: list[dict[str, Any]], rng: np.random.Generator) -> dict[str, Any]:
    """Industry, figures that grow with wealth rank, and the size class the law makes of them; some figures lack."""
    size, firm = len(people), people.firm
    industry = pick(rng, list(INDUSTRIES), size, list(INDUSTRIES.values()))
    for row, said in enumerate(leads):
        industry[row] = said.get("industry", industry[row])
    revenue = np.exp(rng.normal(14.2, 1.1, size) + 3.6 * (people.rank - 0.5) + 4.0 * people.rank**12)
    employees = np.maximum(2, revenue / 450_000 * np.exp(rng.normal(0, 0.6, size))).astype(int)
    assets = revenue * np.exp(rng.normal(0.1, 0.6, size))
    known = firm & (rng.random(size) > 0.04)
    figures = {
        "employees": _only(known, employees),
        "revenue_fen": _only(known, (revenue // 10_000).astype(np.int64) * 1_000_000),
        "total_assets_fen": _only(known, (assets // 10_000).astype(np.int64) * 1_000_000),
    }
    table = plan.book.value("customer.size_limits", plan.today)
    sizes = [size_class(i, e, r, a, table).code if is_firm else None
             for is_firm, i, e, r, a in zip(firm, industry, *figures.values(), strict=True)]  # fmt: skip
    stages = pick(rng, ("startup", "growth", "mature", "decline"), size, (12, 40, 40, 8))
    bosses = names.person_names(rng, people.gender, np.full(size, 1972))
    return {"industry": _only(firm, industry), **figures, "size_class": sizes,
            "development_stage": _only(firm, stages),
            "legal_representative": _only(firm, np.array(bosses, dtype=object))}  # fmt: skip


def _risk(plan: Plan, people: People, rng: np.random.Generator) -> dict[str, Any]:
    size, today = len(people), np.datetime64(plan.today)
    personal = pick(rng, ("low", "middle", "high"), size, (74, 22, 4))
    corporate = pick(rng, ("A", "B", "C", "D"), size, (24, 52, 20, 4))
    asked = people.capacity > 0
    rating = _only(~people.prospect, np.where(people.firm, corporate, personal))
    capacity = np.array(["", "C1", "C2", "C3", "C4", "C5"], dtype=object)[people.capacity]
    # one who came less than a year ago was asked on coming
    until = np.maximum(today + (365 - rng.integers(0, 470, size)), people.known + 365)
    return {
        "risk_rating": rating, "risk_rating_before": responses.ratings_before(people, rating),
        "risk_rated_on": np.where(people.prospect, np.datetime64("NaT"),
                                  np.maximum(people.known, today - rng.integers(5, 520, size))),
        "risk_capacity": _only(asked, capacity),
        "risk_capacity_until": np.where(asked, until, np.datetime64("NaT")),
    }  # fmt: skip


def _channels(plan: Plan, people: People, rng: np.random.Generator) -> Array:
    """The young prefer the app, the old the branch; firms their manager's visit or the telephone."""
    size, old = len(people), people.ages(np.datetime64(plan.today)) >= 60
    found = pick(rng, ("app", "wechat", "phone", "sms", "branch"), size, (52, 22, 14, 5, 7))
    found[old] = pick(rng, ("branch", "phone", "app", "wechat"), int(old.sum()), (48, 30, 12, 10))
    found[people.firm] = pick(rng, ("visit", "phone", "online", "email"), int(people.firm.sum()), (40, 35, 18, 7))
    return _only(rng.random(size) > 0.08, found)


def _care(plan: Plan, people: People, rng: np.random.Generator) -> Array:
    ages = people.ages(np.datetime64(plan.today))
    found = np.full(len(people), None, dtype=object)
    found[~people.firm & (rng.random(len(people)) < 0.012)] = "disabled"
    found[~people.firm & (ages >= 70) & (rng.random(len(people)) < 0.6)] = "elderly"
    return found


def _reasons(people: People, lives: Lives, closed: Array, rng: np.random.Generator) -> Array:
    reason = pick(rng, list(LEAVING), len(closed), list(LEAVING.values()))
    ended = rng.random(len(closed))
    reason[people.firm & (ended < 0.25)] = "business_ended"
    reason[~people.firm & (people.born < OLD) & (ended < 0.5)] = "deceased"
    reason[lives.sour] = "complaint"
    return _only(~np.isnat(closed), reason)


def _secrets(people: People) -> dict[str, Any]:
    """Identity numbers and phones: sealed, masked, hashed. A prospect's identity is not known yet."""
    firm, known = people.firm, ~people.prospect
    numbers = np.full(len(people), None, dtype=object)
    numbers[~firm] = papers.resident_numbers(people.born[~firm], people.gender[~firm], people.place[~firm])
    numbers[firm] = papers.credit_codes(people.place[firm])
    phones = papers.mobile_numbers(people.place)
    held = [number if is_known else None for number, is_known in zip(numbers, known, strict=True)]
    kinds = np.where(firm, "credit_code", "resident_id").astype(object)
    return {
        "identity_kind": _only(known, kinds),
        "identity_masked": [mask.identity(n) if n else None for n in held],
        "identity_sealed": [crypto.seal(n) if n else None for n in held],
        "identity_hash": [crypto.blind("identity", n) if n else None for n in held],
        "phone_masked": [mask.phone(n) for n in phones],
        "phone_sealed": [crypto.seal(n) for n in phones],
        "phone_hash": [crypto.blind("phone", n) for n in phones],
    }


def _referred(plan: Plan, people: People, closed: Array, rng: np.random.Generator) -> Array:
    """Most of those who came in the window were brought by an older customer of the same branch."""
    found = np.full(len(people), None, dtype=object)
    brought = np.flatnonzero((people.opened >= plan.starts[0]) & (rng.random(len(people)) < 0.6))
    for branch in range(plan.branches):
        old = np.flatnonzero((people.branch == branch) & (people.opened < plan.starts[0]) & np.isnat(closed))
        mine = brought[people.branch[brought] == branch]
        if len(old):
            found[mine] = people.ids[rng.choice(old, len(mine))]
    return found


def _led(columns: dict[str, Any], leads: list[dict[str, Any]]) -> dict[str, Any]:
    """What the leads' file says beyond their shape."""
    columns = {name: values.copy() if isinstance(values, np.ndarray) else values for name, values in columns.items()}
    fields = {"rating": "risk_rating", "channel": "preferred_channel",
              "special_care": "special_care"}  # fmt: skip
    for row, said in enumerate(leads):
        for key, column in fields.items():
            if key in said:
                columns[column][row] = said[key]
        columns["referred_by_id"][row] = None
    return columns


def _last(size: int, verified: tuple[Array, Array]) -> Array:
    found = np.full(size, np.datetime64("1900-01-01"))
    np.maximum.at(found, *verified)
    return np.where(found < np.datetime64("1901-01-01"), np.datetime64("NaT", "D"), found)


def _only(fits: Array, values: Array) -> Array:
    """The values where they apply, None elsewhere, as objects the driver knows."""
    found = np.full(len(fits), None, dtype=object)
    found[fits] = np.asarray(values)[fits].tolist()
    return found


def utc_seconds(moments: list[datetime]) -> Array:
    """Aware moments as UTC seconds."""
    return np.array([moment.replace(tzinfo=None) for moment in moments], dtype="datetime64[s]")
