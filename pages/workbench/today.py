"""今日工作: whom to contact today, why and how; logged in one go, put off with a reason, spread over the team."""

import streamlit as st

from lib.care import today
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.choices import choice
from lib.ui.page import open_page
from lib.ui.today import beside, cards, lines, load, officer, one, rows
from lib.ui.today.look import Look, look_of, narrowed, oversees
from lib.words import _


def main() -> None:
    """The list, or for who oversees others how it is spread; an officer has cases."""
    with open_page("today") as page:
        if page.right.extent == "cases":
            officer.draw(page)
            return
        view = ""
        with st.container(horizontal=True, vertical_alignment="bottom", key="today-whose"):
            if oversees(page):
                view = choice(_("查看方式"), {"": _("名单"), "load": _("负荷")}, key="view", segments=True)
            look = look_of(page, of_one=view != "load")
        with page.session() as session:
            if view == "load":
                load.draw(look, session)
            else:
                the_list(look, session)


def the_list(look: Look, session: StoreSession) -> None:
    """Cards, filters, the people, and the one being worked."""
    counted = session.execute(today.counts(look.asked, look.whole)).one()
    cards.draw(look, session, counted)
    look = narrowed(look)
    total = counted.people if look.wanted == look.whole else frames.count_of(
        session, today.people(look.asked, look.wanted))  # fmt: skip
    people, working = st.columns([4, 5], gap="medium")
    with people:
        page = rows.paging(total, lines.SIZE, look.wanted)
    listing = lines.read(look, session, page, st.query_params.get("customer", ""))
    with people:
        if listing.lines:
            rows.draw(look, listing)
        else:
            frames.empty(cards.nothing(look, counted.people))
        beside.draw(look, session)
    with working:
        one.draw(look, session, listing)


main()
