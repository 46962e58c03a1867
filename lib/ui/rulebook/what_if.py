"""What-if: what a proposed rule would change among the bank's customers; each rule's figures are drawn by its own.

A drawer is registered in `WHAT_IFS` by how its keys begin; the longest beginning that fits counts. `ask` draws the
figures of a proposal (with progress, if that takes time) and returns them as a JSON document, or None while there are
none to keep; they go into the request as `after["what_if"]`. `show` draws such a document again on the approvals page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.kpi.what_if import ANSWERS
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.rulebook import consequences
from lib.words import _
from lib.work.rule_change import Proposal

Figures = dict[str, Any]


@dataclass(frozen=True)
class WhatIf:
    """How the consequences of a rule are drawn: for who proposes, and again from what was kept of it."""

    ask: Callable[[Page, Proposal], Figures | None]
    show: Callable[[Page, Figures], None]


#: how keys begin → their what-if
WHAT_IFS: dict[str, WhatIf] = {key: WhatIf(consequences.ask, consequences.show) for key in ANSWERS}


def what_if_for(page: Page, proposal: Proposal) -> Figures | None:
    """Draw what a proposal would change, and give its figures to keep; None where its rule has no what-if."""
    known = _drawer(proposal.key)
    if known is None:
        return None
    st.subheader(escaped(_("试算")), anchor=False)
    return known.ask(page, proposal)


def show_what_if(page: Page, key: str, figures: Any) -> None:
    """Draw the figures a request keeps, for who decides on it."""
    known = _drawer(key)
    if known is None or not isinstance(figures, dict) or not figures:
        return
    st.subheader(escaped(_("试算")), anchor=False)
    known.show(page, figures)


def _drawer(key: str) -> WhatIf | None:
    begun = [start for start in WHAT_IFS if key.startswith(start)]
    return WHAT_IFS[max(begun, key=len)] if begun else None
