"""Writes the bank chunk by chunk: each chunk is one transaction, and all that is kept of it are running numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from lib.jobs.demo import (
    accounts,
    complaints,
    desk,
    holdings,
    leads,
    ledger,
    lives,
    plans,
    questionnaires,
    relations,
    responses,
    rows,
    satisfaction,
    service,
    wealth,
)
from lib.jobs.demo.cases import Course
from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.people import People, make_people
from lib.jobs.demo.plan import Array, Plan, pick
from lib.jobs.demo.story import Story
from lib.jobs.demo.talks import Talks
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.load import load
from lib.store.search import case_text
from lib.work.moves import kind_of

LEAST_DEPOSIT_SHARE = 0.04


class Writer:
    """Writes chunks into a session, numbering rows onwards from chunk to chunk."""

    def __init__(self, plan: Plan, story: Story, org: Organisation) -> None:
        self.plan, self.story, self.org = plan, story, org
        self.used: Counter[str] = Counter()

    def write(self, session: BulkSession, number: int, chunk: Array) -> None:
        """Make and write the customers at these places of the bank."""
        plan, rng = self.plan, self.plan.random(10, number)
        people = make_people(plan, self.org, chunk, rng)
        led = leads.place_leads(plan, self.org, people)
        life = lives.live(plan, self.story, people, rng)
        leads.send_away(plan, led, life)
        leads.add_matters(plan, led, life, people)
        closed = lives.closing_days(plan, people, life, rng)
        verified = service.verifications(plan, people, closed, rng)
        columns = rows.customer_rows(plan, people, life, closed, verified, led.said, rng)
        self._customers(session, people, closed, columns)
        self._relations(session, people, plan.random(11, number))
        self._questionnaires(session, people, columns["risk_capacity_until"], plan.random(12, number))
        self._responses(session, people, columns, plan.random(14, number))
        held = self._money(session, people, life, closed, led, rng)
        found = complaints.complaint_days(plan, self.story, people, life, closed, rng)
        talks = self._service(session, people, closed, held, verified, found, rng)
        special, late = columns["special_care"], plan.random(13, number)
        self._plans(session, people, plans.make_plans(plan, self.story, people, closed, special, held, talks, late))
        self._surveys(session, people, life, closed, rng)
        made = complaints.make_complaints(plan, self.org, people, life, found, led.matters, rng)
        self._cases(session, people, columns["name"], list(made))

    def _customers(self, session: BulkSession, people: People, closed: Array, columns: dict[str, Any]) -> None:
        load(session, m.Customer, columns)
        known = [place for place, held in enumerate(columns["identity_hash"]) if held]
        load(session, m.CustomerNumber, {"number": columns["number"], "customer_id": people.ids})
        hashes = [columns["identity_hash"][place] for place in known]
        load(session, m.IdentityRegistry, {"identity_hash": hashes, "customer_id": people.ids[known]})
        session.index_names(zip(people.ids.tolist(), columns["name"], strict=True), fresh=True)
        moved = np.flatnonzero(~np.isnat(people.moved_on))
        who = np.concatenate([moved, np.arange(len(people))])
        earlier = np.arange(len(who)) < len(moved)
        changed = people.moved_on[who]
        load(session, m.Assignment, {
            "customer_id": people.ids[who], "id": self._ids("assignment", len(who)),
            "manager_id": np.where(earlier, people.before_manager[who], people.manager[who]),
            "branch_id": np.where(earlier, people.before_branch[who], people.branch[who]) + 1,
            "since_day": np.where(earlier | np.isnat(changed), people.known[who], changed),
            "until_day": np.where(earlier, changed, np.datetime64("NaT", "D")),
        })  # fmt: skip

    def _relations(self, session: BulkSession, people: People, rng: np.random.Generator) -> None:
        made = relations.make_relations(people, rng)
        load(session, m.Relation, {
            "customer_id": people.ids[made["who"]], "id": self._ids("relation", len(made["who"])),
            "other_customer_id": people.ids[made["other"]], "kind": made["kind"], "since_day": made["since"],
        })  # fmt: skip

    def _questionnaires(
        self, session: BulkSession, people: People, until: Array, rng: np.random.Generator
    ) -> None:  # fmt: skip
        made = questionnaires.make_questionnaires(self.plan, people, until, rng)
        load(session, m.CapacityTest, {
            "customer_id": people.ids[made["who"]], "id": self._ids("capacity_test", len(made["who"])),
            "staff_id": people.manager[made["who"]],
            **{name: made[name] for name in ("answered_at", "answers", "score", "level", "valid_until", "channel",
                                             "rule_version")},
        })  # fmt: skip

    def _responses(
        self, session: BulkSession, people: People, columns: dict[str, Any], rng: np.random.Generator
    ) -> None:  # fmt: skip
        made = responses.make_responses(self.plan, people, columns, rng)
        load(session, m.RiskResponse, {"id": self._ids("risk_response", len(made["customer_id"])), **made})

    def _money(
        self, session: BulkSession, people: People, life: lives.Lives, closed: Array, led: leads.Leads,
        rng: np.random.Generator,
    ) -> dict[str, Array]:  # fmt: skip
        plan = self.plan
        level = wealth.levels(plan, self.story, people, life, rng)
        held = holdings.make_holdings(plan, self.story, people, life, closed, level, led.maturing, rng)
        owned = accounts.make_accounts(plan, people, closed, level, rng)
        dollars = np.zeros(len(people))
        dollars[owned["who"][owned["currency"] == "USD"]] = accounts.DOLLARS_SHARE
        rest = level * (1 - dollars)[:, None] - holdings.held_in_quarters(plan, len(people), held)
        target = np.maximum(rest, level * LEAST_DEPOSIT_SHARE)
        ids = self._accounts(session, people, owned)
        current = np.zeros(len(people), dtype=np.int64)
        first = np.flatnonzero((owned["category"] == "deposit") & (owned["currency"] == "CNY"))
        current[owned["who"][first]] = ids[first]
        lines, average, closing = ledger.write_ledger(plan, self.story, people, life, closed, target, held, owned, rng)
        self._lines(session, people, current, lines, rng)
        self._balances(session, people, owned, ids, average[owned["who"][first]], closing[owned["who"][first]], first)
        for made in (accounts.dollar_balances(plan, owned, level, rng), accounts.loan_balances(plan, owned)):
            self._months(session, people, owned, ids, made)
        self._holdings(session, people, held)
        return held

    def _accounts(self, session: BulkSession, people: People, owned: dict[str, Array]) -> Array:
        ids = self._ids("account", len(owned["who"]))
        principal = owned["principal"].astype(object)
        principal[owned["category"] != "loan"] = None
        load(session, m.Account, {
            "customer_id": people.ids[owned["who"]], "id": ids, "number_masked": rows.account_numbers(ids),
            "product_id": owned["product"], "category": owned["category"], "currency": owned["currency"],
            "opened_on": owned["opened"], "closed_on": owned["closed"], "principal_fen": principal,
            "matures_on": owned["matures"],
            "status": np.where(np.isnat(owned["closed"]), "open", "closed").astype(object),
        })  # fmt: skip
        return ids

    def _lines(
        self, session: BulkSession, people: People, current: Array, lines: dict[str, Array], rng: np.random.Generator
    ) -> None:
        initiated = self.plan.book.value("activity.initiated_kinds", self.plan.today)
        load(session, m.Transaction, {
            "customer_id": people.ids[lines["who"]], "id": self._ids("transaction", len(lines["who"])),
            "account_id": current[lines["who"]], "booked_on": lines["day"],
            "direction": np.where(lines["amount"] > 0, "credit", "debit").astype(object), "kind": lines["kind"],
            "amount_fen": lines["amount"], "balance_fen": lines["balance"], "currency": "CNY",
            "by_customer": np.isin(lines["kind"], initiated),
            "counterparty": ledger.counterparties(people, lines, rng),
            "recorded_at": lines["day"].astype("datetime64[s]") + np.timedelta64(12, "h"),
        })  # fmt: skip

    def _balances(
        self, session: BulkSession, people: People, owned: dict[str, Array], ids: Array, average: Array,
        closing: Array, first: Array,
    ) -> None:  # fmt: skip
        self._months(session, people, owned, ids, accounts.month_rows(self.plan, owned, first, average, closing))

    def _months(
        self, session: BulkSession, people: People, owned: dict[str, Array], ids: Array, made: dict[str, Array]
    ) -> None:
        load(session, m.BalanceMonth, {
            "customer_id": people.ids[owned["who"][made["account"]]], "account_id": ids[made["account"]],
            "month": made["month"], "currency": owned["currency"][made["account"]],
            "average_fen": made["average"], "closing_fen": made["closing"],
        })  # fmt: skip

    def _holdings(self, session: BulkSession, people: People, held: dict[str, Array]) -> None:
        load(session, m.Holding, {
            "customer_id": people.ids[held["who"]], "id": self._ids("holding", len(held["who"])),
            "product_id": held["product"], "category": np.where(held["wealth"], "wealth", "deposit").astype(object),
            "currency": "CNY", "amount_fen": held["amount"], "started_on": held["started"],
            "matures_on": held["matures"], "ended_on": held["ended"],
        })  # fmt: skip

    def _service(
        self, session: BulkSession, people: People, closed: Array, held: dict[str, Array],
        verified: tuple[Array, Array], found: tuple[Array, Array, Array], rng: np.random.Generator,
    ) -> Talks:  # fmt: skip
        said = service.make_contacts(self.plan, self.story, people, closed, held, found[1:], rng)
        ids = self._ids("contact", len(said["who"]))
        load(session, m.Contact, {
            "customer_id": people.ids[said["who"]], "id": ids, "attendees": service.attendees(said, ids),
            "staff_id": said["staff"], "happened_at": said["at"], "created_at": said["at"],
            **{name: said[name] for name in ("channel", "purpose", "outcome", "next_step", "note", "by_customer")},
        })  # fmt: skip
        events = service.make_life_events(self.plan, people, closed, held, verified, rng)
        load(session, m.LifeEvent, {
            "customer_id": people.ids[events["who"]], "id": self._ids("life_event", len(events["who"])),
            "kind": events["kind"], "happened_on": events["day"], "note": events["note"], "source": "demo",
        })  # fmt: skip
        reached = said["outcome"] != "not_reached"
        return Talks(ids, said["who"], said["at"], said["staff"], said["purpose"], reached)

    def _plans(self, session: BulkSession, people: People, made: dict[str, Any]) -> None:
        who = made.pop("who")
        load(session, m.DueItem, {"customer_id": people.ids[who], **made})

    def _surveys(
        self, session: BulkSession, people: People, life: lives.Lives, closed: Array, rng: np.random.Generator
    ) -> None:
        columns, quarter = survey_rows(self.plan, people, life, closed, self, rng)
        more = satisfaction.said(columns, quarter, self.plan.random(14, int(people.ids[0])))
        load(session, m.SurveyAnswer, {**columns, **more})

    def _cases(self, session: BulkSession, people: People, names: Array, made: list[tuple[int, Course]]) -> None:
        ids = self._ids("case", len(made)).tolist()
        known = {id(course): case_id for case_id, (_place, course) in zip(ids, made, strict=True)}
        cases, events = [], []
        for case_id, (place, course) in zip(ids, made, strict=True):
            owner = {"customer_id": int(people.ids[place]), "manager_id": int(people.manager[place]),
                     "branch_id": int(people.branch[place]) + 1, "complainant": names[place]}  # fmt: skip
            letter = kind_of(course.said["kind"], self.plan.book, self.plan.today).letter
            number = complaints.case_number(case_id, course.said["received_at"], letter)
            named = {"id": case_id, "number": number, "origin_id": known.get(id(course.origin))}
            cases.append({**course.said, **owner, **named, "created_at": course.said["received_at"]})
            if course.opened is not None:
                course.opened.details.update(number=number, kind=course.said["kind"])
            events += [(owner["customer_id"], case_id, event) for event in course.events]
        load(session, m.Case, _columns(cases))
        session.index_cases(((case["id"], case_text(case)) for case in cases), fresh=True)
        load(session, m.CaseNumber, _columns([
            {"number": case["number"], "customer_id": case["customer_id"], "case_id": case["id"]} for case in cases
        ]))  # fmt: skip
        load(session, m.CaseEvent, _columns([
            {"customer_id": customer, "id": event_id, "case_id": case_id, "at": event.at, "staff_id": event.staff,
             "kind": event.kind, "from_state": event.start, "to_state": event.to, "text": event.text,
             "details": event.details or None}
            for event_id, (customer, case_id, event) in zip(
                self._ids("case_event", len(events)).tolist(), events, strict=True)
        ]))  # fmt: skip
        desk.write_desks(session, self.plan, self.org, list(zip(cases, (c for _p, c in made), strict=True)), self._ids)

    def _ids(self, table: str, count: int) -> Array:
        """The next ids of a table: small numbers, so that they sort before those of later rows."""
        first = self.used[table] + 1
        self.used[table] += count
        return np.arange(first, first + count)


def survey_rows(
    plan: Plan, people: People, life: lives.Lives, closed: Array, writer: Writer, rng: np.random.Generator
) -> tuple[dict[str, Any], Array]:
    """Invitations and answers of the chunk, and their quarters by place; nobody is asked after leaving."""
    made = life.surveys
    who, quarter = made["who"], made["quarter"]
    first = np.maximum(plan.starts[quarter], people.opened[who])
    span = (plan.ends[quarter] - first).astype(int) + 1
    asked = first + (rng.random(len(who)) * span).astype(int)
    answered = asked + rng.integers(0, 9, len(who))
    keep = ~(asked >= closed[who])
    said = made["answered"] & (answered < np.datetime64(plan.today))
    scores = {}
    for name in ("overall", "recommend", "service_quality", "product_quality", "price_fairness", "communication"):
        score = made[name].astype(object)
        score[~said] = None
        scores[name] = score[keep]
    columns = {
        "customer_id": people.ids[who[keep]], "id": writer._ids("survey_answer", int(keep.sum())),
        "asked_on": asked[keep], "answered_on": np.where(said, answered, np.datetime64("NaT", "D"))[keep],
        "channel": pick(rng, ("online", "questionnaire", "phone"), int(keep.sum()), (60, 25, 15)),
        "occasion": "quarter", **scores,
    }  # fmt: skip
    return columns, quarter[keep]


def _columns(found: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in found] for name in found[0]} if found else {}
