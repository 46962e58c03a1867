"""Tags on the portrait: each with its family, since when and on what evidence; set and ended by hand (方案 §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib import words
from lib.customers.marks import LONGEST, end_tag, ended_tags, set_tag, tag_problem
from lib.rulebook import Tag
from lib.rulebook.condition_words import in_words
from lib.rulebook.conditions import FACTS
from lib.store.models import CustomerTag
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.store.suitability import age_on
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, codes, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The standing tags with their evidence, and for who may write the forms to set and end one."""
    rules = {rule.key: rule for rule in page.book.tags(page.today)}
    facts = {} if subject.masked else _facts(page, subject)
    frames.table([_row(tag, rules, facts, subject.currency) for tag in subject.tags], [
        frames.Column("title", _("标签")), frames.Column("family", _("类别"), "code", family="tag_family"),
        frames.Column("since", _("自"), "day"), frames.Column("made", _("来历")),
        frames.Column("evidence", _("依据"), width="large"), frames.Column("source", _("出处"), width="medium"),
    ], key="portrait-tags", nothing=_("没有标签。"))  # fmt: skip
    if subject.masked:
        return
    _ended(session, subject)
    folded(page, subject, _("添加标签"), lambda: _set_form(page, subject), key="tag-add", icon="new_label")
    by_hand = [tag for tag in subject.tags if not tag.by_rule]
    if by_hand:
        folded(page, subject, _("取消手工标签"), lambda: _end_form(page, subject, by_hand), key="tag-end",
               icon="label_off")  # fmt: skip


def _row(tag: CustomerTag, rules: Mapping[str, Tag], facts: Mapping[str, int | None], currency: str) -> dict[str, Any]:
    """A tag in words: its rule's condition and source, or why it was set and by whom."""
    rule, by_hand = rules.get(tag.tag) if tag.by_rule else None, tag.evidence or {}
    if rule is not None:
        evidence, source = in_words(rule.condition, facts, currency), words.translate(rule.source)
    elif tag.by_rule:
        evidence, source = _("算出它的规则已不在口径库中。"), NOTHING
    else:
        evidence, source = str(by_hand.get("why", NOTHING)), str(by_hand.get("by", NOTHING))
    return {
        "title": words.translate(rule.title) if rule else tag.tag, "family": tag.family, "since": tag.since_day,
        "made": _("规则") if tag.by_rule else _("手工"), "evidence": evidence, "source": source,
    }  # fmt: skip


def _facts(page: Page, subject: Subject) -> dict[str, int | None]:
    """What the newest quarter says of the customer, as far as the quarter's row and the record hold it."""
    latest, customer = subject.latest, subject.customer
    if latest is None:
        return {}
    day = min(Quarter.parse(latest.quarter).end, page.today)
    known = {fact: getattr(latest, fact) for fact in FACTS if hasattr(latest, fact)}
    dates = {"age": customer.birth_date, "years_with_bank": customer.opened_on}
    return known | {fact: age_on(since, day) for fact, since in dates.items() if since is not None}


def _ended(session: StoreSession, subject: Subject) -> None:
    """The hand tags that were ended, folded away."""
    over = session.scalars(ended_tags(subject.ids)).all()
    if not over:
        return
    with st.expander(escaped(_("已取消的手工标签（{n}）").format(n=len(over))), key="records-tags-ended"):
        rows = [
            {"tag": tag.tag, "since": tag.since_day, "until": tag.until_day, "why": (tag.evidence or {}).get("ended"),
             "by": (tag.evidence or {}).get("ended_by")}
            for tag in over
        ]  # fmt: skip
        frames.table(rows, [
            frames.Column("tag", _("标签")), frames.Column("since", _("自"), "day"),
            frames.Column("until", _("至"), "day"), frames.Column("why", _("取消理由"), width="large"),
            frames.Column("by", _("取消人")),
        ], key="portrait-tags-ended")  # fmt: skip


def _set_form(page: Page, subject: Subject) -> None:
    customer = subject.customer
    with SaveForm(f"tag-{customer.number}") as form:
        left, right = st.columns(2)
        tag = left.text_input(escaped(_("标签")), key=form.key("tag"), max_chars=LONGEST)
        family = right.selectbox(
            escaped(_("类别")), codes("tag_family"), index=None, key=form.key("family"), placeholder=_("请选择"),
            format_func=lambda code: name("tag_family", code),
        )  # fmt: skip
        why = st.text_input(escaped(_("依据（客户自述、何时所见）")), key=form.key("why"), max_chars=200)
        problem = tag_problem(tag, family or "", why)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                set_tag(session, customer.customer_id, tag, family or "", why)

        form.submit(save, problems=[problem] if problem else [], done=_("已添加标签。"))


def _end_form(page: Page, subject: Subject, by_hand: list[CustomerTag]) -> None:
    with SaveForm(f"tag-end-{subject.customer.number}") as form:
        which = st.selectbox(escaped(_("标签")), range(len(by_hand)), key=form.key("tag"),
                             format_func=lambda i: by_hand[i].tag)  # fmt: skip
        why = st.text_input(escaped(_("取消理由")), key=form.key("why"), max_chars=200)
        ending = by_hand[which or 0]

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                end_tag(session, ending.customer_id, ending.tag, why)

        problems = [] if why.strip() else [_("请写明理由。")]
        form.submit(save, problems=problems, label=_("取消标签"), done=_("已取消标签，记录保留。"))
