"""Scope: who is reading and how far they reach; a frozen value made once at sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from lib.store.mask import View
from lib.store.rights import reach


class Refused(PermissionError):
    """The scope does not reach what was asked; the message is a sentence for the user."""


class PassesBy(RuntimeError):
    """Code asked in a form that would not be narrowed, masked or audited; a mistake to mend, not for the user."""


@dataclass(frozen=True)
class Scope:
    """One person's reach. An empty scope (`customers == "none"`) sees nothing; the whole bank must be said.

    customers and cases: own | branch | handled | bank | none; facts: own | branch | handled | products | bank |
    none; trail: own | branch | bank | none.
    """

    staff_id: int
    login: str
    name: str
    role: str
    branch_id: int | None = None
    customers: str = "none"
    cases: str = "none"
    facts: str = "none"
    trail: str = "own"
    masked_names: bool = True

    @property
    def narrow(self) -> bool:
        """Whether this scope reaches a customer only through a case, and so sees a narrow view of that person."""
        return self.customers not in ("own", "branch", "bank")

    @property
    def view(self) -> View:
        """How people look to this scope."""
        return View(masked_names=self.masked_names, narrow=self.narrow or self.masked_names)


def scope_of(staff_id: int, login: str, name: str, role: str, branch_id: int | None) -> Scope:
    """The scope the rights matrix gives a person; KeyError for a role the matrix does not know."""
    to = reach(role)
    return Scope(
        staff_id=staff_id,
        login=login,
        name=name,
        role=role,
        branch_id=branch_id,
        customers=to["customers"],
        cases=to["cases"],
        facts=to["facts"],
        trail=to["trail"],
        masked_names=to["names"] == "masked",
    )
