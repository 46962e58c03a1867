"""A changed rule on the approvals page: what differs, on which grounds, its worked examples, and its what-if."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib import words
from lib.jobs.examples import is_checked, run
from lib.kpi.what_if import ANSWERS
from lib.rulebook.entries import Entry
from lib.store.book import rulebook
from lib.store.models import ChangeRequest
from lib.ui import frames
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.ui.rulebook import shown
from lib.ui.rulebook.known import family_of, ident_of
from lib.ui.rulebook.what_if import show_what_if
from lib.words import _, name, translate
from lib.work.rule_change import newest, proposal_of
from lib.work.rule_file import differences_of


def title_of(request: ChangeRequest) -> str:
    """What the changed entry is called."""
    title = translate(str(request.after["title"]))
    target = family_of(request.subject, request.subject_key) == "target"
    return _("{title} · 目标值").format(title=title) if target else title


def rule_change(request: ChangeRequest, page: Page, currency: str) -> None:
    """Everything a reviewer judges by."""
    asked = proposal_of(request)
    former = _former(request)
    pairs([
        (_("种类"), name("rule_kind", family_of(asked.kind, asked.key))),
        (_("适用自"), words.day(asked.since)), (_("依据"), name("basis", asked.basis)),
    ], key="request-matter")  # fmt: skip
    if request.state in ("pending", "returned"):
        st.caption(escaped(_("若批准晚于适用日，自批准之日起适用；此前的日子仍按原条目。")))
        _moved_on(request)
    if former is None:
        st.info(escaped(_("这是一个新的标签。")))
    shown.difference(differences_of(asked, former))
    if is_checked(asked.kind, asked.key) and asked.examples:
        outcomes = run(asked.row(), asked.examples, rulebook())
        st.caption(escaped(_("算例按新口径计算的结果")))
        shown.outcomes(outcomes, currency)
        shown.what_failed(outcomes)
    show_what_if(page, asked.key, request.after.get("what_if"))
    if asked.key in ANSWERS and not page.scope.narrow:
        frames.download(_("下载会变动的客户名单"), "what-if", request=str(request.id))
    frames.link(frames.Link("rulebook", {"rule": ident_of(asked.kind, asked.key)}, _("查看这条口径")))


def _former(request: ChangeRequest) -> Entry | None:
    """The entry a proposal was made from, as the request keeps it."""
    said: dict[str, Any] = request.before
    if not said:
        return None
    return Entry(request.subject_key, said["title"], said["unit"], None, said["basis"], said["source"], said["value"],
                 "")  # fmt: skip


def _moved_on(request: ChangeRequest) -> None:
    """Say so where the book has a newer entry than the one the proposal was made from."""
    stands = newest(rulebook(), request.subject, request.subject_key)
    if (stands.version if stands else "") != request.before.get("version", ""):
        st.warning(escaped(_("提出之后，这条口径又有了新条目：请对照现行条目。")))
