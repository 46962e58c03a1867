"""Key fields of a customer: changed only after another person of the review team has checked them (办法 §二.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from lib.customers.rules import Problem
from lib.settings import business_now, today
from lib.store import mask
from lib.store.crypto import blind, seal
from lib.store.identities import index_name, is_taken, move_identity
from lib.store.models import ChangeRequest, Customer
from lib.store.rights import writable
from lib.store.session import Conflict, Refused, StoreSession, save
from lib.words import _, name
from lib.work import requests
from lib.work.identity import birth_date, called, credit_problem, person_problem, phone_problem, tidy
from lib.work.lunar import lunar_key
from lib.work.requests import Asked

KIND = "customer_info"
#: the key fields of each kind of customer, in the order of the form
FIELDS = {
    "personal": ("name", "identity", "phone", "address", "risk_rating"),
    "corporate": ("name", "identity", "legal_representative", "phone", "address", "risk_rating"),
}
#: fields kept sealed: a request holds their mask, their hash and the sealed value, never the clear one
PROTECTED = ("identity", "phone")
RATINGS = {"personal": ("low", "middle", "high"), "corporate": ("A", "B", "C", "D")}
_LONGEST = {"name": 120, "address": 200, "legal_representative": 80}


@dataclass(frozen=True)
class InfoForm:
    """The key fields as they should be; None where nothing is to change. `identity` is a firm's credit code."""

    kind: str
    name: str | None = None
    identity: str | None = None
    phone: str | None = None
    address: str | None = None
    legal_representative: str | None = None
    risk_rating: str | None = None

    @property
    def wanted(self) -> dict[str, str]:
        """The fields to change with their new values, tidied."""
        tidied = {"identity": tidy, "phone": called}
        given = {field: getattr(self, field) for field in FIELDS[self.kind]}
        return {field: tidied.get(field, str.strip)(value) for field, value in given.items() if value is not None}

    def problems(self, now: datetime) -> list[Problem]:
        """What keeps it from being asked for, checked as in the law's standards; empty if nothing does."""
        said = {field: self._problem(field, value) for field, value in self.wanted.items()}
        return [Problem(field, sentence) for field, sentence in said.items() if sentence]

    def _problem(self, field: str, value: str) -> str | None:
        if not value:
            return _("“{field}”不能为空").format(field=name("key_field", field))
        if field == "identity":
            return credit_problem(value) if self.kind == "corporate" else person_problem(value, today())
        if field == "phone":
            return phone_problem(value)
        if field == "risk_rating":
            wrong = _("请从列表中选择“{field}”").format(field=name("key_field", field))
            return None if value in RATINGS[self.kind] else wrong
        if len(value) > _LONGEST[field]:
            return _("“{field}”太长，最多 {n} 字").format(field=name("key_field", field), n=_LONGEST[field])
        return None


def ask_info(session: StoreSession, number: str, read_version: int, form: InfoForm, reason: str) -> ChangeRequest:
    """Ask that key fields of a customer be changed; nothing changes before another person has agreed.

    Raises Refused with a sentence (out of reach, nothing new, a number that is another customer's, one request
    waiting already), Conflict when the customer was saved since `read_version`.
    """
    if "customer" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
    customer = _customer(session, Customer.number == number)
    if customer.kind != form.kind:
        raise Refused(_("这张表单是为另一类客户准备的，请刷新后重试。"))
    if customer.version != read_version:
        raise Conflict(stored_of(customer), customer.version)
    problems = form.problems(business_now())
    if problems:
        raise Refused(_("；").join(problem.sentence for problem in problems))
    changes = {field: value for field, value in form.wanted.items() if not _is_same(customer, field, value)}
    if not changes:
        raise Refused(_("没有需要修改的字段。"))
    if "identity" in changes and is_taken(session, blind("identity", changes["identity"]), customer.customer_id):
        raise Refused(_("这个证件号已属于另一位客户：可能是重复客户，请先核对是否需要合并。"))
    before = {field: _held(customer, field) for field in changes}
    after = {field: _told(field, value) for field, value in changes.items()}
    about = {"name": customer.name, "kind": customer.kind}
    return requests.ask(session, Asked(
        KIND, "customer", customer.number, {"about": about, "fields": before}, {"fields": after}, reason,
        customer_id=customer.customer_id, branch_id=customer.branch_id,
    ))  # fmt: skip


