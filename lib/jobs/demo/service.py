"""Care for the customers: conversations, life events, and when their information was verified."""

from __future__ import annotations

import numpy as np

from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, days_within, material, pick
from lib.jobs.demo.story import Story

# Conversations a quarter by wealth rank: private, vip, potential, mass.
RANKS, RATES = (0.9947, 0.949, 0.803, 0.0), (2.6, 1.3, 0.65, 0.22)
FIRM_RATE = 0.9
CALLED = {"visit": 0.46, "sales": 0.24, "enquiry": 0.2, "care_festival": 0.1}
OUTCOMES, OUTCOME_SHARES = ("reached", "not_reached", "follow_up", "refused"), (0.77, 0.13, 0.07, 0.03)
MATURITY_CALL, MATURITY_AMOUNT, IMPORTANT_AMOUNT = 0.45, 20_000_000, 100_000_000
VERIFIED_DAYS_PERSON, VERIFIED_DAYS_FIRM, SLOW = 150, 78, 0.13
# Life events a year by kind: youngest and oldest age, share of those in between.
LIFE = {"home": (25, 50, 0.02), "marriage": (22, 38, 0.03), "child": (23, 42, 0.035), "education": (33, 55, 0.03),
        "retirement": (55, 63, 0.08), "job_change": (22, 55, 0.03)}  # fmt: skip
FIRM_LIFE = {"expansion": 0.05, "listing": 0.003}


def make_contacts(
    plan: Plan, story: Story, people: People, closed: Array, held: dict[str, Array],
    complaints: tuple[Array, Array], rng: np.random.Generator,
) -> dict[str, Array]:  # fmt: skip
    """Conversations of one chunk: who, staff, at (UTC), channel, purpose, outcome, next_step, note, by_customer."""
    groups = [_usual(plan, story, people, rng), _festival(plan, story, people, rng), _birthdays(plan, people, rng),
              _maturities(held, rng), _after_complaints(complaints, rng)]  # fmt: skip
    who, day = (np.concatenate([group[part] for group in groups]) for part in (0, 1))
    topic = np.concatenate([group[2] for group in groups])
    day = np.busday_offset(day.astype("datetime64[D]"), 0, roll="backward")
    keep = (day > people.known[who]) & (day <= plan.ends[-1]) & ~(day >= closed[who]) & (day >= plan.starts[0])
    keep &= ~(people.declines[who] & ~np.isin(topic, ("complaint", "enquiry")))
    return _told(people, who[keep], day[keep], topic[keep], rng)


def make_life_events(
    plan: Plan, people: People, closed: Array, held: dict[str, Array], verified: tuple[Array, Array],
    rng: np.random.Generator,
) -> dict[str, Array]:  # fmt: skip
    """Life events of one chunk: who, kind, day, note; verifications among them."""
    words = material("words")["life"]
    clients = np.flatnonzero(~people.prospect)
    parts: list[tuple[Array, Array, str]] = [(clients, people.opened[clients], "account_opened")]
    years = len(plan.quarters) / 4
    ages = people.ages(np.datetime64(plan.today))
    for kind, (youngest, oldest, share) in LIFE.items():
        fits = ~people.firm & (ages >= youngest) & (ages <= oldest) & (rng.random(len(people)) < share * years)
        parts.append(_event(plan, people, np.flatnonzero(fits), kind, rng))
    for kind, share in FIRM_LIFE.items():
        fits = people.firm & (rng.random(len(people)) < share * years)
        parts.append(_event(plan, people, np.flatnonzero(fits), kind, rng))
    large = (held["amount"] >= IMPORTANT_AMOUNT) & (held["started"] >= plan.starts[0]) & ~held["rolled_from"]
    parts.append((held["who"][large], held["started"][large], "important_product"))
    parts.append((*verified, "information_verified"))
    who, day = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    kinds = np.concatenate([np.full(len(part[0]), part[2], dtype=object) for part in parts])
    note = np.array([words.get(k) for k in kinds], dtype=object)
    keep = ~(day > closed[who]) & (day <= plan.ends[-1])
    return {"who": who[keep], "kind": kinds[keep], "day": day[keep], "note": note[keep]}


