"""Text that came from data: shown as it is, never read as Markdown."""

import re

import streamlit as st

# Everything Markdown, its colour directives, emoji codes and formulas begin with.
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
_LINE_START_ONLY = set("+-.#>")


def escaped(text: object) -> str:
    """`text` for a place that reads Markdown (labels, titles), so that it comes out letter by letter."""
    flat = " ".join(str(text).split())
    return _MARKUP.sub(_escape, flat)


def _escape(match: re.Match[str]) -> str:
    mark = match[1]
    starts = match.start() == 0 or mark not in _LINE_START_ONLY
    # A dot or hyphen within a number must stay readable to copy, and is harmless there.
    return "\\" + mark if starts or mark in "#>" else mark


def plain(text: object) -> None:
    """Draw text from data."""
    st.text(str(text))
