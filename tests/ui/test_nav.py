"""The table of pages and whom they are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.settings import ROOT
from lib.store.rights import ROLES, matrix
from lib.ui import nav
from lib.words import catalogue
from tests.cast import SmallBank
from tests.screen import script


def test_every_line_is_a_page_of_the_matrix_with_a_file_in_a_folder() -> None:
    for line in nav.PAGES:
        assert line.key in matrix()["pages"], line.key
        assert len(Path(line.file).parts) == 2, "a flat page runs without the shell on a fresh server"
        assert (ROOT / "pages" / line.file).is_file(), line.file
        assert {line.title, line.section} <= set(nav.section_titles()) and line.title in catalogue("en")


def test_every_page_file_has_its_line() -> None:
    files = {path.relative_to(ROOT / "pages").as_posix() for path in (ROOT / "pages").rglob("*.py")}
    assert {file for file in files if not file.endswith("__init__.py")} == {line.file for line in nav.PAGES}


@pytest.mark.parametrize("role", ROLES)
def test_a_menu_holds_what_the_matrix_says(role: str) -> None:
    assert [line.key for line in nav.lines_for(role)] == [
        line.key for line in nav.PAGES if role in matrix()["pages"][line.key]
    ]


def test_the_administrator_has_no_customers_in_the_menu() -> None:
    assert [line.key for line in nav.lines_for("admin")] == ["approvals"]


def test_an_unknown_page_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        nav.line_of("nowhere")


def _links() -> None:
    import streamlit as st

    from lib.ui import frames, nav

    nav.build("complaint_officer")
    st.text(sorted(st.session_state["nav.pages"]))
    frames.link(frames.Link("tiers"))
    frames.go_to("tiers")
    st.text("still here")


def test_a_link_to_a_page_one_may_not_see_is_left_out(sqlite_bank: SmallBank) -> None:
    at = script(_links, "care.chen")
    assert not at.exception
    assert (
        at.text[0].value
        == "['approvals', 'care', 'complaints', 'directory', 'kpis', 'portrait', 'review', 'rulebook', 'today']"
        and at.text[1].value == "still here"
    )
    assert not at.get("page_link")
