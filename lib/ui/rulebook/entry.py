"""One rule, KPI, target or tag in full: what it says, its examples, what is under way, every entry it ever had."""

from __future__ import annotations

import streamlit as st

from lib.jobs.examples import is_checked, run
from lib.rulebook import Entry, RuleRow
from lib.rulebook.difference import differences
from lib.rulebook.examples import examples_of
from lib.rulebook.said import fields_of, said_of, value_of
from lib.settings import today
from lib.store.book import rulebook
from lib.ui import frames
from lib.ui.approvals import carrying
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.ui.rulebook import change, shown
from lib.ui.rulebook.known import Known, asked, find, since_of
from lib.ui.rulebook.under_way import under_way
from lib.words import _, name, translate
from lib.work.rule_change import ELSEWHERE, may_propose


def one_entry(page: Page, ident: str, currency: str) -> None:
    """What the address names, or the sentence that the book has no such thing."""
    kind, key = asked(ident)
    found = find(rulebook(), page, kind, key, currency)  # the newest: a change may just have been put into effect
    if found is None:
        frames.empty(_("没有这条口径。"))
        return
    _head(found)
    with page.session() as session:
        carrying.offer_all(page, session, kind, key)
        waits = under_way(session, kind, key)
    _coming(found)
    _body(found)
    _change(page, found, waits)
    if st.query_params.get("edit") != "yes":
        _examples(found)
    _history(page, found)


def _head(found: Known) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(escaped(found.title), anchor=False, width="content")
        st.badge(escaped(name("rule_kind", found.family)), color="blue")
        assumed = found.entry.basis == "assumed"
        st.badge(escaped(name("basis", found.entry.basis)), color="orange" if assumed else "gray")
    if not found.begun:
        st.info(escaped(_("这条规定自 {day} 起施行，今天尚未适用。").format(day=found.since)))


def _coming(found: Known) -> None:
    """What was agreed on and applies from a day to come."""
    if found.begun and found.newest is not found.entry:
        told = _("自 {day} 起：{said}").format(
            day=since_of(found.newest), said=said_of(found.kind, found.newest, found.currency)
        )
        st.info(escaped(told), icon=":material/event_upcoming:")


def _body(found: Known) -> None:
    """What it says: in a line, or field by field where that is more than a line; and on which grounds."""
    entry = found.entry
    fields = list(fields_of(found.kind, found.key, entry.unit, entry.value, found.currency))
    if found.kind == "rule" and isinstance(entry.value, dict) and len(fields) > _IN_A_LINE:
        rows = [{"what": what, "value": value} for what, value in fields]
        columns = [frames.Column("what", _("字段"), width="medium"), frames.Column("value", _("内容"), width="large")]
        frames.table(rows, columns, key="rule-fields")
    elif found.kind != "tag":  # a tag's line says no more than its fields
        plain(found.said)
    said = [] if found.kind == "rule" else [(what, value) for what, value in fields if value not in _told(found)]
    pairs([*said, *_target(found), (_("适用自"), found.since), (_("代码"), found.key)], key="rule")
    st.caption(escaped(_("来源")))
    plain(translate(entry.source))
    _related(found)


_IN_A_LINE = 4


def _told(found: Known) -> set[str]:
    """What need not stand among the fields: the formula that stands above, and the codes of what it counts."""
    counted = {str(found.entry.value[part]) for part in ("numerator", "less", "denominator")
               if part in found.entry.value}  # fmt: skip
    return {found.said, *counted}


def _target(found: Known) -> list[tuple[str, object]]:
    """A KPI's target of today."""
    entry = rulebook().find_of("rule", f"target.{found.key}", today()) if found.kind == "kpi" else None
    return [(name("rule_kind", "target"), value_of(entry))] if entry is not None else []


def _related(found: Known) -> None:
    """From a KPI to its target and back."""
    if found.kind == "kpi" and rulebook().history("rule", f"target.{found.key}"):
        frames.link(frames.Link("rulebook", {"rule": f"target.{found.key}"}, _("查看目标值"), ":material/flag:"))
    if found.family == "target":
        kpi = f"kpi:{found.key.partition('.')[2]}"
        frames.link(frames.Link("rulebook", {"rule": kpi}, _("查看指标定义"), ":material/monitoring:"))


def _change(page: Page, found: Known, waits: bool) -> None:
    """The way to the form for who may propose, or the form itself; not while another change is under way."""
    if not may_propose(page.scope, found.key, page.book, page.today):
        return
    if found.key in ELSEWHERE:
        frames.link(frames.Link("rulebook", {"view": "causes"}, _("在“投诉根本原因树”中修改")))
    elif waits:
        st.caption(escaped(_("现有申请决定并执行后，才能提出下一次修改。")))
    elif st.query_params.get("edit") == "yes":
        change.change(page, found)
    else:
        frames.link(frames.Link("rulebook", {"rule": found.ident, "edit": "yes"}, _("提出修改"),
                                ":material/edit_note:"))  # fmt: skip


def _examples(found: Known) -> None:
    said = examples_of(found.kind, found.key, found.entry)
    if not said:
        return
    st.caption(escaped(_("算例")))
    if not is_checked(found.kind, found.key):
        shown.bare_examples(said, found.currency)
        return
    shown.outcomes(run(_row(found), said, rulebook()), found.currency)


def _row(found: Known) -> RuleRow:
    entry = found.entry
    value = {"unit": entry.unit, "value": entry.value} if found.kind == "rule" else entry.value
    return RuleRow(found.kind, found.key, entry.valid_from, entry.basis, entry.source, entry.title, value, 0)


def _history(page: Page, found: Known) -> None:
    """Every entry, the newest first, each with what it changed of the one before."""
    st.caption(escaped(_("历次条目（新值是新条目，旧条目不改）")))
    history = rulebook().history(found.kind, found.key)
    rows = [
        {"since": since_of(entry), "state": _standing(entry, found, page), "value": _said(entry, former, found),
         "basis": name("basis", entry.basis), "source": translate(entry.source)}
        for entry, former in zip(reversed(history), [*reversed(history[:-1]), None], strict=True)
    ]  # fmt: skip
    columns = [frames.Column("since", _("适用自")), frames.Column("state", _("状态"), "badge"),
               frames.Column("value", _("内容"), width="large"), frames.Column("basis", _("依据")),
               frames.Column("source", _("来源"), width="large")]  # fmt: skip
    frames.table(rows, columns, key="rule-history")


def _said(entry: Entry, former: Entry | None, found: Known) -> str:
    """The whole of a first entry; of a later one what it says otherwise than the one before."""
    if former is None:
        return said_of(found.kind, entry, found.currency)
    changed = differences(found.kind, found.key, entry.unit, former.value, entry.value, found.currency)
    told = [_("{what}：{before} → {after}").format(**one._asdict()) for one in changed]
    return _("；").join(told) or said_of(found.kind, entry, found.currency)


def _standing(entry: Entry, found: Known, page: Page) -> tuple[str, str]:
    if entry is found.entry and found.begun:
        return name("rule_standing", "current"), "good"
    coming = entry.valid_from is not None and entry.valid_from > page.today
    return (name("rule_standing", "coming"), "watch") if coming else (name("rule_standing", "former"), "context")
