"""The launcher: `streamlit run app.py`. The script Streamlit runs is lib/ui/shell.py, behind the front door."""

import streamlit as st

from lib.ui.start import lifespan, ready_or_stop, show_error
from lib.web.front import middleware, routes

ready_or_stop()

app = st.App(
    "lib/ui/shell.py",
    lifespan=lifespan,
    middleware=middleware(),
    routes=routes(),
    on_script_error=show_error,
)
