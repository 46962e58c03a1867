"""The demonstration bank is the same for the same seed and day, on both engines, and built only into an empty one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lib import jobs
from lib.jobs.demo import NotEmpty, build
from tests.jobs.demo.bank import Rows, as_demo, built, digest, read

NewDatabase = Callable[..., str]
SMALL = {"customers": 130, "quarters": 4}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three chunks, so that what runs on from one to the next is tried."""
    monkeypatch.setattr(jobs.demo, "CHUNK", 50)


def test_the_same_seed_and_day_give_the_same_bank_on_both_engines(new_database: NewDatabase) -> None:
    first, again, other = (
        digest(built(new_database(engine), **SMALL)) for engine in ("sqlite", "sqlite", "postgresql")
    )
    assert first == again == other


@pytest.mark.parametrize("change", [{"seed": 2}, {"today": "2026-11-23"}])
def test_another_seed_or_day_gives_another_bank(new_database: NewDatabase, change: dict[str, object]) -> None:
    assert digest(built(new_database("sqlite"), **SMALL)) != digest(built(new_database("sqlite"), **SMALL, **change))


def test_a_database_with_a_bank_is_refused_and_left_alone(new_database: NewDatabase) -> None:
    url = new_database("sqlite")
    before = digest(built(url, **SMALL))
    with as_demo(url):
        with pytest.raises(NotEmpty, match="空库"):
            build(**SMALL, progress=print)
        assert digest(read()) == before


@pytest.mark.parametrize("size", [{"customers": 0}, {"customers": 10, "quarters": 1}])
def test_a_size_that_makes_no_bank_is_refused(new_database: NewDatabase, size: dict[str, int]) -> None:
    with as_demo(new_database("sqlite")), pytest.raises(ValueError, match="至少"):
        build(**size)


def test_progress_ends_with_all_customers(new_database: NewDatabase) -> None:
    said: list[str] = []
    with as_demo(new_database("sqlite")):
        counts = build(**SMALL, progress=said.append)
    assert said == ["已写入 50 / 130 位客户", "已写入 100 / 130 位客户", "已写入 130 / 130 位客户"]
    assert counts["customer"] == counts["customer_number"] == 130


def test_a_tiny_bank_and_any_day_of_a_quarter_work(new_database: NewDatabase) -> None:
    for day in ("2026-10-01", "2026-12-31", "2024-02-29"):
        rows: Rows = built(new_database("sqlite"), 30, 2, today=day)
        assert len(rows["customer"]) == 30
