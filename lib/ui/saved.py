"""Saved views of a page: choose one, keep the filters of the moment under a name, share, end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lib.store.models import SavedView
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _
from lib.work.views import LONGEST_NAME, end_view, may_share, rename_view, save_view, views_of


def saved_views(page: Page, query: Mapping[str, str]) -> None:
    """One quiet button: the views of this page to choose from, and forms for one's own. `query`: the filters now."""
    with st.popover(
        escaped(_("常用筛选")), icon=":material/bookmark:", key=f"views-{page.key}", on_change="rerun"
    ) as box:
        if not box.open:
            return
        with page.session() as session:
            views = views_of(session, page.key)
        _choose(page, views, query)
        if may_share(page.scope):
            _keep(page, query)
            mine = [view for view in views if view.owner_id == page.scope.staff_id]
            if mine:
                _edit(page, mine)


def _choose(page: Page, views: Sequence[SavedView], query: Mapping[str, str]) -> None:
    if not views:
        st.caption(escaped(_("还没有保存的筛选。")))
    for view in views:
        said = _title(view, page)
        if view.query == query:
            said = _("{name}（正在使用）").format(name=said)
        frames.link(frames.Link(page.key, {key: str(value) for key, value in view.query.items()}, said))


def _keep(page: Page, query: Mapping[str, str]) -> None:
    if not query:
        st.caption(escaped(_("选好筛选条件后，可在这里起名保存。")))
        return
    form = SaveForm(f"view-new-{page.key}")
    with form:
        name = st.text_input(escaped(_("把现在的筛选存为")), key=form.key("name"), max_chars=LONGEST_NAME)
        shared = _shared(page, form, "own")
        form.submit(_saving(page, lambda session, _seen: save_view(session, page.key, name, query, shared)),
                    problems=_blank(name), label=_("保存筛选"), done=_("筛选已保存。"))  # fmt: skip


def _edit(page: Page, mine: Sequence[SavedView]) -> None:
    with st.expander(escaped(_("改名、共享或停用")), key=f"views-edit-{page.key}", on_change="rerun") as box:
        if not box.open:
            return
        by_id = {view.id: view for view in mine}
        which = st.selectbox(escaped(_("我的筛选")), list(by_id), key=f"views-which-{page.key}",
                             format_func=lambda one: by_id[one].name)  # fmt: skip
        view = by_id[which]
        form = SaveForm(f"view-{view.id}", version=view.version, before={"name": view.name})
        with form:
            name = st.text_input(escaped(_("名称")), value=view.name, key=form.key("name"), max_chars=LONGEST_NAME)
            shared = _shared(page, form, view.shared)
            save = _saving(page, lambda session, seen: rename_view(session, view.id, seen.version or 0, name, shared))
            form.submit(save, problems=_blank(name), mine={"name": name}, titles={"name": _("名称")},
                        label=_("改名或共享"))  # fmt: skip
        form = SaveForm(f"view-end-{view.id}", version=view.version)
        with form:
            save = _saving(page, lambda session, seen: end_view(session, view.id, seen.version or 0))
            form.submit(save, label=_("停用"), done=_("已停用，不再提供。"))


def _shared(page: Page, form: SaveForm, now: str) -> str:
    open_ = {one: text for one, text in _reaches().items() if one in may_share(page.scope)}
    if len(open_) == 1:
        return next(iter(open_))
    kept = list(open_).index(now) if now in open_ else 0
    return st.selectbox(escaped(_("谁可以用")), list(open_), index=kept, key=form.key("shared"),
                        format_func=open_.__getitem__)  # fmt: skip


def _reaches() -> dict[str, str]:
    return {"own": _("只有我"), "branch": _("本机构"), "bank": _("全行")}


def _title(view: SavedView, page: Page) -> str:
    return view.name if view.owner_id == page.scope.staff_id else _("{name}（共享）").format(name=view.name)


def _blank(name: str) -> list[str]:
    return [] if name.strip() else [_("请给这个筛选起名，最多 {n} 字。").format(n=LONGEST_NAME)]


def _saving(page: Page, act: Callable[[StoreSession, Seen], object]) -> Callable[[Seen], None]:
    def save(seen: Seen) -> None:
        with page.session(write=True) as session:
            act(session, seen)

    return save
