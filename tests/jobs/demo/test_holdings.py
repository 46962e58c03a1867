"""Positions run their term, end with the customer, and mostly fit the holder."""

from __future__ import annotations

from datetime import date

from tests.jobs.demo.bank import TODAY, Rows

DAY = date.fromisoformat(TODAY)


def test_positions_run_their_term_and_fit_the_customer(demo: Rows) -> None:
    customers = {customer.customer_id: customer for customer in demo["customer"]}
    for held in demo["holding"]:
        customer = customers[held.customer_id]
        assert customer.opened_on <= held.started_on < held.matures_on and held.amount_fen > 0
        assert held.ended_on is None or held.started_on < held.ended_on <= min(held.matures_on, DAY)
        assert (held.ended_on is None) == (held.matures_on >= DAY and customer.closed_on is None) or held.ended_on
        assert customer.closed_on is None or held.ended_on < customer.closed_on


def test_most_who_hold_a_product_may_hold_its_risk(demo: Rows) -> None:
    risk = {product.id: product.risk_level for product in demo["product"]}
    capacity = {customer.customer_id: customer.risk_capacity for customer in demo["customer"]}
    persons = {customer.customer_id for customer in demo["customer"] if customer.kind == "personal"}
    held = [(int(risk[h.product_id][1]), capacity[h.customer_id])
            for h in demo["holding"] if risk[h.product_id] and h.customer_id in persons]  # fmt: skip
    unfit = sum(c is None or level > int(c[1]) for level, c in held)
    assert 0 < unfit / len(held) < 0.1
