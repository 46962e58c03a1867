"""The script Streamlit runs: who are you, which pages are yours, run one of them."""

import sys
from pathlib import Path

# Streamlit puts this script's own folder on the path; the project's modules are two floors up.
_ROOT = str(Path(__file__).resolve().parent.parent.parent)
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)

import streamlit as st  # noqa: E402

from lib.ui import auth, frame, nav  # noqa: E402
from lib.words import use_locale  # noqa: E402


def main() -> None:
    """One run of the application."""
    use_locale(auth.locale())
    frame.configure()
    person = auth.signed_in()
    pages = nav.build(person.role)
    if not pages:
        frame.no_page(person)
        return
    chosen = st.navigation(pages, position="sidebar", expanded=True)
    frame.sidebar(person)
    chosen.run()


main()
