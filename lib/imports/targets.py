"""The closed list of tables a mapping may fill, their fields, and what each value must meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Boolean, Date, Integer, String, inspect
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from lib.store import models as m
from lib.store.base import Base, Confidential, OwnedByCustomer, UtcDateTime
from lib.words import codes

# Columns the machinery fills itself.
_OWN = frozenset({
    "id", "customer_id", "batch_id", "version", "created_at", "recorded_at", "form_key", "tier", "tier_since",
    "identity_masked", "identity_sealed", "identity_hash", "phone_masked", "phone_sealed", "phone_hash",
    "merged_into_id", "merged_with_id", "referred_by_id", "source", "size_class", "direction", "by_customer", "derived",
    "promise_due_at", "legal_due_at", "clocks_provisional", "customer_kind", "leaving_said_by",
})  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """A field that names a row landed before: the column it fills, from the row's id or its customer's."""

    column: str
    targets: tuple[str, ...]
    of_customer: bool = False


_CUSTOMER = Reference("customer_id", ("customer", "link"), of_customer=True)
_REFERENCES = {
    "branch_id": Reference("branch_id", ("branch",)),
    "about_branch_id": Reference("about_branch_id", ("branch",)),
    "product_id": Reference("product_id", ("product",)),
    "check_id": Reference("check_id", ("service_check",)),
    "account_id": Reference("account_id", ("account",)),
    "other_customer_id": Reference("other_customer_id", ("customer", "link"), of_customer=True),
} | {
    name: Reference(name, ("staff",))
    for name in ("manager_id", "staff_id", "handler_id", "first_owner_id", "about_staff_id")
}


@dataclass(frozen=True)
class Target:
    """One table a mapping may fill. `fields` says what kind of value each takes, `lengths` the longest text,
    `lists` the codes allowed, `ranges` the figures; `defaults` what stands where nothing is given;
    the value of a `unique` field must not stand in that column yet.
    """

    key: str
    model: type[Base] | None
    fields: Mapping[str, str]
    required: frozenset[str]
    references: Mapping[str, Reference] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    unique: Mapping[str, Any] = field(default_factory=dict)

    @property
    def of_customer(self) -> bool:
        """Whether its rows belong to a customer that a field must name."""
        return self.key == "link" or (self.model is not None and issubclass(self.model, OwnedByCustomer))


def _target(
    key: str,
    model: type[Base],
    *,
    extra: Mapping[str, str] | None = None,
    lists: Mapping[str, tuple[str, ...]] | None = None,
    ranges: Mapping[str, tuple[int, int]] | None = None,
    given: frozenset[str] = frozenset(),
    without: frozenset[str] = frozenset(),
    unique: Mapping[str, Any] | None = None,
) -> Target:
    """A target made from a model's columns; `given` columns need no field, `without` have none."""
    fields: dict[str, str] = dict(extra or {})
    references: dict[str, Reference] = {}
    required, lengths, defaults = set(), {}, {}
    for column in inspect(model).columns:
        name = column.key
        if name in _OWN | without:
            continue
        if name in _REFERENCES:
            name = name.removesuffix("_id")
            references[name] = _REFERENCES[column.key]
            fields[name] = "reference"
        else:
            fields[name] = _kind(column.type)
            if isinstance(column.type, String) and column.type.length:
                lengths[name] = column.type.length
        if not column.nullable and column.default is None and column.server_default is None:
            required.add(name)
        elif not column.nullable and isinstance(column.default, ScalarElementColumnDefault):
            defaults[name] = column.default.arg
    if issubclass(model, OwnedByCustomer):
        references["customer"], fields["customer"] = _CUSTOMER, "reference"
    return Target(
        key, model, fields, frozenset(required - given), references, lengths, lists or {}, ranges or {}, defaults,
        unique or {},
    )  # fmt: skip


def _kind(of: Any) -> str:
    if isinstance(of, Confidential):
        of = of.stored_as if not isinstance(of.stored_as, type) else of.stored_as()
    for kind, types in (("moment", UtcDateTime), ("date", Date), ("bool", Boolean), ("int", Integer)):
        if isinstance(of, types):
            return kind
    return "text"


_CATEGORY = {"category": ("deposit", "wealth", "card", "loan")}
_TXN_KINDS = (
    "cash_in", "cash_out", "transfer_in", "transfer_out", "card_payment", "card_cash", "purchase", "redemption",
    "interest", "fee", "salary", "standing_order", "loan_payment",
)  # fmt: skip
_CURRENCY = frozenset({"currency"})
_FIVE = (1, 5)
_PERSON = {"identity_number": "text", "phone": "text"}

TARGETS: dict[str, Target] = {
    one.key: one
    for one in (
        _target("branch", m.Branch, unique={"code": m.Branch.code}),
        _target("staff", m.Staff, lists={"role": codes("role")}, unique={"login": m.Staff.login}),
        _target("product", m.Product, lists=_CATEGORY, given=_CURRENCY, unique={"code": m.Product.code}),
        _target(
            "customer", m.Customer, extra=_PERSON, given=frozenset({"number"}),
            unique={"number": m.CustomerNumber.number, "identity_hash": m.IdentityRegistry.identity_hash},
            lists={
                "kind": codes("customer_kind"), "stage": codes("stage"), "gender": codes("gender"),
                "risk_rating": codes("risk_rating"), "risk_rating_before": codes("risk_rating"),
                "leaving_reason": codes("leaving_reason"), "risk_capacity": codes("risk_capacity"),
            },
        ),
        Target(
            "link", None, {"customer": "reference", "account": "reference"}, frozenset(),
            {"customer": _CUSTOMER, "account": _REFERENCES["account_id"]},
        ),
        _target("account", m.Account, lists=_CATEGORY, given=_CURRENCY),
        _target("holding", m.Holding, lists=_CATEGORY, given=_CURRENCY),
        _target("transaction", m.Transaction, lists={"kind": _TXN_KINDS}, given=_CURRENCY),
        _target("balance_month", m.BalanceMonth, given=_CURRENCY),
        _target("standing_order", m.StandingOrder, given=_CURRENCY),
        _target("relation", m.Relation),
        _target("life_event", m.LifeEvent),
        _target("contact", m.Contact),
        _target("survey_answer", m.SurveyAnswer, ranges={
            "recommend": (0, 10), "overall": _FIVE, "service_quality": _FIVE, "product_quality": _FIVE,
            "price_fairness": _FIVE, "communication": _FIVE, "attitude": _FIVE, "professional": _FIVE,
            "efficiency": _FIVE,
        }, without=frozenset({"survey_id", "about", "outcome", "staff_id"})),
        _target("queue_ticket", m.QueueTicket),
        _target(
            "service_check", m.ServiceCheck, lists={"kind": codes("check_kind")},
            without=frozenset({"form", "staff_id", "voided_on", "void_reason"}),
        ),
        _target("check_mark", m.CheckMark, without=frozenset({"most"})),
        _target(
            "case", m.Case, extra={"received_note": "text", "state_note": "text"},
            unique={"number": m.CaseNumber.number},
            ranges={"satisfaction": _FIVE}, without=frozenset({"branch_id", "manager_id"}),
            lists={
                "kind": codes("case_kind"), "state": codes("case_state"), "extension": codes("extension"),
                "timely_as_reported": codes("timely"),
            },
        ),
    )
}  # fmt: skip
