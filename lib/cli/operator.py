"""Who reads at the command line."""

from __future__ import annotations

from lib.store.scope import Scope, scope_of


def operator() -> Scope:
    """Whoever has the machine's shell reads as the customer-relationship department does."""
    return scope_of(0, "command line", "command line", "crm", None)
