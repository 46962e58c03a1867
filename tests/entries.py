"""A rule of the bank's own, in force since 2000 (or a day that is named), beside the shipped ones."""

from __future__ import annotations

from datetime import date

from lib.store import book
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.models import RuleEntry


def enter_rule(key: str, value: object, since: date = date(2000, 1, 1)) -> None:
    """Add an entry to the current bank; the next question finds it."""
    with bulk("rules") as session:
        session.insert(RuleEntry, [{
            "id": new_id(), "kind": "rule", "key": key, "version": 99, "valid_from": since,
            "basis": "stated", "source": "行发", "title": key, "value": {"unit": "method", "value": value},
            "position": 999, "digest": "x",
        }])  # fmt: skip
    book.look_again()


def let_wait(clock: str, *codes: str) -> None:
    """Rule that these waits stop this clock."""
    enter_rule("complaint.pause", {"promise": [], "legal_term": [], clock: list(codes)})
