"""Every worked example beside a shipped rule, run through the rule function that consumes it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest

from lib.customers.identity import age_band
from lib.customers.rating import propose
from lib.customers.rules import WAN, size_class
from lib.rulebook import Calendar, Example, Rulebook, holds, parse_calendar, parse_examples, shipped_rows
from lib.rulebook.parse import DATA
from lib.tiers.rules import explain, reached_by, scheme, settle
from lib.words import SHANGHAI
from lib.work.clock import legal_term, promise, review_term
from lib.work.moves import moves, moves_from
from lib.work.scorecard import scorecard

BOOK = Rulebook(shipped_rows())
CALENDAR = Calendar.of(*parse_calendar(DATA / "calendar"))
EXAMPLES = parse_examples(DATA / "rules")
Given = Mapping[str, Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def local(moment: datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def tier(kind: str) -> Callable[[Given, date], dict[str, Any]]:
    def run(given: Given, on: date) -> dict[str, Any]:
        lines = scheme(BOOK, kind, given["currency"], on)
        why = explain(given["amount"], lines)
        found = {"tier": reached_by(given["amount"], lines), "next": why.next_tier, "missing": why.missing}
        return {key: value for key, value in found.items() if value is not None}

    return run


def watch(given: Given, on: date) -> dict[str, Any]:
    lines = scheme(BOOK, "personal", "CNY", on)
    quarters = BOOK.value("tier.watch_quarters", on)
    settled = settle(given["reached"], given["previous"], given["watched"], lines, quarters)
    return vars(settled)


def promised(given: Given, on: date) -> str:
    clock = promise(given["kind"], given.get("complex", False), at(given["received"]), CALENDAR, BOOK)
    return local(clock.due_at)


def termed(given: Given, on: date) -> str:
    return local(legal_term(at(given["received"]), given.get("extension", "none"), CALENDAR, BOOK).due_at)


def sized(given: Given, on: date) -> str:
    fen = {key: value * WAN for key, value in given.items() if key in ("revenue", "assets")}
    table = BOOK.value("customer.size_limits", on)
    figures = given.get("employees"), fen.get("revenue"), fen.get("assets")
    return size_class(given["industry"], *figures, table).code


def moved(kind: str) -> Callable[[Given, date], list[str]]:
    def run(given: Given, on: date) -> list[str]:
        return [move.to for move in moves_from(given["state"], given["capability"], moves(kind, BOOK, on))]

    return run


def score(key: str) -> Callable[[Given, date], int]:
    return lambda given, on: scorecard(BOOK.entry(key, on), "CNY").total(given)


def rated(kind: str) -> Callable[[Given, date], dict[str, Any]]:
    def run(given: Given, on: date) -> dict[str, Any]:
        found = propose(kind, given, BOOK, "CNY")
        return {"rating": found.rating, "score": found.score} if found.rating else {}

    return run


CONSUMERS: dict[str, Callable[[Given, date], Any]] = {
    "tier.personal": tier("personal"),
    "tier.corporate": tier("corporate"),
    "tier.watch_quarters": watch,
    "tier.score": score("tier.score"),
    "churn.score": score("churn.score"),
    "complaint.promise.personal": promised,
    "complaint.promise.corporate": promised,
    "complaint.promise.corporate_complex": promised,
    "complaint.legal_term": termed,
    "complaint.legal_counting": termed,
    "complaint.review": lambda given, on: local(review_term(given["step"], at(given["from"]), BOOK)),
    "complaint.moves": moved("complaint"),
    "suggestion.moves": moved("suggestion"),
    "unhappy.moves": moved("unhappy"),
    "customer.age_bands": lambda given, on: age_band(given["born"], on, BOOK),
    "customer.size_limits": sized,
    "risk.personal": rated("personal"),
    "risk.corporate": rated("corporate"),
}


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{number}-{one.key}" for number, one in enumerate(EXAMPLES)])
def test_example(example: Example) -> None:
    if example.kind == "tag":
        tag = next(tag for tag in BOOK.tags(example.on) if tag.key == example.key)
        assert holds(tag.condition, example.given) == example.expect
    else:
        assert CONSUMERS[example.key](example.given, example.on) == example.expect


def test_every_tag_and_every_consumer_has_an_example() -> None:
    shown = {example.key for example in EXAMPLES}
    tags = {tag.key for tag in BOOK.tags(date(2026, 11, 22))}
    assert (tags | set(CONSUMERS)) - shown == set()
