"""What the review page looks at: a quarter and its version, within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lib.kpi import Scene
from lib.ui import quarters
from lib.ui.page import Page
from lib.ui.quarters import Run, Sight


@dataclass(frozen=True)
class Look(Sight):
    """One quarter with the versions of it that can be read, the published one first."""

    versions: list[Run]

    @property
    def quarter(self) -> str:
        """The quarter as stored."""
        return str(self.run.quarter)

    @property
    def current(self) -> Run:
        """The published version, whichever is looked at."""
        return self.versions[0]

    @property
    def closes(self) -> bool:
        """Whether this person may close and correct: the department, which evaluates (制度 §七)."""
        return self.page.scope.role == "crm" and self.page.right.change

    @property
    def checks_seen(self) -> bool:
        """Whether the checks, which count over the whole bank, are this person's concern."""
        return self.page.scope.facts == "bank" or self.page.scope.role == "head"


def choose(page: Page, found: list[Run]) -> Look:
    """The quarter on screen, kept in the address; a version by its number there."""
    with st.grid(3, min_column_width=170, gap="small"):
        published = quarters.choose(found)
    run = quarters.as_asked(page, published)
    scope = page.scope
    scene = Scene(
        branch_id=scope.branch_id if scope.facts == "branch" else None,
        staff_id=scope.staff_id if scope.facts == "own" else None,
    )
    versions = quarters.readable(scope, str(run.quarter))
    return Look(page, quarters.house(scope), found, run, scene, versions)
