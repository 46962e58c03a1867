"""Whose matter it is: a customer exactly identified, or one who is none and gets a row as an outsider."""

from __future__ import annotations

from dataclasses import dataclass

from lib.store.outsider import enter_outsider
from lib.store.reveal import Located, locate
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work.identity import called, phone_problem, tidy


@dataclass(frozen=True)
class Person:
    """One who is no customer: `contact` is a phone or an e-mail address, `identity` a paper or a firm's USCC."""

    kind: str
    name: str
    contact: str = ""
    identity: str = ""
    address: str = ""
    legal_representative: str = ""

    def reached_by(self) -> tuple[str | None, str | None]:
        """Phone, as it will be typed to find the person, or e-mail address."""
        said = self.contact.strip()
        if not said:
            return None, None
        return (called(said), None) if phone_problem(said) is None else (None, said)


def identified(session: StoreSession, customer: str, person: Person) -> Located:
    """The customer with exactly this number, phone or identity number; without one the person described, on record.

    The session may then register a case for them (首问负责, 方案 §3.3). Raises Refused where no single customer is
    found, and for a post that registers nothing.
    """
    if customer:
        found = locate(session, customer)
        if found is None:
            raise Refused(_("没有找到唯一的客户，请核对客户号、手机号或证件号。"))
        return found
    phone, email = person.reached_by()
    return enter_outsider(
        session, person.kind, person.name.strip(), phone, email, identity=tidy(person.identity) or None,
        address=person.address.strip() or None, legal_representative=person.legal_representative.strip() or None,
    )  # fmt: skip
