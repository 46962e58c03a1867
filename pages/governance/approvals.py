"""审核: what waits for one's post, one's own requests, what was decided; one request with its forms."""

import streamlit as st

from lib.ui import frames
from lib.ui.approvals import carrying, forms, lists, one
from lib.ui.page import open_page
from lib.words import _


def main() -> None:
    """One request, or the lists."""
    with open_page("approvals") as page:
        carrying.carry_on()
        if "request" in st.query_params:
            frames.link(frames.Link("approvals", {}, _("← 返回审核清单")))
            one.one_request(page, st.query_params["request"])
        else:
            forms.leave()
            lists.lists(page)


main()
