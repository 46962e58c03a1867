"""The rules in force today: in words, with basis and source; and one rule with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from lib import words
from lib.rulebook import Entry, Rule
from lib.ui import frames
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.rulebook.said import value_of
from lib.words import _, codes, integer, name, translate

_TONES = {"stated": "main", "law": "good", "assumed": "watch"}


@dataclass(frozen=True)
class InForce:
    """A rule with the entry that judges today, or, before a law's date, the first one to come."""

    rule: Rule
    entry: Entry
    begun: bool

    @property
    def since(self) -> str:
        """From when it applies."""
        return words.day(self.entry.valid_from) if self.entry.valid_from else _("一直")


def entries(page: Page) -> None:
    """How many rest on what, the search, the list."""
    known = in_force(page)
    _cards(known)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = _typed()
        basis = choice(
            _("依据"), {"": _("全部"), **{code: name("basis", code) for code in codes("basis")}}, key="basis"
        )
    found = [one for one in known if basis in ("", one.entry.basis) and matches(one, text)]
    if not found:
        frames.empty(_("没有符合条件的口径。"))
        return
    st.caption(escaped(_("共 {n} 条").format(n=integer(len(found)))))
    frames.table([_row(one) for one in found], _columns(), key="rulebook-entries",
                 link=frames.RowLink("rulebook", "rule", "key"), height=620)  # fmt: skip


def one_rule(page: Page, key: str) -> None:
    """A rule in full, with every entry it ever had."""
    found = next((one for one in in_force(page) if one.rule.key == key), None)
    if found is None:
        frames.empty(_("没有这条口径。"))
        return
    st.subheader(escaped(translate(found.rule.title)), anchor=False)
    st.badge(escaped(name("basis", found.entry.basis)), color="orange" if found.entry.basis == "assumed" else "gray")
    if not found.begun:
        st.info(escaped(_("这条规定自 {day} 起施行，今天尚未适用。").format(day=found.since)))
    plain(value_of(found.entry))
    pairs([(_("适用自"), found.since), (_("来源"), translate(found.entry.source)), (_("代码"), key)], key="rule")
    st.caption(escaped(_("历次条目（新值是新条目，旧条目不改）")))
    rows = [
        {"since": words.day(entry.valid_from) if entry.valid_from else _("一直"), "value": value_of(entry),
         "basis": name("basis", entry.basis), "source": translate(entry.source)}
        for entry in reversed(found.rule.entries)
    ]  # fmt: skip
    columns = [frames.Column("since", _("适用自")), frames.Column("value", _("内容"), width="large"),
               frames.Column("basis", _("依据")), frames.Column("source", _("来源"), width="large")]  # fmt: skip
    frames.table(rows, columns, key="rule-history")


def in_force(page: Page) -> list[InForce]:
    """Every rule as it judges today, in the order of the book."""
    return [_today(page, rule, page.today) for rule in page.book.rules]


def matches(one: InForce, text: str) -> bool:
    """Whether every word typed stands somewhere in what the list shows of a rule."""
    said = " ".join((one.rule.key, translate(one.rule.title), value_of(one.entry), translate(one.entry.source)))
    return all(word in said.casefold() for word in text.casefold().split())


def _today(page: Page, rule: Rule, on: date) -> InForce:
    entry = page.book.find(rule.key, on)
    return InForce(rule, entry or rule.entries[0], entry is not None)


def _cards(known: list[InForce]) -> None:
    counts = {code: sum(one.entry.basis == code for one in known) for code in codes("basis")}
    shown = [frames.Card(_("现行口径"), integer(len(known)))]
    for code, count in counts.items():
        told = _("书中没有写明，请本行逐条确认") if code == "assumed" else None
        shown.append(frames.Card(name("basis", code), integer(count), help=told,
                                 tone="watch" if code == "assumed" and count else None,
                                 href=frames.Link("rulebook", {"basis": code}, _("查看"))))  # fmt: skip
    frames.cards(shown, key="rulebook-cards")


def _typed() -> str:
    asked = st.query_params.get("text", "")
    typed = st.text_input(escaped(_("查找口径")), value=asked, key="rulebook-text", max_chars=60,
                          placeholder=_("名称、内容或来源中的字词")).strip()  # fmt: skip
    if typed:
        st.query_params["text"] = typed
    else:
        st.query_params.pop("text", None)
    return typed


def _row(one: InForce) -> dict[str, object]:
    return {
        "key": one.rule.key, "title": translate(one.rule.title), "value": value_of(one.entry),
        "basis": (name("basis", one.entry.basis), _TONES[one.entry.basis]), "since": one.since,
        "source": translate(one.entry.source),
    }  # fmt: skip


def _columns() -> list[frames.Column]:
    return [
        frames.Column("title", _("口径"), width="medium", pinned=True),
        frames.Column("value", _("内容"), width="large"),
        frames.Column("basis", _("依据"), "badge"),
        frames.Column("since", _("适用自")),
        frames.Column("source", _("来源"), width="large"),
    ]
