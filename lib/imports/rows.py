"""From checked values to the rows of our tables, with what belongs to them: numbers, registries, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from lib.imports.keys import customer_numbers
from lib.rulebook import Rulebook
from lib.settings import now
from lib.store import mask
from lib.store import models as m
from lib.store.base import Base
from lib.store.bulk import BulkSession
from lib.store.crypto import blind, seal
from lib.store.ids import new_id

Row = dict[str, Any]
Inserts = list[tuple[type[Base], list[Row]]]


class Builder:
    """Makes the rows of one batch by a rulebook (`book`). `rows` given to it are changed in place."""

    def __init__(self, session: BulkSession, source: str, currency: str, batch_id: int, book: Rulebook) -> None:
        self._session, self._source, self._currency = session, source, currency
        self._batch, self.book = batch_id, book
        self._initiated: dict[date, frozenset[str]] = {}

    def inserts(self, table: str, model: type[Base], rows: list[Row], keys: list[str]) -> Inserts:
        """The inserts that land these rows, in order; `keys` name them (see `customer_numbers`)."""
        stamps = [name for name in ("created_at", "recorded_at") if hasattr(model, name)]
        moment = now()
        for row in rows:
            row["batch_id"] = self._batch
            row |= dict.fromkeys(stamps, moment)
            if hasattr(model, "id"):
                row["id"] = new_id()
            if hasattr(model, "currency"):
                row["currency"] = row.get("currency") or self._currency
        special: Mapping[str, Callable[[list[Row], list[str]], Inserts]] = {
            "customer": self._customers, "transaction": self._transactions, "case": self._cases,
            "life_event": self._life_events,
        }  # fmt: skip
        return special[table](rows, keys) if table in special else [(model, rows)]

    def _customers(self, rows: list[Row], keys: list[str]) -> Inserts:
        numbers = customer_numbers(self._session, keys)
        for row, number in zip(rows, numbers, strict=True):
            row["customer_id"] = new_id()
            row["number"] = row.get("number") or number
            row["source"] = self._source
        numbered = [{"number": row["number"], "customer_id": row["customer_id"]} for row in rows]
        identified = [
            {"identity_hash": row["identity_hash"], "customer_id": row["customer_id"]}
            for row in rows
            if row.get("identity_hash")
        ]
        assigned = [self._assignment(row) for row in rows if row.get("branch_id") or row.get("manager_id")]
        return [
            (m.Customer, rows), (m.CustomerNumber, numbered), (m.IdentityRegistry, identified),
            (m.Assignment, assigned),
        ]  # fmt: skip

    def _assignment(self, row: Row) -> Row:
        return {
            "customer_id": row["customer_id"], "id": new_id(), "manager_id": row.get("manager_id"),
            "branch_id": row.get("branch_id"), "since_day": row["known_since"], "batch_id": self._batch,
        }  # fmt: skip

    def _transactions(self, rows: list[Row], _keys: list[str]) -> Inserts:
        for row in rows:
            row["direction"] = "debit" if row["amount_fen"] < 0 else "credit"
            row["by_customer"] = row["kind"] in self._initiated_on(row["booked_on"])
        return [(m.Transaction, rows)]

    def _initiated_on(self, day: date) -> frozenset[str]:
        """Kinds the customer initiates, by the rule of the day (制度 §七: interest and debits are no activity)."""
        if day not in self._initiated:
            self._initiated[day] = frozenset(self.book.value("activity.initiated_kinds", day))
        return self._initiated[day]

    def _life_events(self, rows: list[Row], _keys: list[str]) -> Inserts:
        for row in rows:
            row["source"] = self._source
        return [(m.LifeEvent, rows)]

    def _cases(self, rows: list[Row], _keys: list[str]) -> Inserts:
        customer = m.Customer
        query = select(
            customer.customer_id, customer.kind, customer.name, customer.branch_id, customer.manager_id
        ).where(customer.customer_id.in_({row["customer_id"] for row in rows}))
        of = {found.customer_id: found for found in self._session.execute(query)}
        events: list[Row] = []
        for row in rows:
            owner = of[row["customer_id"]]
            row |= {
                "customer_kind": owner.kind, "branch_id": owner.branch_id, "manager_id": owner.manager_id,
                "complainant": row.get("complainant") or owner.name,
            }  # fmt: skip
            events += self._events(row)
        registered = [
            {"number": row["number"], "customer_id": row["customer_id"], "case_id": row["id"]} for row in rows
        ]
        return [(m.Case, rows), (m.CaseNumber, registered), (m.CaseEvent, events)]

    def _events(self, row: Row) -> list[Row]:
        """Received; and, where it stands elsewhere, how it got there, at the receipt if no later moment is known."""
        received, reached = row.pop("received_note", None), row.pop("state_note", None)
        events = [self._event(row, row["received_at"], None, "received", received)]
        if row["state"] != "received":
            at = row.get("closed_at") or row.get("answered_at") or row["received_at"]
            events.append(self._event(row, at, "received", row["state"], reached))
        return events

    def _event(self, row: Row, at: Any, before: str | None, after: str, text: str | None) -> Row:
        return {
            "customer_id": row["customer_id"], "id": new_id(), "case_id": row["id"], "at": at, "kind": "move",
            "from_state": before, "to_state": after, "text": text, "batch_id": self._batch,
        }  # fmt: skip


def sealed(row: Row) -> None:
    """Replace a clear identity number and phone by what is stored of them: sealed, masked and hashed together."""
    if "identity_number" in row:
        clear = row.pop("identity_number")
        row |= _secret("identity", clear, mask.identity)
        usual = "resident_id" if row["kind"] == "personal" else "credit_code"
        row["identity_kind"] = (row.get("identity_kind") or usual) if clear else None
    if "phone" in row:
        row |= _secret("phone", row.pop("phone"), mask.phone)


def _secret(family: str, clear: str | None, masked: Callable[[str], str]) -> Row:
    return {
        f"{family}_sealed": seal(clear) if clear else None,
        f"{family}_masked": masked(clear) if clear else None,
        f"{family}_hash": blind(family, clear) if clear else None,
    }
