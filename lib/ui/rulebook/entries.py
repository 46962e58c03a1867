"""The list of everything in force today: in words, with basis and source, what is assumed marked and counted."""

from __future__ import annotations

import streamlit as st

from lib.ui import frames
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.rulebook.file import download
from lib.ui.rulebook.known import Known, all_known, matches
from lib.words import _, codes, integer, name, translate

_TONES = {"stated": "main", "law": "good", "assumed": "watch"}


def entries(page: Page, currency: str) -> None:
    """How many rest on what, the search, the list."""
    known = all_known(page, currency)
    _cards(known)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = _typed()
        kind = choice(_("种类"), {"": _("全部"), **_named("rule_kind")}, key="kind")
        basis = choice(_("依据"), {"": _("全部"), **_named("basis")}, key="basis")
    found = [one for one in known if kind in ("", one.family) and basis in ("", one.entry.basis) and matches(one, text)]
    if not found:
        frames.empty(_("没有符合条件的口径。"))
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(escaped(_("共 {n} 条").format(n=integer(len(found)))), width="content")
        download()
    rows = [_row(one) for one in found]
    frames.table(rows, _columns(coming=any(row["coming"] for row in rows)), key="rulebook-entries",
                 link=frames.RowLink("rulebook", "rule", "ident"), height=620)  # fmt: skip


def _named(family: str) -> dict[str, str]:
    return {code: name(family, code) for code in codes(family)}


def _cards(known: list[Known]) -> None:
    """How many entries rest on what; of the assumed ones, how many are rules, KPIs, targets and tags."""
    shown = [frames.Card(_("现行口径"), integer(len(known)), note=_counted(known))]
    for code in codes("basis"):
        mine = [one for one in known if one.entry.basis == code]
        told = _("书中没有写明，请本行逐条确认") if code == "assumed" else None
        shown.append(frames.Card(name("basis", code), integer(len(mine)), help=told, note=_counted(mine),
                                 tone="watch" if code == "assumed" and mine else None,
                                 href=frames.Link("rulebook", {"basis": code}, _("查看"))))  # fmt: skip
    frames.cards(shown, key="rulebook-cards")


def _counted(found: list[Known]) -> str:
    counts = {code: sum(one.family == code for one in found) for code in codes("rule_kind")}
    said = [_("{name} {n}").format(name=name("rule_kind", code), n=integer(n)) for code, n in counts.items() if n]
    return _("，").join(said)


def _typed() -> str:
    asked = st.query_params.get("text", "")
    typed = st.text_input(escaped(_("查找口径")), value=asked, key="rulebook-text", max_chars=60,
                          placeholder=_("名称、内容或来源中的字词")).strip()  # fmt: skip
    if typed:
        st.query_params["text"] = typed
    else:
        st.query_params.pop("text", None)
    return typed


def _row(one: Known) -> dict[str, object]:
    coming = (name("rule_standing", "coming"), "watch") if one.newest is not one.entry or not one.begun else None
    return {
        "ident": one.ident, "kind": name("rule_kind", one.family), "title": one.title, "value": one.said,
        "basis": (name("basis", one.entry.basis), _TONES[one.entry.basis]), "since": one.since, "coming": coming,
        "source": translate(one.entry.source),
    }  # fmt: skip


def _columns(*, coming: bool) -> list[frames.Column]:
    """The columns; that of entries to come only where there is one."""
    columns = [
        frames.Column("title", _("口径"), width="medium", pinned=True),
        frames.Column("kind", _("种类")),
        frames.Column("value", _("内容"), width="large"),
        frames.Column("basis", _("依据"), "badge"),
        frames.Column("since", _("适用自")),
        frames.Column("coming", _("新条目"), "badge"),
        frames.Column("source", _("来源"), width="large"),
    ]
    return [column for column in columns if coming or column.name != "coming"]
