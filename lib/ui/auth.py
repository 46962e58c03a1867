"""Who is looking: asked again on every run of a script, from what the front door vouched for."""

from __future__ import annotations

from html import escape
from typing import NoReturn

import streamlit as st

from lib.settings import settings
from lib.store import sessions
from lib.store.rights import Right
from lib.store.sessions import SignedIn
from lib.ui import nav
from lib.words import LOCALES, _


def current() -> SignedIn | None:
    """The person of the session named by the front door's headers; None once it is over."""
    login, session = st.user.get("login"), st.user.get("session")
    if not login or not str(session or "").isdigit():
        return None
    person = sessions.recheck(int(str(session)))
    return person if person is not None and person.login == login else None


def signed_in() -> SignedIn:
    """The person looking; without one the script ends with a way to sign in."""
    return current() or _ask_to_sign_in()


def require(person: SignedIn, page: str) -> Right:
    """The person's right on a page; without one the script ends with a sentence."""
    right = nav.right(person.role, page)
    if not right.see:
        st.error(_("你的岗位没有这个页面的权限。需要时请联系系统管理员。"))
        st.stop()
    return right


def locale() -> str:
    """The language of this browser: what the front door read from its cookie, else the bank's."""
    chosen = str(st.user.get("locale") or "")
    return chosen if chosen in LOCALES else settings().locale


def _ask_to_sign_in() -> NoReturn:
    st.warning(_("登录已结束，请重新登录。"))
    # A plain link, because Streamlit opens its own link buttons in another tab.
    st.html(f'<p class="crm-links"><a href="/sign-in">{escape(_("重新登录"))}</a></p>')
    st.stop()