def verifications(plan: Plan, people: People, closed: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Who was verified when: back from today in each one's own rhythm, some slower than the rule asks."""
    usual = np.where(people.firm, VERIFIED_DAYS_FIRM, VERIFIED_DAYS_PERSON)
    rhythm = np.where(rng.random(len(people)) < SLOW, 2.4, 1.0) * usual * rng.uniform(0.85, 1.15, len(people))
    day = plan.ends[-1] - (rng.random(len(people)) * rhythm).astype(int)
    who = np.arange(len(people))
    parts = []
    while len(who):
        ok = ~(day > closed[who])
        parts.append((who[ok], day[ok]))
        day = day - np.maximum(rhythm[who] * rng.uniform(0.9, 1.1, len(who)), 20).astype(int)
        on = (day >= people.known[who]) & (day > plan.starts[0] - 190)
        who, day = who[on], day[on]
    found_who, found_day = (np.concatenate(column) for column in zip(*parts, strict=True))
    known = found_day >= people.known[found_who]
    return found_who[known], found_day[known]


def attendees(said: dict[str, Array], ids: Array) -> Array:
    """Who was at a meeting that took place; nobody is named of other conversations."""
    known = material("words")["due"]["attendees"]
    met = (said["purpose"] == "meeting") & (said["outcome"] != "not_reached")
    found = np.full(len(ids), None, dtype=object)
    found[met] = np.array(known, dtype=object)[ids[met] % len(known)]
    return found


def office_hours(days: Array, rng: np.random.Generator) -> Array:
    """A moment of the working day in Shanghai, as UTC."""
    minutes = rng.integers(0, 510, len(days)) + 60
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[s]") + (minutes * 60).astype("timedelta64[s]"))


def _usual(plan: Plan, story: Story, people: People, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    rate = np.select([people.rank >= line for line in RANKS], RATES)
    rate = np.where(people.firm, FIRM_RATE, rate)
    fault = story.fault[people.branch]
    count = rng.poisson(rate[:, None] * (1 - 0.55 * np.maximum(fault, 0)) * plan.elapsed[None, :])
    who, quarter = (np.repeat(index, count.ravel()) for index in np.indices(count.shape).reshape(2, -1))
    day = days_within(rng, plan.starts[quarter], plan.ends[quarter])
    topic = pick(rng, list(CALLED), len(who), list(CALLED.values()))
    topic[topic == "care_festival"] = "visit"
    meets = people.firm[who] & (rng.random(len(who)) < 0.7)
    topic[meets] = "meeting"
    return who, day, topic


def _festival(plan: Plan, story: Story, people: People, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Greetings in the ten days before the Spring Festival, to the better customers."""
    parts_who, parts_day = [], []
    for quarter, number in enumerate(q.number for q in plan.quarters):
        if number != 1:
            continue
        greeted = rng.random(len(people)) < np.where(people.rank > RANKS[1], 0.75, np.where(people.firm, 0.5, 0.08))
        who = np.flatnonzero(greeted)
        parts_who.append(who)
        parts_day.append(story.festivals[quarter] - rng.integers(1, 11, len(who)))
    return _group(parts_who, parts_day, "care_festival")


def _birthdays(plan: Plan, people: People, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    parts_who, parts_day = [], []
    for year in range(plan.quarters[0].year, plan.quarters[-1].year + 1):
        who = np.flatnonzero(~people.firm & (rng.random(len(people)) < np.where(people.rank > RANKS[1], 0.7, 0.05)))
        parts_who.append(who)
        parts_day.append(np.array([_in_year(day, year) for day in people.born[who]], dtype="datetime64[D]"))
    return _group(parts_who, parts_day, "care_birthday")


def _in_year(day: np.datetime64, year: int) -> np.datetime64:
    """The birthday in a year; of 29 February, 1 March."""
    month = day.astype("datetime64[M]").astype(int) % 12
    return np.datetime64(f"{year}-{month + 1:02d}-01") + int((day - day.astype("datetime64[M]")).astype(int))


def _maturities(held: dict[str, Array], rng: np.random.Generator) -> tuple[Array, Array, Array]:
    big = (held["amount"] >= MATURITY_AMOUNT) & (rng.random(len(held["amount"])) < MATURITY_CALL)
    day = held["matures"][big] - rng.integers(3, 12, int(big.sum()))
    return _group([held["who"][big]], [day], "milestone")


def _after_complaints(complaints: tuple[Array, Array], rng: np.random.Generator) -> tuple[Array, Array, Array]:
    who, day = complaints
    calls = rng.random(len(who)) < 0.4
    return _group([who[calls]], [day[calls] + rng.integers(1, 9, int(calls.sum()))], "complaint")


def _group(who: list[Array], day: list[Array], topic: str) -> tuple[Array, Array, Array]:
    if not who:
        return np.zeros(0, dtype=int), np.zeros(0, dtype="datetime64[D]"), np.zeros(0, dtype=object)
    found = np.concatenate(who)
    return found, np.concatenate(day), np.full(len(found), topic, dtype=object)


def _told(people: People, who: Array, day: Array, topic: Array, rng: np.random.Generator) -> dict[str, Array]:
    size, said = len(who), material("words")["contact"]
    notes = np.full(size, None, dtype=object)
    for one in np.unique(topic.astype(str)):
        fits = topic == one
        notes[fits] = pick(rng, said[one], int(fits.sum()))
    outcome = pick(rng, OUTCOMES, size, OUTCOME_SHARES)
    notes[outcome == "not_reached"] = None
    follows = outcome == "follow_up"
    steps = np.full(size, None, dtype=object)
    steps[follows] = pick(rng, said["next_steps"], int(follows.sum()))
    channel = _channels(people, who, rng)
    channel[topic == "meeting"] = "visit"
    purpose = np.where(np.char.startswith(topic.astype(str), "care_"), "care", topic).astype(object)
    return {
        "who": who, "staff": people.owner(who, day)[1], "at": office_hours(day, rng), "channel": channel,
        "purpose": purpose, "outcome": outcome, "next_step": steps, "note": notes, "by_customer": topic == "enquiry",
    }  # fmt: skip


def _channels(people: People, who: Array, rng: np.random.Generator) -> Array:
    """The way people are reached: by telephone mostly; the young also in the app, the old at the branch."""
    found = pick(rng, ("phone", "wechat", "app", "branch", "visit"), len(who), (46, 22, 16, 10, 6))
    born = people.born[who].astype("datetime64[Y]").astype(int) + 1970
    old, young = (born < 1962) & ~people.firm[who], (born > 1992) & ~people.firm[who]
    found[old] = pick(rng, ("branch", "phone"), int(old.sum()), (55, 45))
    found[young] = pick(rng, ("app", "wechat", "phone"), int(young.sum()), (52, 30, 18))
    return found


def _event(plan: Plan, people: People, who: Array, kind: str, rng: np.random.Generator) -> tuple[Array, Array, str]:
    first = np.maximum(plan.starts[0], people.known[who])
    return who, days_within(rng, first, np.full(len(who), plan.ends[-1])), kind
