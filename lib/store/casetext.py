"""Keeps a case findable by what it says, within the transaction that writes it."""

from __future__ import annotations

from lib.store.door import link_of
from lib.store.models import Case
from lib.store.search import case_text, put_cases
from lib.store.session import StoreSession


def index_case(session: StoreSession, case: Case, *, fresh: bool = False) -> None:
    """Index the case as it stands in the session; `fresh` for one that is being registered."""
    put_cases(link_of(session), [(case.id, case_text(vars(case)))], fresh=fresh)
