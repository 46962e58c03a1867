"""Customers: valid papers, one owner, believable ages, sizes and wealth."""

from __future__ import annotations

from collections import Counter
from datetime import date

from lib.customers.identity import age_on, gender
from lib.store import mask
from lib.store.crypto import blind, unseal
from lib.store.numbers import checked
from lib.words import codes
from lib.work.identity import birth_date, credit_problem, mobile_problem, resident_problem
from tests.jobs.demo.bank import TODAY, Rows

DAY = date.fromisoformat(TODAY)


def test_identity_numbers_are_valid_and_agree_with_the_person(demo: Rows) -> None:
    for customer in demo["customer"]:
        if customer.stage == "prospect":
            assert customer.identity_sealed is None
            continue
        number = unseal(customer.identity_sealed)
        assert customer.identity_masked == mask.identity(number)
        assert customer.identity_hash == blind("identity", number)
        if customer.kind == "corporate":
            assert credit_problem(number) is None
        else:
            assert resident_problem(number, DAY) is None
            assert (birth_date(number), gender(number)) == (customer.birth_date, customer.gender)


def test_phones_are_valid_found_by_hash_and_shared_only_by_who_was_entered_twice(demo: Rows) -> None:
    phones = [unseal(customer.phone_sealed) for customer in demo["customer"]]
    assert not any(map(mobile_problem, phones))
    assert [customer.phone_hash for customer in demo["customer"]] == [blind("phone", phone) for phone in phones]
    known = {phone: c for phone, c in zip(phones, demo["customer"], strict=True) if c.stage != "prospect"}
    assert len(known) == sum(c.stage != "prospect" for c in demo["customer"])
    for phone, customer in zip(phones, demo["customer"], strict=True):
        if customer.stage == "prospect" and phone in known:
            assert (known[phone].name, known[phone].birth_date) == (customer.name, customer.birth_date)


def test_numbers_have_their_check_digit_and_their_registry(demo: Rows) -> None:
    assert all(c.number == checked(int(c.number[:-1])) for c in demo["customer"])
    registered = {row.number: row.customer_id for row in demo["customer_number"]}
    assert registered == {customer.number: customer.customer_id for customer in demo["customer"]}
    known = {row.identity_hash: row.customer_id for row in demo["identity_registry"]}
    assert known == {c.identity_hash: c.customer_id for c in demo["customer"] if c.identity_hash}


def test_everyone_has_one_current_owner_and_it_is_the_one_shown(demo: Rows) -> None:
    current = {a.customer_id: (a.manager_id, a.branch_id) for a in demo["assignment"] if a.until_day is None}
    assert sum(a.until_day is None for a in demo["assignment"]) == len(demo["customer"])
    assert current == {c.customer_id: (c.manager_id, c.branch_id) for c in demo["customer"]}
    branch_of = {person.id: person.branch_id for person in demo["staff"]}
    assert all(branch_of[a.manager_id] == a.branch_id for a in demo["assignment"])


def test_owners_follow_one_another_without_a_gap(demo: Rows) -> None:
    by_customer: dict[int, list[object]] = {}
    for held in sorted(demo["assignment"], key=lambda a: a.since_day):
        by_customer.setdefault(held.customer_id, []).append(held)
    known = {customer.customer_id: customer.known_since for customer in demo["customer"]}
    assert any(len(held) > 1 for held in by_customer.values())
    for customer, held in by_customer.items():
        assert [one.until_day for one in held] == [*(one.since_day for one in held[1:]), None]  # type: ignore[attr-defined]
        assert held[0].since_day == known[customer]  # type: ignore[attr-defined]


def test_stages_and_days_agree(demo: Rows) -> None:
    for customer in demo["customer"]:
        assert (customer.stage == "former") == (customer.closed_on is not None)
        assert (customer.stage == "prospect") == (customer.opened_on is None)
        assert customer.closed_on is None or customer.opened_on < customer.closed_on <= DAY
        assert customer.verified_on is None or customer.known_since <= customer.verified_on <= DAY
        assert customer.leaving_reason is None or customer.closed_on is not None
        assert (customer.leaving_reason is None) == (customer.leaving_said_on is None)
        assert customer.leaving_reason in (None, *codes("leaving_reason"))


def test_the_mix_is_a_banks(demo: Rows) -> None:
    customers = demo["customer"]
    kinds, stages = Counter(c.kind for c in customers), Counter(c.stage for c in customers)
    assert 0.09 < kinds["corporate"] / len(customers) < 0.15
    assert 0.02 < stages["prospect"] / len(customers) < 0.045
    assert 0.05 < stages["former"] / len(customers) < 0.2
    ages = [age_on(c.birth_date, DAY) for c in customers if c.birth_date]
    assert 0.12 < sum(age >= 60 for age in ages) / len(ages) < 0.3
    assert 0.002 < sum(age < 18 for age in ages) / len(ages) < 0.03
    sizes = Counter(c.size_class for c in customers if c.kind == "corporate")
    assert sizes["small"] > sizes["medium"] > sizes["large"] > 0 and sizes["missing"] and sizes["exempt"]


def test_who_refused_contact_is_not_called_for_sales(demo: Rows) -> None:
    refused = {c.customer_id for c in demo["customer"] if c.do_not_contact}
    assert refused
    assert {c.purpose for c in demo["contact"] if c.customer_id in refused} <= {"complaint", "enquiry"}


def test_every_code_has_a_name(demo: Rows) -> None:
    families = {
        ("customer", "industry"): "industry", ("customer", "size_class"): "size_class",
        ("customer", "development_stage"): "development_stage", ("customer", "preferred_channel"): "channel",
        ("customer", "special_care"): "special_care", ("customer", "risk_rating"): "risk_rating",
        ("customer", "risk_capacity"): "risk_capacity", ("contact", "channel"): "channel",
        ("contact", "purpose"): "contact_purpose", ("contact", "outcome"): "contact_outcome",
        ("life_event", "kind"): "life_event", ("transaction", "kind"): "txn_kind",
        ("case", "root_cause"): "root_cause", ("survey_answer", "channel"): "survey_means",
        ("account", "status"): "account_status",
    }  # fmt: skip
    for (table, column), family in families.items():
        found = {getattr(row, column) for row in demo[table]} - {None}
        assert found and found <= set(codes(family)), (table, column)
