"""Past values of the customer's fields: what changed, when, by whom; and bringing one back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from lib import words
from lib.customers.history import restorable, restore
from lib.settings import bank_day
from lib.store.history import Change, field_history
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.profile import shown
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, name

_CODES = {"stage": "stage", "gender": "gender", "size_class": "size_class", "special_care": "special_care",
          "risk_rating": "risk_rating", "risk_capacity": "risk_capacity", "tier": "tier",
          "leaving_reason": "leaving_reason",
          "risk_rating_before": "risk_rating"}  # fmt: skip
_DAYS = ("opened_on", "closed_on", "birth_date", "risk_rated_on", "risk_capacity_until", "verified_on",
         "leaving_said_on")  # fmt: skip
_PAGE = 20


def history(page: Page, session: StoreSession, subject: Subject) -> None:
    """Folded until opened; for who sees the whole record in clear."""
    if subject.narrow or subject.masked:
        return
    box = st.expander(escaped(_("修改历史")), icon=":material/history:", key="portrait-history-open", on_change="rerun")
    if box.open:
        with box:
            _opened(page, session, subject)


def _opened(page: Page, session: StoreSession, subject: Subject) -> None:
    changes = field_history(session, subject.ids)
    if not changes:
        frames.empty(_("还没有修改记录：导入和批处理之外的修改会记在这里。"))
        return
    fields = {"": _("全部字段"), **{one.field: name("record_field", one.field) for one in changes}}
    wanted = st.selectbox(
        escaped(_("字段")), list(fields), format_func=fields.__getitem__, key="portrait-history-field"
    )
    found = [one for one in changes if wanted in ("", one.field)]
    pages = -(-len(found) // _PAGE)
    at = st.pagination(pages, key="portrait-history-page") if pages > 1 else 1
    part = found[(min(at, pages) - 1) * _PAGE : min(at, pages) * _PAGE]
    columns = [
        frames.Column("at", _("时间"), pinned=True),
        frames.Column("field", _("字段")),
        frames.Column("before", _("原值")),
        frames.Column("after", _("新值")),
        frames.Column("who", _("谁")),
    ]
    frames.table([_row(one, subject.currency) for one in part], columns, key="portrait-history")
    if page.right.change:
        _restore_form(page, subject, [one for one in found if _can(one, subject)])


def _row(one: Change, currency: str) -> dict[str, str]:
    return {
        "at": words.moment(one.at),
        "field": name("record_field", one.field),
        "before": _("（建档）") if one.created else said(one.field, one.before, currency, sealed_changed(one)),
        "after": said(one.field, one.after, currency, sealed_changed(one)),
        "who": one.who,
    }


def sealed_changed(one: Change) -> bool:
    """Whether a sealed number changed though its mask reads the same."""
    return one.field in ("identity", "phone") and one.before is None and one.after is None


def said(field: str, value: Any, currency: str, hidden: bool = False) -> str:
    """A past value in words; a sealed number by its mask only."""
    if hidden:
        return _("已变更")
    if value in (None, ""):
        return NOTHING
    if field in _CODES:
        return name(_CODES[field], str(value))
    if field in _DAYS:
        return words.day(date.fromisoformat(str(value)))
    return shown(field, value, currency)


def _can(one: Change, subject: Subject) -> bool:
    mine = one.customer_id == subject.customer.customer_id
    how = restorable(subject.customer.kind, one.field)
    differs = getattr(subject.customer, one.field, None) != one.before
    return mine and not one.created and differs and (how == "profile" or (how == "review" and bool(one.before)))


def _restore_form(page: Page, subject: Subject, choices: Sequence[Change]) -> None:
    """Choose a past value and bring it back; numbers kept sealed are asked for anew."""
    st.caption(escaped(_("号码只保留掩码，不能恢复：请在“申请修改关键信息”中重新填写。")))
    if not choices:
        return
    customer, currency = subject.customer, subject.currency
    by_key = {f"{one.entry}-{one.field}": one for one in choices}
    with SaveForm(f"restore-{customer.number}", version=customer.version) as form:
        key = st.selectbox(
            escaped(_("恢复哪个原值")), list(by_key), index=None, key=form.key("which"), placeholder=_("请选择"),
            format_func=lambda key: _choice(by_key[key], currency),
        )  # fmt: skip
        chosen = by_key.get(key or "")

        def save(seen: Seen) -> None:
            if chosen is not None:
                reason = _("恢复为 {day} 前的值").format(day=words.day(bank_day(chosen.at)))
                with page.session(write=True) as session:
                    restore(session, customer.customer_id, seen.version or 0, chosen.field, chosen.before, reason)

        mine = {chosen.field: said(chosen.field, chosen.before, currency)} if chosen else {}
        form.submit(
            save, problems=[] if chosen else [_("请选择要恢复的原值。")], mine=mine, label=_("恢复此值"),
            titles={field: name("record_field", field) for field in mine},
            done=_("已恢复；关键信息须经复核后生效。"),
        )  # fmt: skip


def _choice(one: Change, currency: str) -> str:
    return _("{field}：{value}（{moment} 前）").format(
        field=name("record_field", one.field), value=said(one.field, one.before, currency), moment=words.moment(one.at)
    )
