"""Every worked example beside a shipped rule, run through the rule function that consumes it."""

from datetime import date

import pytest

from lib.jobs.examples import CONSUMERS, outcome
from lib.rulebook import Calendar, Example, Rulebook, parse_calendar, shipped_examples, shipped_rows
from lib.rulebook.parse import DATA

BOOK = Rulebook(shipped_rows())
CALENDAR = Calendar.of(*parse_calendar(DATA / "calendar"))
EXAMPLES = shipped_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{number}-{one.key}" for number, one in enumerate(EXAMPLES)])
def test_example(example: Example) -> None:
    found = outcome(example, BOOK, CALENDAR)
    assert found.told == "" and found.got == example.expect


def test_every_tag_and_every_consumer_has_an_example() -> None:
    shown = {example.key for example in EXAMPLES}
    tags = {tag.key for tag in BOOK.tags(date(2026, 11, 22))}
    assert (tags | set(CONSUMERS)) - shown == set()
