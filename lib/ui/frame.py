"""What surrounds every page: configuration, the person in the sidebar, language, sign-out."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from lib import words
from lib.settings import today
from lib.store.sessions import SignedIn
from lib.ui import theme
from lib.ui.address import asked
from lib.ui.plain import escaped
from lib.words import _

ICON = Path(__file__).with_name("icon.png")
_OTHER = {"zh_CN": ("en", "English"), "en": ("zh_CN", "中文")}


def configure() -> None:
    """Title, icon and style; the icon is a local file because a named one is fetched from outside."""
    st.set_page_config(page_title=_("客户关系管理"), page_icon=str(ICON), layout="wide")
    theme.apply_style()


def sidebar(person: SignedIn) -> None:
    """Who is signed in, the business day, the other language, the way out."""
    role = words.name("role", person.role)
    code, title = _OTHER[words.current_locale()]
    kept = {name: value for name, value in asked().items() if name != "lang"}
    with st.sidebar:
        st.text(f"{person.name} · {role}")
        st.caption(_("业务日 {day}").format(day=words.day(today())))
        # Plain links, because Streamlit opens its own link buttons in another tab.
        st.html(
            f'<p class="crm-links"><a href="?{escape(urlencode(kept | {"lang": code}))}">{title}</a>'
            f'<a href="/sign-out">{escape(_("退出"))}</a></p>'
        )


def no_page(person: SignedIn) -> None:
    """For someone whose post has no page here: who can help."""
    st.navigation([st.Page(lambda: None, title=_("欢迎"))], position="hidden")
    sidebar(person)
    st.subheader(_("{name}，你好").format(name=escaped(person.name)))
    st.info(
        _(
            "你的岗位“{role}”目前没有可以打开的页面。客户资料只对经办岗位开放；需要其他权限时，请由本机构负责人向客户关系部申请。"
        ).format(role=escaped(words.name("role", person.role)))
    )
