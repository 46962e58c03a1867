"""The cast finds what the demonstration is about in its own portfolio."""

from __future__ import annotations

from datetime import date, timedelta

from lib.jobs.demo.complaints import OPEN_MATTERS
from lib.jobs.demo.leads import shipped_leads
from tests.jobs.demo.bank import TODAY, Rows

DAY = date.fromisoformat(TODAY)


def test_leads_come_first_and_belong_to_whom_the_file_says(demo: Rows) -> None:
    logins = {person.id: person.login for person in demo["staff"]}
    for said, customer in zip(shipped_leads(), demo["customer"], strict=False):
        assert logins[customer.manager_id] == said["manager"]
        assert customer.kind == said["kind"] and customer.stage != "former"
        assert customer.do_not_contact == said.get("do_not_contact", False)


def test_birthdays_maturities_and_complaints_are_near(demo: Rows) -> None:
    held = {(h.customer_id, h.matures_on) for h in demo["holding"]}
    running = {(case.customer_id, case.state) for case in demo["case"] if case.closed_at is None}
    for said, customer in zip(shipped_leads(), demo["customer"], strict=False):
        if "birthday_in" in said:
            coming = DAY + timedelta(days=said["birthday_in"])
            assert (customer.birth_date.month, customer.birth_date.day) == (coming.month, coming.day)
        if "matures_in" in said:
            assert (customer.customer_id, DAY + timedelta(days=said["matures_in"])) in held
        if "complaint" in said:
            assert (customer.customer_id, OPEN_MATTERS[said["complaint"]][0]) in running


def test_the_first_manager_has_work_for_a_day(demo: Rows) -> None:
    zhang = next(person.id for person in demo["staff"] if person.login == "rm.zhang")
    mine = [customer for customer in demo["customer"] if customer.manager_id == zhang]
    assert len(mine) > 60
