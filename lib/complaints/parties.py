"""Those who speak in a complaint beside the complainant: an agent, an heir, representatives of a joint complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from lib.rulebook import Rulebook
from lib.store import mask
from lib.store.crypto import seal
from lib.store.ids import new_id
from lib.store.models import Case, CaseParty
from lib.store.session import StoreSession
from lib.words import _, codes, name
from lib.work.identity import called, person_problem, phone_problem, tidy
from lib.work.moves import Problem, field_name

LONGEST_NAME, LONGEST_PROOF = 120, 1000
#: roles that act for the complainant, and so prove that they may (law: 银行业保险业消费投诉处理管理办法)
ACT_FOR = ("agent", "heir")


@dataclass(frozen=True)
class Party:
    """A person beside the complainant. role: agent | heir | representative.

    Agents and heirs can be reached and prove their right to act (`authorisation`); an identity number may be left
    out, and is checked where it is given.
    """

    role: str
    name: str
    identity: str = ""
    phone: str = ""
    authorisation: str = ""

    def problems(self, on: date) -> list[Problem]:
        """What is wrong with what is said of this person, with the person's name or role in each sentence."""
        who = self.name.strip() or name("party_role", self.role)
        found = [Problem(field, _("{who}：{problem}").format(who=who, problem=problem))
                 for field, problem in self._wrong(on).items() if problem]  # fmt: skip
        if self.role not in codes("party_role"):
            found.insert(0, Problem("parties", _("请选择投诉人身份")))
        return found

    def _wrong(self, on: date) -> dict[str, str | None]:
        acts, identity = self.role in ACT_FOR, tidy(self.identity)
        return {
            "party_name": _missing("party_name", self.name, True) or _long("party_name", self.name, LONGEST_NAME),
            "identity": person_problem(identity, on) if identity else None,
            "phone": phone_problem(self.phone) if self.phone.strip() else _missing("phone", self.phone, acts),
            "authorisation": _missing("authorisation", self.authorisation, acts)
            or _long("authorisation", self.authorisation, LONGEST_PROOF),
        }


def problems(parties: Sequence[Party], on: date, book: Rulebook) -> list[Problem]:
    """What is wrong with them, each and together: at most five represent a joint complaint (办法 §十二)."""
    found = [problem for party in parties for problem in party.problems(on)]
    limit = book.find("complaint.representatives", on)
    together = [party for party in parties if party.role == "representative"]
    if limit is not None and len(together) > limit.value:
        found.append(Problem("parties", _("共同投诉的代表为 1 至 {n} 人").format(n=limit.value)))
    numbers = [tidy(party.identity) for party in parties if party.identity.strip()]
    if len(set(numbers)) < len(numbers):
        found.append(Problem("identity", _("同一证件号登记了两次")))
    return found


def enter(session: StoreSession, case: Case, parties: Sequence[Party]) -> None:
    """Write them with a case being registered; identity numbers and phones sealed."""
    for party in parties:
        identity, phone = tidy(party.identity), called(party.phone)
        session.add(CaseParty(
            customer_id=case.customer_id, id=new_id(), case_id=case.id, role=party.role, name=party.name.strip(),
            identity_masked=mask.identity(identity) if identity else None,
            identity_sealed=seal(identity) if identity else None,
            phone_masked=mask.phone(phone) if phone else None, phone_sealed=seal(phone) if phone else None,
            authorisation=party.authorisation.strip() or None,
        ))  # fmt: skip


def parties_of(case: Case) -> Select[CaseParty]:
    """Those who speak in a case, in the order they were registered."""
    return (
        select(CaseParty)
        .where(CaseParty.customer_id == case.customer_id, CaseParty.case_id == case.id)
        .order_by(CaseParty.id)
    )


def _missing(field: str, said: str, needed: bool) -> str | None:
    return _("请填写“{field}”").format(field=field_name(field)) if needed and not said.strip() else None


def _long(field: str, said: str, most: int) -> str | None:
    return _("“{field}”太长，最多 {n} 字").format(field=field_name(field), n=most) if len(said) > most else None