def waiting_on(customer: Customer) -> Select[ChangeRequest]:
    """The undecided requests about a customer, whatever their kind, oldest first."""
    row = ChangeRequest
    mine = row.customer_id == customer.customer_id
    return select(row).where(mine, row.subject == "customer", row.state.in_(("pending", "returned"))).order_by(row.id)


def apply_info(session: StoreSession, request: ChangeRequest) -> None:
    """Carry out an accepted change of key fields; a resident's number sets gender and birth date with it.

    Raises Refused when a field was changed since the request was written, or the number was given to another.
    """
    customer = _customer(session, Customer.customer_id == request.customer_id)
    was, asked = said_fields(request)
    for field in asked:
        if _held(customer, field) != was[field]:
            raise Refused(_("“{field}”在申请之后已经改过，请退回核对。").format(field=name("key_field", field)))
    changes: dict[str, Any] = {}
    for field, told in asked.items():
        changes |= _columns(field, told)
    if "risk_rating" in asked:
        changes["risk_rating_before"] = customer.risk_rating
    if "identity" in asked:
        move_identity(session, customer.customer_id, customer.identity_hash, asked["identity"]["hash"])
        changes |= _person(customer.kind, asked["identity"])
        if customer.lunar_birthday and "birth_date" in changes:  # kept by the lunar calendar, it moves with the day
            changes["lunar_birthday"] = lunar_key(changes["birth_date"])
    save(session, customer, customer.version, changes)
    if "name" in asked:
        index_name(session, customer)


def fields_of(request: ChangeRequest) -> list[tuple[str, str | None, str | None]]:
    """Field, value before and value after, as they may be shown: protected ones by their mask."""
    before, after = said_fields(request)
    return [(field, before[field].get("shown"), after[field].get("shown")) for field in after]


def said_fields(request: ChangeRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields before and after as a request keeps them."""
    before: Any = request.before["fields"]
    after: Any = request.after["fields"]
    return before, after


def stored_of(customer: Customer) -> dict[str, str | None]:
    """The key fields as they are shown."""
    return {field: _held(customer, field).get("shown") for field in FIELDS[customer.kind]}


def _held(customer: Customer, field: str) -> dict[str, str | None]:
    """A field as it stands, as a request keeps it."""
    if field in PROTECTED:
        return {"shown": getattr(customer, f"{field}_masked"), "hash": getattr(customer, f"{field}_hash"),
                "sealed": getattr(customer, f"{field}_sealed")}  # fmt: skip
    return {"shown": getattr(customer, field)}


def _told(field: str, value: str) -> dict[str, str]:
    """A new value as a request keeps it."""
    if field in PROTECTED:
        masked = mask.identity(value) if field == "identity" else mask.phone(value)
        told = {"shown": masked, "hash": blind(field, value), "sealed": seal(value)}
        born = birth_date(value) if field == "identity" and len(value) == 18 and value[0].isdigit() else None
        return told | ({"born": born.isoformat(), "gender": _gender(value)} if born else {})
    return {"shown": value}


def _gender(resident_number: str) -> str:
    return "M" if int(resident_number[16]) % 2 else "F"


def _columns(field: str, told: dict[str, str]) -> dict[str, Any]:
    if field in PROTECTED:
        return {f"{field}_masked": told["shown"], f"{field}_hash": told["hash"], f"{field}_sealed": told["sealed"]}
    rated = {"risk_rated_on": today()} if field == "risk_rating" else {}
    return {field: told["shown"], **rated}


def _person(kind: str, told: dict[str, str]) -> dict[str, Any]:
    """What an identity number says of a person beside itself."""
    if kind == "corporate":
        return {"identity_kind": "credit_code"}
    if "born" not in told:
        return {"identity_kind": "other"}
    return {"identity_kind": "resident_id", "birth_date": datetime.fromisoformat(told["born"]).date(),
            "gender": told["gender"]}  # fmt: skip


def _is_same(customer: Customer, field: str, value: str) -> bool:
    if field in PROTECTED:
        return bool(getattr(customer, f"{field}_hash") == blind(field, value))
    return (getattr(customer, field) or "") == value


def _customer(session: StoreSession, which: Any) -> Customer:
    found = session.scalars(select(Customer).where(which)).one_or_none()
    if found is None:
        raise Refused(_("这位客户不在你的范围内。"))
    return found
