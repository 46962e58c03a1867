"""The way to the directory as a file: what is shown, with the filters and columns of the address."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from lib.ui.directory.filters import chosen
from lib.ui.page import Page
from lib.words import _


def export_link(page: Page) -> None:
    """A link that saves the list; masked, watermarked and entered in the access ledger."""
    if page.scope.narrow:
        return
    address = "/export/customers?" + urlencode(chosen())
    st.link_button(_("导出"), address, icon=":material/download:", type="tertiary",
                   help=_("导出当前条件下的名单：号码脱敏，记入访问台账，带水印。"))  # fmt: skip
