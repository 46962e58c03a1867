"""Size classes after an import: by the national table, also where figures or industry changed; unknown stays so."""

from __future__ import annotations

import pytest

from lib.jobs.sizes import set_sizes
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import FIRM, OWN, SmallBank

WAN = 10_000 * 100


def firm(**fields: object) -> None:
    with bulk("an import") as session:
        row = session.get(m.Customer, FIRM)
        for name, value in fields.items():
            setattr(row, name, value)


def stored(customer: int = FIRM) -> str | None:
    with bulk("look", write=False) as session:
        return session.get(m.Customer, customer).size_class


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"industry": "manufacturing", "employees": 1000, "revenue_fen": 40_000 * WAN}, "large"),
        ({"industry": "manufacturing", "employees": 999, "revenue_fen": 40_000 * WAN}, "medium"),
        ({"industry": "retail", "employees": 49, "revenue_fen": 500 * WAN}, "small"),
        ({"industry": "manufacturing", "employees": 1000, "revenue_fen": None}, "missing"),
        ({"industry": "education", "employees": None, "revenue_fen": None}, "exempt"),
        ({"industry": None, "employees": 5, "revenue_fen": 1}, "missing"),
    ],
)
def test_the_class_follows_the_figures(bank: SmallBank, fields: dict, size: str) -> None:
    firm(**fields, size_class=None)
    assert set_sizes() >= 1
    assert stored() == size and stored(OWN) is None
    assert set_sizes() == 0
