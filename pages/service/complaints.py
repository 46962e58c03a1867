"""投诉处理: complaints, enquiries and breakpoints by time left, one case, registration, figures, actions."""

from collections.abc import Callable

import streamlit as st

from lib.complaints import read
from lib.store.book import calendar
from lib.ui import frames
from lib.ui.cases import acting, bulk, counts, filters, queue, register, surge
from lib.ui.cases.actions import actions_view
from lib.ui.cases.analysis import analysis
from lib.ui.cases.one import one_case
from lib.ui.choices import choice
from lib.ui.enquiries import kinds, listing
from lib.ui.enquiries import register as enquiries
from lib.ui.page import Page, open_page
from lib.ui.plain import escaped
from lib.ui.saved import saved_views
from lib.words import _
from lib.work import calendar_end

_KEPT = "complaints.filters"


def main() -> None:
    """One case, a registration, or one of the views, by right and address."""
    with open_page("complaints") as page:
        sees_cases = page.right.extent != "counts"
        if sees_cases and "case" in st.query_params:
            back()
            one_case(page, st.query_params["case"])
        elif page.right.change and "register" in st.query_params:
            back()
            registered(page)
        elif sees_cases and kinds.choice(may_register=page.right.change):
            an_enquiry_list(page)
        else:
            first = (_("队列"), the_queue) if sees_cases else (_("概览"), counts.counts)
            top(page, {"": first, "analysis": (_("分析"), analysis), "actions": (_("改进措施"), actions_view)})


def registered(page: Page) -> None:
    """The registration of the kind asked for."""
    kind = kinds.asked()
    if kind:
        enquiries.registration(page, kind)
    else:
        register.registration(page)


def an_enquiry_list(page: Page) -> None:
    """Enquiries or breakpoints by time left."""
    acting.leave()
    st.session_state[_KEPT] = listing.draw(page, kinds.asked())


def back() -> None:
    """The way back to the list as it was."""
    frames.link(frames.Link("complaints", st.session_state.get(_KEPT, {}), _("← 返回列表")))


def top(page: Page, views: dict[str, tuple[str, Callable[[Page], None]]]) -> None:
    """The view chosen, below the choice of it and the ways to register."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = choice(
            _("查看方式"), {code: title for code, (title, _view) in views.items()}, key="view", segments=True
        )
        if page.right.change:
            with st.container(horizontal=True, width="content", gap="small"):
                frames.link(frames.Link("complaints", {"register": "1"}, _("＋ 登记投诉")))
                frames.link(frames.Link("complaints", {"register": "1", "kind": "suggestion"}, _("＋ 登记建议")))
    views[chosen][1](page)


def the_queue(page: Page) -> None:
    """Warnings, cards, filters and the list by time left."""
    acting.leave()
    calendar_ends(page)
    minute = page.now.replace(second=0, microsecond=0)
    kind = st.query_params.get("kind", read.KIND)
    kind = kind if kind in (*filters.KINDS, "all") else read.KIND
    with frames.loading():
        standing = queue.counted(page.scope, kind, minute, page.today)
        offered = filters.offered(page.scope)
    surge.warning(page, offered)
    queue.cards(standing, kind)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        filters.whose()
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            rarer = filters.rarer(page, offered)
            saved_views(page, filters.chosen())
            several = bulk.several(page)
    wanted = filters.asked(page, offered, rarer)
    filters.told()
    st.session_state[_KEPT] = filters.chosen()
    the_list(page, wanted, offered, several)


def the_list(page: Page, wanted: read.Filters, offered: filters.Offered, several: bool) -> None:
    """What is asked for, by time left; rows lead to their case, or are ticked to be handled together."""
    with page.session() as session:
        found = frames.page_of(session, read.queue(wanted, queue.asker(page)), key="complaints-page", filters=wanted)
        rows = queue.lines(session, found.rows, page.now, offered)
    columns = queue.columns(rows, wanted.kind)
    if not rows:
        frames.empty(queue.nothing(wanted))
    elif several:
        bulk.ticked(page, found.rows, rows, columns)
    else:
        to_case = frames.RowLink("complaints", "case", "number")
        frames.table(rows, columns, key="complaints-queue", link=to_case)


def calendar_ends(page: Page) -> None:
    """The warning that the working calendar runs out before a term would end."""
    said = calendar_end.warning(calendar(), page.today, page.book)
    if said is None:
        return
    with page.session() as session:
        more = calendar_end.presumed_sentence(calendar_end.presumed(session))
    st.warning(escaped(" ".join(one for one in (said, more) if one)), icon=":material/calendar_month:")


main()
