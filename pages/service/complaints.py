"""投诉处理: the queue by time left, one case, registration; figures only for those who see no cases."""

import streamlit as st

from lib.complaints import read
from lib.ui import frames
from lib.ui.cases import counts, forms, one, queue, register
from lib.ui.page import Page, open_page
from lib.words import _

_KEPT = "complaints.filters"


def main() -> None:
    """One of four views, by right and address."""
    with open_page("complaints") as page:
        if page.right.extent == "counts":
            counts.counts(page)
        elif "case" in st.query_params:
            back()
            one.one_case(page, st.query_params["case"])
        elif "register" in st.query_params and page.right.change:
            back()
            register.registration(page)
        else:
            the_queue(page)


def back() -> None:
    """The way back to the list as it was."""
    frames.link(frames.Link("complaints", st.session_state.get(_KEPT, {}), _("← 返回投诉列表")))


def the_queue(page: Page) -> None:
    """Cards, filters and the list by time left."""
    forms.leave()
    minute = page.now.replace(second=0, microsecond=0)
    with frames.loading():
        standing = queue.counted(page.scope, minute, page.today)
        offered = queue.offered(page.scope)
    if page.right.change:
        frames.link(frames.Link("complaints", {"register": "1"}, _("＋ 登记投诉")))
    queue.cards(standing)
    filters = queue.asked(offered)
    st.session_state[_KEPT] = {key: value for key, value in st.query_params.items() if key in queue.PARAMS}
    with page.session() as session:
        found = frames.page_of(session, read.queue(filters, page.scope.staff_id, page.now, page.today),
                               key="complaints-page", filters=filters)  # fmt: skip
        rows = queue.lines(session, found.rows, page.now, offered)
    if rows:
        to_case = frames.RowLink("complaints", "case", "number")
        frames.table(rows, queue.columns(), key="complaints-queue", link=to_case)
    else:
        frames.empty(queue.nothing(filters))


main()
