"""Addresses of the KPI page that keep the quarter and the place."""

from __future__ import annotations

import streamlit as st

KEPT = ("quarter", "version", "branch", "manager", "kpis")


def address(**more: str) -> dict[str, str]:
    """The page's address with quarter, place and choice of KPIs kept."""
    kept = {key: st.query_params[key] for key in KEPT if key in st.query_params}
    return kept | more
